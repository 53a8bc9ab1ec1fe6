"""An unattended bisection of a make-believe Firefox, with the right answer known."""

import tempfile
from dataclasses import asdict
from datetime import date, datetime, timedelta, timezone
from itertools import count
from pathlib import Path

from rich.console import Console

from mozregression.console.bisect import conduct
from mozregression.console.exits import EXIT_FOUND, EXIT_NO_ANSWER
from mozregression.driver.places import Places
from mozregression.driver.settings import Settings
from mozregression.journal import Journal
from mozregression.model.bounds import DateBound
from mozregression.model.request import Request
from mozregression.sandbox.misbehaviour import Line
from mozregression.sandbox.sandbox import Sandbox
from mozregression.sandbox.world import World, WorldSpec
from mozregression.services.endpoints import Endpoints

_DAYS = 180
_BUILD_SIZE = 6_000_000
_LINE = Line(bandwidth=12_000_000, latency=0.03)


def show() -> int:
    """Run the demo; EXIT_FOUND only if the planted culprit was found."""
    console = Console(highlight=False)
    now = datetime.now(timezone.utc)
    first = now.date() - timedelta(days=_DAYS - 1)
    world = _world(first)
    console.print(
        "A make-believe Firefox is served on this machine. One of its "
        f"{len(world.history.autoland)} landings since {first} breaks it. Which one?\n",
        style="cyan",
    )
    request = Request(
        app="firefox",
        os="linux",
        arch="x86_64",
        build_type="shippable",
        good=DateBound(first),
        bad=DateBound(now.date()),
        asked_at=int(now.timestamp()),
        confirm=True,
    )
    settings = Settings(command="{binary} --check")
    with tempfile.TemporaryDirectory(prefix="mozregression-demo-") as folder:
        where = Places(Path(folder, "state"), Path(folder, "cache"))
        with Sandbox(world, line=_LINE) as sandbox:
            session = Journal(where.state).create(request, asdict(settings))
            status, report = conduct(session, where, Endpoints.at(sandbox.root))
    planted = world.culprit.push
    if report and report.bad and report.bad.candidate == planted and len(report.suspects) == 1:
        console.print(f"\nRight: the breakage was planted in {planted}.", style="bold green")
        return EXIT_FOUND
    console.print(f"\nWrong: the breakage was planted in {planted}.", style="bold red")
    return status or EXIT_NO_ANSWER


def _world(first: date) -> World:
    """A world with holes in it, but none beside the culprit: there is one right answer."""
    worlds = (
        World(
            WorldSpec(seed=seed, first=first, days=_DAYS, missing_rate=0.05, build_size=_BUILD_SIZE)
        )
        for seed in count()
    )
    return next(world for world in worlds if len(world.suspects) == 1)
