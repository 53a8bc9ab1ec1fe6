"""Whole bisections on paper: what is asked for, in which order, and what the report says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mozregression.model.bounds import Bound, BuildIdBound, ChangesetBound, DateBound
from mozregression.model.builds import Candidate, Nightly, Push
from mozregression.model.facts import Fact, VerdictGiven, VerdictRetracted
from mozregression.model.report import Outcome
from mozregression.model.steps import CheckRetention, FindBuild, Finish, ListNightlies, TestBuild
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.session import forecast, next_step, next_steps, understand
from tests.session.paper_world import PaperWorld, day


def test_finds_the_push_through_nightlies_and_the_integration_branch() -> None:
    world = PaperWorld()
    report = world.run(world.request())
    assert report.outcome is Outcome.FOUND
    assert report.bad is not None
    assert report.good is not None
    assert report.bad.candidate == world.culprit_push
    assert report.good.candidate == world.autoland[world.culprit - 1]
    assert [landing.push for landing in report.landings] == [world.culprit_push.id]


def test_ends_are_tested_first_good_then_bad() -> None:
    world = PaperWorld()
    world.run(world.request())
    assert [test.purpose for test in world.tests[:2]] == [Purpose.GOOD_END, Purpose.BAD_END]
    assert world.tests[0].candidate == world.nightlies[0]
    assert world.tests[1].candidate == world.nightlies[-1]


def test_without_end_checks_nothing_but_the_inside_is_tested() -> None:
    world = PaperWorld()
    report = world.run(world.request(check_ends=False))
    assert report.outcome is Outcome.FOUND
    assert {test.purpose for test in world.tests} == {Purpose.NARROW}


def test_nothing_is_looked_for_before_the_request_is_understood() -> None:
    world = PaperWorld()
    request = world.request()
    facts: list[Fact] = []
    while understand(request, facts) is None:
        step = next_step(request, facts)
        assert not isinstance(step, FindBuild | TestBuild)
        facts.append(world.answer(step))
    understanding = understand(request, facts)
    assert understanding is not None
    assert understanding.candidates == len(world.nightlies)
    assert understanding.granularity.startswith("one push")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_culprit_is_always_inside_the_range_left(data: st.DataObject) -> None:
    every = data.draw(st.integers(1, 6))
    world = PaperWorld(
        days=8,
        culprit=data.draw(st.integers(21, 150)),
        every=every,
        merges=data.draw(st.integers(0, 3)),
        fixes=data.draw(st.booleans()),
    )
    candidates: list[Candidate] = [*world.nightlies, *world.central, *world.autoland]
    keys = [candidate.key for candidate in candidates]
    world.missing = data.draw(st.sets(st.sampled_from(keys), max_size=len(keys) // 3))
    world.skipped = data.draw(st.sets(st.sampled_from(keys), max_size=8))
    good = world.autoland[data.draw(st.integers(0, 20))]
    bad = world.autoland[data.draw(st.integers(160, len(world.autoland) - 1))]
    olders: list[Bound] = [DateBound(day(0)), ChangesetBound(good.tip)]
    newers: list[Bound] = [DateBound(day(7)), ChangesetBound(bad.tip)]
    older, newer = data.draw(st.sampled_from(olders)), data.draw(st.sampled_from(newers))
    ends = data.draw(st.permutations([older, newer]))  # the tests of the ends tell which is which
    request = world.request(*ends, confirm=data.draw(st.booleans()))
    report = world.run(request)
    if report.outcome in {Outcome.GOOD_END_BAD, Outcome.BAD_END_GOOD, Outcome.NOTHING_TO_TEST}:
        return  # every build near an end was missing, and the next one is past the change
    assert report.good is not None
    assert report.bad is not None
    assert report.fixed is world.fixes
    before, after = (Verdict.BAD, Verdict.GOOD) if world.fixes else (Verdict.GOOD, Verdict.BAD)
    assert world.verdict_of_source(report.good) is before
    assert world.verdict_of_source(report.bad) is after
    suspects = {
        node for push in report.suspects if isinstance(push, Push) for node in push.changesets
    }
    assert world.culprit_push.tip in suspects
    if report.outcome is Outcome.FOUND:
        assert len(report.suspects) == 1


def test_what_reached_the_main_branch_together_with_the_good_end_is_in_the_range() -> None:
    world = PaperWorld(days=8, culprit=21, every=6)
    request = world.request(ChangesetBound(world.autoland[18].tip), DateBound(day(7)))
    report = world.run(request)
    assert report.suspects == (world.culprit_push,)


def test_merge_nightlies_lead_to_the_integration_branch_too() -> None:
    world = PaperWorld(merges=1)
    report = world.run(world.request())
    assert report.bad is not None
    assert report.bad.candidate == world.culprit_push


def test_no_more_tests_than_plain_bisection_needs() -> None:
    world = PaperWorld(days=30, culprit=500)
    world.run(world.request())
    assert len(world.tests) <= 2 + 6 + 4  # two ends, 60 nightlies, 12 pushes


def test_missing_builds_leave_several_suspects_and_are_named() -> None:
    world = PaperWorld()
    around = world.autoland[world.culprit - 1 : world.culprit + 1]
    world.missing = {push.key for push in around}
    report = world.run(world.request())
    assert report.outcome is Outcome.NARROWED
    assert world.culprit_push in report.suspects
    assert {missing.candidate for missing in report.untestable} == world.missing


def test_an_end_that_is_not_what_was_claimed_is_a_result() -> None:
    world = PaperWorld(culprit=0)
    report = world.run(world.request())
    assert report.outcome is Outcome.GOOD_END_BAD
    world = PaperWorld(culprit=10_000)
    report = world.run(world.request())
    assert report.outcome is Outcome.BAD_END_GOOD
    assert "2026-05-10" in report.detail


def test_an_end_without_a_build_moves_outwards() -> None:
    world = PaperWorld(days=20, culprit=300)
    world.missing = {nightly.key for nightly in world.nightlies if nightly.day == day(5)}
    report = world.run(world.request(DateBound(day(5)), DateBound(day(15))))
    tested = [test.candidate for test in world.tests]
    assert isinstance(tested[0], Nightly)
    assert tested[0].day == day(4)
    assert report.outcome is Outcome.FOUND


def test_whether_builds_are_kept_is_asked_once_when_the_older_ones_are() -> None:
    world = PaperWorld()
    world.run(world.request())
    asked = [step.day for step in world.asked if isinstance(step, CheckRetention)]
    assert asked == [day(0)]


def test_where_older_builds_are_gone_the_newer_ones_are_asked_for() -> None:
    world = PaperWorld(kept=False)
    world.run(world.request())
    asked = [step.day for step in world.asked if isinstance(step, CheckRetention)]
    assert asked[:2] == [day(0), day(9)]


def test_no_push_builds_kept_ends_with_two_nightlies_and_their_pushes() -> None:
    world = PaperWorld(kept=False)
    report = world.run(world.request())
    assert report.outcome is Outcome.NIGHTLIES
    assert report.suspects
    assert all(isinstance(test.candidate, Nightly) for test in world.tests)
    assert world.culprit_push.tip in {landing.node for landing in report.landings}


def test_changesets_of_the_integration_branch_are_bisected_directly() -> None:
    world = PaperWorld()
    good, bad = world.autoland[20], world.autoland[180]
    report = world.run(world.request(ChangesetBound(good.tip), ChangesetBound(bad.tip)))
    assert report.bad is not None
    assert report.bad.candidate == world.culprit_push
    assert not any(isinstance(step, ListNightlies) for step in world.asked)


def test_changeset_and_date_mix() -> None:
    world = PaperWorld()
    report = world.run(
        world.request(ChangesetBound(world.autoland[30].tip[:40]), DateBound(day(8)))
    )
    assert report.bad is not None
    assert report.bad.candidate == world.culprit_push


def test_a_landing_that_no_nightly_has_yet() -> None:
    world = PaperWorld(culprit=236)
    newest = world.autoland[-1]
    world.central.pop()
    report = world.run(world.request(DateBound(day(0)), ChangesetBound(newest.tip)))
    assert report.bad is not None
    assert report.bad.candidate == world.culprit_push
    assert world.tests[1].candidate == newest


def test_a_landing_that_no_nightly_has_yet_after_a_merge() -> None:
    world = PaperWorld(culprit=236, merges=1)
    newest = world.autoland[-1]
    world.central.pop()
    report = world.run(world.request(DateBound(day(0)), ChangesetBound(newest.tip)))
    assert report.bad is not None
    assert report.bad.candidate == world.culprit_push


def test_a_changeset_is_tested_itself_while_its_build_is_kept() -> None:
    world = PaperWorld()
    good, bad = world.autoland[30], world.autoland[130]
    world.run(world.request(ChangesetBound(good.tip), DateBound(day(8))))
    assert world.tests[0].candidate == good
    world = PaperWorld()
    report = world.run(world.request(DateBound(day(1)), ChangesetBound(bad.tip)))
    assert world.tests[1].candidate == bad
    assert report.bad is not None
    assert report.bad.candidate == world.culprit_push


def test_an_old_changeset_means_the_nightlies_around_it() -> None:
    world = PaperWorld(kept=False)
    good, bad = world.autoland[30], world.autoland[150]
    report = world.run(world.request(ChangesetBound(good.tip), ChangesetBound(bad.tip)))
    assert report.outcome is Outcome.NIGHTLIES
    first, last = (test.candidate for test in world.tests[:2])
    assert first.moment <= good.moment
    assert bad.moment <= last.moment


def test_build_ids_mean_exactly_one_nightly() -> None:
    world = PaperWorld()
    good, bad = world.nightlies[1], world.nightlies[-2]
    report = world.run(world.request(BuildIdBound(good.stamp), BuildIdBound(bad.stamp)))
    assert report.outcome is Outcome.FOUND
    assert [test.candidate for test in world.tests[:2]] == [good, bad]


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        (DateBound(day(0)), DateBound(day(400)), "future"),
        (BuildIdBound("20260503000000"), DateBound(day(8)), "no nightly with build id"),
        (ChangesetBound("f" * 40), DateBound(day(8)), "on autoland or mozilla-central begins"),
    ],
)
def test_unusable_bounds_are_a_result_that_names_the_value(
    good: Bound, bad: Bound, says: str
) -> None:
    world = PaperWorld()
    report = world.run(world.request(good, bad))
    assert report.outcome is Outcome.BAD_BOUND
    assert says in report.detail
    assert not world.tests


def test_the_final_pair_is_tested_twice_when_asked() -> None:
    world = PaperWorld()
    report = world.run(world.request(confirm=True))
    assert report.confirmed is True
    confirmations = [test for test in world.tests if test.purpose is Purpose.CONFIRM]
    assert len(confirmations) == 2


def test_two_workers_test_the_final_pair_at_once() -> None:
    world = PaperWorld()
    request = world.request(confirm=True)
    facts: list[Fact] = []
    step = next_step(request, facts)
    while not (isinstance(step, TestBuild) and step.purpose is Purpose.CONFIRM):
        facts.append(world.answer(step))
        step = next_step(request, facts)
    together = next_steps(request, facts, jobs=2).now
    assert [test.purpose for test in together if isinstance(test, TestBuild)] == [
        Purpose.CONFIRM
    ] * 2
    [one, other] = (test.candidate.key for test in together if isinstance(test, TestBuild))
    assert next_steps(request, facts, running=[one], jobs=2).now == together[1:]
    assert next_steps(request, facts, running=[one, other], jobs=2).now == ()


def test_a_contradicted_confirmation_is_said() -> None:
    world = PaperWorld()
    request = world.request(confirm=True)
    facts: list[Fact] = []
    while True:
        step = next_step(request, facts)
        if isinstance(step, Finish):
            break
        fact = world.answer(step)
        if isinstance(fact, VerdictGiven) and fact.purpose is Purpose.CONFIRM:
            fact = VerdictGiven(fact.candidate, Verdict.GOOD, fact.purpose, 0)
        facts.append(fact)
    assert step.report.outcome is Outcome.NOT_CONFIRMED
    assert step.report.confirmed is False


def test_retracting_goes_back_across_phases() -> None:
    world = PaperWorld()
    request = world.request()
    facts: list[Fact] = []
    world.run(request, facts)
    first_push_test = next(
        i
        for i, fact in enumerate(facts)
        if isinstance(fact, VerdictGiven) and fact.candidate.startswith("push/")
    )
    before = facts[: first_push_test + 1]
    verdicts = sum(isinstance(fact, VerdictGiven) for fact in before)
    for _ in range(2):
        before.append(VerdictRetracted(0))
    step = next_step(request, before)
    assert isinstance(step, TestBuild)
    assert isinstance(step.candidate, Nightly)
    assert step.candidate == world.tests[verdicts - 2].candidate


def test_facts_learnt_ahead_of_need_do_not_change_the_answer() -> None:
    world = PaperWorld()
    request = world.request()
    facts: list[Fact] = []
    while True:
        step = next_step(request, facts)
        if isinstance(step, Finish):
            break
        if isinstance(step, TestBuild):
            facts.extend(
                world.answer(likely.step)
                for likely in forecast(request, facts, step)
                if not isinstance(likely.step, TestBuild) and likely.step not in world.asked
            )
        facts.append(world.answer(step))
    assert step.report.bad is not None
    assert step.report.bad.candidate == world.culprit_push


def test_forecast_puts_the_next_verdict_before_all_after_it() -> None:
    world = PaperWorld()
    request = world.request()
    facts: list[Fact] = []
    for _ in range(200):
        step = next_step(request, facts)
        if isinstance(step, Finish):
            break
        if isinstance(step, TestBuild):
            likely = forecast(request, facts, step, least=0.05)
            assert [entry.away for entry in likely] == sorted(entry.away for entry in likely)
            first = [entry.chance for entry in likely if entry.away == 1]
            assert first == sorted(first, reverse=True)
        facts.append(world.answer(step))
    assert len(world.tests) > 5


def test_forecast_names_what_comes_next() -> None:
    world = PaperWorld()
    request = world.request()
    facts: list[Fact] = []
    foretold = 0
    for _ in range(200):
        step = next_step(request, facts)
        if isinstance(step, Finish):
            break
        fact = world.answer(step)
        if isinstance(step, TestBuild):
            likely = {entry.step for entry in forecast(request, facts, step)}
            foretold += next_step(request, [*facts, fact]) in likely
        facts.append(fact)
    assert foretold >= len(world.tests) - 1  # all but the last one, which finishes
