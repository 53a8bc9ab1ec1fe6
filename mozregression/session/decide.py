"""What to do next, given the request and everything known so far."""

from collections.abc import Iterable
from dataclasses import replace

from mozregression.model.apps import APPS
from mozregression.model.builds import Candidate, Landing, Missing, Push
from mozregression.model.facts import Fact
from mozregression.model.report import End, Outcome, Report, Tested
from mozregression.model.request import Request
from mozregression.model.steps import Finish, Step, TestBuild
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.session.descent import descend, descend_unmerged
from mozregression.session.knowledge import Knowledge, Needs, mirrored_step
from mozregression.session.opening import Opening, Understanding, further, open_session
from mozregression.session.phases import Ended, Narrowed, narrow, settle_end

# A range wider than this is not described changeset by changeset.
_DESCRIBED_PUSHES = 200


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
        if all(isinstance(candidate, Push) for candidate in opening.line):
            report = _conclude(left, request, knowledge)
        else:
            report = _into_pushes(left, request, knowledge)
    except Needs as need:
        if not knowledge.mirrored:
            raise
        raise Needs(mirrored_step(need.step)) from None
    return replace(report, fixed=knowledge.mirrored)


def _settled_line(
    opening: Opening, request: Request, knowledge: Knowledge
) -> tuple[Candidate, ...]:
    """The candidates between two ends that were shown (or are taken) to be good and bad.

    Raises _Turned when both are shown to be the opposite.
    """
    ends: list[Candidate] = []
    for claim in (Verdict.GOOD, Verdict.BAD):
        choices = further(opening, request, knowledge, older=claim is Verdict.GOOD)
        end = settle_end(
            claim,
            choices,
            knowledge,
            check=request.check_ends,
            tests_left=opening.tests - len(ends),
        )
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


def _into_pushes(left: Narrowed, request: Request, knowledge: Knowledge) -> Report:
    """Go on from nightlies (or pushes at the ends of their range) to the pushes between."""
    app = APPS[request.app]
    good, bad = left.good, left.bad
    older, newer = knowledge.source(good), knowledge.source(bad)
    if older is None or newer is None:
        return _nightlies_only(left, "Nothing tells which sources they were built from.", knowledge)
    if older.node == newer.node:
        return Report(
            Outcome.NO_DIFFERENCE,
            f"{good} and {bad} are both built from {older.node}, so the {knowledge.sought} is not "
            "in the source. The test or its surroundings may vary.",
            *_ends(left, (), knowledge),
        )
    upstream = knowledge.pushes_between(app.branch, older.node, newer.node) or ()
    if not any(knowledge.kept_by(app.integration, day) for day in (good.day, bad.day)):
        return _nightlies_with_pushes(left, upstream, request, knowledge)
    narrowed = (
        descend(older, upstream, app, knowledge)
        if upstream
        else descend_unmerged(older, newer, app, knowledge)
    )
    if narrowed is None:
        return _nightlies_with_pushes(left, upstream, request, knowledge)
    return _conclude(narrowed, request, knowledge)


def _nightlies_only(left: Narrowed, why: str, knowledge: Knowledge) -> Report:
    good, bad = _ends(left, (), knowledge)
    return Report(
        Outcome.NIGHTLIES,
        f"The {knowledge.sought} is after {left.good} and not after {left.bad}. {why}",
        good,
        bad,
        untestable=_untestable(left, knowledge),
    )


def _nightlies_with_pushes(
    left: Narrowed, upstream: tuple[Push, ...], request: Request, knowledge: Knowledge
) -> Report:
    if not upstream:
        return _nightlies_only(left, "No branch lists the pushes between them.", knowledge)
    confirmed = _confirmed(left, request, knowledge)
    landings = _described(upstream[0], upstream[-1], knowledge)
    good, bad = _ends(left, landings, knowledge)
    return Report(
        Outcome.NIGHTLIES if confirmed is not False else Outcome.NOT_CONFIRMED,
        f"The {knowledge.sought} is after {left.good} and not after {left.bad}. "
        "Builds of the pushes between them are no longer kept, so this is as close as it gets.",
        good,
        bad,
        suspects=upstream,
        landings=landings,
        untestable=_untestable(left, knowledge),
        confirmed=confirmed,
    )


