"""Histories in which the bug came, went, and came again, and what people decide about them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from mozregression.model.bounds import DateBound
from mozregression.model.certainty import Certainty, Kind
from mozregression.model.facts import CertaintyChanged, Fact, TransitionChosen, VerdictGiven
from mozregression.model.report import Outcome, Report, Transition
from mozregression.model.request import Request
from mozregression.model.steps import Finish
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.session import next_step, understand
from tests.session.paper_world import PaperWorld, day

INTERMITTENT = Certainty(Kind.INTERMITTENT)
TURNS = (30, 100, 170)
"""Autoland pushes with which the bug came, went, and came again."""


def turning_at(turns: Sequence[int], **more: float) -> PaperWorld:
    world = PaperWorld(culprit=turns[0], **more)  # type: ignore[arg-type]
    bad = [sum(turn <= index for turn in turns) % 2 for index in range(len(world.autoland))]
    states = {push.tip: state for push, state in zip(world.autoland, bad, strict=True)}
    world.bad = {tip for tip, state in states.items() if state}
    world.bad |= {push.tip for push in world.central if states[push.changesets[-1]]}
    return world


def contradictory(world: PaperWorld, request: Request) -> tuple[list[Fact], Report]:
    """Verdicts that show all of it: a nightly of each stretch was tested twice."""
    facts: list[Fact] = []
    report = world.run(request, facts)
    for after in (50, 130):
        nightly = next(n for n in world.nightlies if n.moment > world.autoland[after].moment)
        step = next(test for test in world.tests)
        facts += [VerdictGiven(nightly.key, world.verdict(nightly), step.purpose, 0)] * 2
    report = world.run(request, facts)
    return facts, report


def chosen(one: Transition) -> TransitionChosen:
    return TransitionChosen(one.after.key, one.upto.key, one.into_bad)


def test_all_transitions_are_told() -> None:
    world = turning_at(TURNS)
    _, report = contradictory(world, world.request())
    assert report.outcome is Outcome.CONTRADICTORY
    assert [one.into_bad for one in report.transitions] == [True, False, True]


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("certainty", [Certainty(), INTERMITTENT])
def test_the_search_goes_on_in_any_of_them(number: int, certainty: Certainty) -> None:
    world = turning_at(TURNS)
    request = world.request()
    facts, report = contradictory(world, request)
    if not certainty.exact:
        facts.append(CertaintyChanged(certainty))
    one = report.transitions[number]
    facts.append(chosen(one))
    found = world.run(request, facts)
    assert found.outcome is Outcome.FOUND
    assert found.suspects == (world.autoland[TURNS[number]],)
    assert found.fixed is not one.into_bad
    if certainty.exact:
        assert [again.into_bad for again in found.transitions] == [True, False, True]
    told = understand(request, facts)
    assert told is not None
    assert str(one.after) in told.sought


def test_the_last_choice_counts() -> None:
    world = turning_at(TURNS)
    request = world.request()
    facts, report = contradictory(world, request)
    for number in (0, 2, 1):
        facts.append(chosen(report.transitions[number]))
        found = world.run(request, facts)
        assert found.suspects == (world.autoland[TURNS[number]],)


def test_a_choice_in_a_fix_is_one_between_fixes_and_breaks() -> None:
    world = turning_at((0, *TURNS))
    request = world.request(DateBound(day(9)), DateBound(day(0)))
    facts, report = contradictory(world, request)
    assert [one.into_bad for one in report.transitions] == [False, True, False]
    for number, one in enumerate(report.transitions):
        found = world.run(request, [*facts, chosen(one)])
        assert found.suspects == (world.autoland[TURNS[number]],)
        assert found.fixed is not one.into_bad


def test_a_choice_among_the_pushes_of_a_day() -> None:
    turns = (98, 100, 102)
    world = turning_at(turns)
    request = world.request()
    facts: list[Fact] = []
    world.run(request, facts)
    facts += [
        VerdictGiven(push.key, world.verdict(push), world.tests[-1].purpose, 0)
        for push in world.autoland[97:104]
        for _ in range(2)
    ]
    report = world.run(request, facts)
    assert report.outcome is Outcome.CONTRADICTORY
    for number, one in enumerate(report.transitions):
        found = world.run(request, [*facts, chosen(one)])
        assert found.suspects == (world.autoland[turns[number]],)
        assert found.fixed is not one.into_bad


def test_what_contradicts_is_kept_when_the_bug_is_said_to_hide() -> None:
    """What was seen stays seen, and it is not asked for again."""
    world = PaperWorld(culprit=120)
    request = world.request()
    facts: list[Fact] = []
    world.run(request, facts)
    hides = world.nightlies[-2].key
    facts.append(VerdictGiven(hides, Verdict.GOOD, Purpose.NARROW, 0))
    while not isinstance(step := next_step(request, facts), Finish):
        fact = world.answer(step)
        if isinstance(fact, VerdictGiven) and fact.candidate == hides:
            fact = replace(fact, verdict=Verdict.GOOD)
        facts.append(fact)
    assert step.report.outcome is Outcome.CONTRADICTORY
    exactly = len(step.report.tested)
    facts.append(CertaintyChanged(INTERMITTENT))
    found = world.run(request, facts)
    assert found.outcome is Outcome.FOUND
    assert found.suspects == (world.culprit_push,)
    assert found.tested[:exactly] == step.report.tested
    assert found.tested[exactly].purpose is Purpose.NARROW


def test_the_same_facts_lead_to_the_same_steps_after_a_choice() -> None:
    world = turning_at(TURNS, miss=0.2)
    request = world.request(certainty=INTERMITTENT)
    facts, report = contradictory(world, request)
    if report.transitions:
        facts.append(chosen(report.transitions[0]))
    assert next_step(request, facts) == next_step(request, list(facts))


# A turn to a fix


@pytest.mark.parametrize(
    "certainty",
    [Certainty(Kind.FLAKY), Certainty(Kind.KNOWN, 0.1, 0.1), Certainty(Kind.KNOWN, 0.1, 0.3)],
)
def test_reversed_bounds_are_noticed_where_tests_may_be_wrong(certainty: Certainty) -> None:
    """Nobody is blamed for a fix: three tests of each end have to say so."""
    world = PaperWorld(fixes=True)
    request = world.request(certainty=certainty)
    facts: list[Fact] = []
    report = world.run(request, facts)
    assert report.outcome is Outcome.FOUND
    assert report.fixed
    assert report.suspects == (world.culprit_push,)
    ends = [test.purpose for test in world.tests]
    assert ends.count(Purpose.GOOD_END) == ends.count(Purpose.BAD_END) == 3
    told = understand(request, facts)
    assert told is not None
    assert told.sought.startswith("the fix")


def test_one_verdict_that_is_as_claimed_is_enough_not_to_turn() -> None:
    world = PaperWorld()
    request = world.request(certainty=Certainty(Kind.FLAKY))
    facts: list[Fact] = []
    slips = 0
    while not isinstance(step := next_step(request, facts), Finish):
        fact = world.answer(step)
        if isinstance(fact, VerdictGiven) and fact.purpose is not Purpose.NARROW and slips < 3:
            slips += 1
            wrong = {Verdict.GOOD: Verdict.BAD, Verdict.BAD: Verdict.GOOD}
            fact = replace(fact, verdict=wrong[fact.verdict])
        facts.append(fact)
    assert slips == 3
    assert step.report.suspects == (world.culprit_push,)
    assert not step.report.fixed


def test_a_bug_that_is_gone_by_now_is_asked_about_in_words() -> None:
    world = PaperWorld(fixes=True)
    report = world.run(world.request(certainty=INTERMITTENT))
    assert report.outcome is Outcome.NOT_REPRODUCED
    assert "swap the bounds" in report.detail
