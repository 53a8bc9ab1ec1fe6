"""The two ends of the first phase: what they are, and whether they are what was claimed."""

from collections.abc import Sequence

from mozregression.model.builds import Build, Candidate
from mozregression.model.report import Outcome, Report
from mozregression.model.request import Request
from mozregression.model.steps import TestBuild
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.session.knowledge import Knowledge, Needs
from mozregression.session.opening import Opening, further
from mozregression.session.phases import Ended, tests_allowed, waiting
from mozregression.session.probably import not_reproduced
from mozregression.session.trust import TRIES, is_proof, needs_sighting, noise_of

# So many tests of each end have to say the opposite of what was claimed, where they may be wrong.
_OPPOSITE = 3

# How likely a claim about an end is to hold; used only to order work done ahead of need.
_CLAIM_HOLDS = 0.95


class Turned(Exception):  # noqa: N818 - not an error: the search goes on the other way round
    """The ends are each what was claimed of the other one."""


def settled_line(opening: Opening, request: Request, knowledge: Knowledge) -> tuple[Candidate, ...]:
    """The candidates between two ends that were shown (or are taken) to be good and bad.

    Nobody claims the first to be good where the opening is open. Raises Needs, Ended, and Turned
    when both ends are shown to be the opposite.
    """
    try:
        ends = _settled(opening, request, knowledge)
    except Needs as need:
        raise Needs(*need.steps, line=opening.line) from None
    bad = ends[Verdict.BAD]
    good = ends.get(Verdict.GOOD)
    _check_claims(good, bad, request, knowledge)
    line = opening.line
    start = line.index(good) + 1 if good in line else 0
    stop = line.index(bad) if bad in line else len(line)
    if stop < start or (good is None and stop == 0):
        raise Ended(Report(Outcome.NOTHING_TO_TEST, f"Only {good or bad} can be tested."))
    return (*([good] if good else []), *line[start:stop], bad)


def _settled(opening: Opening, request: Request, knowledge: Knowledge) -> dict[Verdict, Candidate]:
    """Both ends by claim. Tests of both are wanted at once where there are workers for both."""
    found: dict[Verdict, Candidate] = {}
    tests: list[TestBuild] | None = None
    free = knowledge.jobs - len(knowledge.running)
    for number, claim in enumerate(_order(opening, request, knowledge)):
        end = _end_or_needs(claim, opening, request, knowledge, opening.tests - number)
        if not isinstance(end, Needs):
            found[claim] = end
            continue
        wanted = [step for step in end.steps if isinstance(step, TestBuild)]
        if len(wanted) < len(end.steps) and not tests:
            raise end
        tests = [*(tests or ()), *wanted]
        if len(tests) >= free:
            break
    if tests is not None:
        raise Needs(*tests[: max(0, free)])
    return found


def _end_or_needs(
    claim: Verdict, opening: Opening, request: Request, knowledge: Knowledge, tests_left: int
) -> Candidate | Needs:
    try:
        return _end(claim, opening, request, knowledge, tests_left)
    except Needs as need:
        return need


def _order(opening: Opening, request: Request, knowledge: Knowledge) -> Sequence[Verdict]:
    """Where the bug may hide, the bad end comes first: without it nothing can be searched."""
    if opening.is_open:
        return (Verdict.BAD,)
    if request.certainty.exact:
        return (Verdict.GOOD, Verdict.BAD)
    return (knowledge.meant(Verdict.BAD), knowledge.meant(Verdict.GOOD))


def _end(
    claim: Verdict, opening: Opening, request: Request, knowledge: Knowledge, tests_left: int
) -> Candidate:
    """The first choice that can be tested, once it was tested, whatever it was shown to be.

    Without `check_ends` the first choice is taken at its word, unless the bug has to be seen.
    """
    to_see = knowledge.meant(claim) is Verdict.BAD and needs_sighting(request.certainty)
    check = request.check_ends and tests_allowed(request, knowledge) != 0
    for candidate in further(opening, knowledge, older=claim is Verdict.GOOD):
        verdict = knowledge.verdict(candidate)
        if verdict is Verdict.SKIP:
            continue
        if not to_see and (verdict is not None or not check):
            return candidate
        build = knowledge.build(candidate)
        if build is None:
            continue
        if to_see:
            _see(candidate, build, request, knowledge)
            return candidate
        purpose = Purpose.GOOD_END if claim is Verdict.GOOD else Purpose.BAD_END
        chance = 1 - _CLAIM_HOLDS if claim is Verdict.GOOD else _CLAIM_HOLDS
        raise waiting([TestBuild(candidate, build, purpose, chance, tests_left)], knowledge)
    raise Ended(
        Report(
            Outcome.NOTHING_TO_TEST,
            f"No build near the {knowledge.meant(claim).value} end can be tested. "
            "The list below says why; another date or build type may help.",
        )
    )


