"""How many distinct builds a bisection launches, ends included, against what is in the range.

Most worlds are answered in memory; a few go through the console and the sandbox as well, to
show that these launch the same builds.
"""

import sys
from collections.abc import Collection
from math import log2
from statistics import mean

from harness import INSTANT, Figure, bounds, conclude, first_of, new_home, progress, run_console
from oracle import Oracle

from mozregression.model.apps import AUTOLAND
from mozregression.sandbox.sandbox import Sandbox
from mozregression.sandbox.world import World, WorldSpec

_WORLDS = 50
_THROUGH_CONSOLE = 3
_SPARE = 2 + 1.5  # the two ends, and what neither merges nor two phases may exceed


def main() -> int:
    counts: list[int] = []
    bits: list[float] = []
    bits_of_all: list[float] = []
    differing = 0
    for seed in range(_WORLDS):
        world = World(WorldSpec(seed=seed, first=first_of(180), days=180, pushes_a_day=24))
        tested = _tested(world)
        if seed < _THROUGH_CONSOLE:
            differing += _urls_tested(world) != len(tested)
        pushes = len(world.logs[AUTOLAND])
        counts.append(len(tested))
        bits.append(log2(pushes))
        bits_of_all.append(log2(pushes + len(world.nightlies)))
        progress(f"world {seed}: {len(tested)} builds for {pushes} pushes")
    launched = mean(counts)
    return conclude(
        [
            Figure(f"builds launched, mean of {_WORLDS} worlds", launched, mean(bits) + _SPARE),
            Figure("  more than 2 + log2(pushes)", launched - 2 - mean(bits), 1.5),
            Figure("  more than 2 + log2(pushes + nightlies)", launched - 2 - mean(bits_of_all)),
            Figure("  the most", max(counts)),
            Figure(
                f"worlds of {_THROUGH_CONSOLE} in which the console launched others", differing, 0
            ),
        ]
    )


def _tested(world: World) -> Collection[str]:
    report, tested = Oracle(world).bisect()
    if report.suspects != world.suspects:
        raise SystemExit(f"world {world.spec.seed}: wrong answer\n{report}")
    return tested


def _urls_tested(world: World) -> int:
    with new_home() as home, Sandbox(world) as sandbox:
        log = home.root / "tested"
        command = f"echo {{build_url}} >>{log}; exec {INSTANT}"
        run_console([*bounds(world), "--command", command], home, sandbox.root)
        return len(set(log.read_text().split()))


if __name__ == "__main__":
    sys.exit(main())
