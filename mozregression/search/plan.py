"""What to test next, or what was found: the door to this room."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from itertools import pairwise
from math import ceil, log2

from mozregression.search.belief import TIE, Belief, believe, entropy
from mozregression.search.choice import Costs, best, confirming, worths
from mozregression.search.contradictions import Contradiction, contradiction
from mozregression.search.evidence import Evidence
from mozregression.search.noise import EXACT, Noise
from mozregression.search.prior import Prior
from mozregression.search.testable import chances_testable
from mozregression.search.together import Setting, choose_together, pointless


@dataclass(frozen=True)
class Search:
    """A search among candidates 0…size-1, as it was asked for.

    prior: None for uniform over places 1…size-1. confidence: what the likeliest place has to
    reach, unless tests are exact. max_tests: None for no limit. tries: tests of the last
    candidate that may pass without a sighting, where one is needed to begin with.
    Raises ValueError for a confidence that no search could reach or that says nothing.
    """

    size: int
    noise: Noise = EXACT
    prior: Prior | None = None
    confidence: float = 0.95
    max_tests: int | None = None
    tries: int = 3

    def __post_init__(self) -> None:
        if not 0.5 < self.confidence < 1:
            raise ValueError(f"a confidence of {self.confidence} is not between 0.5 and 1")

    @cached_property
    def starting_prior(self) -> Prior:
        return self.prior or Prior.uniform(self.size)

    @property
    def enough(self) -> float:
        return 1.0 - TIE if self.noise.exact else self.confidence - TIE


class State(Enum):
    """How a search stands. The value is a short sentence a person can read."""

    SEARCHING = "The search goes on."
    FOUND = "One candidate is where the bug came."
    NARROWED = "What is left between the suspects cannot be tested."
    NO_CHANGE = "The change is not in this range."
    SPENT = "No more tests are allowed."
    CONTRADICTED = "Two verdicts contradict each other."
    NOT_REPRODUCED = "The bug was never seen at the bad end."


@dataclass(frozen=True, slots=True)
class Probe:
    """A candidate to test.

    chance_bad: that the bug is seen. bits: what the test is expected to tell. testable: chance
    that it can be tested. seconds: what it is expected to take, 1 when nobody knows.
    """

    index: int
    chance_bad: float
    bits: float
    testable: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Plan:
    """probes: to be tested now, at once; empty unless SEARCHING or CONTRADICTED.

    suspects: when the search ended, the smallest set of places that holds the confidence
    (`size`: no change in the range); else the likeliest place alone. held: what they hold of
    the belief. tests_left: how many more tests would probably do. pointless: running tests
    that tell nothing any more. belief is None where verdicts contradict each other.
    """

    state: State
    probes: tuple[Probe, ...] = ()
    suspects: tuple[int, ...] = ()
    held: float = 0.0
    tests_left: int = 0
    pointless: tuple[int, ...] = ()
    contradiction: Contradiction | None = None
    belief: Belief | None = field(default=None, repr=False)


def plan(
    search: Search,
    evidence: Evidence,
    *,
    costs: Costs = None,
    jobs: int = 1,
    running: Sequence[int] = (),
) -> Plan:
    """What to do after this evidence; the same for the same arguments, on every machine.

    costs: expected seconds for each candidate; None: the same for all. jobs: how many tests
    may run at once, `running` ones included.
    """
    return _Planner(search, evidence, costs, jobs, tuple(running)).plan()


_SUPPOSED = 0.5
"""A place that is likelier than not is tested for being the one."""


@dataclass(frozen=True)
class _Planner:
    search: Search
    evidence: Evidence
    costs: Costs
    jobs: int
    running: tuple[int, ...]

    def plan(self) -> Plan:
        belief = self._believed(self.evidence)
        if belief is None:
            return self._impossible()
        if self.search.noise.needs_sighting and not self.evidence.bad:
            return self._first_sighting(belief)
        starts, masses = self._groups(belief)
        most = max(masses)
        if most >= self.search.enough:
            at = masses.index(most)
            return self._ended(belief, range(starts[at], starts[at + 1]))
        left = self._tests_left(belief, masses)
        if self._allowed <= 0 and not self.running:
            return self._stopped(State.SPENT, belief, left)
        chosen = self._chosen(belief)
        if not chosen and not self.running:
            return self._stopped(State.NARROWED, belief, 0)
        return self._going_on(belief, chosen, left)

    def _believed(self, evidence: Evidence) -> Belief | None:
        return believe(evidence, self.search.noise, self.search.starting_prior)

    def _chosen(self, belief: Belief) -> list[int]:
        count = min(self.jobs - len(self.running), self._allowed)
        if count <= 0:
            return []
        likeliest = belief.likeliest()
        if (
            self.jobs == 1
            and belief.chances[likeliest] >= _SUPPOSED
            and not self.search.noise.exact
        ):
            gained = confirming(belief, likeliest)
            probe = best(worths(gained, self._chances, self.costs))
            return [] if probe is None else [probe]
        setting = Setting(self.search.noise, belief.prior, self._chances, self.costs)
        return choose_together(self.evidence, belief, setting, count, self.running)

    @cached_property
    def _chances(self) -> list[float] | None:
        return chances_testable(self.evidence)

    @property
    def _allowed(self) -> int:
        """How many more tests may be started."""
        if self.search.max_tests is None:
            return self.jobs
        return self.search.max_tests - self.evidence.tests - len(self.running)

    def _groups(self, belief: Belief) -> tuple[Sequence[int], list[float]]:
        """Places that no testable candidate tells apart: where each group starts, its masses."""
        if self._chances is None:
            return range(self.search.size + 2), belief.chances
        starts = [0, *(at + 1 for at, chance in enumerate(self._chances) if chance > 0)]
        starts.append(self.search.size + 1)
        masses = [sum(belief.chances[first:stop]) for first, stop in pairwise(starts)]
        return starts, masses

    def _ended(self, belief: Belief, group: range) -> Plan:
        places = [place for place in group if belief.chances[place] > 0]
        if set(places) <= {0, self.search.size}:
            state = State.NO_CHANGE
        else:
            state = State.FOUND if len(places) == 1 else State.NARROWED
        return Plan(
            state, suspects=tuple(places), held=belief.mass(group.start, group.stop), belief=belief
        )

    def _stopped(self, state: State, belief: Belief, left: int) -> Plan:
        suspects = belief.smallest_set(self.search.enough)
        held = sum(belief.chances[place] for place in suspects)
        return Plan(state, suspects=suspects, held=held, tests_left=left, belief=belief)

    def _going_on(self, belief: Belief, chosen: Sequence[int], left: int) -> Plan:
        likeliest = belief.likeliest()
        return Plan(
            State.SEARCHING,
            self._probes(belief, chosen),
            (likeliest,),
            belief.chances[likeliest],
            left,
            pointless(belief, self.running),
            belief=belief,
        )

    def _probes(self, belief: Belief, chosen: Sequence[int]) -> tuple[Probe, ...]:
        gained = belief.gains
        return tuple(
            Probe(
                index,
                belief.chances_seen[index],
                gained[index],
                1.0 if self._chances is None else self._chances[index],
                1.0 if self.costs is None else self.costs[index],
            )
            for index in chosen
        )

    def _impossible(self) -> Plan:
        """The verdicts fit no place that the prior allows."""
        found = contradiction(self.evidence) if self.search.noise.exact else None
        if found is not None:
            probe = Probe(found.suspect, 0.5, 1.0, 1.0, 1.0)
            return Plan(State.CONTRADICTED, (probe,), contradiction=found)
        size = self.search.size
        if 0 in self.evidence.bad:
            return Plan(State.NO_CHANGE, suspects=(0,), held=1.0)
        if size - 1 in self.evidence.good:
            return Plan(State.NO_CHANGE, suspects=(size,), held=1.0)
        raise ValueError("the prior excludes every place that the verdicts leave")

    def _first_sighting(self, belief: Belief) -> Plan:
        """Warm up at the bad end: until the bug was seen, no other test means anything."""
        blocked = self.evidence.blocked
        last = next((at for at in range(self.search.size - 1, -1, -1) if at not in blocked), None)
        if last is None:
            return self._stopped(State.NARROWED, belief, 0)
        tried = sum(self.evidence.good.values())
        left = min(self.search.tries - tried - len(self.running), self._allowed)
        if left <= 0 and not self.running:
            return Plan(State.NOT_REPRODUCED, tests_left=1, belief=belief)
        count = min(self.jobs - len(self.running), left)
        sighted = self._believed(self.evidence.plus(last, seen=True)) or belief
        expected = 1 + self._tests_left(sighted, self._groups(sighted)[1])
        return self._going_on(belief, [last] * count, expected)

    def _tests_left(self, belief: Belief, masses: Sequence[float]) -> int:
        """Bits still to be learnt by the bits of the best test."""
        unknown = -sum(mass * log2(mass) for mass in masses if mass > 0)
        if self.search.noise.exact:
            return ceil(unknown - TIE)
        spare = entropy(self.search.confidence)
        gained = max(belief.gains, default=0.0)
        return max(1, ceil((unknown - spare) / gained)) if gained > 0 else 0
