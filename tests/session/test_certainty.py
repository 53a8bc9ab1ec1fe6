"""Bugs that hide, tests that are wrong: what is asked for, and what comes out."""

from collections import Counter
from dataclasses import replace
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mozregression.model.bounds import DateBound
from mozregression.model.builds import Nightly, Push
from mozregression.model.certainty import Certainty, Kind
from mozregression.model.facts import Fact, MoreAllowed, VerdictGiven
from mozregression.model.report import Outcome, Report
from mozregression.model.request import Request
from mozregression.model.steps import Finish, TestBuild
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.session import candidates, forecast, next_step
from tests.session.paper_world import PaperWorld, day

INTERMITTENT = Certainty(Kind.INTERMITTENT)
FLAKY = Certainty(Kind.FLAKY)


def is_right(report: Report, world: PaperWorld) -> bool:
    pushes = [suspect for suspect in report.suspects if isinstance(suspect, Push)]
    return any(world.culprit_push.tip in push.changesets for push in pushes)


@pytest.mark.parametrize(
    ("certainty", "miss", "false"),
    [
        (INTERMITTENT, 0.3, 0.0),
        (FLAKY, 0.1, 0.1),
        (Certainty(Kind.KNOWN, 0.2, 0.05), 0.2, 0.05),
        (Certainty(Kind.INTERMITTENT, 0.5), 0.5, 0.0),
    ],
)
def test_the_answer_is_as_often_right_as_it_claims(
    certainty: Certainty, miss: float, false: float
) -> None:
    right, reports = 0, []
    for seed in range(60):
        world = PaperWorld(culprit=21 + seed % 30 * 6, miss=miss, false=false, seed=seed)
        report = world.run(world.request(certainty=certainty))
        if report.outcome is Outcome.FOUND:
            reports.append(report)
            right += is_right(report, world)
    assert len(reports) >= 50
    assert right >= 0.9 * len(reports)
    assert all(report.confidence and report.confidence >= 0.95 - 1e-6 for report in reports)
    assert all(report.chances == (report.confidence,) for report in reports)


def test_a_bug_that_never_hides_takes_few_more_tests_than_an_exact_search() -> None:
    hiding, exact = [], []
    for seed in range(12):
        world = PaperWorld(culprit=21 + seed * 15)
        assert is_right(world.run(world.request(certainty=INTERMITTENT)), world)
        hiding.append(len(world.tests))
        world = PaperWorld(culprit=21 + seed * 15)
        world.run(world.request())
        exact.append(len(world.tests))
    assert mean(hiding) <= mean(exact) + 6


def test_the_bug_has_to_be_seen_first_and_counts() -> None:
    world = PaperWorld()
    world.run(world.request(certainty=INTERMITTENT))
    first, second = world.tests[:2]
    assert (first.purpose, first.candidate) == (Purpose.SIGHTING, world.nightlies[-1])
    assert (second.purpose, second.candidate) == (Purpose.GOOD_END, world.nightlies[0])
    assert all(test.purpose is Purpose.NARROW for test in world.tests[2:])


def test_a_bug_that_is_never_seen_is_a_result_and_more_tries_may_follow() -> None:
    world = PaperWorld(culprit=10_000)
    request = world.request(certainty=INTERMITTENT)
    facts: list[Fact] = []
    report = world.run(request, facts)
    assert report.outcome is Outcome.NOT_REPRODUCED
    assert "3 tries" in report.detail
    assert len(world.tests) == 3
    facts.append(MoreAllowed(2))
    assert "5 tries" in world.run(request, facts).detail
    assert {test.candidate for test in world.tests} == {world.nightlies[-1]}
    assert [test.tests_left for test in world.tests] == [3, 2, 1, 2, 1]


def test_seeing_the_bug_at_the_good_end_proves_it_bad() -> None:
    world = PaperWorld(culprit=0)
    report = world.run(world.request(certainty=INTERMITTENT))
    assert report.outcome is Outcome.GOOD_END_BAD
    assert len(world.tests) == 2


def test_one_false_sighting_at_the_good_end_proves_nothing_when_tests_are_flaky() -> None:
    world = PaperWorld()
    request = world.request(certainty=FLAKY)
    facts: list[Fact] = []
    while not isinstance(step := next_step(request, facts), Finish):
        fact = world.answer(step)
        if isinstance(step, TestBuild) and step.purpose is Purpose.GOOD_END:
            assert isinstance(fact, VerdictGiven)
            fact = replace(fact, verdict=Verdict.BAD)
        facts.append(fact)
    assert step.report.outcome is Outcome.FOUND
    assert is_right(step.report, world)


def test_a_fix_that_does_not_always_show_is_found() -> None:
    world = PaperWorld(fixes=True, miss=0.3)
    ends = DateBound(day(9)), DateBound(day(0))
    report = world.run(world.request(*ends, certainty=INTERMITTENT))
    assert world.tests[0].candidate == world.nightlies[0]
    assert world.tests[0].purpose is Purpose.SIGHTING
    assert world.tests[0].chance_bad > 0.5
    assert report.outcome is Outcome.FOUND
    assert report.fixed
    assert is_right(report, world)


def test_a_change_outside_the_range_is_not_pinned_on_somebody_inside() -> None:
    world = PaperWorld(culprit=0, miss=0.1)
    certainty = Certainty(Kind.KNOWN, 0.1, 0.05)
    report = world.run(world.request(DateBound(day(2)), certainty=certainty))
    assert report.outcome is Outcome.NOT_IN_RANGE
    assert "older than" in report.detail


