"""A real window on an X server, used from outside: the mouse moves, keys go down."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from qtpy.QtCore import QPoint, QRect, Qt
from qtpy.QtGui import QGuiApplication
from qtpy.QtWidgets import QLineEdit, QWidget

from mozregression.model.verdicts import Verdict
from mozregui.models.bisection import Doing
from mozregui.widgets.start_page import StartPage
from mozregui.widgets.wizard_page import WizardPage
from tests.driver.conftest import Bench

from windows import Person, button_named, opened  # isort: skip

pytestmark = [
    pytest.mark.window,
    pytest.mark.skipif(
        os.environ.get("QT_QPA_PLATFORM") != "xcb" or not os.environ.get("DISPLAY"),
        reason="there is no X server (dev.py test starts one)",
    ),
    pytest.mark.skipif(not shutil.which("xdotool"), reason="xdotool is not installed"),
]


class Hands(Person):
    """A person outside of the program."""

    def do(self, *arguments: str) -> None:
        """Run xdotool while the window lives."""
        with subprocess.Popen(["xdotool", *arguments]) as process:
            self.until(lambda: process.poll() is not None)
        assert process.returncode == 0, arguments

    def focus(self, widget: QWidget | None = None) -> None:
        """What a window manager would do with a new window."""
        target = (widget or self.window).window()
        self.do("windowfocus", str(int(target.winId())))
        self.until(target.isActiveWindow)

    def click(self, widget: QWidget, place: QPoint | None = None) -> None:
        at = widget.mapToGlobal(place or widget.rect().center())
        ratio = widget.devicePixelRatioF()
        x, y = str(round(at.x() * ratio)), str(round(at.y() * ratio))
        self.do("mousemove", x, y)
        self.do("click", "1")

    def answer(self, act: Callable[[], None]) -> None:
        """Give a verdict; once more if it went astray, as what is pressed may move meanwhile."""
        before = len(self.bisection.steps)
        for _ in range(5):
            if self.bisection.doing is Doing.ASKING:
                act()
            with suppress(self.bot.TimeoutError):
                self.bot.waitUntil(lambda: len(self.bisection.steps) > before, timeout=5_000)
                return
        raise AssertionError("nobody took the verdict")

    def drag(self, widget: QWidget, start: QPoint, end: QPoint) -> None:
        ratio = widget.devicePixelRatioF()
        points = [widget.mapToGlobal(place) for place in (start, end)]
        (x1, y1), (x2, y2) = [
            (str(round(one.x() * ratio)), str(round(one.y() * ratio))) for one in points
        ]
        self.do("mousemove", x1, y1)
        self.do("mousedown", "1")
        self.do("mousemove", str((int(x1) + int(x2)) // 2), y1)
        self.do("mousemove", x2, y2)
        self.do("mouseup", "1")

    def type(self, text: str) -> None:
        self.do("type", "--delay", "10", text)

    def hit(self, *keys: str) -> None:
        self.do("key", *keys)


@pytest.fixture
def hands(bench: Bench, tmp_path: Path, qtbot: Any) -> Iterator[Hands]:
    with opened(bench, tmp_path, qtbot) as person:
        outside = Hands(person.window, bench, qtbot)
        outside.focus()
        yield outside


def test_a_whole_search_by_mouse_and_keys(hands: Hands) -> None:
    window = hands.window
    hands.click(button_named(window, "Find a regression"))
    hands.until(lambda: isinstance(window.page, WizardPage))
    hands.hit("alt+n")
    good = next(each for each in hands.form.editors if each.field.name == "good")
    hands.until(good.input.hasFocus)
    hands.type(str(hands.bench.world.spec.first))
    hands.until(lambda: "builds in the range" in hands.form._forecast.text())
    hands.hit("Return")
    hands.until(lambda: window.bisection)
    for number in range(100):
        hands.until(lambda: hands.bisection.doing in (Doing.ASKING, Doing.FINISHED))
        if hands.bisection.doing is Doing.FINISHED:
            break
        bad = hands.bench.world.is_bad(hands.asked())
        if number % 2:
            hands.answer(partial(hands.hit, "b" if bad else "g"))
        else:
            hands.answer(partial(hands.click, hands.page.bar.bad if bad else hands.page.bar.good))
    assert hands.found_it
    hands.hit("alt+c")
    copied = QGuiApplication.clipboard()
    hands.until(lambda: "pushloghtml" in copied.text())


def test_a_keyboard_is_enough(hands: Hands) -> None:
    """From the first page to the first verdict and back, without a mouse."""
    hands.hit("alt+r")
    hands.until(lambda: isinstance(hands.window.page, WizardPage))
    hands.hit("alt+n")
    hands.until(lambda: isinstance(hands.window.focusWidget(), QLineEdit))
    hands.type(str(hands.bench.world.spec.first))
    hands.hit("alt+s")
    hands.until(lambda: hands.window.bisection)
    hands.asked()
    hands.hit("s")
    hands.until(lambda: [one.verdict for one in hands.bisection.steps] == [Verdict.SKIP])
    hands.asked()
    hands.hit("u")
    hands.until(lambda: not hands.bisection.steps)
    hands.asked()
    hands.hit("alt+a")
    hands.until(lambda: isinstance(hands.window.page, StartPage))


def test_a_stretch_is_marked_by_dragging(hands: Hands) -> None:
    hands.begin()
    hands.judge(3)
    before = hands.asked()
    view = hands.page.timeline
    line: QRect = view._near_line.toRect()
    y, width = line.center().y(), line.width()
    hands.drag(
        view, QPoint(line.left() + 4 * width // 10, y), QPoint(line.left() + 6 * width // 10, y)
    )
    hands.until(lambda: before.key in hands.page._stretch)
    hands.click(button_named(hands.window, "Skip the marked builds"))
    hands.until(lambda: any(step.note for step in hands.bisection.steps))
    assert hands.asked() != before


def test_tab_reaches_every_control(hands: Hands) -> None:
    """Of the page on which a person judges."""
    hands.begin()
    hands.judge(2)
    hands.asked()
    seen: set[QWidget] = set()
    for _ in range(40):
        hands.hit("Tab")
        focused = hands.window.focusWidget()
        if focused is not None:
            seen.add(focused)
    wanted = [
        widget
        for widget in hands.page.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
    ]
    assert wanted
    assert not [widget for widget in wanted if widget not in seen]
