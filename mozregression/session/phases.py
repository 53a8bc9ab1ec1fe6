"""One range of candidates of one kind, and how verdicts narrow it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mozregression.model.builds import Build, Candidate
from mozregression.model.report import Outcome, Report, Transition
from mozregression.model.request import Request
from mozregression.model.steps import Span, TestBuild, Why
from mozregression.model.verdicts import Purpose
from mozregression.search.contradictions import Contradiction, contradiction, transitions
from mozregression.search.evidence import Evidence
from mozregression.search.plan import Plan, Probe, Search, State, plan
from mozregression.search.prior import Prior
from mozregression.session.heard import all_said, standing
from mozregression.session.knowledge import Knowledge, Needs
from mozregression.session.trust import noise_of
from mozregression.session.weights import (
    DOUBT,
    Outside,
    Weights,
    carried,
    weights_of,
    with_ends,
)

_PICTURE = 60
"""Parts of the belief in a picture."""

_LEAST = 0.001  # seconds; no test is for nothing


class Ended(Exception):  # noqa: N818 - not an error: the strategy has its answer
    """The session is over, with this report."""

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report


@dataclass(frozen=True, slots=True)
class Phase:
    """Candidates of which the first is good and the last is bad.

    is_open: nobody said that the first is good. Only where tests may be wrong: enough: the chance
    at which the search ends. within: what was left before, whose ends are the ends here, and
    which has the verdicts on all beyond. assumed: the second candidate is taken for what the first
    is; the last but one for what the last is.
    """

    candidates: tuple[Candidate, ...]
    enough: float = 0.95
    is_open: bool = False
    within: "Narrowed | None" = None
    assumed: tuple[bool, bool] = (False, False)

    @property
    def places(self) -> range:
        """Where the change may be."""
        first, last = self.assumed
        return range(1 + first, len(self.candidates) - last)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is left of a phase: the change is after `good` and not after `bad`.

    suspects: the candidates that may be the first bad one. Only where tests may be wrong: chances
    of each of them, and what is believed of all outside. spent: no more tests are allowed, where
    tests_left would probably do. older, newer: keys of candidates at and beyond the ends.
    transitions: where the bug came or went, if that was more than once.
    """

    good: Candidate
    bad: Candidate
    suspects: tuple[Candidate, ...]
    chances: tuple[float, ...] = ()
    outside: Outside = Outside(0.0, 0.0)
    spent: bool = False
    tests_left: int = 0
    older: frozenset[str] = frozenset()
    newer: frozenset[str] = frozenset()
    transitions: tuple[Transition, ...] = ()

    @property
    def between(self) -> tuple[Candidate, ...]:
        """Suspects that cannot be told apart from `bad`."""
        return self.suspects[:-1]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The change is not in the phase but older, or newer. chance: of that."""

    older: bool
    chance: float = 1.0


def narrow(phase: Phase, request: Request, knowledge: Knowledge) -> Narrowed | Elsewhere:
    """Raises Needs until there is nothing to be learnt any more, or nothing allowed."""
    if request.certainty.exact:
        return _exactly(phase, request, knowledge)
    return _probably(phase, request, knowledge)


def tests_allowed(request: Request, knowledge: Knowledge) -> int | None:
    """How many more verdicts may be had; None: no limit."""
    most = request.certainty.max_tests
    if most is None:
        return None
    return max(0, most + knowledge.allowed - len(knowledge.verdicts))


def waiting(test: TestBuild, knowledge: Knowledge, line: Sequence[Candidate] = ()) -> Needs:
    """A test that only one worker can do."""
    free = len(knowledge.running) < knowledge.jobs
    begins = free and test.candidate.key not in knowledge.running
    return Needs(*[test] * begins, line=line)


# Exact tests


def _exactly(phase: Phase, request: Request, knowledge: Knowledge) -> Narrowed | Elsewhere:
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
    part = _Part(line, first, last - first + 1)
    untested = phase.is_open and not evidence.good
    within = Evidence.of(
        part.size,
        [] if untested else [0],
        [part.size - 1],
        skipped=part.inner(evidence.skipped, ends=untested),
        missing=part.inner(dict.fromkeys(evidence.missing, 1), ends=untested),
    )
    prior = Prior((_older(weights, inside) if untested else 0.0, *inside, 0.0))
    left = _planned(Search(part.size, prior=prior), within, part, request, knowledge)
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


def _older(weights: Weights, inside: Sequence[float]) -> float:
    """The weight of all that is older than an open line."""
    share = weights.older
    return share / (1.0 - share) * sum(inside) if share < 1 else 1.0


def _check_again(
    found: Contradiction, line: Sequence[Candidate], knowledge: Knowledge
) -> Exception:
    """Each of the two verdicts once more, the less likely one first; then it is an outcome."""
    for index in dict.fromkeys((found.suspect, found.bad, found.good)):
        candidate = line[index]
        again = (given.purpose is Purpose.RECHECK for given in knowledge.verdicts_on(candidate))
        build = None if any(again) else knowledge.build(candidate)
        if build is not None:
            return waiting(TestBuild(candidate, build, Purpose.RECHECK, 0.5, 1), knowledge, line)
    bad, good = line[found.bad], line[found.good]
    shown = _transitions(line, all_said(line, knowledge), knowledge, Search(len(line)))
    detail = (
        f"{bad} and the newer {good} contradict each other, and both were tested again: "
        f"{'the bug came and went more than once' if shown else 'it came and went'}, or the test "
        "is not exact. Bisect between other bounds, or say how far the test can be trusted."
    )
    return Ended(Report(Outcome.CONTRADICTORY, detail, transitions=shown))


# Tests that may be wrong


def _probably(phase: Phase, request: Request, knowledge: Knowledge) -> Narrowed | Elsewhere:
    line, within = phase.candidates, phase.within
    older = within.older if within else frozenset()
    newer = within.newer if within else frozenset()
    evidence = all_said(line, knowledge, older, newer)
    noise = noise_of(request.certainty, mirrored=knowledge.mirrored)
    search = Search(len(line), noise, _prior(phase, evidence, request, knowledge), phase.enough)
    part = _Part(line, 0, len(line))
    left = _planned(search, evidence, part, request, knowledge)
    if left.belief is None:
        raise AssertionError("what may be wrong cannot contradict")
    if left.state is State.NOT_REPRODUCED:
        raise Ended(not_reproduced(line[-1], evidence.tests))
    suspects = [place for place in left.suspects if place in phase.places]
    if not suspects:
        before = left.belief.mass(0, phase.places.start)
        after = left.belief.mass(phase.places.stop, len(line) + 1)
        return Elsewhere(older=before >= after, chance=before + after)
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
        _transitions(line, evidence, knowledge, search),
    )


def not_reproduced(end: Candidate, tries: int) -> Report:
    return Report(
        Outcome.NOT_REPRODUCED,
        f"The bug was not seen in {tries} {'try' if tries == 1 else 'tries'} of {end}. Resume to "
        "try again, or check that the test looks for the right thing.",
    )


def _prior(phase: Phase, evidence: Evidence, request: Request, knowledge: Knowledge) -> Prior:
    line, within = phase.candidates, phase.within
    weights = weights_of(line, request, knowledge, is_open=phase.is_open)
    if any(phase.assumed):
        weights = replace(weights, inside=_doubting(weights.inside, phase.assumed))
    if within is None:
        return with_ends(weights, Outside(weights.older or DOUBT))
    ends = (0, len(line) - 1)
    beyond = Evidence.of(len(line))
    beyond = replace(beyond, good=_only(evidence.good, ends), bad=_only(evidence.bad, ends))
    noise = noise_of(request.certainty, mirrored=knowledge.mirrored)
    return carried(weights, within.outside, beyond, noise)


def _doubting(inside: Sequence[float], assumed: tuple[bool, bool]) -> Sequence[float]:
    """With little weight on the first, or the last."""
    first, last = assumed
    middle = inside[first : len(inside) - last]
    doubt = [DOUBT * sum(middle)]
    return [*doubt * first, *middle, *doubt * last]


def _only(counts: Mapping[int, int], places: tuple[int, int]) -> dict[int, int]:
    return {index: count for index, count in counts.items() if index in places}


def _transitions(
    line: Sequence[Candidate], evidence: Evidence, knowledge: Knowledge, search: Search
) -> tuple[Transition, ...]:
    found = transitions(evidence, search.noise)
    return tuple(
        Transition(line[each.after], line[each.upto], each.into_bad is not knowledge.mirrored)
        for each in found
        if len(found) > 1
    )


# Both


@dataclass(frozen=True, slots=True)
class _Part:
    """The candidates of a line that are searched: `size` of them from `first` on."""

    line: Sequence[Candidate]
    first: int
    size: int

    @property
    def candidates(self) -> Sequence[Candidate]:
        return self.line[self.first : self.first + self.size]

    def inner(self, counts: Mapping[int, int], *, ends: bool) -> list[int]:
        """Counted places as places here; ends: the first one, too."""
        inside = range(0 if ends else 1, self.size - 1)
        return [
            index - self.first
            for index, count in counts.items()
            if index - self.first in inside
            for _ in range(count)
        ]


def _planned(
    search: Search, evidence: Evidence, part: _Part, request: Request, knowledge: Knowledge
) -> Plan:
    """What the search says when it is over. Raises Needs before."""
    candidates = part.candidates
    places = dict.fromkeys(knowledge.running, -1)
    if places:
        places.update(
            (each.key, index) for index, each in enumerate(candidates) if each.key in places
        )
    running = [places[key] for key in knowledge.running if places[key] >= 0]
    others = len(knowledge.running) - len(running)
    allowed = tests_allowed(request, knowledge)
    if allowed is not None:
        search = replace(search, max_tests=evidence.tests + max(0, allowed - others))
    planned = plan(
        search,
        evidence,
        costs=_costs(candidates, knowledge),
        jobs=max(knowledge.jobs - others, len(running), 1),
        running=running,
    )
    if planned.state is not State.SEARCHING:
        return planned
    pointless = [key for key in places if places[key] in planned.pointless or places[key] < 0]
    tests = [_test(planned, probe, search, evidence, part, knowledge) for probe in planned.probes]
    if knowledge.jobs <= len(knowledge.running):
        tests = []
    raise Needs(*tests, line=part.line, pointless=tuple(pointless))


def _test(
    planned: Plan,
    probe: Probe,
    search: Search,
    evidence: Evidence,
    part: _Part,
    knowledge: Knowledge,
) -> TestBuild:
    candidate = part.candidates[probe.index]
    build = _build(candidate, part.line, knowledge)
    low, high = 0, part.size - 1
    test = TestBuild(
        candidate,
        build,
        Purpose.NARROW,
        probe.chance_bad,
        planned.tests_left,
        why=Why(probe.bits, probe.testable, probe.seconds if knowledge.pace else None),
    )
    belief = planned.belief
    if belief and not search.noise.exact:
        likely = belief.smallest_set(search.enough)
        low, high = max(0, likely[0] - 1), min(high, likely[-1])
        shares = belief.shares(min(_PICTURE, part.size + 1))
        first_sight = search.noise.needs_sighting and not evidence.bad
        test = replace(
            test,
            purpose=Purpose.SIGHTING if first_sight else Purpose.NARROW,
            belief=tuple(round(share, 4) for share in shares),
            confidence=round(planned.held, 4),
        )
    low, at, high = (part.first + index for index in (low, probe.index, high))
    return replace(test, span=Span(len(part.line), low, at, high))


def _build(candidate: Candidate, line: Sequence[Candidate], knowledge: Knowledge) -> Build:
    try:
        build = knowledge.build(candidate)
    except Needs as need:
        raise Needs(*need.steps, line=line) from None
    if build is None:
        raise AssertionError(f"{candidate.key} was chosen although it is known to be missing")
    return build


def _costs(candidates: Sequence[Candidate], knowledge: Knowledge) -> list[float] | None:
    """Seconds of a test of each; None: all the same, as far as is known."""
    pace = knowledge.pace
    if pace is None:
        return None
    at_hand, test = set(pace.at_hand), max(pace.test, _LEAST)
    return [test + (0.0 if each.key in at_hand else pace.fetch) for each in candidates]
