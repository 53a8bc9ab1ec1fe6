"""What to do next, given the request and everything known so far."""

from collections.abc import Iterable
from dataclasses import replace

from mozregression.model.builds import Candidate, Push, Revision
from mozregression.model.facts import Fact
from mozregression.model.report import Outcome, Report, Tested
from mozregression.model.request import Request
from mozregression.model.steps import Finish, Step
from mozregression.model.verdicts import Verdict
from mozregression.session.conclude import (
    conclude,
    nightlies_only,
    nightlies_with_pushes,
    no_difference,
    only_embedded_differs,
)
from mozregression.session.descent import descend, descend_unmerged, landed_after
from mozregression.session.embedded import embedding_line
from mozregression.session.knowledge import Knowledge, Needs, mirrored_step
from mozregression.session.opening import Opening, Understanding, further, open_session
from mozregression.session.phases import Ended, Narrowed, narrow, settle_end
from mozregression.session.scope import Scope


class _Turned(Exception):  # noqa: N818 - not an error: the search goes on the other way round
    """The ends are each what was claimed of the other one."""


def next_step(request: Request, facts: Iterable[Fact]) -> Step:
    """The step a session needs next: a question for a service, a test, or Finish."""
    knowledge = Knowledge(facts)
    try:
        report = _bisect(request, knowledge)
    except Needs as need:
        return need.step
    except Ended as ended:
        report = ended.report
    return Finish(replace(report, tested=_tested(knowledge), missing=knowledge.all_missing()))


def understand(request: Request, facts: Iterable[Fact]) -> Understanding | None:
    """How the request was read; None while that is still being found out or impossible.

    It changes when the ends turn out to be each other's opposite.
    """
    knowledge = Knowledge(facts)
    try:
        opening = open_session(request, knowledge)
    except (Needs, Ended):
        return None
    try:
        _settled_line(opening, request, _as_claimed(opening, knowledge))
    except _Turned:
        return replace(opening.understanding, sought=_told_turned(opening))
    except (Needs, Ended):
        pass
    return opening.understanding


def candidates(request: Request, facts: Iterable[Fact]) -> tuple[Candidate, ...]:
    """Those among which the next test is chosen, oldest first, the ends of the range included.

    None before there is a range, and when the session is at its end.
    """
    try:
        _bisect(request, Knowledge(facts))
    except Needs as need:
        return tuple(need.line)
    except Ended:
        pass
    return ()


def _told_turned(opening: Opening) -> str:
    if opening.mirrored:
        return "what broke it: the older end is good and the newer end is bad, not as given"
    return "the fix: the good end shows the bug and the bad end does not"


def _as_claimed(opening: Opening, knowledge: Knowledge) -> Knowledge:
    return knowledge.mirror() if opening.mirrored else knowledge


def _bisect(request: Request, knowledge: Knowledge) -> Report:
    """The report. Verdicts of both ends that contradict what was claimed turn the search round."""
    opening = open_session(request, knowledge)
    knowledge = _as_claimed(opening, knowledge)
    try:
        return _in_one_direction(opening, request, knowledge)
    except _Turned:
        return _in_one_direction(opening, request, knowledge.mirror())


def _in_one_direction(opening: Opening, request: Request, knowledge: Knowledge) -> Report:
    try:
        line = _settled_line(opening, request, knowledge)
        left = narrow(line, knowledge)
        if opening.branch:
            report = _among_pushes(left, opening.scope, request, knowledge)
        else:
            report = _into_pushes(left, opening.scope, request, knowledge)
    except Needs as need:
        if not knowledge.mirrored:
            raise
        raise Needs(mirrored_step(need.step), need.line) from None
    return replace(report, fixed=knowledge.mirrored)


def _settled_line(
    opening: Opening, request: Request, knowledge: Knowledge
) -> tuple[Candidate, ...]:
    """The candidates between two ends that were shown (or are taken) to be good and bad.

    Raises _Turned when both are shown to be the opposite.
    """
    ends: list[Candidate] = []
    for claim in (Verdict.GOOD, Verdict.BAD):
        choices = further(opening, knowledge, older=claim is Verdict.GOOD)
        tests_left = opening.tests - len(ends)
        try:
            end = settle_end(
                claim, choices, knowledge, check=request.check_ends, tests_left=tests_left
            )
        except Needs as need:
            raise Needs(need.step, opening.line) from None
        if end is None:
            raise Ended(
                Report(
                    Outcome.NOTHING_TO_TEST,
                    f"No build near the {knowledge.meant(claim).value} end can be tested. "
                    "The list below says why; another date or build type may help.",
                )
            )
        ends.append(end)
    good, bad = ends
    _check_claims(good, bad, knowledge)
    line = opening.line
    start = line.index(good) + 1 if good in line else 0
    stop = line.index(bad) if bad in line else len(line)
    if stop < start:
        raise Ended(Report(Outcome.NOTHING_TO_TEST, f"Only {good} can be tested."))
    return (good, *line[start:stop], bad)


def _check_claims(good: Candidate, bad: Candidate, knowledge: Knowledge) -> None:
    shown = (knowledge.verdict(good), knowledge.verdict(bad))
    if shown == (Verdict.BAD, Verdict.GOOD):
        raise _Turned
    if shown[0] is Verdict.BAD:
        raise Ended(_contradicted(good, knowledge.meant(Verdict.GOOD), "an older"))
    if shown[1] is Verdict.GOOD:
        raise Ended(_contradicted(bad, knowledge.meant(Verdict.BAD), "a newer"))


def _contradicted(end: Candidate, claim: Verdict, further_out: str) -> Report:
    if claim is Verdict.GOOD:
        outcome, shown = Outcome.GOOD_END_BAD, "shows the bug"
    else:
        outcome, shown = Outcome.BAD_END_GOOD, "does not show the bug"
    return Report(
        outcome,
        f"{end} was given as {claim.value} but {shown}. Try {further_out} {claim.value} end, "
        "or check that the test looks for the right thing.",
    )


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
        left = descend(Revision(good.branch, good.tip), pushes, scope, knowledge) or left
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
        left = narrow(line, knowledge)
        return only_embedded_differs(left, request, knowledge) or conclude(left, request, knowledge)
    narrowed = (
        descend(older, upstream, scope, knowledge)
        if upstream
        else descend_unmerged(older, newer, scope, knowledge)
    )
    if narrowed is None:
        return nightlies_with_pushes(left, upstream, scope, request, knowledge)
    return conclude(narrowed, request, knowledge)


def _tested(knowledge: Knowledge) -> tuple[Tested, ...]:
    return tuple(
        Tested(fact.candidate, fact.verdict, fact.purpose, fact.seconds, fact.note)
        for fact in knowledge.verdicts
    )
