"""A bug that came and went: the person chooses where to go on, or how far tests are trusted."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from qtpy.QtWidgets import QPushButton

from mozregression.driver.places import Places
from mozregression.journal import Journal
from mozregression.model.builds import Candidate
from mozregression.model.certainty import Kind
from mozregression.model.facts import CertaintyChanged, NightliesListed, VerdictGiven
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.sandbox.sandbox import Sandbox
from mozregression.services.endpoints import VARIABLE
from mozregui.models.bisection import Bisection, Doing
from mozregui.models.result import ResultView
from mozregui.widgets.result_view import ResultPage
from tests.driver.conftest import Bench, make_world

from faces import Face  # isort: skip
from windows import Person, opened  # isort: skip


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """The bug comes for good near the end of the month."""
    with Sandbox(make_world(regression=600)) as sandbox:
        monkeypatch.setenv(VARIABLE, sandbox.root)
        yield Bench(sandbox, Places(tmp_path / "state", tmp_path / "cache"))


@pytest.fixture
def person(bench: Bench, tmp_path: Path, qtbot: Any) -> Iterator[Person]:
    with opened(bench, tmp_path, qtbot) as person:
        yield person


def shows(bench: Bench, candidate: Candidate) -> bool:
    """Whether the bug does. It was there for some days, too."""
    first = bench.world.spec.first
    days = (candidate.moment.date() - first).days
    return bench.world.is_bad(candidate) or 9 <= days <= 12


def finish(bench: Bench, bisection: Bisection, until: Callable[..., None]) -> None:
    """Judge until the session has ended. until: waits for one of several doings."""
    while True:
        until(Doing.ASKING, Doing.FINISHED)
        if bisection.doing is Doing.FINISHED:
            return
        assert bisection.candidate
        bisection.judge(Verdict.BAD if shows(bench, bisection.candidate) else Verdict.GOOD)


def visited(bench: Bench) -> None:
    """Session 1, which has ended, gets verdicts from the visit of the bug."""
    day = bench.world.spec.first + timedelta(days=10)
    with Journal(bench.where.state).open(1) as session:
        nightlies = [
            nightly
            for fact in session.facts()
            if isinstance(fact, NightliesListed)
            for nightly in fact.nightlies
        ]
        key = next(nightly.key for nightly in nightlies if nightly.day == day)
        for _ in range(2):
            session.append(VerdictGiven(key, Verdict.BAD, Purpose.NARROW, 0))
        session.reopen()


def contradict(bench: Bench, bisection: Bisection, until: Callable[..., None]) -> None:
    """Go on with session 1 until its verdicts contradict each other. until: see `finish`."""
    finish(bench, bisection, until)
    visited(bench)
    bisection.go_on()
    finish(bench, bisection, until)


def contradictory(face: Face) -> ResultView:
    """What the result of such a session shows."""
    face.open()
    contradict(face.bench, face.bisection, face.until)
    assert face.bisection.account
    return ResultView(face.bisection.account)


def test_each_place_can_be_gone_on_in(face: Face) -> None:
    result = contradictory(face)
    assert result.contradictory
    assert len(result.transitions) == 3
    told, transition = result.transitions[-1]
    assert told.startswith("3. the bug came after")
    face.bisection.go_on_in(transition)
    finish(face.bench, face.bisection, face.until)
    assert face.found_it
    assert face.bisection.account
    again = ResultView(face.bisection.account)
    assert not again.contradictory
    assert again.transitions == result.transitions  # another one may be chosen still


def test_tests_may_be_wrong_after_all(face: Face) -> None:
    contradictory(face)
    assert face.bisection.certainty.exact
    face.bisection.distrust()
    face.until(Doing.ASKING)
    assert face.bisection.certainty.kind is Kind.INTERMITTENT
    assert face.bisection.headline == "Did you see the bug?"
    assert "of the likeliest build so far" in face.bisection.sure
    face.bisection.stop()
    face.until(Doing.STOPPED)
    facts = Journal(face.bench.where.state).read(1).facts
    (changed,) = (fact for fact in facts if isinstance(fact, CertaintyChanged))
    assert changed.certainty.kind is Kind.INTERMITTENT


def test_the_result_asks_where_to_go_on(person: Person) -> None:
    person.begin()
    contradict(person.bench, person.bisection, person.see)
    page, result = person.page, person.page._result
    assert result
    places = [
        button for button in result.findChildren(QPushButton) if button.text() == "Go on here"
    ]
    assert [button.accessibleName()[:14] for button in places] == [
        "Go on here: 1.",
        "Go on here: 2.",
        "Go on here: 3.",
    ]
    assert page.bar.good.accessibleName() == "Good"
    person.press_named("It hides at times")
    person.asked()
    assert not page.findChildren(ResultPage)
    assert page.bar.good.accessibleName() == "Did not see it"
    before = len(person.bisection.steps)
    person.key("n")
    person.until(lambda: len(person.bisection.steps) > before)
    texts = [page.steps.item(row, 1) for row in range(page.steps.rowCount())]
    assert {item.text() for item in texts if item} <= {"seen", "not seen"}