def test_when_no_more_tests_are_allowed_the_smallest_set_is_told() -> None:
    world = PaperWorld(miss=0.4, seed=3)
    certainty = replace(INTERMITTENT, max_tests=12)
    request = world.request(certainty=certainty)
    facts: list[Fact] = []
    report = world.run(request, facts)
    assert len(world.tests) == 12
    assert report.outcome is Outcome.NARROWED
    assert len(report.suspects) == len(report.chances) > 1
    assert report.confidence is not None
    assert sum(report.chances) == pytest.approx(report.confidence)
    assert report.tests_left
    facts.append(MoreAllowed(100))
    assert is_right(world.run(request, facts), world)


def test_a_limit_holds_for_exact_tests_too() -> None:
    world = PaperWorld()
    report = world.run(world.request(certainty=Certainty(max_tests=6)))
    assert len(world.tests) == 6
    assert report.outcome is Outcome.NARROWED
    assert report.confidence is None
    assert all(isinstance(suspect, Nightly) for suspect in report.suspects)
    assert report.good is not None
    assert report.bad is not None
    assert world.verdict_of_source(report.good) is Verdict.GOOD
    assert world.verdict_of_source(report.bad) is Verdict.BAD


def test_builds_that_cannot_be_tested_leave_several_suspects() -> None:
    world = PaperWorld(miss=0.3, seed=1)
    world.missing = {push.key for push in world.autoland[world.culprit - 1 : world.culprit + 1]}
    report = world.run(world.request(certainty=INTERMITTENT))
    assert report.outcome is Outcome.NARROWED
    assert world.culprit_push in report.suspects
    assert {missing.candidate for missing in report.untestable} == world.missing


def test_where_pushes_are_not_kept_two_nightlies_are_the_answer() -> None:
    world = PaperWorld(kept=False, miss=0.3)
    report = world.run(world.request(certainty=INTERMITTENT))
    assert report.outcome is Outcome.NIGHTLIES
    assert report.confidence is not None
    assert is_right(report, world)
    assert report.chances == ()


def test_a_test_tells_what_is_believed_and_why_it_was_chosen() -> None:
    world = PaperWorld(miss=0.3)
    world.run(world.request(certainty=INTERMITTENT))
    narrowing = [test for test in world.tests if test.purpose is Purpose.NARROW]
    for test in narrowing:
        assert sum(test.belief) == pytest.approx(1.0, abs=0.01)
        assert test.confidence is not None
        assert test.why is not None
        assert test.why.bits > 0
        assert test.span is not None
        assert len(test.belief) <= 60
        assert 0 < test.chance_bad < 1
    assert narrowing[-1].confidence > narrowing[0].confidence  # type: ignore[operator]


def test_ends_of_a_run_of_pushes_are_not_vouched_for_by_single_tests() -> None:
    world = PaperWorld(miss=0.3, merges=2, seed=2)
    report = world.run(world.request(certainty=INTERMITTENT))
    assert report.outcome is Outcome.FOUND
    counts = Counter(test.candidate.key for test in world.tests)
    assert max(counts.values()) > 1
    assert not any(test.purpose is Purpose.CONFIRM for test in world.tests)


def test_the_forecast_names_what_comes_next() -> None:
    world = PaperWorld(miss=0.3)
    request = world.request(certainty=INTERMITTENT)
    facts: list[Fact] = []
    foretold = 0
    while not isinstance(step := next_step(request, facts), Finish):
        fact = world.answer(step)
        if isinstance(step, TestBuild):
            likely = [one.step for one in forecast(request, facts, step, least=0.05)]
            builds = [one.build for one in likely if isinstance(one, TestBuild)]
            assert len(builds) == len(set(builds))
            then = next_step(request, [*facts, fact])
            foretold += then.build in builds if isinstance(then, TestBuild) else then in likely
        facts.append(fact)
    assert foretold >= len(world.tests) - 4  # unlikely verdicts come, too


@settings(deadline=None)
@given(st.data())
def test_the_same_facts_lead_to_the_same_steps(data: st.DataObject) -> None:
    """However they came to be known, and whoever asks: a copy of the values does as well."""
    certainty = data.draw(
        st.sampled_from([Certainty(), INTERMITTENT, FLAKY, Certainty(Kind.KNOWN, 0.2, 0.1)])
    )
    world = PaperWorld(
        days=4,
        culprit=data.draw(st.integers(21, 80)),
        miss=data.draw(st.sampled_from([0.0, 0.3])),
        seed=data.draw(st.integers(0, 10_000)),
    )
    request = world.request(certainty=certainty)
    facts: list[Fact] = []
    steps = []
    for _ in range(data.draw(st.integers(5, 60))):
        step = next_step(request, facts)
        steps.append((len(facts), step))
        if isinstance(step, Finish):
            break
        facts.append(world.answer(step))
    place, step = data.draw(st.sampled_from(steps))
    assert next_step(_copied(request), [replace(fact) for fact in facts[:place]]) == step
    line = candidates(request, facts[:place])
    if isinstance(step, TestBuild) and step.span:
        assert line[step.span.probe] == step.candidate


def _copied(request: Request) -> Request:
    return replace(request, certainty=replace(request.certainty))
