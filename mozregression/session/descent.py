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
from mozregression.model.steps import TestBuild
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.session.knowledge import Knowledge, Needs
from mozregression.session.phases import Narrowed, narrow
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
    good: Revision, upstream: tuple[Push, ...], scope: Scope, knowledge: Knowledge
) -> Narrowed | None:
    """Narrow to pushes. upstream: as `landed_after` gives them; the last of them is bad.

    Raises Needs on the way. Falls back to the main branch's own pushes where the integration
    branch cannot explain the verdicts. None when neither can.
    """
    base = knowledge.located(scope.main, good.node)
    if base in upstream:  # `good` landed elsewhere, and reached the main branch in company
        base = knowledge.located(scope.landing, good.node)
    line = (base, *upstream) if base else upstream
    if scope.main == scope.landing:
        return _explore(line, {scope.main}, Pools({scope.main: line}), knowledge)
    pools = Pools({scope.main: line, scope.landing: _landed_near(line, scope, knowledge)})
    run = pools.trace([node for push in upstream for node in push.changesets], scope.landing)
    landed = _explore(run, {scope.landing}, pools, knowledge) if len(run) > 1 else None
    return landed or _explore(line, {scope.main}, pools, knowledge)


def descend_unmerged(
    good: Revision, bad: Revision, scope: Scope, knowledge: Knowledge
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
    return _explore(run, {scope.landing}, Pools({scope.landing: run}), knowledge)


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


def _explore(
    run: tuple[Push, ...], visited: set[str], pools: Pools, knowledge: Knowledge
) -> Narrowed | None:
    """Narrow a run of pushes, then a push that merges another branch on that branch.

    None when a run's assumed end turns out not to be what was claimed of it.
    """
    left = narrow(run, knowledge)
    if not _vouched(left.good, Verdict.GOOD, knowledge) or not _vouched(
        left.bad, Verdict.BAD, knowledge
    ):
        return None
    if left.between or not isinstance(left.bad, Push):
        return left
    for branch in pools.branches.keys() - visited:
        inner = pools.trace(left.bad.changesets, branch)
        if len(inner) > 2:  # the base and at least two pushes to choose from
            return _explore(inner, visited | {branch}, pools, knowledge) or left
    return left


def _vouched(candidate: Candidate, claim: Verdict, knowledge: Knowledge) -> bool:
    """Whether an end of what is left is what was assumed; tested when nobody said so yet.

    Ends of a run are not the nightlies themselves, so that their state is an assumption until
    the search ends beside one. Where it cannot be tested the assumption stands.
    """
    verdict = knowledge.verdict(candidate)
    if verdict in (Verdict.GOOD, Verdict.BAD):
        return verdict is claim
    build = None if knowledge.untestable(candidate) else knowledge.build(candidate)
    if build is not None:
        chance = 0.1 if claim is Verdict.GOOD else 0.9
        raise Needs(TestBuild(candidate, build, Purpose.NARROW, chance, 1))
    return True
