"""Narrowing a phase by tests that may be wrong: every verdict counts, nothing is certain."""

from collections.abc import Sequence
from dataclasses import replace

from mozregression.model.builds import Candidate
from mozregression.model.report import Outcome, Report
from mozregression.model.request import Request
from mozregression.search.plan import Search, State
from mozregression.search.prior import Prior
from mozregression.session.heard import all_said, said_beyond
from mozregression.session.knowledge import Knowledge
from mozregression.session.phases import Elsewhere, Ended, Narrowed, Phase
from mozregression.session.planned import Part, planned, shown_transitions
from mozregression.session.trust import noise_of
from mozregression.session.weights import DOUBT, Outside, carried, weights_of, with_ends


def narrow_probably(phase: Phase, request: Request, knowledge: Knowledge) -> Narrowed | Elsewhere:
    line, within = phase.candidates, phase.within
    older = within.older if within else frozenset()
    newer = within.newer if within else frozenset()
    evidence = all_said(line, knowledge, older, newer)
    noise = noise_of(request.certainty, mirrored=knowledge.mirrored)
    search = Search(len(line), noise, _prior(phase, request, knowledge), phase.enough)
    part = Part(line, 0, len(line))
    left = planned(search, evidence, part, request, knowledge)
    if left.belief is None:
        raise AssertionError("what may be wrong cannot contradict")
    if left.state is State.NOT_REPRODUCED:
        raise Ended(not_reproduced(line[-1], evidence.tests))
    suspects = [place for place in left.suspects if place in phase.places]
    if not suspects:
        before = left.belief.mass(0, phase.places.start)
        after = left.belief.mass(phase.places.stop, len(line) + 1)
        outside = Outside(left.belief.mass(0, 1), left.belief.mass(len(line), len(line) + 1))
        return Elsewhere(before >= after, before + after, outside)
    first, last = suspects[0], suspects[-1]
    return Narrowed(
        line[first - 1],
        line[last],
        tuple(line[place] for place in suspects),
        tuple(left.belief.chances[place] for place in suspects),
        Outside(left.belief.mass(0, first), left.belief.mass(last + 1, len(line) + 1)),
        left.state is State.SPENT,
        left.tests_left,
        older | {candidate.key for candidate in line[:first]},
        newer | {candidate.key for candidate in line[last:]},
        shown_transitions(line, evidence, knowledge, search),
    )


def not_reproduced(end: Candidate, tries: int) -> Report:
    return Report(
        Outcome.NOT_REPRODUCED,
        f"The bug was not seen in {tries} {'try' if tries == 1 else 'tries'} of {end}. Resume to "
        "try again, or check that the test looks for the right thing.",
    )


def _prior(phase: Phase, request: Request, knowledge: Knowledge) -> Prior:
    line, within = phase.candidates, phase.within
    weights = weights_of(line, request, knowledge, is_open=phase.is_open)
    if any(phase.assumed):
        weights = replace(weights, inside=_doubting(weights.inside, phase.assumed))
    if within is None:
        older = weights.older / (weights.older + sum(weights.inside))
        return with_ends(weights, Outside(older or DOUBT))
    beyond = said_beyond(len(line), knowledge, within.older, within.newer)
    noise = noise_of(request.certainty, mirrored=knowledge.mirrored)
    return carried(weights, within.outside, beyond, noise)


def _doubting(inside: Sequence[float], assumed: tuple[bool, bool]) -> Sequence[float]:
    """With little weight on the first, or the last."""
    first, last = assumed
    middle = inside[first : len(inside) - last]
    doubt = [DOUBT * sum(middle)]
    return [*doubt * first, *middle, *doubt * last]
