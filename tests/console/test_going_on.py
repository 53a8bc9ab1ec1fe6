"""Where the bug came and went: a session goes on where it is told to."""

import io
from argparse import Namespace
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console as Screen

from mozregression.console import going_on
from mozregression.journal import Journal
from mozregression.model.certainty import Kind
from mozregression.model.facts import CertaintyChanged, NightliesListed, VerdictGiven
from mozregression.model.report import Outcome, Report, Transition
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.sandbox.sandbox import Sandbox
from tests.console.conftest import Console
from tests.driver.conftest import make_world
from tests.session.paper_world import PaperWorld

WORLD = PaperWorld()
REPORT = Report(
    Outcome.CONTRADICTORY,
    "",
    transitions=(
        Transition(WORLD.nightlies[1], WORLD.nightlies[3], into_bad=True),
        Transition(WORLD.nightlies[4], WORLD.nightlies[6], into_bad=False),
    ),
)


@pytest.fixture
def console() -> Iterator[Console]:
    """Of a world in which the bug was there for some days before it came for good."""
    with Sandbox(make_world(regression=600)) as sandbox:
        yield Console(sandbox)


def contradictory(console: Console, state: Path) -> None:
    """Session 1, to which verdicts were added of a visit of the bug some days before it stayed."""
    first = console.sandbox.world.spec.first
    days = [first + timedelta(days=number) for number in range(9, 13)]
    seen = "|".join(f"{day}*" for day in days)
    test = f"case {{build_date}} in {seen}) exit 1;; esac; exec {{binary}} --check"
    found = console.run(*console.bounds, "--no-confirm", "--command", test)
    assert found.returncode == 0, found.stdout + found.stderr
    with Journal(state).open(1) as session:
        nightlies = [
            nightly
            for fact in session.facts()
            if isinstance(fact, NightliesListed)
            for nightly in fact.nightlies
        ]
        key = next(nightly.key for nightly in nightlies if nightly.day == days[1])
        for _ in range(2):
            session.append(VerdictGiven(key, Verdict.BAD, Purpose.NARROW, 0))
        session.reopen()


def test_a_session_goes_on_in_the_transition_it_is_told(console: Console, state: Path) -> None:
    culprit = console.sandbox.world.culprit.push
    contradictory(console, state)
    first = console.run("resume", "1")
    assert first.returncode == 1, first.stdout + first.stderr
    assert "  3. the bug came after" in first.stdout
    assert "mozregression resume 1 --transition 1" in first.stdout
    wrong = console.run("resume", "1", "--transition", "4")
    assert wrong.returncode == 2
    assert "no 4" in wrong.stderr
    found = console.run("resume", "--transition", "3")
    assert found.returncode == 0, found.stdout + found.stderr
    assert f"The change is in {culprit}." in found.stdout
    fixed = console.run("resume", "1", "--transition", "2")
    assert "the fix after" in fixed.stdout
    assert Journal(state).read(1).summary.outcome is not None


def test_a_contradictory_session_goes_on_with_tests_that_may_be_wrong(
    console: Console, state: Path
) -> None:
    contradictory(console, state)
    console.run("resume", "1")
    before = len(Journal(state).read(1).facts)
    again = console.run("resume", "1", "--intermittent")
    assert "% sure of the likeliest" in again.stdout
    facts = Journal(state).read(1).facts
    (changed,) = (fact for fact in facts if isinstance(fact, CertaintyChanged))
    assert changed.certainty.kind is Kind.INTERMITTENT
    assert facts[before] == changed
    assert Journal(state).read(1).summary.outcome is not Outcome.CONTRADICTORY


def test_both_ways_to_err_cannot_be_stated_at_once(console: Console) -> None:
    console.run(*console.bounds, typed="e\n")
    result = console.run("resume", "1", "--intermittent", "--flaky")
    assert result.returncode == 2
    assert "give one" in result.stderr


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [("2\n", 1), ("what\n3\n0\n1\n", 0), ("\n", None), ("", None)],
)
def test_a_person_is_asked_where_to_go_on(
    typed: str, chosen: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    shown = io.StringIO()
    answer = going_on.ask(Screen(file=shown), REPORT)
    assert answer == (None if chosen is None else REPORT.transitions[chosen])


def test_a_choice_that_is_not_there_is_refused() -> None:
    class Finished:
        id = 7
        request = WORLD.request()

        def facts(self) -> tuple[()]:
            return ()

    options = Namespace(
        transition=1, intermittent=False, flaky=False, miss_rate=None, false_rate=None
    )
    with pytest.raises(going_on.ChoiceError, match="Session 7 has no list"):
        going_on.go_on(Finished(), options)  # type: ignore[arg-type]
