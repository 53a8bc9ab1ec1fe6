"""What a person's sessions did, in numbers and pictures. Never leaves this machine.

Each provider makes one section of the report; a new one is a function in providers.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timezone
from functools import cached_property

from mozregression.journal import Record
from mozregression.model.builds import Build, Candidate
from mozregression.model.facts import VerdictGiven, VerdictRetracted
from mozregression.reports.account import Known


@dataclass(frozen=True, slots=True)
class Launch:
    """A build that was started and judged. candidate, build: None when nothing describes them.

    retracted: the verdict was taken back.
    """

    given: VerdictGiven
    candidate: Candidate | None
    build: Build | None
    retracted: bool

    @property
    def day(self) -> date:
        return datetime.fromtimestamp(self.given.at, timezone.utc).date()


class Kept:
    """A session with its launches, in the order of time."""

    def __init__(self, record: Record) -> None:
        self.summary = record.summary
        self._record = record

    @cached_property
    def launches(self) -> tuple[Launch, ...]:
        known = Known(self._record.facts)
        launches: list[Launch] = []
        standing: list[int] = []
        for fact in self._record.facts:
            if isinstance(fact, VerdictGiven):
                standing.append(len(launches))
                key = fact.candidate
                candidate, build = known.candidates.get(key), known.builds.get(key)
                launches.append(Launch(fact, candidate, build, retracted=False))
            elif isinstance(fact, VerdictRetracted) and standing:
                place = standing.pop()
                launches[place] = replace(launches[place], retracted=True)
        return tuple(launches)


@dataclass(frozen=True, slots=True)
class Activity:
    """All that providers may look at. cache_bytes: what the kept builds take up."""

    sessions: Sequence[Kept]
    cache_bytes: int
    cache_builds: int

    @property
    def launches(self) -> list[Launch]:
        return [launch for session in self.sessions for launch in session.launches]


@dataclass(frozen=True, slots=True)
class Picture:
    """Bars: label and number each. columns: standing side by side, as for what has an order."""

    title: str
    bars: tuple[tuple[str, int], ...]
    columns: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Names and values, and perhaps a picture."""

    title: str
    pairs: tuple[tuple[str, str], ...]
    picture: Picture | None = None
