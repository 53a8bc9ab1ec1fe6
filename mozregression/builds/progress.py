"""How far a build has come, told at a pace a screen can follow."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from mozregression.model.builds import Build

_PAUSE = 0.1  # seconds between two reports of one state
_WINDOW = 3.0  # seconds over which the rate is measured


class State(Enum):
    DOWNLOADING = "downloading"
    CHECKING = "checking"
    UNPACKING = "unpacking"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Progress:
    """done, total: bytes of the archive; total is None while nobody knows it.

    rate: bytes a second over the last seconds, 0 while unknown.
    """

    build: Build
    done: int
    total: int | None
    rate: float
    state: State


Listener: TypeAlias = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """A listener that does not care."""


class Reporter:
    """Measures and thins out what is told to a listener. For one thread at a time."""

    def __init__(
        self, build: Build, listener: Listener, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._listener = listener
        self._clock = clock
        self._latest = Progress(build, 0, build.size, 0.0, State.READY)
        self._told_at = 0.0
        self._seen: deque[tuple[float, int]] = deque()

    def arrived(self, done: int, total: int | None) -> None:
        self._tell(State.DOWNLOADING, done, total)

    def enter(self, state: State) -> None:
        """Nothing more arrives, and another part of the work begins."""
        self._tell(state, self._latest.done, self._latest.total)

    def found(self, size: int) -> None:
        """The whole archive is there and needs no download."""
        self._tell(State.UNPACKING, size, size)

    def _tell(self, state: State, done: int, total: int | None) -> None:
        now = self._clock()
        early = state is self._latest.state and now - self._told_at < _PAUSE
        rate = self._latest.rate if early else self._rate(now, done)
        self._latest = Progress(self._latest.build, done, total, rate, state)
        if not early:
            self._told_at = now
            self._listener(self._latest)

    def _rate(self, now: float, done: int) -> float:
        if self._seen and done < self._seen[-1][1]:
            self._seen.clear()  # the download has started over
        self._seen.append((now, done))
        while now - self._seen[0][0] > _WINDOW and len(self._seen) > 2:
            self._seen.popleft()
        then, before = self._seen[0]
        return (done - before) / (now - then) if now > then else 0.0
