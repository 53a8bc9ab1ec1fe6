"""A small world behind a sandbox, and a driver over it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from mozregression.driver.assembly import assembled
from mozregression.driver.events import Event, Judged
from mozregression.driver.places import Places
from mozregression.driver.run import Driver, Result
from mozregression.driver.settings import Settings
from mozregression.journal import Journal, Session
from mozregression.launch.process import Running
from mozregression.model.bounds import DateBound
from mozregression.model.builds import Candidate
from mozregression.model.certainty import EXACT, Certainty
from mozregression.model.request import Request
from mozregression.model.verdicts import Verdict
from mozregression.sandbox.sandbox import Sandbox
from mozregression.sandbox.world import World, WorldSpec
from mozregression.services.endpoints import Endpoints
from mozregression.testers.tester import Answer, Subject
from mozregression.testers.tester import Judged as Judgement

DAYS = 30


def make_world(seed: int = 1, **options: float) -> World:
    """A month up to today, whose culprit stands between testable pushes."""
    first = datetime.now(timezone.utc).date() - timedelta(days=DAYS - 1)
    for number in range(seed, seed + 100):
        world = World(WorldSpec(seed=number, first=first, days=DAYS, build_size=20_000, **options))  # type: ignore[arg-type]
        if len(world.suspects) == 1:
            return world
    raise AssertionError("no world with a single suspect")


@dataclass
class Bench:
    """A sandbox, folders and everything a session needs. events: what was announced."""

    sandbox: Sandbox
    where: Places
    events: list[Event] = field(default_factory=list)

    @property
    def world(self) -> World:
        return self.sandbox.world

    def session(
        self, settings: Settings, *, good: date | None = None, certainty: Certainty = EXACT
    ) -> Session:
        spec = self.world.spec
        request = Request(
            "firefox",
            "linux",
            "x86_64",
            "shippable",
            DateBound(good or spec.first),
            DateBound(spec.last),
            int(datetime.now(timezone.utc).timestamp()),
            confirm=settings.automated,
            certainty=certainty,
        )
        return Journal(self.where.state).create(request, asdict(settings))

    def resumed(self) -> Session:
        return Journal(self.where.state).open()

    @contextmanager
    def driver(self, session: Session, ask: "Person | None" = None) -> Iterator[Driver]:
        with assembled(
            session,
            Settings(**session.settings),
            self.where,
            Endpoints.at(self.sandbox.root),
            self.events.append,
            ask=ask or Person(self.world),
        ) as driver:
            yield driver

    def run(self, settings: Settings, ask: "Person | None" = None) -> Result:
        with self.session(settings) as session, self.driver(session, ask) as driver:
            return driver.run()

    def judged(self) -> list[tuple[str, Verdict]]:
        return [
            (event.step.candidate.key, event.verdict)
            for event in self.events
            if isinstance(event, Judged)
        ]


@dataclass
class Person:
    """Somebody who knows the truth, but first gives the answers of a script.

    script: answers to give instead, one a question; None stands for the truth.
    """

    world: World
    script: Sequence[Answer | None] = ()
    shown: list[Candidate] = field(default_factory=list)
    running: list[bool] = field(default_factory=list)

    def __call__(self, subject: Subject, running: Running, _: str) -> Answer:
        self.shown.append(subject.candidate)
        self.running.append(running.wait(0) is None)
        number = len(self.shown) - 1
        scripted = self.script[number] if number < len(self.script) else None
        if scripted is not None:
            return scripted
        bad = self.world.is_bad(subject.candidate)
        return Judgement(Verdict.BAD if bad else Verdict.GOOD)


MakeBench = Callable[..., AbstractContextManager[Bench]]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with Sandbox(make_world()) as sandbox:
        yield Bench(sandbox, Places(tmp_path / "state", tmp_path / "cache"))
