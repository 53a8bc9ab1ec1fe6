"""A window over a sandbox, and a person in front of it who knows the truth."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qtpy.QtCore import QSettings, Qt
from qtpy.QtWidgets import QAbstractButton, QWidget

from mozregression.model.builds import Candidate
from mozregression.services.endpoints import Endpoints
from mozregui.models.bisection import Bisection, Doing
from mozregui.models.search import Search
from mozregui.widgets.session_page import SessionPage
from mozregui.widgets.window import Window
from mozregui.widgets.wizard_page import WizardPage
from tests.driver.conftest import Bench

PATIENCE_MS = 30_000


@dataclass
class Person:
    """Uses a window with mouse and keys. bot: pytest-qt's. patience: milliseconds."""

    window: Window
    bench: Bench
    bot: Any
    patience: int = PATIENCE_MS

    def until(self, reached: Callable[[], object]) -> None:
        self.bot.waitUntil(lambda: bool(reached()), timeout=self.patience)

    @property
    def bisection(self) -> Bisection:
        assert self.window.guide.bisection
        return self.window.guide.bisection

    @property
    def page(self) -> SessionPage:
        page = self.window.page
        assert isinstance(page, SessionPage)
        return page

    @property
    def form(self) -> WizardPage:
        page = self.window.page
        assert isinstance(page, WizardPage)
        return page

    def press(self, widget: QWidget) -> None:
        assert widget.isVisible(), widget
        assert widget.isEnabled(), widget
        self.bot.mouseClick(widget, Qt.MouseButton.LeftButton)

    def press_named(self, text: str) -> None:
        """The button with this text, without its mark for the key."""
        self.press(button_named(self.window, text))

    def key(self, key: str) -> None:
        self.window.activateWindow()  # a closed dialog does not give that back offscreen
        self.until(self.window.isActiveWindow)
        self.bot.keyClicks(self.page.steps, key)

    def ask(self) -> None:
        """Fill the form in for the whole world of the sandbox."""
        self.window.guide.ask(Search.REGRESSION)
        first = str(self.bench.world.spec.first)
        field = next(each for each in self.form.editors if each.field.name == "good")
        self.form._sections.setCurrentRow(1)
        self.bot.keyClicks(field.input, first)

    def ask_quickly(self) -> None:
        """The same without typing."""
        self.window.guide.ask(Search.REGRESSION)
        if isinstance(self.window.page, WizardPage):
            self.form.wizard.form["good"].content = str(self.bench.world.spec.first)

    def begin(self) -> None:
        self.ask()
        self.press_named("Start")
        self.see_session()

    def see_session(self) -> None:
        """Wait until a session is on the screen."""
        self.until(lambda: isinstance(self.window.page, SessionPage))

    def see(self, *doings: Doing) -> None:
        """Wait until one of these goes on, and the page shows it."""

        def shown() -> bool:
            page = self.window.page
            on_screen = isinstance(page, SessionPage) and page.is_up_to_date
            return on_screen and self.bisection.doing in doings

        self.until(shown)

    def asked(self) -> Candidate:
        self.see(Doing.ASKING)
        assert self.bisection.candidate
        return self.bisection.candidate

    def judge(self, times: int = 1) -> None:
        for _ in range(times):
            bad = self.bench.world.is_bad(self.asked())
            before = len(self.bisection.steps)
            self.key("b" if bad else "g")
            self.until(lambda: len(self.bisection.steps) > before)  # noqa: B023 - called at once

    def finish(self) -> None:
        while True:
            self.see(Doing.ASKING, Doing.FINISHED)
            if self.bisection.doing is Doing.FINISHED:
                return
            self.judge()

    @property
    def found_it(self) -> bool:
        account = self.bisection.account
        end = account.report.bad if account else None
        return end is not None and end.candidate == self.bench.world.culprit.push


def button_named(parent: QWidget, text: str) -> QAbstractButton:
    for button in parent.findChildren(QAbstractButton):
        if button.text().replace("&", "") == text and button.isVisible():
            return button
    raise AssertionError(f"no button {text!r} can be seen")


@contextmanager
def opened(bench: Bench, folder: Path, bot: Any) -> Iterator[Person]:
    """A window that is closed in the end, whatever goes on in it."""
    keep = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    window = Window(bench.where, Endpoints.at(bench.sandbox.root), keep)
    window.show()
    bot.waitUntil(window.isVisible)
    try:
        yield Person(window, bench, bot)
    finally:
        window.close()
        bot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE_MS)
        if window.guide.bisection:
            assert window.guide.bisection.worker.close()
        window.deleteLater()
        bot.wait(1)
        gc.collect()  # here, where widgets may end
