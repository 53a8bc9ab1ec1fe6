"""What is left at the end of a search, as a report."""

from dataclasses import replace

from mozregression.model.builds import Candidate, Landing, Missing, Push, Revision
from mozregression.model.certainty import percent
from mozregression.model.report import Embedded, End, Outcome, Report
from mozregression.model.request import Request
from mozregression.model.steps import TestBuild
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.session.embedded import embedded_between
from mozregression.session.knowledge import Knowledge
from mozregression.session.phases import Elsewhere, Narrowed, waiting
from mozregression.session.scope import Scope


def conclude(left: Narrowed, request: Request, knowledge: Knowledge) -> Report:
    """The answer in pushes of one branch."""
    good, bad = left.good, left.bad
    suspects = tuple(push for push in left.suspects if isinstance(push, Push))
    confirmed = None if left.spent else _confirmed(left, request, knowledge)
    if confirmed is False:
        outcome = Outcome.NOT_CONFIRMED
        detail = (
            f"{good} and {bad} were tested once more and one of them gave another verdict. "
            "The bug may be intermittent, or the test may depend on something else."
        )
    elif len(suspects) == 1:
        chance = _chance(left)
        outcome, detail = Outcome.FOUND, f"The {knowledge.sought} is in {suspects[0]}{chance}."
    elif left.spent:
        outcome, detail = Outcome.NARROWED, _told_spent(left, "pushes", knowledge)
    else:
        outcome = Outcome.NARROWED
        detail = (
            f"The {knowledge.sought} is in one of these {len(suspects)} pushes{_chance(left)}; "
            f"{len(left.between)} between {_named(good, knowledge)} and {_named(bad, knowledge)} "
            "cannot be tested."
        )
    landings = knowledge.described(suspects, before=isinstance(good, Push))
    ends = _ends(left, landings, knowledge)
    report = Report(
        outcome,
        detail,
        *ends,
        suspects=suspects,
        landings=tuple(landing for landing in landings if landing.push >= suspects[0].id),
        untestable=_untestable(left, knowledge),
        confirmed=confirmed,
    )
    return _with_embedded(_with_chances(report, left), left, knowledge)


def spent(left: Narrowed, request: Request, knowledge: Knowledge) -> Report:
    """What is left of a phase when no more tests are allowed."""
    if all(isinstance(suspect, Push) for suspect in left.suspects):
        return conclude(left, request, knowledge)
    report = Report(
        Outcome.NARROWED,
        _told_spent(left, "nightlies", knowledge),
        *_ends(left, (), knowledge),
        suspects=left.suspects,
        untestable=_untestable(left, knowledge),
    )
    return _with_chances(report, left)


def not_in_range(
    good: Candidate,
    bad: Candidate,
    found: Elsewhere,
    knowledge: Knowledge,
    *,
    is_open: bool = False,
) -> Report:
    """The ends were claimed, or taken from an earlier phase, and what is between denies them."""
    where = f"older than {good}" if found.older else f"newer than {bad}"
    sure = f" with a chance of {percent(found.chance)}" if found.chance < 1 else ""
    if is_open and found.older:
        return Report(
            Outcome.NOT_IN_RANGE,
            f"The {knowledge.sought} is {where}{sure}, and there is nothing older to be tested.",
        )
    return Report(
        Outcome.NOT_IN_RANGE,
        f"The {knowledge.sought} is {where}{sure}, as tests of what is between tell. Try bounds "
        "that are further apart, or check that the test looks for the right thing.",
    )


def checked_again(knowledge: Knowledge) -> str:
    """What to tell when a verdict was checked again and turned out to be another."""
    for again in knowledge.verdicts:
        if again.purpose is not Purpose.RECHECK or again.verdict is Verdict.SKIP:
            continue
        first = next(one for one in knowledge.verdicts if one.candidate == again.candidate)
        if first.verdict not in (again.verdict, Verdict.SKIP):
            return (
                f" The first verdict on {again.candidate} was contradicted by others, and by a "
                "second test of it: if the bug hides at times, say so."
            )
    return ""


def _told_spent(left: Narrowed, kind: str, knowledge: Knowledge) -> str:
    more = f" About {left.tests_left} more would probably do." if left.tests_left else ""
    return (
        f"The {knowledge.sought} is in one of these {len(left.suspects)} {kind}{_chance(left)}; no "
        f"more tests were allowed.{more}"
    )


def _chance(left: Narrowed) -> str:
    return f", with a chance of {percent(sum(left.chances))}" if left.chances else ""


def _with_chances(report: Report, left: Narrowed) -> Report:
    """The same with how sure it is; suspects that are no pushes were left out."""
    listed = dict(zip(left.suspects, left.chances, strict=False))
    return replace(
        report,
        confidence=min(sum(left.chances), 1.0) if left.chances else None,
        chances=tuple(listed[suspect] for suspect in report.suspects if suspect in listed),
        tests_left=left.tests_left if left.spent else None,
        transitions=left.transitions,
    )


