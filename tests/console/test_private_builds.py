"""Builds that Taskcluster keeps from the public, with credentials in the config file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mozregression.sandbox.sandbox import Manners, Sandbox
from mozregression.sandbox.taskcluster.hawk import Client
from tests.console.conftest import Console
from tests.driver.conftest import make_world
from tests.settings.conftest import Configure, configure

__all__ = ["configure"]

TOKEN = "s3cr3t-0f-m1n3"


@pytest.fixture
def console() -> Iterator[Console]:
    with Sandbox(make_world(), manners=Manners(clients=(Client("me", TOKEN),))) as sandbox:
        yield Console(sandbox)


def everything_kept(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


@pytest.mark.covers("taskcluster-clientid =", "taskcluster-accesstoken =")
def test_they_are_bisected_and_the_token_is_nowhere(
    console: Console, configure: Configure, state: Path
) -> None:
    configure(f"taskcluster-clientid = me\ntaskcluster-accesstoken = {TOKEN}\n")
    line = (*console.bounds, "--command", "env; {binary} --check", "--debug")
    result = console.run(*line)
    assert result.returncode == 0, result.stderr
    assert console.sandbox.world.culprit.push.tip in result.stdout
    exported = console.run("export", "1")
    shown = console.run("show", "1")
    for output in (result, exported, shown):
        assert TOKEN not in output.stdout + output.stderr
    kept = everything_kept(state) + everything_kept(Path.home() / ".cache")
    assert b"autoland" in kept
    assert TOKEN.encode() not in kept


def test_a_session_without_credentials_goes_on_with_them(
    console: Console, configure: Configure
) -> None:
    line = (*console.bounds, "--command", "{binary} --check")
    result = console.run(*line)
    assert result.returncode == 4
    assert "taskcluster-clientid" in result.stderr
    configure(f"taskcluster-clientid = me\ntaskcluster-accesstoken = {TOKEN}\n")
    assert console.run("resume").returncode == 0


def test_one_is_launched(console: Console, configure: Configure) -> None:
    configure(f"taskcluster-clientid = me\ntaskcluster-accesstoken = {TOKEN}\n")
    push = console.sandbox.world.culprit.push
    assert console.run("--launch", push.tip, "--arg=--check").returncode == 1


@pytest.mark.parametrize("line", [("--good", "2026-05-01"), ("--launch", "today"), ("resume",)])
def test_half_of_the_credentials_is_a_mistake(
    console: Console, configure: Configure, line: tuple[str, ...]
) -> None:
    path = configure(f"taskcluster-accesstoken = {TOKEN}\n")
    result = console.run(*line)
    assert result.returncode == 2
    assert result.stderr == (
        f"mozregression: {path}: taskcluster-clientid and taskcluster-accesstoken belong "
        "together, but one is missing.\n"
    )
