"""How much of a loader's time is unpacking pings, which no loader can do without."""

import time
import zlib
from statistics import median

import orjson
from common import Figure, conclude, new_home, progress, received, usages

from mozpipeline.definitions.history import shipped
from mozpipeline.load.loader import loading

PINGS = 30_000
ROUNDS = 5
TARGET = 0.15


def main() -> int:
    history = shipped()
    requests = list(usages(range(PINGS)))
    bodies = [body for *_, body in requests]
    ratios, speeds = [], []
    for number in range(ROUNDS):
        progress(f"round {number + 1} of {ROUNDS}")
        start = time.process_time()
        for body in bodies:
            orjson.loads(zlib.decompress(body, 31))
        unpacking = time.process_time() - start
        with new_home() as home:
            received(home, requests)
            start = time.process_time()
            with loading(home, history) as loader:
                assert loader.run().outcomes == {"stored": PINGS}
            loaded = time.process_time() - start
        ratios.append(unpacking / loaded)
        speeds.append(PINGS / loaded)
    return conclude(
        [
            Figure("gunzip and JSON alone ÷ loader, CPU", median(ratios), TARGET, at_least=True),
            Figure("pings a second of one core", median(speeds)),
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())
