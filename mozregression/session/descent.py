"""From two neighbouring nightlies to the pushes between them, on the branch they came from.

Which branch a landing came from is read from the pushlogs: a changeset has the same hash on
every branch, so a push of the integration branch belongs to the range when it holds one of
the changesets that the main branch got. Merge messages are not consulted: most landings are
fast-forwards, and a merge may point the other way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from mozregression.model.builds import Candidate, Push, Revision
from mozregression.model.request import Request
from mozregression.model.steps import TestBuild
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.session.conclude import not_in_range
from mozregression.session.knowledge import Knowledge
from mozregression.session.narrowing import narrow
from mozregression.session.phases import Elsewhere, Ended, Narrowed, Phase, finer, waiting
from mozregression.session.scope import Scope

# How long before its merge into the main branch a push may have landed on the integration one.
_LAG = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Pools:
    """Pushes near the range, by branch name, oldest first."""

    branches: dict[str, tuple[Push, ...]]

    def trace(self, changesets: Sequence[str], branch: str) -> tuple[Push, ...]:
        """Pushes of a branch from the one before the first to the last that hold `changesets`."""
        wanted = set(changesets)
        pool = self.branches[branch]
        holding = [index for index, push in enumerate(pool) if wanted.intersection(push.changesets)]
        if not holding or holding[0] == 0:
            return ()
        return pool[holding[0] - 1 : holding[-1] + 1]


def landed_after(
    good: Revision, bad: Revision, scope: Scope, knowledge: Knowledge
) -> tuple[Push, ...]:
    """Main-branch pushes with something that came after `good`, up to the one with `bad`.

    The first of them may hold `good` itself, in front of other changesets.
    """
    pushes = knowledge.pushes_between(scope.main, good.node, bad.node) or ()
    holder = knowledge.located(scope.main, good.node) if pushes else None
    return (holder, *pushes) if holder and holder.tip != good.node else pushes


def descend(
    left: Narrowed,
    good: Revision,
    upstream: tuple[Push, ...],
    scope: Scope,
    *,
    request: Request,
    knowledge: Knowledge,
) -> Narrowed | None:
    """Narrow to pushes. upstream: as `landed_after` gives them; the last of them is bad.

    left: what they are between. Raises Needs on the way. Falls back to the main branch's own
    pushes where the integration branch cannot explain the verdicts. None when neither can.
    """
    base = knowledge.located(scope.main, good.node)
    if base in upstream:  # `good` landed elsewhere, and reached the main branch in company
        base = knowledge.located(scope.landing, good.node)
    line = (base, *upstream) if base else upstream
    if scope.main == scope.landing:
        return _Runs(request, knowledge, Pools({scope.main: line})).last(line, left)
    pools = Pools({scope.main: line, scope.landing: _landed_near(line, scope, knowledge)})
    run = pools.trace([node for push in upstream for node in push.changesets], scope.landing)
    runs = _Runs(request, knowledge, pools)
    if len(run) > 1:
        landed = runs.explore(run, left)
        if isinstance(landed, Narrowed):
            return landed
    return runs.last(line, left)


def descend_unmerged(
    left: Narrowed,
    good: Revision,
    bad: Revision,
    scope: Scope,
    *,
    request: Request,
    knowledge: Knowledge,
) -> Narrowed | None:
    """The same where the main branch does not have `bad` (yet): on the integration branch alone."""
    last = knowledge.located(scope.landing, bad.node)
    if last is None:
        return None
    base = knowledge.located(scope.landing, good.node) or _carried(good, last, scope, knowledge)
    between = knowledge.pushes_between(scope.landing, base.tip, last.tip) if base else None
    if base is None or not between:
        return None
    run = (base, *between)
    return _Runs(request, knowledge, Pools({scope.landing: run})).last(run, left)


def _carried(good: Revision, last: Push, scope: Scope, knowledge: Knowledge) -> Push | None:
    """The newest integration push that a merge on the main branch brought with it."""
    merge = knowledge.located(scope.main, good.node)
    if merge is None:
        return None
    held = set(merge.changesets)
    landed = _landed_near((merge, last), scope, knowledge)
    return next((push for push in reversed(landed) if held.intersection(push.changesets)), None)


def _landed_near(line: tuple[Push, ...], scope: Scope, knowledge: Knowledge) -> tuple[Push, ...]:
    """Integration pushes that may have come with these pushes."""
    start = line[0].time - int(_LAG.total_seconds())
    return knowledge.pushes_during(scope.landing, start, line[-1].time + 1)


@dataclass(frozen=True, slots=True)
class _Runs:
    """Searches runs of pushes."""

    request: Request
    knowledge: Knowledge
    pools: Pools

    def last(self, run: tuple[Push, ...], within: Narrowed) -> Narrowed | None:
        """Narrow a run that has no other to fall back to; None when its ends were wrongly assumed.

        Where tests may be wrong that is an outcome, as the run was made for what they had told.
        """
        left = self.explore(run, within)
        if isinstance(left, Narrowed):
            return left
        if self.request.certainty.exact:
            return None
        raise Ended(not_in_range(within.good, within.bad, left, self.knowledge))

    def explore(
        self, run: tuple[Push, ...], within: Narrowed, visited: frozenset[str] = frozenset()
    ) -> Narrowed | Elsewhere:
        """Narrow a run of pushes, then a push that merges another branch on that branch.

        Elsewhere when a run's assumed end turns out not to be what was claimed of it.
        """
        left = narrow(self._phase(run, within), self.request, self.knowledge)
        if isinstance(left, Elsewhere):
            return left
        if not self._vouched(left):
            return Elsewhere(older=False)
        if left.between or not isinstance(left.bad, Push):
            return left
        visited |= {left.bad.branch}
        for branch in self.pools.branches.keys() - visited:
            inner = self.pools.trace(left.bad.changesets, branch)
            if len(inner) > 2:  # the base and at least two pushes to choose from
                found = self.explore(inner, left, visited)
                return found if isinstance(found, Narrowed) else left
        return left

    def _phase(self, run: tuple[Push, ...], within: Narrowed) -> Phase:
        """Where tests may be wrong, no single one can vouch for the ends.

        So what was tested there stays part of the line.
        """
        if self.request.certainty.exact:
            return Phase(run)
        return finer(
            within, run, (self._is_same(within.good, run[0]), self._is_same(within.bad, run[-1]))
        )

    def _is_same(self, candidate: Candidate, push: Push) -> bool:
        source = self.knowledge.source(candidate)
        return source is not None and source.node == push.tip

    def _vouched(self, left: Narrowed) -> bool:
        """Whether both ends of what is left are what was assumed."""
        if left.spent or not self.request.certainty.exact:
            return True
        return self._holds(left.good, Verdict.GOOD) and self._holds(left.bad, Verdict.BAD)

    def _holds(self, candidate: Candidate, claim: Verdict) -> bool:
        """Tested when nobody said so yet.

        Ends of a run are not the nightlies themselves, so that their state is an assumption until
        the search ends beside one. Where it cannot be tested the assumption stands.
        """
        knowledge = self.knowledge
        verdict = knowledge.verdict(candidate)
        if verdict in (Verdict.GOOD, Verdict.BAD):
            return verdict is claim
        build = None if knowledge.untestable(candidate) else knowledge.build(candidate)
        if build is not None:
            chance = 0.1 if claim is Verdict.GOOD else 0.9
            raise waiting([TestBuild(candidate, build, Purpose.NARROW, chance, 1)], knowledge)
        return True
