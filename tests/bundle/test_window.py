"""The window inside the bundle, used from outside by its keys alone."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import psutil
import pytest

from mozregression.journal import Journal
from mozregression.journal.sessions import State, Summary
from mozregression.model.builds import Candidate
from mozregression.model.report import Outcome
from mozregression.model.steps import TestBuild
from mozregression.session import next_steps
from tests.bundle.conftest import Machine

pytestmark = [
    pytest.mark.bundle,
    pytest.mark.skipif(not os.environ.get("DISPLAY"), reason="there is no X server"),
    pytest.mark.skipif(not shutil.which("xdotool"), reason="xdotool is not installed"),
]
_PATIENCE = 60.0
_MOMENT = 1.5  # seconds that a build gets to come up before the window asks, and some


@dataclass
class Person:
    """In front of the window, with a keyboard. process: the window's."""

    machine: Machine
    process: "subprocess.Popen[str]"

    def until(self, holds: Callable[[], object], patience: float = _PATIENCE) -> bool:
        limit = time.monotonic() + patience
        while not holds():
            assert self.process.poll() is None, "the window has ended"
            if time.monotonic() > limit:
                return False
            time.sleep(0.02)
        return True

    def focus(self) -> None:
        """What a window manager would do with a new window."""
        command = ["xdotool", "search", "--sync", "--onlyvisible", "--name", "mozregression"]
        window = subprocess.check_output(command, text=True, timeout=_PATIENCE).split()[0]
        subprocess.run(["xdotool", "windowfocus", "--sync", window], check=True)

    def hit(self, key: str) -> None:
        subprocess.run(["xdotool", "key", key], check=True)

    def type(self, text: str) -> None:
        subprocess.run(["xdotool", "type", "--delay", "10", text], check=True)

    @property
    def session(self) -> Summary | None:
        return next(iter(Journal(self.machine.state).sessions()), None)

    @property
    def verdicts(self) -> int:
        return self.session.verdicts if self.session else 0

    @property
    def finished(self) -> bool:
        return self.session is not None and self.session.state is State.FINISHED

    @property
    def browser(self) -> int | None:
        """The process of the build that runs."""
        for child in psutil.Process(self.process.pid).children(recursive=True):
            with suppress(psutil.Error):
                if child.name() == "sleep":
                    return child.pid
        return None

    def asked(self) -> Candidate:
        """What the window wants to be judged."""
        record = Journal(self.machine.state).read()
        (step, *_) = next_steps(record.summary.request, record.facts).now
        assert isinstance(step, TestBuild)
        return step.candidate

    def judge(self, *, bad: bool) -> None:
        """Press the key; once more if it came before the question."""
        before = self.verdicts
        for _ in range(5):
            self.hit("b" if bad else "g")
            if self.until(lambda: self.verdicts > before, patience=5):
                return
        raise AssertionError("nobody took the verdict")


@pytest.fixture
def person(machine: Machine) -> Iterator[Person]:
    process = machine.start("mozregression-gui")
    try:
        one = Person(machine, process)
        one.focus()
        yield one
    finally:
        process.kill()
        process.communicate()


def test_a_whole_search_in_the_window(person: Person) -> None:
    world = person.machine.sandbox.world
    person.hit("alt+r")
    person.hit("alt+n")
    person.type(str(world.spec.first))
    person.hit("alt+s")
    assert person.until(lambda: person.session)
    seen: list[int | None] = [None]
    while person.until(lambda: person.finished or person.browser not in seen):
        if person.finished:
            break
        seen.append(person.browser)
        time.sleep(_MOMENT)
        person.judge(bad=world.is_bad(person.asked()))
    assert person.session
    assert person.session.outcome is Outcome.FOUND
    report = person.machine.run("report")  # the console tells of what the window did
    assert f"The change is in {world.culprit.push}." in report.stdout
    person.hit("ctrl+q")
    _, errors = person.process.communicate(timeout=_PATIENCE)
    assert (person.process.returncode, errors) == (0, "")
