"""Somebody who presses whatever can be pressed, in any order, and types whatever comes to mind."""

import faulthandler
import random
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeAlias

import pytest
from qtpy.QtCore import QPoint, Qt, QTimer
from qtpy.QtGui import QDesktopServices
from qtpy.QtWidgets import (
    QAbstractButton,
    QAction,
    QApplication,
    QCalendarWidget,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QPlainTextEdit,
    QTabWidget,
    QWidget,
)

from mozregression.journal import Journal, JournalError, Session
from mozregression.model.verdicts import Verdict
from mozregui.models.bisection import Doing
from mozregui.models.own_settings import BUILD, SHOWS
from mozregui.models.search import Search
from mozregui.widgets.run_page import RunPage
from mozregui.widgets.session_page import SessionPage
from mozregui.widgets.start_page import StartPage
from mozregui.widgets.theme import Scheme
from mozregui.widgets.wizard_page import WizardPage

from windows import Person  # isort: skip
from witness import Witness  # isort: skip

Act: TypeAlias = Callable[[], object]

_NONSENSE = (
    "nonsense",
    "2026-02-31",
    "zz",
    "",
    "   ",
    "150",
    "bug 1234567",
    "20260230010203",
    "deadbeef",
    "0",
    "-1",
    "12",
    "0.5",
    "ein Käfer 🐞 {0} %s <b>",
    "x" * 3000,
    "{binary} --check",
    "3 weeks ago",
)
_RESTING = (Doing.ASKING, Doing.TROUBLE, Doing.STOPPED, Doing.FINISHED, Doing.CRASHED)
_WHILE = 5.0  # seconds for which much that goes on is looked at
_PATIENCE = 30.0  # seconds in which the window answers, and something is heard of what goes on
_PAUSES = (1, 1, 5, 40, 150)  # milliseconds between two acts


