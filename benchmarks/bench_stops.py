"""Bisections that are killed (SIGKILL) at random moments and resumed, until done.

Each must end with the right answer, with no verdict asked for twice, no process left and no
file half made. A verdict is asked for twice when a process tests a source and that is not
accounted for by a new verdict in the journal, or by the kill that struck during the test.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random

import psutil
from harness import Figure, Home, bounds, conclude, console, first_of, new_home, progress

from mozregression.journal import Journal
from mozregression.model.facts import SourceIdentified, VerdictGiven
from mozregression.model.verdicts import Purpose
from mozregression.sandbox.sandbox import Sandbox
from mozregression.sandbox.world import World, WorldSpec

_RUNS = 100
_AT_ONCE = 2
_LONGEST = 3.0  # seconds until a kill; a bisection that is left alone takes about as long
_MOST_KILLS = 100
_GRACE = 15.0  # seconds that what a killed process left has to go away
_MARK = "MOZREGRESSION_BENCH_RUN"
_NUMBER = "MOZREGRESSION_BENCH_PROCESS"

# Says for which process it tests what, leaves something running behind, takes its time.
_TEST = "echo ${process} {{changeset}} >>{log}; sleep 2147 & sleep 0.1; exec {{binary}} --check"


@dataclass(slots=True)
class _Run:
    """One bisection with all its kills."""

    seed: int
    kills: int = 0
    troubles: list[str] = field(default_factory=list)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=_RUNS, help="default: %(default)s")
    runs: list[_Run] = []
    seeds = range(parser.parse_args().runs)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for future in as_completed([pool.submit(_run, seed) for seed in seeds]):
            runs.append(future.result())
            wrong = sum(bool(run.troubles) for run in runs)
            progress(f"{len(runs)} of {len(seeds)} runs, {wrong} wrong")
    for run in runs:
        for trouble in run.troubles:
            print(f"run {run.seed}: {trouble}")
    right = sum(not run.troubles for run in runs)
    kills = sum(run.kills for run in runs)
    return conclude(
        [
            Figure(f"right in {len(runs)} runs", right, len(runs), at_least=True),
            Figure("kills a run, mean", kills / len(runs)),
        ]
    )


def _run(seed: int) -> _Run:
    world = World(
        WorldSpec(seed=seed, first=first_of(60), days=60, build_size=400_000, missing_rate=0.05)
    )
    with new_home() as home, Sandbox(world) as sandbox:
        run = _Run(seed)
        _Killed(run, world, home, sandbox.root).go()
        return run


class _Killed:
    """Carries one run out and looks at what it leaves."""

    def __init__(self, run: _Run, world: World, home: Home, services: str) -> None:
        self._run = run
        self._world = world
        self._home = home
        self._random = Random(f"kills/{run.seed}")
        self._tests = home.root / "tests"
        self._tests.touch()
        self._mark = f"{os.getpid()}/{run.seed}"
        self._environment = {**home.environment(services), _MARK: self._mark}
        self._verdicts: list[Counter[str]] = [Counter()]  # by changeset, after each process

    def go(self) -> None:
        printed = None
        while printed is None and self._run.kills < _MOST_KILLS:
            printed = self._one_process()
            self._verdicts.append(self._verdicts_in_journal())
            if self._random.random() < 0.5:  # else the next one meets what the last one left
                self._expect_no_processes()
        if printed is None:
            self._complain("did not end")
        elif not self._is_right(printed):
            self._complain(f"wrong answer:\n{printed}")
        self._expect_no_processes()
        self._look_for_leftovers()
        self._look_for_repeated_tests()

    def _one_process(self) -> str | None:
        """Start or resume, and kill at a random moment; what was printed if it was faster."""
        shell = _TEST.format(process=_NUMBER, log=self._tests)
        start = console(*bounds(self._world), "--command", shell)
        command = console("resume", "1") if self._has_session() else start
        number = len(self._verdicts)
        process = subprocess.Popen(
            command,
            env={**self._environment, _NUMBER: str(number)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            printed, _ = process.communicate(timeout=self._random.uniform(0, _LONGEST))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            assert process.stdout
            process.stdout.close()
            self._run.kills += 1
            return None
        if process.returncode not in (0, 5):  # 5: several pushes are left, which may be right
            self._complain(f"exited with {process.returncode}:\n{printed}")
        return printed

    # What the journal says.

    def _has_session(self) -> bool:
        return bool(Journal(self._home.state).sessions())

    def _look_for_repeated_tests(self) -> None:
        """Every test of a process must have brought a verdict, but one that it was killed in."""
        lines = [line.split() for line in self._tests.read_text().splitlines()]
        for number, (before, after) in enumerate(pairwise(self._verdicts), 1):
            tests = [source for process, source in lines if process == str(number)]
            killed = number < len(self._verdicts) - 1
            unaccounted = Counter(tests) - (after - before)
            if unaccounted - Counter(tests[-1:] if killed else ()):
                self._complain(f"asked twice: {sorted(unaccounted)}")

    def _verdicts_in_journal(self) -> Counter[str]:
        journal = Journal(self._home.state)
        if not journal.sessions():
            return Counter()
        with closing(journal.open(1)) as session:
            facts = session.facts()
        sources = {
            fact.candidate: fact.revision.node
            for fact in facts
            if isinstance(fact, SourceIdentified) and fact.revision
        }
        given = [
            (sources[fact.candidate], fact.purpose is Purpose.CONFIRM)
            for fact in facts
            if isinstance(fact, VerdictGiven)
        ]
        if len(set(given)) != len(given):
            self._complain(f"verdicts twice in the journal: {given}")
        return Counter(source for source, _ in given)

    # What the answer and the machine say.

    def _is_right(self, printed: str) -> bool:
        suspects = self._world.suspects
        if len(suspects) == 1:
            return f"The change is in {suspects[0]}." in printed
        return f"one of these {len(suspects)} pushes" in printed and suspects[-1].tip in printed

    def _expect_no_processes(self) -> None:
        deadline = time.monotonic() + _GRACE
        while strays := list(self._processes()):
            if time.monotonic() > deadline:
                self._complain(f"left running: {strays}")
                return
            time.sleep(0.05)

    def _processes(self) -> Iterator[str]:
        """Living processes that have inherited this run's mark."""
        for process in psutil.process_iter():
            with suppress(psutil.Error):  # it ended meanwhile, or is somebody else's
                marked = process.environ().get(_MARK) == self._mark
                if marked and process.status() != psutil.STATUS_ZOMBIE:
                    yield f"{process.pid} {' '.join(process.cmdline())}"

    def _look_for_leftovers(self) -> None:
        cache = self._home.cache
        left = [
            *self._home.temporary.iterdir(),
            *(path for path in (cache / "work").glob("*") if path.name != ".lock"),
            *(cache / "builds").glob("**/unpacking"),
            *_claims(cache / "builds"),
        ]
        if left:
            self._complain(f"left behind: {left}")

    def _complain(self, trouble: str) -> None:
        self._run.troubles.append(trouble)


def _claims(builds: Path) -> Iterator[Path]:
    """Signs that somebody uses or fills a build."""
    for pattern in ("**/*.pin", "**/*.fill"):
        yield from builds.glob(pattern)


if __name__ == "__main__":
    sys.exit(main())
