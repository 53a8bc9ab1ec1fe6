"""Narrowing a phase by tests that may be wrong: every verdict counts, nothing is certain.

There is one belief over the whole line. What is looked at more closely takes the place of what it
stood for, with the weight of that; so what is told of it counts for all else, too.
"""

from collections.abc import Sequence
from dataclasses import replace

from mozregression.model.builds import Candidate
from mozregression.model.certainty import Ages
from mozregression.model.report import Outcome, Report
from mozregression.model.request import Request
from mozregression.model.verdicts import Verdict
from mozregression.search.belief import Belief
from mozregression.search.evidence import Evidence
from mozregression.search.plan import Plan, Search, State, plan
from mozregression.search.prior import Prior
from mozregression.session.heard import all_said
from mozregression.session.knowledge import Knowledge
from mozregression.session.phases import Elsewhere, Ended, Finer, Narrowed, Phase, TakenBack
from mozregression.session.planned import Part, planned, shown_transitions
from mozregression.session.trust import noise_of
from mozregression.session.weights import DOUBT, weights_of, with_ends


def narrow_probably(phase: Phase, request: Request, knowledge: Knowledge) -> Narrowed | Elsewhere:
    """Raises TakenBack when the change is not in what the phase looks at more closely."""
    line = phase.candidates
    noise = noise_of(request.certainty, mirrored=knowledge.mirrored)
    search = Search(len(line), noise, _prior(phase, request, knowledge), phase.enough)
    evidence = _evidence(phase, knowledge)
    found = _found_before(phase, search, knowledge)
    if found is None:
        part = Part(line, 0, len(line), phase.shown)
        found = planned(search, evidence, part, request, knowledge)
    if found.state is State.NOT_REPRODUCED:
        raise Ended(not_reproduced(line[-1], evidence.tests))
    suspects = [place for place in found.suspects if place in phase.answers]
    if not suspects:
        return _elsewhere(phase, found)
    left = _narrowed(phase, found, suspects)
    return replace(left, transitions=shown_transitions(line, evidence, knowledge, search))


def not_reproduced(end: Candidate, tries: int) -> Report:
    return Report(
        Outcome.NOT_REPRODUCED,
        f"The bug was not seen in {tries} {'try' if tries == 1 else 'tries'} of {end}. Resume to "
        "try again, or check that the test looks for the right thing. If it was there before and "
        "is gone by now, swap the bounds: then the fix is searched.",
    )


def _evidence(phase: Phase, knowledge: Knowledge, first: int | None = None) -> Evidence:
    return all_said(phase.candidates, knowledge, same=phase.same, first=first)


def _found_before(phase: Phase, search: Search, knowledge: Knowledge) -> Plan | None:
    """What the phase had come to when what it found was looked at more closely, if it was.

    What was told since counts where that is part of the line.
    """
    known = {candidate.key for candidate in phase.candidates} | phase.same.keys()
    for first, given in enumerate(knowledge.verdicts):
        if given.candidate in known or given.verdict is Verdict.SKIP:
            continue
        found = plan(search, _evidence(phase, knowledge, first))
        if found.state in (State.FOUND, State.NARROWED) and not _is_fine(phase, found):
            return found
    return None


def _is_fine(phase: Phase, found: Plan) -> bool:
    suspects = [place for place in found.suspects if place in phase.answers]
    return bool(suspects) and _narrowed(phase, found, suspects).is_fine


def _narrowed(phase: Phase, found: Plan, suspects: Sequence[int]) -> Narrowed:
    line, belief = phase.candidates, _belief(found)
    places = range(suspects[0], suspects[-1] + 1)
    return Narrowed(
        line[places.start - 1],
        line[places.stop - 1],
        tuple(line[place] for place in suspects),
        tuple(belief.chances[place] for place in suspects),
        found.state is State.SPENT,
        found.tests_left,
        phase=phase,
        places=places,
    )


def _elsewhere(phase: Phase, found: Plan) -> Elsewhere:
    """The phase's ends are not as assumed. Raises TakenBack when it is about another part."""
    belief, size = _belief(found), len(phase.candidates)
    answers = phase.answers
    if phase.within and not set(found.suspects) <= set(phase.within.stretch):
        others = [place for place in found.suspects if 0 < place < size]
        if others:
            raise TakenBack(_narrowed(phase, found, others))
        answers = range(1, size)
    before = belief.mass(0, answers.start)
    after = belief.mass(answers.stop, size + 1)
    elsewhere = Elsewhere(before >= after, before + after)
    if answers != phase.answers:
        raise TakenBack(elsewhere)
    return elsewhere


def _belief(found: Plan) -> Belief:
    if found.belief is None:
        raise AssertionError("what may be wrong cannot contradict")
    return found.belief


def _prior(phase: Phase, request: Request, knowledge: Knowledge) -> Prior:
    within = phase.within
    if within is None:
        weights = weights_of(phase.candidates, request, knowledge, is_open=phase.is_open)
        return with_ends(weights)
    outer = within.left.phase
    if outer is None:
        raise AssertionError("what is finer is part of something")
    before = _prior(outer, request, knowledge).weights
    places = within.left.places
    share = sum(before[places.start : places.stop])
    inside = _shares(phase, within, request, knowledge)
    return Prior(
        (
            *before[: places.start],
            *(share * each for each in inside),
            *before[places.stop :],
        )
    )


def _shares(phase: Phase, within: Finer, request: Request, knowledge: Knowledge) -> Sequence[float]:
    """Of the stretch that is looked at more closely, which is short: ages do not count there."""
    stretch = phase.candidates[within.stretch.start - 1 : within.stretch.stop]
    evenly = replace(request, prior=Ages(uniform=True))
    inside = weights_of(stretch, evenly, knowledge, is_open=False).inside
    first, last = within.assumed
    middle = inside[first : len(inside) - last]
    doubt = [DOUBT * sum(middle)]
    shares = [*doubt * first, *middle, *doubt * last]
    whole = sum(shares)
    return [share / whole for share in shares]
