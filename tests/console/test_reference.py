"""A good build beside the one under test, at a terminal and for programs."""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.console.conftest import Console
from tests.documented import Shapes
from tests.real_firefox.person import Person

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")

SECONDS = 20


@pytest.fixture
def environment(console: Console) -> dict[str, str]:
    return {**os.environ, "MOZREGRESSION_SERVICES": console.sandbox.root}


def profiles() -> Iterator[Path]:
    return Path(os.environ["XDG_CACHE_HOME"], "mozregression", "work").glob("profile-*")


def are_gone(processes: list[psutil.Process]) -> bool:
    alive = psutil.wait_procs(processes, SECONDS)[1]
    limit = time.monotonic() + SECONDS
    while list(profiles()) and time.monotonic() < limit:
        time.sleep(0.05)
    return not alive and not list(profiles())


@pytest.mark.parametrize(
    ("mode", "question", "end"),
    [
        ((), "[g]ood, [b]ad", None),
        ((), "[g]ood, [b]ad", signal.SIGINT),
        (("--intermittent",), "[y]es, saw it", signal.SIGKILL),
    ],
    ids=["exit", "Ctrl-C", "kill"],
)
def test_a_word_opens_it_and_nothing_is_left_of_it(
    console: Console,
    environment: dict[str, str],
    mode: tuple[str, ...],
    question: str,
    end: signal.Signals | None,
) -> None:
    arguments = [*console.bounds, *mode, "--mode", "no-first-check"]
    with Person(arguments, environment, patience=SECONDS) as person:
        assert person.is_asked()
        assert question in person.seen
        person.answer("ref")
        assert person.is_shown("is open beside this one")
        assert person.is_asked()
        assert len(list(profiles())) == 2
        started = person.processes()
        assert sum(one.name() == "sleep" for one in started) == 2
        if end:
            person.send(end)
        else:
            person.answer("e")
        assert person.status == (-signal.SIGKILL if end is signal.SIGKILL else 3)
        assert are_gone(started)
    assert "Traceback" not in person.seen


@pytest.mark.covers("--reference")
def test_it_is_opened_from_the_start(console: Console, environment: dict[str, str]) -> None:
    with Person([*console.bounds, "--reference"], environment, patience=SECONDS) as person:
        assert person.is_asked()
        person.answer("g")
        assert person.is_shown("is open beside this one")
        good = console.sandbox.world.nightlies[0]
        assert f"{good} is open beside this one" in person.seen
        assert person.is_asked()
        person.answer("e")
        assert person.status == 3


def test_programs_are_told(console: Console) -> None:
    shapes = Shapes("reports.md", "events.md")
    states = []
    with console.start(*console.bounds, "--json", "--reference") as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write("reference\n")
        process.stdin.flush()
        for line in process.stdout:
            event = json.loads(line)
            shapes.check(event, event["event"])
            if event["event"] != "reference":
                continue
            states.append(event["state"])
            typed = {"failed": "g\n", "open": "e\n"}.get(event["state"], "")
            process.stdin.write(typed)
            process.stdin.flush()
        assert process.wait(SECONDS) == 3
    assert states == ["failed", "opening", "open"]