def _see(candidate: Candidate, build: Build, request: Request, knowledge: Knowledge) -> None:
    """Raises Needs until the bug was seen once, anywhere, and Ended after too many tries."""
    seen = knowledge.meant(Verdict.BAD)
    if any(given.verdict is seen for given in knowledge.verdicts):
        return
    tries = sum(
        given.purpose is Purpose.SIGHTING and given.verdict is not Verdict.SKIP
        for given in knowledge.verdicts
    )
    left = TRIES + knowledge.allowed - tries
    allowed = tests_allowed(request, knowledge)
    if allowed is not None:
        left = min(left, allowed)
    running = len(knowledge.running)
    if left <= 0 and not running:
        raise Ended(not_reproduced(candidate, tries))
    chance = 1 - noise_of(request.certainty, mirrored=False).miss.mean(tries, 0)
    if knowledge.mirrored:
        chance = 1 - chance
    test = TestBuild(candidate, build, Purpose.SIGHTING, chance, max(left, 1))
    raise Needs(*[test] * (min(knowledge.jobs, left) - running))


def _check_claims(
    good: Candidate | None, bad: Candidate, request: Request, knowledge: Knowledge
) -> None:
    good_is_bad = good is not None and _shown(good, Verdict.BAD, request, knowledge)
    bad_is_good = _shown(bad, Verdict.GOOD, request, knowledge)
    if good_is_bad and bad_is_good:
        raise Turned
    if good is not None and not request.certainty.exact:
        _check_opposites(good, bad, request, knowledge)
    if good is not None and good_is_bad:
        raise Ended(_contradicted(good, knowledge.meant(Verdict.GOOD), "an older"))
    if bad_is_good:
        raise Ended(_contradicted(bad, knowledge.meant(Verdict.BAD), "a newer"))


def _check_opposites(
    good: Candidate, bad: Candidate, request: Request, knowledge: Knowledge
) -> None:
    """Where single tests prove nothing: raises Turned when the first ones all say the opposite.

    Raises Needs as long as they do and are too few. Otherwise an answer would be made of nothing
    but errors that were learnt.
    """
    ends = (
        (good, Verdict.BAD, Purpose.GOOD_END),
        (bad, Verdict.GOOD, Purpose.BAD_END),
    )
    said = [
        [fact.verdict for fact in knowledge.verdicts_on(end) if fact.verdict is not Verdict.SKIP]
        for end, _, _ in ends
    ]
    for (_, opposite, _), given in zip(ends, said, strict=True):
        if not given or any(verdict is not opposite for verdict in given[:_OPPOSITE]):
            return
    left = sum(max(0, _OPPOSITE - len(given)) for given in said)
    if left == 0:
        raise Turned
    if tests_allowed(request, knowledge) == 0:
        return
    for (end, opposite, purpose), given in zip(ends, said, strict=True):
        build = knowledge.build(end) if len(given) < _OPPOSITE else None
        if build is not None:
            chance = _CLAIM_HOLDS if opposite is Verdict.BAD else 1 - _CLAIM_HOLDS
            raise waiting([TestBuild(end, build, purpose, chance, left)], knowledge)


def _shown(candidate: Candidate, verdict: Verdict, request: Request, knowledge: Knowledge) -> bool:
    """Whether it was shown to be that, beyond doubt."""
    if request.certainty.exact:
        return knowledge.verdict(candidate) is verdict
    noise = noise_of(request.certainty, mirrored=knowledge.mirrored)
    given = knowledge.verdicts_on(candidate)
    return is_proof(verdict, noise) and any(fact.verdict is verdict for fact in given)


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
