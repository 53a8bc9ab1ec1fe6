"""Telling that a newer mozregression is out: who is told, who is not, and that nobody waits."""

import io
import socket
import threading
from argparse import Namespace
from collections.abc import Iterator

import pytest

from mozregression import mach_interface
from mozregression.console import arguments
from mozregression.console.hint import hinted
from mozregression.driver.places import places
from mozregression.sandbox import github
from mozregression.sandbox.sandbox import Sandbox
from mozregression.services.endpoints import Endpoints
from tests.driver.conftest import make_world
from tests.settings.conftest import Configure, configure

__all__ = ["configure"]


class Terminal(io.StringIO):
    """Somebody looks at it."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(make_world()) as sandbox:
        yield sandbox


def run(out: io.StringIO, endpoints: Endpoints, **environment: str) -> None:
    """A run that lasts until there is an answer."""
    with hinted(wanted=True, endpoints=endpoints, environment=environment, out=out):
        for thread in threading.enumerate():
            if thread.name == "release":
                thread.join()


def test_a_person_is_told_in_one_line(sandbox: Sandbox) -> None:
    out = Terminal()
    run(out, Endpoints.at(sandbox.root))
    assert out.getvalue() == (
        f"mozregression {github.VERSION} is out: https://github.com/mozilla/mozregression/releases\n"
    )


def test_the_service_is_asked_once_a_day(sandbox: Sandbox) -> None:
    endpoints = Endpoints.at(sandbox.root)
    run(Terminal(), endpoints)
    asked = len(sandbox.log)
    out = Terminal()
    run(out, endpoints)
    assert github.VERSION in out.getvalue()
    assert len(sandbox.log) == asked


@pytest.mark.parametrize("environment", [{"CI": "true"}, {"MOZREGRESSION_SERVICES": "http://x"}])
def test_machines_are_not_told(sandbox: Sandbox, environment: dict[str, str]) -> None:
    out = Terminal()
    run(out, Endpoints.at(sandbox.root), **environment)
    assert out.getvalue() == ""
    assert not (places().cache / "release.json").exists()


def test_a_pipe_is_not_told(sandbox: Sandbox) -> None:
    out = io.StringIO()
    run(out, Endpoints.at(sandbox.root))
    assert out.getvalue() == ""
    assert not (places().cache / "release.json").exists()


def test_who_does_not_want_it_is_not_told(sandbox: Sandbox) -> None:
    out = Terminal()
    with hinted(wanted=False, endpoints=Endpoints.at(sandbox.root), environment={}, out=out):
        pass
    assert out.getvalue() == ""
    assert not (places().cache / "release.json").exists()


def test_nobody_waits_for_a_service_that_is_silent() -> None:
    out = Terminal()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        looking = None
        with hinted(
            wanted=True, endpoints=Endpoints.at(f"http://127.0.0.1:{port}"), environment={}, out=out
        ):
            (looking,) = (one for one in threading.enumerate() if one.name == "release")
        assert looking.is_alive()  # the run is over, and it was not waited for
    assert out.getvalue() == ""
    looking.join()


@pytest.mark.covers("--no-update-check", "no-update-check =")
def test_the_option_and_the_key_turn_it_off(configure: Configure) -> None:
    line = ["--good", "2026-05-01"]
    assert arguments.parse(line).update_check is True
    assert arguments.parse([*line, "--no-update-check"]).update_check is False
    assert arguments.parse_resume(["--no-update-check"]).update_check is False
    configure("no-update-check = yes\n")
    assert arguments.parse(line).update_check is False
    assert arguments.parse_resume([]).update_check is False


def test_mach_looks_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Namespace] = []

    def begin(options: Namespace) -> int:
        seen.append(options)
        return 0

    monkeypatch.setattr(mach_interface, "begin", begin)
    with pytest.raises(SystemExit):
        mach_interface.run({"good": "2026-05-01", "update_check": True})
    assert seen[0].update_check is False
