"""What to do next, given the request and everything known so far."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count

from mozregression.model.builds import Candidate, Push, Revision
from mozregression.model.facts import Fact
from mozregression.model.report import Report, Tested
from mozregression.model.request import Request
from mozregression.model.steps import Finish, Step, Steps
from mozregression.session.choices import GoesOn, Stretch, in_force
from mozregression.session.conclude import (
    checked_again,
    conclude,
    nightlies_only,
    nightlies_with_pushes,
    no_difference,
    not_in_range,
    only_embedded_differs,
    spent,
)
from mozregression.session.descent import descend, descend_unmerged, landed_after
from mozregression.session.embedded import embedding_line
from mozregression.session.ends import Turned, settled_line
from mozregression.session.knowledge import Knowledge, Needs, mirrored_step
from mozregression.session.narrowing import narrow
from mozregression.session.opening import Opening, Understanding, open_session
from mozregression.session.phases import Elsewhere, Ended, Narrowed, Phase, TakenBack, finer
from mozregression.session.scope import Scope
from mozregression.session.trust import enough_of


@dataclass(slots=True)
class _Told:
    """How the request is read, the last reading first; it changes as ends turn out otherwise."""

    understanding: Understanding | None = None


def next_step(request: Request, facts: Iterable[Fact]) -> Step:
    """The step a session needs next: a question for a service, a test, or Finish."""
    return next_steps(request, facts).now[0]


def next_steps(
    request: Request, facts: Iterable[Fact], *, running: Sequence[str] = (), jobs: int = 1
) -> Steps:
    """All that can be done now.

    running: keys of candidates under test, once for each test. jobs: how many tests may run at
    once, those included.
    """
    facts = tuple(facts)
    knowledge = Knowledge(facts, running=tuple(running), jobs=jobs)
    try:
        report = _bisect(in_force(request, facts), knowledge, _Told())
    except Needs as need:
        return Steps(need.steps, need.pointless)
    except Ended as ended:
        report = ended.report
    report = replace(
        report,
        detail=report.detail + checked_again(knowledge),
        tested=_tested(knowledge),
        missing=knowledge.all_missing(),
    )
    return Steps((Finish(report),), tuple(running))


def understand(request: Request, facts: Iterable[Fact]) -> Understanding | None:
    """How the request was read; None while that is still being found out or impossible.

    It changes when the ends turn out to be each other's opposite.
    """
    told = _Told()
    facts = tuple(facts)
    with suppress(Needs, Ended):
        _bisect(in_force(request, facts), Knowledge(facts), told)
    return told.understanding


def candidates(request: Request, facts: Iterable[Fact]) -> tuple[Candidate, ...]:
    """Those among which the next test is chosen, oldest first, the ends of the range included.

    None before there is a range, and when the session is at its end.
    """
    need = needed(request, facts)
    return tuple(need.line) if need else ()


def needed(request: Request, facts: Iterable[Fact]) -> Needs | None:
    """What the strategy cannot go on without; None at the end."""
    facts = tuple(facts)
    try:
        _bisect(in_force(request, facts), Knowledge(facts), _Told())
    except Needs as need:
        return need
    except Ended:
        pass
    return None


def _told_turned(opening: Opening) -> str:
    if opening.mirrored:
        return "what broke it: the older end is good and the newer end is bad, not as given"
    return "the fix: the good end shows the bug and the bad end does not"


def _told_chosen(stretch: Stretch) -> str:
    what = "what broke it" if stretch.into_bad else "the fix"
    return f"{what} after {stretch.line[0]} and not after {stretch.line[-1]}, as chosen"


def _bisect(request: Request, knowledge: Knowledge, told: _Told) -> Report:
    for window in count():
        opening = open_session(request, knowledge, window)
        told.understanding = opening.understanding
        try:
            report = _as_claimed(opening, request, knowledge, told)
        except GoesOn as on:
            return _gone_on(on.stretch, opening, request, knowledge, told)
        if report is not None:
            return report
    raise AssertionError("there is a last window")


def _as_claimed(
    opening: Opening, request: Request, knowledge: Knowledge, told: _Told
) -> Report | None:
    """The report. Verdicts of both ends that contradict what was claimed turn the search round.

    None: the change is older than what was looked at, and there is more.
    """
    claimed = knowledge.mirror() if opening.mirrored else knowledge
    try:
        return _in_one_direction(_first_phase, opening, request, claimed)
    except Turned:
        turned = replace(opening.understanding, sought=_told_turned(opening))
        told.understanding = turned
        return _in_one_direction(_first_phase, opening, request, claimed.mirror())


def _gone_on(
    stretch: Stretch, opening: Opening, request: Request, knowledge: Knowledge, told: _Told
) -> Report:
    """Between the two candidates that somebody chose."""
    pushes = all(isinstance(candidate, Push) for candidate in stretch.line)
    inside = replace(
        opening,
        branch=stretch.line[-1].branch if pushes else None,
        is_open=False,
        reaches_back=False,
    )
    told.understanding = replace(opening.understanding, sought=_told_chosen(stretch))
    phase = Phase(stretch.line, enough_of(request.certainty), same=stretch.same)
    directed = knowledge if stretch.into_bad else knowledge.mirror()
    try:
        report = _in_one_direction(lambda *_: phase, inside, request, directed)
    except GoesOn as on:
        return _gone_on(on.stretch, opening, request, knowledge, told)
    if report is None:
        raise AssertionError("nothing reaches back from a part of a line")
    return replace(report, transitions=report.transitions or stretch.transitions)


def _in_one_direction(
    begin: Callable[[Opening, Request, Knowledge], Phase],
    opening: Opening,
    request: Request,
    knowledge: Knowledge,
) -> Report | None:
    """None: the change is older than what was looked at, and there is more."""
    try:
        report = _searched(begin(opening, request, knowledge), opening, request, knowledge)
    except Needs as need:
        if not knowledge.mirrored:
            raise
        steps = map(mirrored_step, need.steps)
        raise Needs(*steps, line=need.line, pointless=need.pointless, mirrored=True) from None
    return report and replace(report, fixed=knowledge.mirrored)


def _first_phase(opening: Opening, request: Request, knowledge: Knowledge) -> Phase:
    return Phase(
        settled_line(opening, request, knowledge), enough_of(request.certainty), opening.is_open
    )


def _searched(
    phase: Phase, opening: Opening, request: Request, knowledge: Knowledge
) -> Report | None:
    """Look closer and closer; where that shows that it is elsewhere, there."""
    line = phase.candidates
    left = narrow(phase, request, knowledge)
    while True:
        if isinstance(left, Elsewhere):
            if left.older and opening.reaches_back:
                return None
            raise Ended(not_in_range(line[0], line[-1], left, knowledge, is_open=opening.is_open))
        try:
            return _looked_at(left, opening, request, knowledge)
        except TakenBack as back:
            left = back.left


def _looked_at(left: Narrowed, opening: Opening, request: Request, knowledge: Knowledge) -> Report:
    if left.spent:
        return spent(left, request, knowledge)
    if left.is_fine:
        return conclude(left, request, knowledge)
    into = _among_pushes if opening.branch else _into_pushes
    return into(left, opening.scope, request, knowledge)


def _among_pushes(left: Narrowed, scope: Scope, request: Request, knowledge: Knowledge) -> Report:
    """After a phase of pushes: those of the main branch are what landings came with."""
    good, bad = left.good, left.bad
    inside = (*left.between, bad)
    pushes = tuple(push for push in inside if isinstance(push, Push))
    if (
        isinstance(good, Push)
        and bad.branch != scope.landing
        and knowledge.kept_by(scope.landing, good.day)
    ):
        base = Revision(good.branch, good.tip)
        left = descend(left, base, pushes, scope, request=request, knowledge=knowledge) or left
    return conclude(left, request, knowledge)


def _into_pushes(left: Narrowed, scope: Scope, request: Request, knowledge: Knowledge) -> Report:
    """Go on from nightlies (or pushes at the ends of their range) to the pushes between."""
    good, bad = left.good, left.bad
    older, newer = knowledge.source(good), knowledge.source(bad)
    if older is None or newer is None:
        why = "Nothing tells which sources they were built from."
        return nightlies_only(left, why, knowledge)
    if older.node == newer.node:
        return only_embedded_differs(left, request, knowledge) or no_difference(
            left, older, knowledge
        )
    upstream = landed_after(older, newer, scope, knowledge)
    if not scope.has_push_builds or not any(
        knowledge.kept_by(scope.landing, day) for day in (good.day, bad.day)
    ):
        return nightlies_with_pushes(left, upstream, scope, request, knowledge)
    if line := embedding_line(left, upstream, knowledge):
        phase = Phase(line) if request.certainty.exact else finer(left, line, (True, True))
        found = narrow(phase, request, knowledge)
        if isinstance(found, Elsewhere):
            raise Ended(not_in_range(left.good, left.bad, found, knowledge))
        left = found
        return only_embedded_differs(left, request, knowledge) or conclude(left, request, knowledge)
    narrowed = (
        descend(left, older, upstream, scope, request=request, knowledge=knowledge)
        if upstream
        else descend_unmerged(left, older, newer, scope, request=request, knowledge=knowledge)
    )
    if narrowed is None:
        return nightlies_with_pushes(left, upstream, scope, request, knowledge)
    return conclude(narrowed, request, knowledge)


def _tested(knowledge: Knowledge) -> tuple[Tested, ...]:
    return tuple(
        Tested(fact.candidate, fact.verdict, fact.purpose, fact.seconds, fact.note)
        for fact in knowledge.verdicts
    )
