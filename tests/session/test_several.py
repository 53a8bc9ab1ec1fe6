"""Several tests at once, what tests cost, suspects, contradictions, and no good bound."""

from dataclasses import dataclass, field, replace
from math import ceil, log2
from random import Random
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mozregression.model.bounds import ChangesetBound, SomeTimeBefore
from mozregression.model.builds import Nightly, Push
from mozregression.model.certainty import Ages, Certainty, Kind
from mozregression.model.facts import (
    Fact,
    MoreAllowed,
    PaceMeasured,
    PushesClassified,
    VerdictGiven,
)
from mozregression.model.report import Outcome, Report
from mozregression.model.request import Request
from mozregression.model.steps import ClassifyPushes, Finish, ListNightlies, Step, TestBuild
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.session import Likely, forecast, next_step, next_steps, understand
from tests.session.paper_world import PaperWorld

INTERMITTENT = Certainty(Kind.INTERMITTENT)


# Workers


@dataclass
class Workers:
    """Tests run at once in a world, and end in the order of the dice.

    rounds: how often a worker had to be waited for. idle: tests that were running at the end.
    """

    world: PaperWorld
    request: Request
    jobs: int
    dice: Random = field(default_factory=lambda: Random(1))
    facts: list[Fact] = field(default_factory=list)
    running: list[TestBuild] = field(default_factory=list)
    most: int = 0
    rounds: int = 0

    def run(self) -> Report:
        for _ in range(2000):
            keys = [test.candidate.key for test in self.running]
            steps = next_steps(self.request, self.facts, running=keys, jobs=self.jobs)
            assert set(steps.pointless) <= set(keys)
            for step in steps.now:
                if isinstance(step, Finish):
                    return step.report
                if isinstance(step, TestBuild):
                    self.running.append(step)
                else:
                    assert len(steps.now) == 1
                    self.facts.append(self.world.answer(step))
            self.most = max(self.most, len(self.running))
            assert len(self.running) <= self.jobs
            if not steps.now:
                self._wait(steps.pointless)
        raise AssertionError("the session does not come to an end")

    def _wait(self, pointless: tuple[str, ...]) -> None:
        self.running = [test for test in self.running if test.candidate.key not in pointless]
        if self.running and not pointless:
            self.rounds += 1
            done = self.running.pop(self.dice.randrange(len(self.running)))
            self.facts.append(self.world.answer(done))


@settings(deadline=None, max_examples=40)
@given(
    jobs=st.integers(2, 5),
    culprit=st.integers(12, 200),
    seed=st.integers(0, 999),
    fixes=st.booleans(),
)
def test_workers_find_what_one_finds(jobs: int, culprit: int, seed: int, fixes: bool) -> None:
    world = PaperWorld(culprit=culprit, fixes=fixes)
    alone = world.run(world.request())
    world = PaperWorld(culprit=culprit, fixes=fixes)
    report = Workers(world, world.request(), jobs, Random(seed)).run()
    assert report.outcome is alone.outcome
    assert report.suspects == alone.suspects


def test_both_ends_are_tested_at_once() -> None:
    world = PaperWorld()
    workers = Workers(world, world.request(), 2)
    workers.run()
    assert workers.most == 2
    purposes = [fact.purpose for fact in workers.facts if isinstance(fact, VerdictGiven)]
    assert set(purposes[:2]) == {Purpose.GOOD_END, Purpose.BAD_END}


def test_probes_of_a_round_cut_the_range_evenly() -> None:
    world = PaperWorld(days=40, kept=False, culprit=333)
    request = world.request(check_ends=False)
    facts: list[Fact] = []
    rounds = 0
    while True:
        steps = next_steps(request, facts, jobs=3).now
        if isinstance(steps[0], Finish):
            break
        rounds += isinstance(steps[0], TestBuild)
        facts += [world.answer(step) for step in steps]
    assert 2 < rounds <= ceil(log2(len(world.nightlies) - 1) / 2)


def test_workers_find_a_bug_that_hides() -> None:
    right = 0
    for seed in range(8):
        world = PaperWorld(miss=0.3, seed=seed)
        workers = Workers(world, world.request(certainty=INTERMITTENT), 3)
        report = workers.run()
        assert workers.most == 3
        assert report.outcome in {Outcome.FOUND, Outcome.NOT_REPRODUCED}
        right += report.suspects == (world.culprit_push,)
    assert right >= 6