def only_embedded_differs(left: Narrowed, request: Request, knowledge: Knowledge) -> Report | None:
    """The answer in pushes of the repository that two builds of one source embed.

    None when their sources differ, or nothing at all.
    """
    source, other = knowledge.source(left.good), knowledge.source(left.bad)
    embedded = embedded_between(left.good, left.bad, knowledge)
    if source is None or other is None or source.node != other.node or embedded is None:
        return None
    confirmed = _confirmed(left, request, knowledge)
    match embedded.pushes:
        case ():
            outcome, which = Outcome.NIGHTLIES, "what that got"
        case (only,):
            outcome, which = Outcome.FOUND, str(only)
        case several:
            outcome, which = Outcome.NARROWED, f"one of these {len(several)} pushes"
    report = Report(
        outcome if confirmed is not False else Outcome.NOT_CONFIRMED,
        f"{left.good} and {left.bad} are both built from {source.branch} {source.node[:12]}; only "
        f"the {embedded.bad.branch} inside differs. The {knowledge.sought} is in "
        f"{which}{_chance(left)}.",
        End(left.good, embedded.good, embedded.good_git),
        End(left.bad, embedded.bad, embedded.bad_git),
        suspects=embedded.pushes,
        landings=embedded.landings,
        untestable=_untestable(left, knowledge),
        confirmed=confirmed,
    )
    return replace(_with_chances(report, left), chances=())  # of builds, not of these pushes


def no_difference(left: Narrowed, source: Revision, knowledge: Knowledge) -> Report:
    return Report(
        Outcome.NO_DIFFERENCE,
        f"{left.good} and {left.bad} are both built from {source.node}, so the {knowledge.sought} "
        "is not in the source. The test or its surroundings may vary.",
        *_ends(left, (), knowledge),
    )


def nightlies_only(left: Narrowed, why: str, knowledge: Knowledge) -> Report:
    """Two neighbouring nightlies and nothing to go on with."""
    report = Report(
        Outcome.NIGHTLIES,
        f"The {knowledge.sought} is after {left.good} and not after {left.bad}. {why}",
        *_ends(left, (), knowledge),
        untestable=_untestable(left, knowledge),
    )
    return _with_embedded(report, left, knowledge)


def nightlies_with_pushes(
    left: Narrowed,
    upstream: tuple[Push, ...],
    scope: Scope,
    request: Request,
    knowledge: Knowledge,
) -> Report:
    """Two neighbouring nightlies, and the pushes between them, which cannot be tested."""
    if not upstream:
        return nightlies_only(left, "No branch lists the pushes between them.", knowledge)
    confirmed = _confirmed(left, request, knowledge)
    landings = knowledge.described(upstream)
    gone = (
        "Builds of the pushes between them are no longer kept"
        if scope.has_push_builds
        else f"There are no {scope.app.name} builds of the pushes between them"
    )
    report = Report(
        Outcome.NIGHTLIES if confirmed is not False else Outcome.NOT_CONFIRMED,
        f"The {knowledge.sought} is after {left.good} and not after {left.bad}{_chance(left)}. "
        f"{gone}, so this is as close as it gets.",
        *_ends(left, landings, knowledge),
        suspects=upstream,
        landings=landings,
        untestable=_untestable(left, knowledge),
        confirmed=confirmed,
    )
    report = replace(_with_chances(report, left), chances=())  # of nightlies, not of pushes
    return _with_embedded(report, left, knowledge)


def _with_embedded(report: Report, left: Narrowed, knowledge: Knowledge) -> Report:
    """The same with what differs in the repository that builds embed, if anything."""
    embedded = embedded_between(left.good, left.bad, knowledge)
    if embedded is None:
        return report
    outcome = Outcome.NARROWED if report.outcome is Outcome.FOUND else report.outcome
    return replace(
        report,
        outcome=outcome,
        detail=f"{report.detail} {_told(embedded)}",
        suspects=report.suspects + embedded.pushes,
        embedded=embedded,
    )


def _told(embedded: Embedded) -> str:
    count = len(embedded.pushes)
    size = f"{count} push{'es' if count > 1 else ''}, " if count else ""
    return (
        f"Or it came with {embedded.bad.branch}, which differs between these builds, too "
        f"({size}{embedded.good.node[:12]} to {embedded.bad.node[:12]})."
    )


def _named(candidate: Candidate, knowledge: Knowledge) -> str:
    source = knowledge.source(candidate)
    return source.node[:12] if source else str(candidate)


def _confirmed(left: Narrowed, request: Request, knowledge: Knowledge) -> bool | None:
    """Whether a second test of the final pair agreed; None when there was none to be had."""
    if not request.confirm or not request.certainty.exact:
        return None
    agreed: bool | None = True
    tests = []
    for candidate, claim in ((left.good, Verdict.GOOD), (left.bad, Verdict.BAD)):
        given = knowledge.verdicts_on(candidate)
        if not given:
            agreed = None
            continue
        if any(fact.verdict not in (claim, Verdict.SKIP) for fact in given):
            return False
        if len(given) == 1:
            tests.append(_confirmation(candidate, given[0].candidate, claim, knowledge))
        elif all(fact.verdict is Verdict.SKIP for fact in given[1:]):
            agreed = None
    if tests:
        raise waiting(tests, knowledge)
    return agreed


def _confirmation(
    candidate: Candidate, tested: str, claim: Verdict, knowledge: Knowledge
) -> TestBuild:
    """Test again the very build the verdict came from."""
    build = knowledge.found(tested)
    chance = 0.02 if claim is Verdict.GOOD else 0.98
    return TestBuild(candidate, build, Purpose.CONFIRM, chance, 1)


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
