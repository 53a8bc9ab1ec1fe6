"""How long a person waits from a verdict to the next browser, with real Firefox archives.

A line of 25 MB/s, 40 ms of latency, and 20 seconds of thought about each build. The console
runs on a terminal of its own; a wait ends when the process of the next browser starts.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import psutil
from harness import Figure, Home, bounds, conclude, new_home, progress

from mozregression.sandbox.misbehaviour import Line
from mozregression.sandbox.sandbox import Sandbox
from mozregression.sandbox.world import World, WorldSpec

sys.path.append(str(Path(__file__).resolve().parents[1]))
from tests.real_firefox.archives import RealArchives, compress_shared, is_planted, why_not
from tests.real_firefox.person import Person, browser_of
from tests.real_firefox.screenshot import OFFLINE

_LINE = Line(bandwidth=25_000_000, latency=0.04)
_SPEC = WorldSpec(seed=1, days=90)
_LIMIT = 0.3
_GIGABYTES_KEPT = "6"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--think", type=float, default=20.0, metavar="SECONDS")
    think = options.parse_args().think
    if reason := why_not():
        print(f"Not measured: {reason}")
        return 0
    with new_home() as home:
        waits = _bisect(home, think)
    return conclude(
        [
            Figure(
                f"wait after {think:g} s of thought, median of {len(waits)}",
                median(waits),
                _LIMIT,
                " s",
            ),
            Figure("  times what is allowed", median(waits) / _LIMIT),
            Figure("  the longest", max(waits), unit=" s"),
        ]
    )


def _bisect(home: Home, think: float) -> list[float]:
    """The waits of a whole bisection, in seconds. Raises SystemExit for a wrong answer."""
    world = World(_SPEC)
    shared, archives = home.root / "shared.xz", home.root / "archives"
    progress("packing Firefox")
    compress_shared(shared)
    archives.mkdir()
    with (
        Sandbox(world, archives=RealArchives(world, shared, archives), line=_LINE) as sandbox,
        Person(_arguments(world), home.environment(sandbox.root)) as person,
    ):
        waits = list(_waits(person, home, think))
        if person.status or world.culprit.push.tip not in person.seen:
            raise SystemExit(f"mozregression did not find the culprit:\n{person.seen}")
    return waits


def _arguments(world: World) -> list[str]:
    return [
        *bounds(world),
        *("--persist-size-limit", _GIGABYTES_KEPT, "--arg=--headless"),
        *(f"--pref={name}:{value}" for name, value in OFFLINE.items()),
    ]


def _waits(person: Person, home: Home, think: float) -> Iterator[float]:
    answered = None
    while person.is_asked():
        browser = browser_of(home.root)
        if answered is not None:
            wait = _started(browser) - answered
            progress(f"{wait:.2f} s")
            yield wait
        word = "bad" if is_planted(Path(browser.cmdline()[0]).parent) else "good"
        time.sleep(think)
        answered = time.clock_gettime(time.CLOCK_BOOTTIME)
        person.answer(word)


def _started(process: psutil.Process) -> float:
    """Seconds since boot, to a hundredth: psutil tells it by a clock that is right to a second."""
    stat = Path(f"/proc/{process.pid}/stat").read_text()
    since_boot = int(stat.rpartition(")")[2].split()[19])
    return since_boot / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
