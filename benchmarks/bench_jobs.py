"""What a second test command at the same time saves, where a test takes two seconds.

The console against the sandbox, every cache cold: the same worlds with one worker and with two.
"""

import argparse
import sys
import time

from harness import (
    INSTANT,
    Figure,
    bounds,
    conclude,
    first_of,
    names_culprit,
    new_home,
    progress,
    run_console,
)

from mozregression.sandbox.sandbox import Sandbox
from mozregression.sandbox.world import World, WorldSpec

_WORLDS = 5
_SECONDS = 2
_LIMIT = 0.72


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--worlds", type=int, default=_WORLDS, metavar="N")
    worlds = options.parse_args().worlds
    seconds = dict.fromkeys((1, 2), 0.0)
    for seed in range(worlds):
        world = World(WorldSpec(seed=seed, first=first_of(90), days=90))
        for jobs in seconds:
            seconds[jobs] += _bisected(world, jobs)
        progress(f"{seed + 1} worlds: {seconds[1]:.0f} s alone, {seconds[2]:.0f} s in twos")
    return conclude(
        [
            Figure("wall time of --jobs 2, of that of one", seconds[2] / seconds[1], _LIMIT),
            Figure("  mean of one", seconds[1] / worlds, unit=" s"),
            Figure("  mean of two", seconds[2] / worlds, unit=" s"),
        ]
    )


def _bisected(world: World, jobs: int) -> float:
    """Seconds of the whole process."""
    command = f"sleep {_SECONDS}; exec {INSTANT}"
    with new_home() as home, Sandbox(world) as sandbox:
        begun = time.monotonic()
        arguments = [*bounds(world), "--jobs", str(jobs), "--command", command]
        report = run_console(arguments, home, sandbox.root)
        seconds = time.monotonic() - begun
    if not names_culprit(report, world):
        raise SystemExit(f"world {world.spec.seed}: wrong answer\n{report}")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
