"""The page of one build, and verdicts on a bug that hides, in a window offscreen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QComboBox, QLabel

from mozregression.journal import Journal
from mozregui.models.bisection import Doing
from mozregui.models.running import Phase
from mozregui.widgets.dialogs import TroubleDialog
from mozregui.widgets.run_page import RunPage, RunView
from mozregui.widgets.start_page import StartPage
from tests.driver.conftest import Bench

from windows import Person, button_named, opened  # isort: skip


@pytest.fixture
def person(bench: Bench, tmp_path: Path, qtbot: Any) -> Iterator[Person]:
    with opened(bench, tmp_path, qtbot) as person:
        yield person


def asked_for(person: Person, build: str) -> RunPage:
    person.press_named("Run one build")
    page = person.window.page
    assert isinstance(page, RunPage)
    field = next(each for each in page.section.editors if each.field.name == "build")
    person.bot.keyClicks(field.input, build)
    return page


def running(person: Person, page: RunPage) -> RunView:
    person.press(button_named(page, "Run"))
    person.until(lambda: page.view and page.view.run.phase is Phase.RUNNING)
    assert page.view
    return page.view


def test_one_build_is_run_again_and_closed_and_another_is_asked_for(person: Person) -> None:
    page = asked_for(person, str(person.bench.world.spec.last))
    person.until(lambda: "mozilla-central nightly" in page.form.told("build").told)
    view = running(person, page)
    assert view.headline.text() == "The build runs."
    person.press_named("Close the build")
    person.until(lambda: view.run.phase is Phase.CLOSED)
    assert not view.close_build.isEnabled()
    person.press_named("Launch again")
    person.until(lambda: view.run.phase is Phase.RUNNING)
    person.press_named("Another build")
    person.until(lambda: page.view is None)
    assert page.form.form["build"].text == str(person.bench.world.spec.last)
    assert button_named(page, "Run").isEnabled()
    assert Journal(person.bench.where.state).sessions() == []


def test_wrong_input_is_marked_at_the_field_of_the_build(person: Person) -> None:
    page = asked_for(person, "nonsense")
    field = page.section.editors[0]
    assert "is neither a date" in field.error.text()
    assert not button_named(page, "Run").isEnabled()


def test_return_runs_the_build(person: Person) -> None:
    page = asked_for(person, str(person.bench.world.spec.last))
    person.bot.keyClick(page.section.editors[0].input, Qt.Key.Key_Return)
    person.until(lambda: page.view and page.view.run.phase is Phase.RUNNING)
    person.press_named("Start page")
    person.until(lambda: isinstance(person.window.page, StartPage))


def test_what_cannot_be_run_is_a_dialog_and_the_form_is_there_again(person: Person) -> None:
    page = asked_for(person, "2004-01-01")
    person.press(button_named(page, "Run"))
    person.until(lambda: person.window.findChildren(TroubleDialog))
    (dialog,) = person.window.findChildren(TroubleDialog)
    told = [label.text() for label in dialog.findChildren(QLabel)]
    assert "The build cannot be run." in told
    assert any("2004-01-01" in text for text in told)
    dialog.close()
    person.until(lambda: page.view is None)


def test_closing_the_window_closes_the_build(bench: Bench, tmp_path: Path, qtbot: Any) -> None:
    with opened(bench, tmp_path, qtbot) as person:
        running(person, asked_for(person, str(bench.world.spec.last)))


def test_nothing_else_begins_while_a_build_runs(person: Person) -> None:
    running(person, asked_for(person, str(person.bench.world.spec.last)))
    person.window.guide.now(lambda: pytest.fail("it began"))
    (dialog,) = person.window.findChildren(TroubleDialog)
    dialog.close()


# A bug that hides


def test_a_bug_that_hides_is_asked_for_and_judged_by_keys(person: Person) -> None:
    person.ask()
    field = next(each for each in person.form.editors if each.field.name == "shows")
    assert isinstance(field.input, QComboBox)
    place = [section.name for section in person.form.wizard.sections].index("certainty")
    person.form._sections.setCurrentRow(place)
    field.input.setCurrentIndex(1)
    field.input.activated.emit(1)
    assert "how often the bug shows" in person.form.wizard._range_told(9)
    person.press_named("Start")
    person.see_session()
    person.asked()
    assert person.page.headline.text() == "Did you see the bug?"
    assert person.page.bar.bad.text() == "Saw it (Y)"
    for key in "yn":
        before = len(person.bisection.steps)
        person.asked()
        person.key(key)
        person.until(lambda: len(person.bisection.steps) > before)  # noqa: B023 - called at once
    person.asked()
    cells = [person.page.steps.item(row, 1) for row in range(2)]
    assert [cell.text() for cell in cells if cell] == ["seen", "not seen"]
    assert "sure of the likeliest build" in person.page._left.text()
    person.press_named("Stop")
    person.until(lambda: person.bisection.doing is Doing.STOPPED)


def test_a_stretch_is_marked_with_keys_alone(person: Person) -> None:
    person.begin()
    person.judge(3)
    before = person.asked()
    view = person.page.timeline
    view.setFocus()
    person.bot.keyClick(view, Qt.Key.Key_Left)
    assert not person.page._stretch
    for _ in range(2):
        person.bot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert len(person.page._stretch) == 3
    assert before.key in person.page._stretch
    assert before.key.split("/")[-1][:4] in view.accessibleDescription()
    person.bot.keyClick(view, Qt.Key.Key_Escape)
    assert not person.page._stretch


def test_the_details_of_a_verdict_are_shown_and_taken_back(person: Person) -> None:
    person.begin()
    person.judge(3)
    person.asked()
    person.page.steps.selectRow(1)
    person.page.steps.opened.emit()
    told = [label.text() for label in person.page.details.findChildren(QLabel)]
    assert "Verdict 2" in told
    assert any(text.startswith("http") for text in told)
    assert any("what a test can tell" in text for text in told)
    person.press_named("Take back this verdict and all after it")
    person.until(lambda: len(person.bisection.steps) == 1)
    person.asked()