class Walker:
    """dice: what decides. A walker may use one window after the other."""

    def __init__(
        self, dice: random.Random, witness: Witness, patch: pytest.MonkeyPatch, folder: str
    ) -> None:
        self.dice = dice
        self._witness = witness
        self._folder = folder
        self._elsewhere: Session | None = None
        self._person: Person
        patch.setattr(QFileDialog, "getSaveFileName", self._chosen_file)
        patch.setattr(QFileDialog, "getExistingDirectory", lambda *_: folder)
        patch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([f"{folder}/a.xpi"], ""))
        patch.setattr(QDesktopServices, "openUrl", lambda _: True)
        patch.setattr(QMenu, "exec_", lambda menu, *_: dice.choice([None, *menu.actions()]))

    def use(self, person: Person) -> None:
        self._person = person

    def step(self) -> None:
        """Do one thing, and look at what comes of it."""
        page = self._person.window.page
        dialogs = [each for each in page.window().findChildren(QDialog) if each.isVisible()]
        if dialogs:
            self._in_dialog(dialogs[-1])
        elif self.dice.random() < 0.1:
            self._anywhere()
        elif isinstance(page, SessionPage):
            self._in_session(page)
        elif isinstance(page, WizardPage):
            self._in_form(page)
        elif isinstance(page, RunPage):
            self._with_one_build(page)
        else:
            assert isinstance(page, StartPage)
            self._at_start(page)
        self._person.bot.wait(self.dice.choice(_PAUSES))
        assert "Traceback" not in " ".join(_texts(self._person.window))

    def settle(self) -> None:
        """Wait until nothing goes on by itself, or for a while if much does. It hangs when nothing
        at all is heard of what goes on.
        """
        self.leave_to_others()
        begun = quiet = time.monotonic()
        heard = self._witness.heard
        while not self._is_at_rest:
            self._person.bot.wait(20)
            now = time.monotonic()
            if self._witness.heard != heard:
                if now - begun > _WHILE:
                    return
                heard, quiet = self._witness.heard, now
            elif now - quiet > _PATIENCE:
                self._tell_hang()

    def _tell_hang(self) -> None:
        faulthandler.dump_traceback(all_threads=True)
        seen = self._person.bisection
        raise AssertionError(f"It hangs: {seen.doing}, {seen.headline}, {seen.log.lines[-5:]}")

    def leave_to_others(self) -> None:
        """Nobody else has a session any more."""
        if self._elsewhere:
            self._elsewhere.close()
            self._elsewhere = None

    @property
    def _is_at_rest(self) -> bool:
        window = self._person.window
        return window.guide.bisection is None or window.guide.bisection.doing in _RESTING

    def _one_of(self, *acts: tuple[int, Act]) -> None:
        weights, things = zip(*acts, strict=True)
        begun = time.monotonic()
        self.dice.choices(things, weights)[0]()
        assert time.monotonic() - begun < _PATIENCE, "the window did not answer"

    # Where it is done

    def _at_start(self, page: StartPage) -> None:
        self._one_of(
            (6, lambda: self._open_session(page)),
            (4, self._person.ask_quickly),
            (1, lambda: self._person.window.guide.ask(Search.FIX)),
            (1, self._person.window.guide.ask_for_one),
            (1, self._work_elsewhere),
            (2, lambda: self._press_something(page)),
        )

    def _in_form(self, page: WizardPage) -> None:
        self._one_of(
            (14, lambda: self._begin(page)),
            (3, lambda: self._type_something(page)),
            (1, lambda: self._choose_something(page)),
            (2, lambda: self._hide_the_bug(page)),
            (1, lambda: self._have_a_command_judge(page)),
            (3, lambda: self._press_something(page)),
            (1, page.left.emit),
        )

    def _with_one_build(self, page: RunPage) -> None:
        self._one_of(
            (3, lambda: self._run(page)),
            (1, lambda: self._type_something(page)),
            (1, lambda: self._choose_something(page)),
            (4, lambda: self._press_something(page)),
        )

    def _in_session(self, page: SessionPage) -> None:
        bisection = page.bisection
        if not self._is_at_rest and self.dice.random() < 0.7:
            self.settle()
            return
        self._one_of(
            (12, lambda: bisection.judge(self._truth())),
            (6, lambda: self._key(page, "b" if self._truth() is Verdict.BAD else "g")),
            (3, lambda: self._key(page, self.dice.choice("gbsru"))),
            (1, lambda: bisection.judge(self.dice.choice(tuple(Verdict)))),
            (1, lambda: self._judge_and(bisection.stop)),
            (1, lambda: self._judge_and(bisection.undo)),
            (1, bisection.retry),
            (1, bisection.undo),
            (1, bisection.stop),
            (1, bisection.go_on),
            (1, page._go_home),
            (1, lambda: self._go_back(page)),
            (1, lambda: self._skip(page)),
            (1, lambda: self._drag(page)),
            (1, lambda: self._search_log(page)),
            (2, lambda: self._press_something(page.reference)),
            (3, lambda: self._press_something(page)),
        )

    def _in_dialog(self, dialog: QDialog) -> None:
        self._one_of(
            (2, lambda: self._type_something(dialog)),
            (1, lambda: self._choose_something(dialog)),
            (2, lambda: self._press_something(dialog)),
            (2, dialog.close),
        )

    def _anywhere(self) -> None:
        window = self._person.window
        self._one_of(
            (3, window.guide.show_preferences),
            (3, self._use_a_menu),
            (1, lambda: window._look(self.dice.choice(tuple(Scheme)))),
            (1, lambda: window.resize(self.dice.randint(200, 1500), self.dice.randint(200, 900))),
            (1, window.showMinimized),
            (1, window.showNormal),
            (2, self._turn_tabs),
        )

    # What is done

    def _open_session(self, page: StartPage) -> None:
        if page._start.rows:
            self._person.window.guide.open_session(self.dice.choice(page._start.rows).id)

    def _work_elsewhere(self) -> None:
        """Another program begins, or ends, to work on a session."""
        if self._elsewhere:
            self.leave_to_others()
            return
        with suppress(JournalError, LookupError):
            self._elsewhere = Journal(self._person.bench.where.state).open()

    def _begin(self, page: WizardPage) -> None:
        page.wizard.form["good"].content = str(self._person.bench.world.spec.first)
        if page._start.isEnabled():
            self._person.press(page._start)
        elif self.dice.random() < 0.5:
            self._person.ask_quickly()

    def _run(self, page: RunPage) -> None:
        page.form.form[BUILD.name].content = str(self._person.bench.world.spec.first)
        self._press_something(page)

    def _hide_the_bug(self, page: WizardPage) -> None:
        page.wizard.form[SHOWS.name].content = self.dice.choice(("hides", "errs"))

    def _have_a_command_judge(self, page: WizardPage) -> None:
        page.wizard.form["command"].content = "{binary} --check"

    def _truth(self) -> Verdict:
        candidate = self._person.bisection.candidate
        bad = candidate is not None and self._person.bench.world.is_bad(candidate)
        return Verdict.BAD if bad else Verdict.GOOD

    def _key(self, page: SessionPage, key: str) -> None:
        self._person.bot.keyClicks(page.steps, key)

    def _judge_and(self, act: Act) -> None:
        """Two things in one moment."""
        self._person.bisection.judge(self._truth())
        act()

    def _go_back(self, page: SessionPage) -> None:
        page.bisection.go_back_to(self.dice.randint(1, max(1, len(page.bisection.steps) + 1)))

    def _skip(self, page: SessionPage) -> None:
        near = page.bisection.timeline.near
        if near and near.marks:
            marks = self.dice.sample(near.marks, min(3, len(near.marks)))
            page.bisection.skip([mark.key for mark in marks])

    def _drag(self, page: SessionPage) -> None:
        """Over the picture, from anywhere to anywhere."""
        view = page.timeline
        start, end = (
            QPoint(self.dice.randrange(view.width()), self.dice.randrange(view.height()))
            for _ in range(2)
        )
        self._person.bot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
        view._stretch = (self.dice.random(), self.dice.random())  # no mouse moves offscreen
        self._person.bot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)

    def _search_log(self, page: SessionPage) -> None:
        page._tabs.setCurrentWidget(page.log)
        page.log.search.setText(self.dice.choice(("Test", "never said", "")))
        page.log.find_next()

    def _turn_tabs(self) -> None:
        for tabs in self._visible(self._person.window, QTabWidget):
            tabs.setCurrentIndex(self.dice.randrange(max(1, tabs.count())))

    def _use_a_menu(self) -> None:
        menus = self._person.window.findChildren(QMenu)
        actions = [action for menu in menus for action in _entries(menu)]
        if actions:
            self.dice.choice(actions).trigger()

    def _press_something(self, where: QWidget) -> None:
        buttons = self._visible(where, QAbstractButton)
        pressed = [each for each in buttons if each.isEnabled()]
        if pressed:
            QTimer.singleShot(0, _close_popups)
            self.dice.choice(pressed).click()

    def _type_something(self, where: QWidget) -> None:
        lines = self._visible(where, QLineEdit)
        if lines:
            line = self.dice.choice(lines)
            line.selectAll()
            line.insert(self.dice.choice(_NONSENSE))

    def _choose_something(self, where: QWidget) -> None:
        boxes = self._visible(where, QComboBox)
        if boxes:
            box = self.dice.choice(boxes)
            index = self.dice.randrange(max(1, box.count()))
            box.setCurrentIndex(index)
            box.activated.emit(index)
        for listed in self._visible(where, QListWidget)[:1]:
            listed.setCurrentRow(self.dice.randrange(max(1, listed.count())))

    def _visible(self, where: QWidget, kind: Any) -> list[Any]:
        return [each for each in where.findChildren(kind) if each.isVisible()]

    def _chosen_file(self, *_: object) -> tuple[str, str]:
        return self.dice.choice(("", f"{self._folder}/saved", "/nowhere/at/all")), ""


def _entries(menu: QMenu) -> list[QAction]:
    """Those that lead to no other menu, and do not end the program."""
    return [one for one in menu.actions() if one.text() and "Quit" not in one.text()]


def _close_popups() -> None:
    popup = QApplication.activePopupWidget()
    while popup is not None:
        for calendar in popup.findChildren(QCalendarWidget):
            calendar.clicked.emit(calendar.selectedDate())
        popup.close()
        now, popup = popup, QApplication.activePopupWidget()
        if popup is now:
            return


def _texts(widget: QWidget) -> list[str]:
    """All that can be read."""
    labels = [label.text() for label in widget.findChildren(QLabel)]
    return labels + [text.toPlainText() for text in widget.findChildren(QPlainTextEdit)]
