"""Answers a session's steps straight from a world: no HTTP, no files, no clock."""

import random
from collections.abc import Collection

from mozregression.model.apps import APPS, LINUX_X86_64
from mozregression.model.bounds import DateBound
from mozregression.model.builds import (
    Build,
    Candidate,
    Landing,
    Missing,
    MissingReason,
    Push,
    Revision,
)
from mozregression.model.certainty import EXACT, Certainty
from mozregression.model.facts import (
    BuildFound,
    BuildMissing,
    ChangesetLocated,
    Fact,
    LandingsDescribed,
    MoreAllowed,
    NightliesListed,
    PushesDuring,
    PushesListed,
    RetentionChecked,
    SourceIdentified,
    VerdictGiven,
)
from mozregression.model.report import Outcome, Report
from mozregression.model.request import Request
from mozregression.model.steps import (
    CheckRetention,
    DescribeLandings,
    FindBuild,
    Finish,
    IdentifySource,
    ListNightlies,
    ListPushes,
    ListPushesDuring,
    LocateChangeset,
    Step,
    TestBuild,
)
from mozregression.model.verdicts import Verdict
from mozregression.sandbox.world import World
from mozregression.session import next_step

FIREFOX = APPS["firefox"]

_TRIES = 3  # as many more as `resume` allows where the bug was not seen


class Oracle:
    """Knows a world in which builds of every push are kept.

    certainty: what is said of its tests. They miss the bug as often as the world's spec has it.
    """

    def __init__(self, world: World, certainty: Certainty = EXACT) -> None:
        self._world = world
        self._certainty = certainty
        self._chance = random.Random(world.spec.seed)
        self._candidates: dict[str, Candidate] = {}

    def bisect(self) -> tuple[Report, Collection[str]]:
        """Bisect the whole world; the report, and the keys of the candidates tested.

        Where the bug was not seen, more tries are allowed until it was.
        """
        spec = self._world.spec
        request = Request(
            FIREFOX.name,
            LINUX_X86_64.os,
            LINUX_X86_64.arch,
            FIREFOX.default_build_type,
            good=DateBound(spec.first),
            bad=DateBound(spec.last),
            asked_at=self._world.now - 1,
            certainty=self._certainty,
        )
        facts: list[Fact] = []
        while True:
            step = next_step(request, facts)
            if not isinstance(step, Finish):
                facts += self._answers(step)
            elif step.report.outcome is Outcome.NOT_REPRODUCED:
                facts.append(MoreAllowed(_TRIES))
            else:
                break
        tested = {fact.candidate for fact in facts if isinstance(fact, VerdictGiven)}
        return step.report, tested

    def _answers(self, step: Step) -> tuple[Fact, ...]:
        if isinstance(step, TestBuild):
            return self._tested(step)
        return (self._answer(step),)

    def _tested(self, test: TestBuild) -> tuple[Fact, ...]:
        candidate = test.candidate
        source = self._world.source(candidate)
        seen = self._world.is_bad(candidate)
        if seen and self._world.spec.miss_rate:
            seen = self._chance.random() >= self._world.spec.miss_rate
        verdict = Verdict.BAD if seen else Verdict.GOOD
        return (
            SourceIdentified(candidate.key, Revision(source.branch, source.tip)),
            VerdictGiven(candidate.key, verdict, test.purpose, 0),
        )

    def _answer(self, step: Step) -> Fact:  # noqa: PLR0911 - one answer for each kind of step
        world = self._world
        match step:
            case ListNightlies(branch, first, last):
                inside = tuple(n for n in world.nightlies if first <= n.day <= last)
                return NightliesListed(branch, first, last, inside)
            case ListPushes(branch, after, upto):
                return PushesListed(branch, after, upto, self._between(branch, after, upto))
            case ListPushesDuring(branch, start, end):
                during = tuple(p for p in world.pushes(branch) if start < p.time < end)
                return PushesDuring(branch, start, end, during)
            case LocateChangeset(branch, node):
                return ChangesetLocated(branch, node, world.push_with(branch, node))
            case CheckRetention(branch, day):
                return RetentionChecked(branch, day, "taskcluster")
            case FindBuild(candidate):
                return self._found(candidate)
            case IdentifySource(build):
                push = world.source(self._candidates[build.candidate])
                return SourceIdentified(build.candidate, Revision(push.branch, push.tip))
            case DescribeLandings(branch, first_id, last_id):
                return self._described(branch, first_id, last_id)
            case _:
                raise TypeError(step)

    def _between(self, branch: str, after: str, upto: str) -> tuple[Push, ...] | None:
        first, last = (self._world.push_with(branch, node) for node in (after, upto))
        if first is None or last is None:
            return None
        indices = range(self._world.index(first) + 1, self._world.index(last) + 1)
        return tuple(self._world.push(branch, index) for index in indices)

    def _found(self, candidate: Candidate) -> Fact:
        self._candidates[candidate.key] = candidate
        if not self._world.testable(candidate):
            return BuildMissing(Missing(candidate.key, MissingReason.NOT_BUILT))
        kind = FIREFOX.default_build_type
        url = f"made-up:{candidate.key}"
        return BuildFound(
            Build(candidate.key, FIREFOX.name, str(LINUX_X86_64), kind, url, "firefox.tar.xz")
        )

    def _described(self, branch: str, first: int, last: int) -> LandingsDescribed:
        log = self._world.logs[branch]
        pushes = (self._world.push(branch, each - log.first_id) for each in range(first, last + 1))
        landings = tuple(
            Landing(push.id, node, None, "", "", ()) for push in pushes for node in push.changesets
        )
        return LandingsDescribed(branch, first, last, landings)
