"""Bytes and time of unattended bisections over a line of 8 MB/s with 40 ms of latency.

Builds have 6 MB and are judged in an instant, so that the line is what everything waits for.
"""

import sys
import time
from dataclasses import dataclass
from statistics import mean

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

from mozregression.sandbox.misbehaviour import Line
from mozregression.sandbox.sandbox import Sandbox
from mozregression.sandbox.world import World, WorldSpec

_SEEDS = range(5)
_LINE = Line(bandwidth=8_000_000, latency=0.04)
_BUILD_SIZE = 6_000_000


@dataclass(frozen=True, slots=True)
class _Run:
    """Ratios to what the tested builds alone would take; alone: when nothing is fetched ahead."""

    bytes: float
    seconds: float
    requests: int
    alone: float


def main() -> int:
    runs = [_run(seed) for seed in _SEEDS]
    return conclude(
        [
            Figure(
                "build bytes, times those of the builds tested", mean(r.bytes for r in runs), 1.2
            ),
            Figure("  the worst run", max(r.bytes for r in runs)),
            Figure("wall time, times that of the bytes alone", mean(r.seconds for r in runs), 1.3),
            Figure("  the worst run", max(r.seconds for r in runs)),
            Figure(
                "wall time, of that without work ahead",
                mean(r.seconds for r in runs) / mean(r.alone for r in runs),
                1.0,
            ),
            Figure("requests, mean", mean(r.requests for r in runs)),
        ]
    )


def _run(seed: int) -> _Run:
    spec = WorldSpec(
        seed=seed, first=first_of(90), days=90, pushes_a_day=24, build_size=_BUILD_SIZE
    )
    world = World(spec)
    tested, fetched, seconds, requests = _bisected(world)
    alone = _bisected(world, "--no-background-dl")
    needed = _BUILD_SIZE / _LINE.bandwidth
    run = _Run(
        fetched / (tested * _BUILD_SIZE),
        seconds / (tested * needed),
        requests,
        alone[2] / (alone[0] * needed),
    )
    progress(
        f"world {seed}: {tested} builds, {seconds:.1f} s, {run.bytes:.2f}, {run.seconds:.2f}, "
        f"without work ahead {run.alone:.2f}"
    )
    return run


def _bisected(world: World, *options: str) -> tuple[int, int, float, int]:
    """Builds tested, their bytes that were sent, seconds, and requests."""
    with new_home() as home, Sandbox(world, line=_LINE) as sandbox:
        log = home.root / "tested"
        command = f"echo {{build_url}} >>{log}; exec {INSTANT}"
        begun = time.perf_counter()
        report = run_console([*bounds(world), "--command", command, *options], home, sandbox.root)
        seconds = time.perf_counter() - begun
        if not names_culprit(report, world):
            raise SystemExit(f"world {world.spec.seed}: wrong answer\n{report}")
        tested = len(set(log.read_text().split()))
        return tested, sandbox.build_bytes, seconds, sandbox.requests


if __name__ == "__main__":
    sys.exit(main())
