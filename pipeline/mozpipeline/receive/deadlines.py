"""How long a client may take. One timer looks after all: one for each request costs too much."""

import asyncio
from collections.abc import Awaitable
from typing import cast

LOOKS = 10
"""Times that the timer looks while one deadline passes."""


class LateError(Exception):
    """It took too long."""


class Deadlines:
    """Ends what takes longer than so many seconds, or a tenth more."""

    def __init__(self, seconds: float, loop: asyncio.AbstractEventLoop) -> None:
        self._seconds = seconds
        self._loop = loop
        self._until: dict[asyncio.Task[object], float] = {}  # the next to end comes first
        self._late: set[asyncio.Task[object]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def keep(self, work: Awaitable[bytes]) -> bytes:
        """What comes of some work of this task. Raises LateError, once it took too long."""
        task = cast("asyncio.Task[object]", asyncio.current_task(self._loop))
        self._until[task] = self._loop.time() + self._seconds
        if self._timer is None:
            self._look_later()
        try:
            return await work
        except asyncio.CancelledError:
            if task in self._late:
                raise LateError from None
            raise
        finally:
            del self._until[task]
            self._late.discard(task)

    def _look_later(self) -> None:
        self._timer = self._loop.call_later(self._seconds / LOOKS, self._look)

    def _look(self) -> None:
        self._timer = None
        now = self._loop.time()
        for task, until in self._until.items():
            if until > now:
                break
            if task not in self._late:
                self._late.add(task)
                task.cancel()
        if self._until:
            self._look_later()
