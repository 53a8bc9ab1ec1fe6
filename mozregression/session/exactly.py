"""Narrowing a phase by exact tests: only what is between two verdicts matters."""

from collections.abc import Sequence

from mozregression.model.builds import Candidate
from mozregression.model.report import Outcome, Report
from mozregression.model.request import Request
from mozregression.model.steps import TestBuild
from mozregression.model.verdicts import Purpose
from mozregression.search.contradictions import Contradiction, contradiction
from mozregression.search.evidence import Evidence
from mozregression.search.plan import Search, State
from mozregression.search.prior import Prior
from mozregression.session.heard import all_said, standing
from mozregression.session.knowledge import Knowledge
from mozregression.session.phases import Elsewhere, Ended, Narrowed, Phase, waiting
from mozregression.session.planned import Part, planned, shown_transitions
from mozregression.session.weights import weights_of


def narrow_exactly(phase: Phase, request: Request, knowledge: Knowledge) -> Narrowed | Elsewhere:
    """Only what is between the newest good and the oldest bad candidate matters."""
    line = phase.candidates
    evidence = standing(line, knowledge)
    conflict = contradiction(evidence)
    if conflict:
        raise _check_again(conflict, line, knowledge)
    first, last = max(evidence.good, default=0), min(evidence.bad, default=len(line) - 1)
    if first == len(line) - 1 or last == 0:
        return Elsewhere(older=last == 0)
    weights = weights_of(line, request, knowledge, is_open=phase.is_open)
    inside = weights.inside[first:last]
    part = Part(line, first, last - first + 1, range(len(line)))
    untested = phase.is_open and not evidence.good
    within = Evidence.of(
        part.size,
        [] if untested else [0],
        [part.size - 1],
        skipped=part.inner(evidence.skipped, ends=untested),
        missing=part.inner(dict.fromkeys(evidence.missing, 1), ends=untested),
    )
    prior = Prior((weights.older if untested else 0.0, *inside, 0.0))
    left = planned(Search(part.size, prior=prior), within, part, request, knowledge)
    places = range(first + left.suspects[0], first + left.suspects[-1] + 1)
    if places.start == 0:
        return Elsewhere(older=True)
    return Narrowed(
        line[places.start - 1],
        line[places.stop - 1],
        line[places.start : places.stop],
        spent=left.state is State.SPENT,
        tests_left=left.tests_left,
    )


def _check_again(
    found: Contradiction, line: Sequence[Candidate], knowledge: Knowledge
) -> Exception:
    """Each of the two verdicts once more, the less likely one first; then it is an outcome."""
    for index in dict.fromkeys((found.suspect, found.bad, found.good)):
        candidate = line[index]
        again = (given.purpose is Purpose.RECHECK for given in knowledge.verdicts_on(candidate))
        build = None if any(again) else knowledge.build(candidate)
        if build is not None:
            return waiting([TestBuild(candidate, build, Purpose.RECHECK, 0.5, 1)], knowledge, line)
    bad, good = line[found.bad], line[found.good]
    shown = shown_transitions(line, all_said(line, knowledge), knowledge, Search(len(line)))
    came_and_went = "the bug came and went more than once" if shown else "it came and went"
    advice = "Go on in one of these places" if shown else "Bisect between other bounds"
    detail = (
        f"{bad} and the newer {good} contradict each other, and both were tested again: "
        f"{came_and_went}, or the test is not exact. {advice}, or say how far the test can be "
        "trusted."
    )
    return Ended(Report(Outcome.CONTRADICTORY, detail, transitions=shown))
