"""The search itself: tests needed, how often it is right, and how long it thinks.

Random worlds of indices, answered in memory by the engine that bisections use; seeds are fixed.
"""

import argparse
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from os import cpu_count

from harness import Figure, conclude
from search import engine, exact, noisy


def main() -> int:
    tables: dict[str, Callable[[ProcessPoolExecutor, int], list[Figure]]] = {
        "known": noisy.known,
        "unknown": lambda pool, trials: noisy.unknown(pool, trials // 2),
        "peer": lambda pool, trials: noisy.peer(pool, trials // 20),
        "calibration": lambda pool, trials: noisy.calibration(pool, trials // 2),
        "priors": lambda pool, _: exact.weighted(pool),
        "costs": lambda pool, _: exact.costs(pool),
        "blocks": lambda pool, trials: exact.blocks(pool, trials // 2),
        "rounds": lambda pool, _: exact.rounds(pool),
        "galloping": lambda pool, trials: exact.galloping(pool, trials // 2),
        "time": lambda *_: engine.decide_time(),
        "replay": lambda *_: engine.replay(),
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", help=f"some of: {', '.join(tables)}")
    parser.add_argument("--trials", type=int, default=2000, help="default: %(default)s")
    options = parser.parse_args()
    for name in options.tables:
        if name not in tables:
            parser.error(f"there is no table {name!r}")
    figures: list[Figure] = []
    with ProcessPoolExecutor(cpu_count()) as pool:
        for name in options.tables or tables:
            figures += tables[name](pool, options.trials)
    return conclude(figures)


if __name__ == "__main__":
    sys.exit(main())
