"""Searches of made-up ranges, with the engine that bisections use."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from random import Random

from mozregression.search.evidence import Evidence
from mozregression.search.plan import Plan, Search, State, plan

_FAR_TOO_MANY = 2000


@dataclass
class World:
    """A change at `place`, tests that err at these rates, and what was seen of it so far."""

    size: int
    place: int
    random: Random
    false: float = 0.0
    miss: float = 0.0
    broken: Collection[int] = ()
    good: list[int] = field(default_factory=list)
    bad: list[int] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)

    def test(self, index: int) -> None:
        if index in self.broken:
            self.skipped.append(index)
            return
        chance = 1 - self.miss if index >= self.place else self.false
        (self.bad if self.random.random() < chance else self.good).append(index)

    @property
    def evidence(self) -> Evidence:
        return Evidence.of(self.size, self.good, self.bad, skipped=self.skipped)


@dataclass(frozen=True, slots=True)
class Answer:
    plan: Plan
    tests: int
    rounds: int
    right: bool


def searched(
    search: Search, world: World, look: Callable[[Search, Evidence], Plan] = plan
) -> Answer:
    """Search until the end. Right: the place is among the suspects that are named."""
    rounds = 0
    while True:
        found = look(search, world.evidence)
        if found.state is State.NOT_REPRODUCED:  # the person asks for more tries
            world.test(world.size - 1)
        elif found.state is not State.SEARCHING:
            tests = len(world.good) + len(world.bad) + len(world.skipped)
            return Answer(found, tests, rounds, world.place in found.suspects)
        for probe in found.probes:
            world.test(probe.index)
        rounds += 1
        if rounds > _FAR_TOO_MANY:
            raise SystemExit(f"no end: {world}")
