"""What the search wants tested, as tests of builds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from mozregression.model.builds import Candidate
from mozregression.model.report import Transition
from mozregression.model.request import Request
from mozregression.model.steps import Span, TestBuild, Why
from mozregression.model.verdicts import Purpose
from mozregression.search.belief import Belief
from mozregression.search.contradictions import transitions
from mozregression.search.evidence import Evidence
from mozregression.search.plan import Plan, Probe, Search, State, plan
from mozregression.session.knowledge import Knowledge, Needs
from mozregression.session.phases import tests_allowed

_PICTURE = 60
"""Parts of the belief in a picture."""

_FAINT = 0.2
"""What has less of the chance of the likeliest place is left out of a closer picture."""

_LEAST = 0.001  # seconds; no test is for nothing


@dataclass(frozen=True, slots=True)
class Part:
    """The candidates of a line that are searched: `size` of them from `first` on.

    shown: those of the line that people see while they are tested.
    """

    line: Sequence[Candidate]
    first: int
    size: int
    shown: range

    def around(self, index: int) -> range:
        """What is shown of the line for a test of that candidate of it."""
        return self.shown if index in self.shown else range(len(self.line))

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


def planned(
    search: Search, evidence: Evidence, part: Part, request: Request, knowledge: Knowledge
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
    found = plan(
        search,
        evidence,
        costs=_costs(candidates, knowledge),
        jobs=max(knowledge.jobs - others, len(running), 1),
        running=running,
    )
    if found.state is not State.SEARCHING:
        return found
    pointless = tuple(key for key in places if places[key] in found.pointless or places[key] < 0)
    around = part.shown
    if found.probes:
        around = part.around(part.first + found.probes[0].index)
    line = part.line[around.start : around.stop]
    try:
        tests = [_test(probe, found, search, part, knowledge) for probe in found.probes]
    except Needs as need:
        raise Needs(*need.steps, line=line, pointless=pointless) from None
    if search.noise.needs_sighting and not evidence.bad:
        tests = [replace(test, purpose=Purpose.SIGHTING) for test in tests]
    if knowledge.jobs <= len(knowledge.running):
        tests = []
    raise Needs(*tests, line=line, pointless=pointless)


def _test(probe: Probe, found: Plan, search: Search, part: Part, knowledge: Knowledge) -> TestBuild:
    candidate = part.candidates[probe.index]
    build = knowledge.build(candidate)
    if build is None:
        raise AssertionError(f"{candidate.key} was chosen although it is known to be missing")
    low, high = 0, part.size - 1
    test = TestBuild(
        candidate,
        build,
        Purpose.NARROW,
        probe.chance_bad,
        found.tests_left,
        why=Why(probe.bits, probe.testable, probe.seconds if knowledge.pace else None),
    )
    around = part.around(part.first + probe.index)
    belief = found.belief
    if belief and not search.noise.exact:
        likely = belief.smallest_set(search.enough)
        low, high = max(0, likely[0] - 1), min(high, likely[-1])
        first, last = _focus(belief, part.size, around)
        closer = belief.shares(min(_PICTURE, last - first), range(first + 1, last + 1))
        test = replace(
            test,
            belief=_picture(belief, around),
            closer=tuple(round(share, 4) for share in closer),
            focus=(first - around.start, last - around.start),
            confidence=round(found.held, 4),
        )
    low, at, high = (
        min(max(part.first + index, around.start), around.stop - 1) - around.start
        for index in (low, probe.index, high)
    )
    return replace(test, span=Span(len(around), low, at, high))


def _picture(belief: Belief, around: range) -> tuple[float, ...]:
    """Chances of stretches of what is shown, which at both ends hold all that is beyond, too."""
    places = len(around) + 1
    parts = min(_PICTURE, places)
    edges = [around.start + places * part // parts for part in range(1, parts)]
    stretches = pairwise((0, *edges, len(belief.chances)))
    return tuple(round(belief.mass(first, stop), 4) for first, stop in stretches)


def _focus(belief: Belief, size: int, around: range) -> tuple[int, int]:
    """Two candidates with the likeliest places between them, and as much again around these.

    Of what is shown, all where these are elsewhere.
    """
    faint = max(belief.chances) * _FAINT
    seen = [place for place, chance in enumerate(belief.chances) if chance >= faint]
    margin = (seen[-1] - seen[0]) // 2 + 1
    first = min(max(0, seen[0] - 1 - margin), size - 2)
    last = max(first + 1, min(seen[-1] + margin, size - 1))
    first, last = max(first, around.start), min(last, around.stop - 1)
    return (first, last) if first < last else (around.start, around.stop - 1)


def _costs(candidates: Sequence[Candidate], knowledge: Knowledge) -> list[float] | None:
    """Seconds of a test of each; None: all the same, as far as is known."""
    pace = knowledge.pace
    if pace is None:
        return None
    at_hand, test = set(pace.at_hand), max(pace.test, _LEAST)
    return [test + (0.0 if each.key in at_hand else pace.fetch) for each in candidates]


def shown_transitions(
    line: Sequence[Candidate], evidence: Evidence, knowledge: Knowledge, search: Search
) -> tuple[Transition, ...]:
    found = transitions(evidence, search.noise)
    return tuple(
        Transition(line[each.after], line[each.upto], each.into_bad is not knowledge.mirrored)
        for each in found
        if len(found) > 1
    )
