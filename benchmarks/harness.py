"""What the benchmarks share: figures with limits, worlds, and the console as a process."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from rich.console import Console
from rich.table import Table

from mozregression.sandbox.world import World
from mozregression.services.endpoints import VARIABLE

INSTANT = "{binary} --check"
"""The test command of a made build: a shell that exits at once."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement. at_least: the limit is a floor, else a ceiling; None: told for interest."""

    what: str
    measured: float
    limit: float | None = None
    unit: str = ""
    at_least: bool = False

    @property
    def reached(self) -> bool:
        if self.limit is None:
            return True
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit


def conclude(figures: Sequence[Figure]) -> int:
    """Print the figures; the exit status, 1 if one is not reached."""
    table = Table(box=None, pad_edge=False)
    table.add_column("figure")
    for heading in ("measured", "limit"):
        table.add_column(heading, justify="right")
    table.add_column("verdict")
    for figure in figures:
        sign = "≥" if figure.at_least else "≤"
        limit = "" if figure.limit is None else f"{sign} {_number(figure.limit)}{figure.unit}"
        verdict = "" if figure.limit is None else "ok" if figure.reached else "over"
        table.add_row(figure.what, f"{_number(figure.measured)}{figure.unit}", limit, verdict)
    Console(highlight=False, width=100).print(table)
    return int(not all(figure.reached for figure in figures))


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def progress(text: str) -> None:
    """A line about work under way, written over the one before on a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
    else:
        sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


# The console


@dataclass(frozen=True, slots=True)
class Home:
    """A user's folders, all below one temporary one, so that every cache is cold."""

    root: Path

    @property
    def state(self) -> Path:
        return self.root / "state" / "mozregression"

    @property
    def cache(self) -> Path:
        return self.root / "cache" / "mozregression"

    @property
    def temporary(self) -> Path:
        return self.root / "tmp"

    def environment(self, services: str) -> dict[str, str]:
        """For the console: it sees this home, and `services` in place of all services."""
        return {
            **os.environ,
            "HOME": str(self.root),
            "XDG_STATE_HOME": str(self.root / "state"),
            "XDG_CACHE_HOME": str(self.root / "cache"),
            "TMPDIR": str(self.temporary),
            "NO_PROXY": "127.0.0.1",
            VARIABLE: services,
        }


@contextmanager
def new_home() -> Iterator[Home]:
    with tempfile.TemporaryDirectory(prefix="mozregression-bench-") as folder:
        home = Home(Path(folder))
        home.temporary.mkdir()
        yield home


def first_of(days: int) -> date:
    """The first day of a world whose last one is today: services forget builds with time."""
    return datetime.now(timezone.utc).date() - timedelta(days=days - 1)


def bounds(world: World) -> list[str]:
    """Arguments for a bisection of a whole world, by dates."""
    return ["--good", str(world.spec.first), "--bad", str(world.spec.last)]


def console(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mozregression", *arguments]


def run_console(arguments: Sequence[str], home: Home, services: str) -> str:
    """A whole console process; what it printed. Raises SystemExit when it did not find anything."""
    done = subprocess.run(
        console(*arguments),
        env=home.environment(services),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"mozregression failed ({done.returncode}):\n{done.stdout}{done.stderr}")
    return done.stdout


def names_culprit(report: str, world: World) -> bool:
    """Whether a printed report says that the change is in the culprit's push alone."""
    push = world.culprit.push
    return f"The change is in {push}." in report
