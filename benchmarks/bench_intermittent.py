"""How often the answer is right when the bug hides in every other test, and what it takes.

Worlds are answered in memory: every decision is that of a whole session, from nightlies to
pushes. Right: the culprit is in the answer, which is no larger than missing builds make it. Plain
bisection is shown beside it.
"""

import argparse
import sys
from dataclasses import dataclass, field
from statistics import mean

from harness import Figure, conclude, first_of, progress
from oracle import Oracle

from mozregression.model.certainty import EXACT, Certainty, Kind
from mozregression.model.report import Report
from mozregression.sandbox.world import World, WorldSpec

_WORLDS = 100
_MISSED = 0.5
_LIMIT = 95.0  # of a hundred


@dataclass
class _Way:
    """One way to search. tests: of each world."""

    certainty: Certainty
    right: int = 0
    tests: list[int] = field(default_factory=list)

    def search(self, world: World) -> None:
        report, _ = Oracle(world, self.certainty).bisect()
        self.right += _is_right(report, world)
        self.tests.append(len(report.tested))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--worlds", type=int, default=_WORLDS, metavar="N")
    worlds = options.parse_args().worlds
    ways = {
        "--intermittent": _Way(Certainty(Kind.INTERMITTENT)),
        f"--miss-rate {_MISSED}": _Way(Certainty(Kind.KNOWN, _MISSED)),
        "plain": _Way(EXACT),
    }
    for seed in range(worlds):
        spec = WorldSpec(seed=seed, first=first_of(90), days=90, miss_rate=_MISSED)
        world = World(spec)
        for way in ways.values():
            way.search(world)
        told = ", ".join(f"{name} {way.right}" for name, way in ways.items())
        progress(f"right in {seed + 1} worlds: {told}")
    figures = []
    for name, way in ways.items():
        limit = None if way.certainty.exact else _LIMIT
        share = 100 * way.right / worlds
        figures.append(Figure(f"right of 100 worlds, {name}", share, limit, at_least=True))
        figures.append(Figure("  mean tests", mean(way.tests)))
    return conclude(figures)


def _is_right(report: Report, world: World) -> bool:
    found = report.suspects
    return world.culprit.push in found and len(found) <= len(world.suspects)


if __name__ == "__main__":
    sys.exit(main())