def test_a_running_test_of_what_is_settled_is_pointless() -> None:
    world = PaperWorld(days=20, culprit=200)
    request = world.request(check_ends=False)
    facts: list[Fact] = []
    while len(tests := next_steps(request, facts, jobs=2).now) < 2:
        facts.append(world.answer(tests[0]))
    low, high = (cast("TestBuild", test) for test in tests)
    facts.append(VerdictGiven(low.candidate.key, Verdict.BAD, low.purpose, 0))
    steps = next_steps(request, facts, running=[high.candidate.key], jobs=2)
    assert steps.pointless == (high.candidate.key,)
    facts.pop()
    facts.append(VerdictGiven(low.candidate.key, Verdict.GOOD, low.purpose, 0))
    assert next_steps(request, facts, running=[high.candidate.key], jobs=2).pointless == ()


def test_at_the_end_all_that_still_runs_is_pointless() -> None:
    world = PaperWorld()
    facts: list[Fact] = []
    world.run(world.request(), facts)
    steps = next_steps(world.request(), facts, running=["push/autoland/1"], jobs=2)
    assert isinstance(steps.now[0], Finish)
    assert steps.pointless == ("push/autoland/1",)


# Costs


def test_a_build_at_hand_is_preferred_when_others_take_long() -> None:
    world = PaperWorld(days=30)
    request = world.request(check_ends=False)
    facts: list[Fact] = []
    while not isinstance(step := next_step(request, facts), TestBuild):
        facts.append(world.answer(step))
    line = world.nightlies
    near = line[line.index(cast("Nightly", step.candidate)) + 6]
    pace = PaceMeasured((near.key,), fetch=60.0, test=2.0)
    chosen = _next_test(world, request, [*facts, pace])
    assert chosen.candidate == near
    assert chosen.why is not None
    assert chosen.why.seconds == 2.0
    quick = PaceMeasured((near.key,), fetch=0.01, test=2.0)
    assert _next_test(world, request, [*facts, pace, quick]).candidate == step.candidate


def _next_test(world: PaperWorld, request: Request, facts: list[Fact]) -> TestBuild:
    while not isinstance(step := next_step(request, facts), TestBuild):
        facts.append(world.answer(step))
    return step


# Suspects


class _Labelled(PaperWorld):
    """Knows which push is suspect."""

    def answer(self, step: Step) -> Fact:
        if isinstance(step, ClassifyPushes):
            self.asked.append(step)
            ids = range(step.first, step.last + 1)
            about = tuple(push for push in ids if push == self.culprit_push.id)
            return PushesClassified(step.branch, step.first, step.last, step.suspects, about)
        return super().answer(step)


def test_a_suspect_is_tested_sooner_and_nothing_is_asked_without_one() -> None:
    counts = []
    for suspects in ((), ("dom/media",)):
        world = _Labelled(days=6, culprit=100)
        ends = ChangesetBound(world.autoland[10].tip), ChangesetBound(world.autoland[140].tip)
        report = world.run(world.request(*ends, suspects=suspects))
        assert report.suspects == (world.culprit_push,)
        counts.append(len(world.tests))
        asked = [step for step in world.asked if isinstance(step, ClassifyPushes)]
        assert len(asked) == len(suspects)
    assert counts[1] < counts[0]


def test_a_wrong_suspicion_excludes_nobody() -> None:
    class Misled(PaperWorld):
        def answer(self, step: Step) -> Fact:
            if isinstance(step, ClassifyPushes):
                ids = tuple(range(step.first, step.last + 1))
                wrong = tuple(one for one in ids if one != self.culprit_push.id)
                return PushesClassified(
                    step.branch, step.first, step.last, step.suspects, wrong, ids, ids
                )
            return super().answer(step)

    world = Misled(days=6, culprit=100)
    report = world.run(world.request(suspects=("dom",)))
    assert report.suspects == (world.culprit_push,)


# Contradictions


def _with_slip(world: PaperWorld, *, stays: bool) -> tuple[list[Fact], Report]:
    """A late verdict says that a nightly before the change is bad. stays: it does so again."""
    request = world.request()
    facts: list[Fact] = []
    slipped = world.nightlies[2].key
    while not isinstance(step := next_step(request, facts), Finish):
        fact = world.answer(step)
        if isinstance(fact, VerdictGiven) and fact.purpose is Purpose.RECHECK and stays:
            truth = world.verdict(step.candidate)  # type: ignore[union-attr]
            fact = replace(fact, verdict=Verdict.BAD if fact.candidate == slipped else truth)
        facts.append(fact)
        if isinstance(fact, VerdictGiven) and len(world.tests) == 4:
            facts.append(VerdictGiven(slipped, Verdict.BAD, Purpose.NARROW, 0))
    return facts, step.report


