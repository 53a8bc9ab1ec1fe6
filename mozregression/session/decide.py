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
from mozregression.session.knowledge import Knowledge, Needs
from mozregression.session.opening import Opening, Understanding, further, open_session
from mozregression.session.phases import Ended, Narrowed, narrow, settle_end

# A range wider than this is not described changeset by changeset.
_DESCRIBED_PUSHES = 200


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
    """How the request was read; None while that is still being found out or impossible."""
    try:
        return open_session(request, Knowledge(facts)).understanding
    except (Needs, Ended):
        return None


def _bisect(request: Request, knowledge: Knowledge) -> Report:
    opening = open_session(request, knowledge)
    line = _settled_line(opening, request, knowledge)
    left = narrow(line, knowledge)
    if all(isinstance(candidate, Push) for candidate in opening.line):
        return _conclude(left, request, knowledge)
    return _into_pushes(left, request, knowledge)


def _settled_line(
    opening: Opening, request: Request, knowledge: Knowledge
) -> tuple[Candidate, ...]:
    """The candidates between two ends that were shown (or are taken) to be good and bad."""
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
                    f"No build near the {claim.value} end can be tested. "
                    "The list below says why; another date or build type may help.",
                )
            )
        ends.append(end)
    good, bad = ends
    line = opening.line
    start = line.index(good) + 1 if good in line else 0
    stop = line.index(bad) if bad in line else len(line)
    if stop < start:
        raise Ended(Report(Outcome.NOTHING_TO_TEST, f"Only {good} can be tested."))
    return (good, *line[start:stop], bad)


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
            f"{good} and {bad} are both built from {older.node}, so the change is not in the "
            "source. The test or its surroundings may vary.",
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
        f"The change is after {left.good} and not after {left.bad}. {why}",
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
        f"The change is after {left.good} and not after {left.bad}. "
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
        outcome, detail = Outcome.FOUND, f"The change is in {bad}."
    else:
        outcome = Outcome.NARROWED
        detail = (
            f"The change is in one of these {len(suspects)} pushes; "
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
