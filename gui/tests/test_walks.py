"""Random walks: whatever a person presses in whatever order, nothing hangs and nothing is lost."""

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from qtpy.QtWidgets import QDialog, QLabel, QPlainTextEdit, QWidget

from mozregression.driver.places import Places
from mozregression.journal import Journal
from mozregression.model.verdicts import Verdict
from mozregression.reports.account import standing_verdicts
from mozregression.sandbox.misbehaviour import Faults
from mozregression.sandbox.sandbox import Sandbox
from mozregression.services.endpoints import VARIABLE
from mozregui.models.bisection import Bisection
from mozregui.models.wizard import Search
from mozregui.widgets.session_page import SessionPage
from mozregui.widgets.start_page import StartPage
from mozregui.widgets.wizard_page import WizardPage
from mozregui.work import worker
from tests.driver.conftest import Bench, make_world

from windows import Person, opened  # isort: skip

WALKS = int(os.environ.get("MOZREGUI_WALKS", "3"))
STEPS = 25


class Walker:
    """Presses what can be pressed."""

    def __init__(self, person: Person, dice: random.Random) -> None:
        self._person = person
        self._dice = dice
        self.seen: list[Bisection] = []  # the session looked at last

    def step(self) -> None:
        page = self._person.window.page
        if isinstance(page, SessionPage):
            self.seen = [page.bisection]
            self._in_session(page)
        elif isinstance(page, WizardPage):
            self._in_form(page)
        else:
            self._at_start()
        self._person.bot.wait(self._dice.choice((1, 5, 40, 150)))

    def _at_start(self) -> None:
        page = self._person.window.page
        assert isinstance(page, StartPage)
        rows = [row for row in page._start.rows if row.can_open]
        if rows and self._dice.random() < 0.6:
            self._person.window.open_session(self._dice.choice(rows).id)
        elif self._dice.random() < 0.2:
            self._person.window.show_preferences()
        else:
            self._person.window.ask(Search.REGRESSION)

    def _in_form(self, page: WizardPage) -> None:
        first = str(self._person.bench.world.spec.first)
        action = self._dice.random()
        if action < 0.15:
            page.wizard.form["good"].content = self._dice.choice(("nonsense", "2026-02-31", "zz"))
        elif action < 0.25:
            page.left.emit()
        else:
            page.wizard.form["good"].content = first
            if page._start.isEnabled():
                self._person.press(page._start)

    def _in_session(self, page: SessionPage) -> None:
        bisection = page.bisection
        actions: list[Callable[[], object]] = [
            *[lambda: bisection.judge(self._truth())] * 8,
            lambda: bisection.judge(Verdict.SKIP),
            lambda: self._person.bot.keyClicks(page.steps, self._dice.choice("gbsru")),
            bisection.retry,
            bisection.undo,
            bisection.stop,
            bisection.go_on,
            page._go_home,
            lambda: bisection.go_back_to(self._dice.randint(1, max(1, len(bisection.steps)))),
            lambda: self._skip(page),
        ]
        self._dice.choice(actions)()

    def _truth(self) -> Verdict:
        candidate = self._person.bisection.candidate
        bad = candidate is not None and self._person.bench.world.is_bad(candidate)
        return Verdict.BAD if bad else Verdict.GOOD

    def _skip(self, page: SessionPage) -> None:
        near = page.bisection.timeline.near
        if near and near.marks:
            marks = self._dice.sample(near.marks, min(3, len(near.marks)))
            page.bisection.skip([mark.key for mark in marks])


@pytest.mark.parametrize("seed", range(WALKS))
def test_whatever_is_pressed_nothing_is_lost(
    seed: int, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_PAUSES", (0.05,))
    faults = Faults(seed=seed, error=0.05, reset=0.02, cut=0.1, slow=0.05, slow_seconds=0.2)
    dice = random.Random(seed)
    with Sandbox(make_world(missing_rate=0.1, broken_rate=0.05), faults=faults) as sandbox:
        monkeypatch.setenv(VARIABLE, sandbox.root)
        bench = Bench(sandbox, Places(tmp_path / "state", tmp_path / "cache"))
        with opened(bench, tmp_path, qtbot) as person:
            walker = Walker(person, dice)
            for _ in range(STEPS):
                walker.step()
                _close_dialogs(person)
        shown = {one.id: one.steps for one in walker.seen}  # after all that was under way
        journal = Journal(bench.where.state)
        for number, steps in shown.items():
            facts = journal.read(number).facts
            kept = [given.candidate for _, given in standing_verdicts(facts)]
            assert [step.key for step in steps] == kept[: len(steps)]


def texts(widget: QWidget) -> list[str]:
    """All that can be read."""
    labels = [label.text() for label in widget.findChildren(QLabel)]
    return labels + [text.toPlainText() for text in widget.findChildren(QPlainTextEdit)]


def _close_dialogs(person: Person) -> None:
    for dialog in person.window.findChildren(QDialog):
        assert not any("Traceback" in text for text in texts(dialog))
        dialog.close()