def test_a_contradiction_is_answered_by_a_test_that_settles_it() -> None:
    world = PaperWorld(culprit=150)
    _, report = _with_slip(world, stays=False)
    again = [test for test in world.tests if test.purpose is Purpose.RECHECK]
    assert len(again) in {1, 2}
    assert report.suspects == (world.culprit_push,)
    assert "contradicted" in report.detail


def test_a_contradiction_that_stays_is_an_outcome_without_culprit() -> None:
    world = PaperWorld(culprit=150)
    _, report = _with_slip(world, stays=True)
    assert report.outcome is Outcome.CONTRADICTORY
    assert report.suspects == ()
    assert [test.purpose for test in world.tests].count(Purpose.RECHECK) == 2
    assert [one.into_bad for one in report.transitions] in ([], [True, False, True])


# No good bound


@pytest.mark.parametrize("certainty", [Certainty(), INTERMITTENT])
@pytest.mark.parametrize("culprit", [200, 3000, 5900])
def test_without_a_good_bound_the_search_reaches_back(culprit: int, certainty: Certainty) -> None:
    world = PaperWorld(days=250, culprit=culprit)
    request = world.request(SomeTimeBefore(), certainty=certainty)
    facts: list[Fact] = []
    report = world.run(request, facts)
    assert report.suspects == (world.culprit_push,)
    assert world.tests[0].candidate == world.nightlies[-1]
    told = understand(request, facts)
    assert told is not None
    assert told.good.startswith("none given")
    listed = [step for step in world.asked if isinstance(step, ListNightlies)]
    assert (len(listed) == 1) is (culprit > 1600)


def test_recent_changes_are_found_sooner() -> None:
    counts = {}
    for culprit in (200, 5900):
        world = PaperWorld(days=250, culprit=culprit)
        world.run(world.request(SomeTimeBefore()))
        counts[culprit] = len(world.tests)
    assert counts[5900] + 2 < counts[200] <= 18


def test_a_change_older_than_all_builds_is_told_after_few_tests() -> None:
    world = PaperWorld(days=250, culprit=0)
    report = world.run(world.request(SomeTimeBefore()))
    assert report.outcome is Outcome.NOT_IN_RANGE
    assert "older than" in report.detail
    assert len(world.tests) <= 8


def test_measured_ages_count_in_any_range() -> None:
    counts = {}
    for ages in (Ages(), Ages((*[0.0] * 8, 1.0))):
        world = PaperWorld(days=10, culprit=30)  # a bit more than eight days old
        world.run(world.request(prior=ages))
        counts[ages] = sum(isinstance(test.candidate, Nightly) for test in world.tests)
        assert isinstance(world.tests[-1].candidate, Push)
    assert counts[Ages((*[0.0] * 8, 1.0))] < counts[Ages()]


def test_more_tests_are_nothing_to_a_search_without_limits() -> None:
    world = PaperWorld()
    facts: list[Fact] = []
    report = world.run(world.request(), facts)
    assert next_step(world.request(), [*facts, MoreAllowed(3)]) == Finish(report)


# Looking ahead


def _foretold(
    world: PaperWorld, request: Request, facts: list[Fact], running: list[TestBuild]
) -> list[Likely]:
    """Tests, once all that has to be asked for them was answered."""
    while True:
        likely = forecast(request, facts, running[0], others=running[1:], jobs=2, least=0.05)
        assert all(0 < one.chance <= 1 for one in likely)
        asked = [one.step for one in likely if not isinstance(one.step, TestBuild)]
        if not asked:
            return list(likely)
        facts.append(world.answer(asked[0]))


@pytest.mark.parametrize("certainty", [Certainty(), INTERMITTENT])
def test_several_workers_look_further_than_the_next_verdict(certainty: Certainty) -> None:
    """What is wanted after two verdicts was foretold, with a chance, and later than after one."""
    world = PaperWorld(culprit=130)
    request = world.request(certainty=certainty)
    facts: list[Fact] = []
    running: list[TestBuild] = []
    foretold: dict[str, int] = {}
    reached = []
    while True:
        keys = [test.candidate.key for test in running]
        steps = next_steps(request, facts, running=keys, jobs=2)
        running = [test for test in running if test.candidate.key not in steps.pointless]
        if any(isinstance(step, Finish) for step in steps.now):
            break
        for step in steps.now:
            if isinstance(step, TestBuild):
                reached.append(foretold.get(step.build.candidate, 0))
                running.append(step)
            else:
                facts.append(world.answer(step))
        if len(running) == 2:
            for one in _foretold(world, request, facts, running):
                foretold.setdefault(one.step.build.candidate, one.away)  # type: ignore[union-attr]
        if running and (len(running) == 2 or not steps.now):
            facts.append(world.answer(running.pop(0)))
    assert max(reached) >= 2