def _conclude(left: Narrowed, request: Request, knowledge: Knowledge) -> Report:
    """The answer in pushes of one branch."""
    good, bad = left.good, left.bad
    if not isinstance(good, Push) or not isinstance(bad, Push):
        raise TypeError("a phase of pushes ends in pushes")
    confirmed = _confirmed(left, request, knowledge)
    landings = _described(good, bad, knowledge)
    suspects = (*left.between, bad)
    if confirmed is False:
        outcome = Outcome.NOT_CONFIRMED
        detail = (
            f"{good} and {bad} were tested once more and one of them gave another verdict. "
            "The bug may be intermittent, or the test may depend on something else."
        )
    elif len(suspects) == 1:
        outcome, detail = Outcome.FOUND, f"The {knowledge.sought} is in {bad}."
    else:
        outcome = Outcome.NARROWED
        detail = (
            f"The {knowledge.sought} is in one of these {len(suspects)} pushes; "
            f"{len(left.between)} between {good.tip[:12]} and {bad.tip[:12]} cannot be tested."
        )
    ends = _ends(left, landings, knowledge)
    return Report(
        outcome,
        detail,
        *ends,
        suspects=suspects,
        landings=tuple(landing for landing in landings if landing.push > good.id),
        untestable=_untestable(left, knowledge),
        confirmed=confirmed,
    )


def _confirmed(left: Narrowed, request: Request, knowledge: Knowledge) -> bool | None:
    """Whether a second test of the final pair agreed; None when there was none to be had."""
    if not request.confirm:
        return None
    agreed: bool | None = True
    for candidate, claim in ((left.good, Verdict.GOOD), (left.bad, Verdict.BAD)):
        given = knowledge.verdicts_on(candidate)
        if not given:
            agreed = None
            continue
        if any(fact.verdict not in (claim, Verdict.SKIP) for fact in given):
            return False
        if len(given) == 1:
            raise Needs(_confirmation(candidate, given[0].candidate, claim, knowledge))
        if all(fact.verdict is Verdict.SKIP for fact in given[1:]):
            agreed = None
    return agreed


def _confirmation(candidate: Candidate, tested: str, claim: Verdict, knowledge: Knowledge) -> Step:
    """Test again the very build the verdict came from."""
    build = knowledge.found(tested)
    chance = 0.02 if claim is Verdict.GOOD else 0.98
    return TestBuild(candidate, build, Purpose.CONFIRM, chance, 1)


def _described(first: Push, last: Push, knowledge: Knowledge) -> tuple[Landing, ...]:
    if last.id - first.id > _DESCRIBED_PUSHES:
        return ()
    return knowledge.landings(last.branch, first.id, last.id)


def _ends(left: Narrowed, landings: tuple[Landing, ...], knowledge: Knowledge) -> tuple[End, End]:
    git = {landing.node: landing.git for landing in landings}
    good, bad = (
        End(candidate, source, git.get(source.node) if source else None)
        for candidate, source in (
            (left.good, knowledge.source(left.good)),
            (left.bad, knowledge.source(left.bad)),
        )
    )
    return good, bad


def _untestable(left: Narrowed, knowledge: Knowledge) -> tuple[Missing, ...]:
    found = (knowledge.missing(candidate) for candidate in left.between)
    return tuple(missing for missing in found if missing)


def _tested(knowledge: Knowledge) -> tuple[Tested, ...]:
    return tuple(
        Tested(fact.candidate, fact.verdict, fact.purpose, fact.seconds, fact.note)
        for fact in knowledge.verdicts
    )
