"""HTTP requests of unattended bisections of 90 days with 24 pushes a day, every cache cold."""

import sys
from collections import Counter
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

from mozregression.sandbox.sandbox import Sandbox
from mozregression.sandbox.server import Served
from mozregression.sandbox.world import World, WorldSpec

_SEEDS = range(8)


def main() -> int:
    counts: list[int] = []
    kinds: Counter[str] = Counter()
    for seed in _SEEDS:
        log = _requests(seed)
        counts.append(len(log))
        kinds.update(_kind(served) for served in log)
        progress(f"world {seed}: {len(log)} requests")
    shares = (Figure(f"  of them {kind}", kinds[kind] / len(counts)) for kind in sorted(kinds))
    return conclude(
        [
            Figure(f"requests, the most in {len(counts)} worlds", max(counts), 60),
            Figure("requests, mean", mean(counts)),
            *shares,
        ]
    )


def _requests(seed: int) -> list[Served]:
    world = World(WorldSpec(seed=seed, first=first_of(90), days=90, pushes_a_day=24))
    with new_home() as home, Sandbox(world) as sandbox:
        report = run_console([*bounds(world), "--command", INSTANT], home, sandbox.root)
        if not names_culprit(report, world):
            raise SystemExit(f"world {seed}: wrong answer\n{report}")
        return sandbox.log


_KINDS = {
    "/nightly/": "to nightlies' folders",
    "/integration/": "to archived integration builds",
    "json-pushes": "to the pushlog",
    "/index/": "to the index",
    "/queue/": "to the queue",
}


def _kind(served: Served) -> str:
    found = (kind for part, kind in _KINDS.items() if part in served.path)
    return next(found, "others (CDN, git hashes)")


if __name__ == "__main__":
    sys.exit(main())
