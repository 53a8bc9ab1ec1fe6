"""A real window on an X server, used from outside: the mouse moves, keys go down."""

from collections.abc import Iterator
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

from hands import NO_SCREEN, Hands  # isort: skip
from windows import button_named, opened  # isort: skip

pytestmark = [pytest.mark.window, *NO_SCREEN]


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
