"""What the search wants tested, as tests of builds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

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
    try:
        tests = [_test(probe, found, search, part, knowledge) for probe in found.probes]
    except Needs as need:
        raise Needs(*need.steps, line=part.line, pointless=pointless) from None
    if search.noise.needs_sighting and not evidence.bad:
        tests = [replace(test, purpose=Purpose.SIGHTING) for test in tests]
    if knowledge.jobs <= len(knowledge.running):
        tests = []
    raise Needs(*tests, line=part.line, pointless=pointless)


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
    belief = found.belief
    if belief and not search.noise.exact:
        likely = belief.smallest_set(search.enough)
        low, high = max(0, likely[0] - 1), min(high, likely[-1])
        shares = belief.shares(min(_PICTURE, part.size + 1))
        first, last = _focus(belief, part.size)
        closer = belief.shares(min(_PICTURE, last - first), range(first + 1, last + 1))
        test = replace(
            test,
            belief=tuple(round(share, 4) for share in shares),
            closer=tuple(round(share, 4) for share in closer),
            focus=(part.first + first, part.first + last),
            confidence=round(found.held, 4),
        )
    low, at, high = (part.first + index for index in (low, probe.index, high))
    return replace(test, span=Span(len(part.line), low, at, high))


def _focus(belief: Belief, size: int) -> tuple[int, int]:
    """Two candidates with the likeliest places between them, and as much again around these."""
    faint = max(belief.chances) * _FAINT
    seen = [place for place, chance in enumerate(belief.chances) if chance >= faint]
    margin = (seen[-1] - seen[0]) // 2 + 1
    first = min(max(0, seen[0] - 1 - margin), size - 2)
    return first, max(first + 1, min(seen[-1] + margin, size - 1))


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
