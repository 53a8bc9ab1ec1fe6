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
    """Ratios to what the tested builds alone would take."""

    bytes: float
    seconds: float
    requests: int


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
            Figure("requests, mean", mean(r.requests for r in runs)),
        ]
    )


def _run(seed: int) -> _Run:
    spec = WorldSpec(
        seed=seed, first=first_of(90), days=90, pushes_a_day=24, build_size=_BUILD_SIZE
    )
    world = World(spec)
    with new_home() as home, Sandbox(world, line=_LINE) as sandbox:
        log = home.root / "tested"
        command = f"echo {{build_url}} >>{log}; exec {INSTANT}"
        begun = time.perf_counter()
        report = run_console([*bounds(world), "--command", command], home, sandbox.root)
        seconds = time.perf_counter() - begun
        if not names_culprit(report, world):
            raise SystemExit(f"world {seed}: wrong answer\n{report}")
        tested = len(set(log.read_text().split()))
        needed = tested * _BUILD_SIZE
        ratios = sandbox.build_bytes / needed, seconds * _LINE.bandwidth / needed
        run = _Run(*ratios, sandbox.requests)
    progress(f"world {seed}: {tested} builds, {seconds:.1f} s, {run.bytes:.2f}, {run.seconds:.2f}")
    return run


if __name__ == "__main__":
    sys.exit(main())
