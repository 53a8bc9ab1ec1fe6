"""Real Firefox, bisected in a real window with mouse and keys."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
from qtpy.QtWidgets import QApplication, QLineEdit

from mozregression.driver.places import Places
from mozregression.sandbox.sandbox import Sandbox
from mozregui.models.bisection import Doing
from mozregui.widgets.wizard_page import WizardPage
from tests.driver.conftest import Bench
from tests.real_firefox.conftest import room, serve, shared_stream  # noqa: F401 - fixtures
from tests.real_firefox.page import Page, page
from tests.real_firefox.person import browser_of, processes_of
from tests.real_firefox.screenshot import OFFLINE
from tests.real_firefox.test_real_bisection import sources_around_change

from hands import NO_SCREEN, Hands  # isort: skip
from windows import button_named, opened  # isort: skip

pytestmark = [pytest.mark.real_firefox, *NO_SCREEN]

DAYS = 4
ENDS = 2
SECONDS = 30
PATIENCE_MS = 120_000


@pytest.fixture
def bench(serve: Callable[[int], Sandbox], room: Path) -> Bench:  # noqa: F811
    return Bench(serve(DAYS), Places(room / "state", room / "cache" / "mozregression"))


@pytest.fixture
def hands(bench: Bench, tmp_path: Path, qtbot: Any) -> Iterator[Hands]:
    with opened(bench, tmp_path, qtbot) as person:
        outside = Hands(person.window, bench, qtbot, patience=PATIENCE_MS)
        outside.focus()
        yield outside


def test_a_person_finds_the_nightly(hands: Hands, room: Path, tmp_path: Path) -> None:  # noqa: F811
    browsers: list[psutil.Process] = []
    pictures = Path(os.environ.get("MOZREGUI_PICTURES", tmp_path))
    with page() as shown:
        ask(hands, shown.url)
        while is_asked(hands):
            hands.until(lambda: shown.was_shown)
            browsers.append(browser_of(room))
            take_picture(pictures / f"firefox-{len(browsers)}.png")
            hands.raise_()
            take_picture(pictures / f"window-{len(browsers)}.png")
            judge(hands, len(browsers), shown)
            assert psutil.wait_procs(browsers, SECONDS)[1] == []
    take_picture(pictures / "result.png")
    good, bad = sources_around_change(hands.bench.world)
    hands.hit("alt+c")
    clipboard = QApplication.clipboard()
    hands.until(lambda: f"fromchange={good}&tochange={bad}" in clipboard.text())
    assert len(browsers) > ENDS
    assert processes_of(room) == []
    assert list(room.glob("cache/mozregression/work/profile-*")) == []


def ask(hands: Hands, url: str) -> None:
    """Fill the form in. Lists, which are many clicks, are put where the form keeps them."""
    hands.click(button_named(hands.window, "Find a regression"))
    hands.until(lambda: isinstance(hands.window.page, WizardPage))
    form = hands.form.wizard.form
    form["cmdargs"].content = (url,)
    form["prefs"].content = tuple(f"{name}:{value}" for name, value in OFFLINE.items())
    spec = hands.bench.world.spec
    hands.hit("alt+n")
    for name, day in (("good", spec.first), ("bad", spec.last)):
        editor = next(each for each in hands.form.editors if each.field.name == name)
        assert isinstance(editor.input, QLineEdit)
        hands.click(editor.input)
        hands.type(str(day))
    hands.until(lambda: "builds in the range" in hands.form._forecast.text())
    hands.hit("Return")
    hands.until(lambda: hands.window.bisection)


def is_asked(hands: Hands) -> bool:
    hands.until(lambda: hands.bisection.doing in (Doing.ASKING, Doing.FINISHED))
    return hands.bisection.doing is Doing.ASKING


def judge(hands: Hands, number: int, shown: Page) -> None:
    """With keys and with the mouse in turn."""
    good = shown.runs_scripts()
    bar = hands.page.bar
    if number % 2:
        hands.answer(partial(hands.hit, "g" if good else "b"))
    else:
        hands.answer(partial(hands.click, bar.good if good else bar.bad))


def take_picture(path: Path) -> None:
    """Of the whole screen: the window, and the browser over it."""
    picture = QApplication.primaryScreen().grabWindow(0)
    assert picture.save(str(path))
    colours = {picture.toImage().pixel(x, y) for x in range(0, 600, 7) for y in range(0, 600, 7)}
    assert len(colours) > ENDS
