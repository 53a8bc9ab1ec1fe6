"""One session in two faces: begun in the window, gone on with in the console, finished here."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from qtpy.QtWidgets import QLabel

from mozregression.driver.places import places
from mozregression.journal import Journal
from mozregression.reports.account import Known
from mozregression.sandbox.sandbox import Sandbox
from mozregression.services.endpoints import VARIABLE
from mozregui.models.bisection import Doing
from mozregui.widgets.dialogs import TroubleDialog
from mozregui.widgets.start_page import StartPage
from tests.driver.conftest import Bench, make_world

from windows import Person, button_named, opened  # isort: skip


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """With the folders that a console finds by itself."""
    with Sandbox(make_world()) as sandbox:
        monkeypatch.setenv(VARIABLE, sandbox.root)
        yield Bench(sandbox, places())


class Console:
    """A `mozregression resume` in a process of its own, and somebody who knows the truth."""

    def __init__(self, process: "subprocess.Popen[str]", bench: Bench, session: int) -> None:
        self._process = process
        self._bench = bench
        facts = Journal(bench.where.state).read(session).facts
        self._known = {str(one): one for one in Known(facts).candidates.values()}

    def asked(self) -> str:
        """Wait for the heading of a test; the build that it names."""
        assert self._process.stdout
        for line in self._process.stdout:
            if line.startswith("Test "):
                return line.split(" · ")[1]
        raise AssertionError("the console asks nothing")

    def say(self, word: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()

    def judge(self, times: int) -> None:
        for _ in range(times):
            bad = self._bench.world.is_bad(self._known[self.asked()])
            self.say("bad" if bad else "good")


@contextmanager
def resumed(bench: Bench, session: int) -> Iterator[Console]:
    command = [sys.executable, "-u", "-m", "mozregression", "resume", str(session)]
    with subprocess.Popen(
        [*command, "--no-telemetry", "--no-update-check"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        try:
            yield Console(process, bench, session)
        finally:
            if process.stdin:
                process.stdin.close()  # which means exit to it
            assert process.wait(20) is not None


def rows(person: Person) -> StartPage:
    """The start page with its list as it is now."""
    page = person.window.page
    assert isinstance(page, StartPage)
    page._start.refresh()
    person.until(lambda: page._start.rows)
    return page


def test_begun_here_gone_on_there_finished_here(bench: Bench, tmp_path: Path, qtbot: Any) -> None:
    with opened(bench, tmp_path, qtbot) as person:
        person.begin()
        person.judge(4)
        person.asked()
        number = person.bisection.id
        person.press_named("Start page")
        person.until(lambda: isinstance(person.window.page, StartPage))
        with resumed(bench, number) as console:
            console.judge(3)
            console.asked()
            page = rows(person)
            person.until(lambda: page._start.rows[0].state.startswith("in use by another program"))
            assert not button_named(page, "Continue").isEnabled()
            person.window.guide.open_session(number)
            person.until(lambda: person.window.findChildren(TroubleDialog))
            (dialog,) = person.window.findChildren(TroubleDialog)
            told = " ".join(label.text() for label in dialog.findChildren(QLabel))
            assert "worked on elsewhere" in told
            dialog.close()
            console.say("exit")
        page._start.refresh()
        person.until(lambda: page._start.rows[0].can_open)
        assert page._start.rows[0].state == "stopped, 7 verdicts"
        person.press_named("Continue")
        person.see_session()
        person.until(lambda: person.bisection.doing is Doing.ASKING)
        assert len(person.bisection.steps) == 7
        person.finish()
        assert person.found_it
