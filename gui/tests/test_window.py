"""The window, offscreen, with mouse and keys as Qt knows them."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qtpy.QtCore import QPoint, Qt
from qtpy.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QTableWidget,
    QTabWidget,
    QWidget,
)

from mozregression.journal import Journal, State
from mozregression.settings.file import load, location
from mozregression.settings.table import SETTINGS
from mozregui.models.bisection import Doing
from mozregui.models.preferences import Preferences
from mozregui.widgets.dialogs import TroubleDialog
from mozregui.widgets.preferences import PreferencesDialog
from mozregui.widgets.start_page import StartPage
from mozregui.widgets.theme import Scheme, apply, is_dark
from mozregui.work import worker
from tests.driver.conftest import Bench

from windows import Person, button_named, opened  # isort: skip

CONTROLS = (QAbstractButton, QComboBox, QLineEdit, QListWidget, QTableWidget, QPlainTextEdit)


@pytest.fixture
def person(bench: Bench, tmp_path: Path, qtbot: Any) -> Iterator[Person]:
    with opened(bench, tmp_path, qtbot) as person:
        yield person


def test_a_whole_search_by_keys(person: Person) -> None:
    person.begin()
    person.finish()
    assert person.found_it
    headline = person.page._result.headline.text()  # type: ignore[union-attr]
    assert person.bench.world.culprit.push.tip[:12] in headline


def test_what_has_just_begun_is_shown_whatever_is_pressed_meanwhile(person: Person) -> None:
    person.ask()
    form = person.form
    person.press_named("Start")
    person.press_named("Cancel")
    person.window.guide.ask_for_one()
    assert person.window.page is form
    person.asked()
    person.judge()


def test_the_buttons_judge_as_well(person: Person) -> None:
    person.begin()
    for _ in range(3):
        bad = person.bench.world.is_bad(person.asked())
        person.press(person.page.bar.bad if bad else person.page.bar.good)
    person.asked()
    assert len(person.bisection.steps) == 3
    assert person.page.steps.rowCount() == 3
    person.press(person.page.bar.undo)
    person.until(lambda: len(person.bisection.steps) == 2)
    person.asked()
    person.press(person.page.bar.skip)
    person.until(lambda: len(person.bisection.steps) == 3)


def test_what_cannot_be_done_now_cannot_be_pressed(person: Person) -> None:
    person.begin()
    assert not person.page.bar.undo.isEnabled()
    person.asked()
    assert person.page.bar.good.isEnabled()
    assert not person.page.bar.undo.isEnabled()
    person.finish()
    assert not person.page.bar.good.isVisible()
    assert person.page.bar.undo.isEnabled()


def test_wrong_input_is_marked_at_its_field(person: Person) -> None:
    person.ask()
    start = button_named(person.window, "Start")
    assert start.isEnabled()
    good = next(each for each in person.form.editors if each.field.name == "good")
    assert isinstance(good.input, QLineEdit)
    person.bot.keyClicks(good.input, "x")
    assert "is neither a date" in good.error.text()
    assert "is neither a date" in good.input.accessibleDescription()
    assert not start.isEnabled()
    person.bot.keyClick(good.input, Qt.Key.Key_Backspace)
    assert start.isEnabled()


def test_services_are_asked_when_typing_pauses(person: Person) -> None:
    person.ask()
    person.until(lambda: "builds in the range" in person.form._forecast.text())
    told = [each.error.text() for each in person.form.editors if each.field.name == "good"]
    assert "mozilla-central nightly" in told[0]


def test_closing_stops_and_loses_nothing(bench: Bench, tmp_path: Path, qtbot: Any) -> None:
    with opened(bench, tmp_path, qtbot) as person:
        person.begin()
        person.judge(3)
        person.until(lambda: len(person.bisection.steps) == 3)
    (summary,) = Journal(bench.where.state).sessions()
    assert (summary.state, summary.verdicts) == (State.STOPPED, 3)
    with opened(bench, tmp_path, qtbot) as person:
        page = person.window.page
        assert isinstance(page, StartPage)
        person.until(lambda: page._start.rows)
        person.press_named("Continue")
        person.see_session()
        person.finish()
        assert person.found_it


def test_a_session_in_use_elsewhere_is_seen_as_such(person: Person) -> None:
    from mozregression.driver.settings import Settings

    page = person.window.page
    assert isinstance(page, StartPage)
    with person.bench.session(Settings()) as session:
        page._start.refresh()
        person.until(lambda: page._start.rows)
        assert page._start.rows[0].state.startswith("in use by another program")
        assert not button_named(page, "Continue").isEnabled()
        person.window.guide.open_session(session.id)
        person.until(lambda: person.window.findChildren(TroubleDialog))
        (dialog,) = person.window.findChildren(TroubleDialog)
        assert any("worked on elsewhere" in told for told in texts(dialog))
        dialog.close()


def test_leaving_a_session_stops_it(person: Person) -> None:
    person.begin()
    person.judge(1)
    person.press_named("Start page")
    person.until(lambda: isinstance(person.window.page, StartPage))
    page = person.window.page
    assert isinstance(page, StartPage)
    person.until(lambda: page._start.rows and page._start.rows[0].can_open)


def test_the_report_is_copied(person: Person) -> None:
    person.begin()
    person.finish()
    person.press_named("Copy for Bugzilla")
    copied = QApplication.clipboard().text()
    assert "pushloghtml" in copied
    assert person.bench.world.culprit.push.tip in copied


def test_the_log_can_be_searched(person: Person) -> None:
    person.begin()
    person.asked()
    person.page._tabs.setCurrentWidget(person.page.log)
    log = person.page.log
    log.refresh()
    assert log.text.toPlainText() + "\n" == person.bisection.log.text
    log.search.setText("Test 1:")
    assert log.find_next()
    assert log.text.textCursor().selectedText() == "Test 1:"
    log.search.setText("never said")
    assert not log.find_next()


def test_a_stretch_is_marked_with_the_mouse_and_skipped(person: Person) -> None:
    person.begin()
    person.judge(3)
    before = person.asked()
    view = person.page.timeline
    line = view._near_line
    y = int(line.center().y())
    left = QPoint(int(line.left() + 0.4 * line.width()), y)
    right = QPoint(int(line.left() + 0.6 * line.width()), y)
    person.bot.mousePress(view, Qt.MouseButton.LeftButton, pos=left)
    person.bot.mouseMove(view, right)
    view._stretch = (0.4, 0.6)  # Qt's own test tools move no mouse offscreen
    person.bot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=right)
    assert before.key in person.page._stretch
    person.press_named("Skip the marked builds")
    person.until(lambda: any(step.note for step in person.bisection.steps))
    assert person.asked() != before


def test_a_mistake_of_the_program_is_shown_with_details(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("planted")

    with monkeypatch.context() as patch:
        patch.setattr(worker, "assembled", broken)
        person.begin()
        person.until(lambda: person.window.findChildren(TroubleDialog))
    (dialog,) = person.window.findChildren(TroubleDialog)
    person.press(button_named(dialog, "Copy details"))
    assert "planted" in QApplication.clipboard().text()
    dialog.close()
    person.press_named("Go on")
    person.finish()
    assert person.found_it


def test_preferences_are_the_consoles(person: Person) -> None:
    location().parent.mkdir(parents=True)
    location().write_text("# mine\nhttp-timeout = 7\n")
    person.window.guide.show_preferences()
    (dialog,) = person.window.findChildren(PreferencesDialog)
    timeout = next(each for each in dialog.editors if each.field.name == "http_timeout")
    assert isinstance(timeout.input, QLineEdit)
    assert timeout.input.text() == "7"
    timeout.input.clear()
    person.bot.keyClicks(timeout.input, "soon")
    assert not button_named(dialog, "Save").isEnabled()
    timeout.input.clear()
    person.bot.keyClicks(timeout.input, "12")
    dialog.preferences.form["background_dl"].content = False
    person.press(button_named(dialog, "Save"))
    assert location().read_text().startswith("# mine\nhttp-timeout = 12\n")
    assert load(location()).values == {"http_timeout": 12.0, "background_dl": False}


def test_preferences_hold_every_setting_of_the_file(tmp_path: Path) -> None:
    shown = Preferences(tmp_path / "none").form.fields
    kept = {one.name for one in SETTINGS if one.key and not getattr(one, "inert", False)}
    assert set(shown) == kept


def test_geometry_and_looks_are_remembered(bench: Bench, tmp_path: Path, qtbot: Any) -> None:
    with opened(bench, tmp_path, qtbot) as person:
        person.window.resize(777, 555)
        person.window._look(Scheme.DARK)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        assert is_dark(app.palette())
        apply(app, Scheme.LIGHT)
    with opened(bench, tmp_path, qtbot) as person:
        assert (person.window.width(), person.window.height()) == (777, 555)
        assert person.window.scheme is Scheme.DARK


def test_garbage_is_collected_in_the_thread_of_the_window(person: Person) -> None:
    """Where widgets may end. Python itself collects where things are made."""
    ended: list[threading.Thread] = []

    class Ring:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            ended.append(threading.current_thread())

    def make() -> None:
        Ring()
        kept.extend([] for _ in range(100_000))

    kept: list[list[int]] = []
    maker = threading.Thread(target=make)
    maker.start()
    maker.join()
    person.until(lambda: ended)
    assert ended == [threading.current_thread()]


# For everybody


def test_every_control_has_a_name_for_screen_readers(person: Person) -> None:
    nameless: list[QWidget] = []

    def look() -> None:
        for control in person.window.findChildren(QWidget):
            if not isinstance(control, CONTROLS) or not control.isVisible():
                continue
            text = control.text() if isinstance(control, QAbstractButton) else ""
            if control.objectName().startswith("qt_") or control.parent() is None:
                continue
            if not (control.accessibleName() or text) and not _is_inner(control):
                nameless.append(control)

    look()
    person.ask()
    for row in range(person.form._stack.count()):
        person.form._sections.setCurrentRow(row)
        look()
    person.press_named("Start")
    person.see_session()
    person.judge(2)
    person.asked()
    for tab in range(person.page._tabs.count()):
        person.page._tabs.setCurrentIndex(tab)
        look()
    assert not nameless


def test_no_two_things_have_the_same_letter(person: Person) -> None:
    def letters() -> list[str]:
        bar = person.window.menuBar().actions()
        found = [action.text() for action in bar]
        for control in person.window.findChildren(QWidget):
            if control.isVisible() and isinstance(control, QAbstractButton):
                found.append(control.text())
            if control.isVisible() and isinstance(control, QTabWidget):
                found += [control.tabText(place) for place in range(control.count())]
        return sorted(re.findall(r"&(\w)", " ".join(found).lower()))

    pages = [letters()]
    person.ask()
    pages.append(letters())
    person.press_named("Start")
    person.see_session()
    person.asked()
    pages.append(letters())
    person.finish()
    pages.append(letters())
    person.press_named("Start page")
    page = person.window.page
    assert isinstance(page, StartPage)
    person.until(lambda: page._start.rows)
    pages.append(letters())
    assert all(len(found) > 3 for found in pages)
    assert [found for found in pages if len(set(found)) < len(found)] == []


def _is_inner(control: QWidget) -> bool:
    """Whether it is a part that Qt puts into another control."""
    parent = control.parent()
    return (
        isinstance(parent, QTableWidget | QComboBox | QLineEdit) or "QTab" in type(parent).__name__
    )


def texts(widget: QWidget) -> list[str]:
    """All that can be read."""
    parts = (QLabel, QAbstractButton)
    shown = [each for each in widget.findChildren(QWidget) if isinstance(each, parts)]
    return [each.text() for each in shown if each.isVisible() and each.text()]


def test_the_session_page_follows_the_doing(person: Person) -> None:
    person.begin()
    person.asked()
    assert person.page.headline.text() == "Does this build show the bug?"
    person.press_named("Stop")
    person.until(lambda: person.bisection.doing is Doing.STOPPED)
    assert person.page.headline.text() == "Stopped. Nothing is lost."
    person.press_named("Go on")
    person.asked()
