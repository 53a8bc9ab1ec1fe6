"""Who does the tests: one after another where the driver runs, or several at once in threads."""

import queue
import time
from collections.abc import Collection, Generator, Sequence
from contextlib import suppress
from threading import Thread
from typing import Protocol

from mozregression.driver.attempt import Attempt, News

_GLANCE = 0.2  # seconds; Windows delivers Ctrl-C between two waits only
_MOMENT = 0.05  # seconds between two orders to end

_SHORT = 0.005  # seconds between two looks

# Tests that began at about the same time end at about the same time, and what is tested next is
# chosen better with both answers. So much of a test's time is waited for the others.
_TOGETHER = 0.05


class Crew(Protocol):
    """Attempts under way."""

    @property
    def attempts(self) -> Sequence[Attempt]:
        """Those whose answers are waited for, the oldest first."""

    def begin(self, attempt: Attempt) -> None: ...

    def news(self) -> Generator[tuple[Attempt, News | None], None, None]:
        """Waits until there is some, which is then taken as it comes; None: an attempt is over.

        Raises what an attempt raised.
        """

    def give_up(self, keys: Collection[str]) -> None:
        """Answers on these candidates are not waited for any more."""

    def close(self) -> None:
        """End every attempt, and wait until nothing of them is left."""


def crew_of(jobs: int) -> Crew:
    return _Alone() if jobs == 1 else _Threads()


class _Alone:
    """Does a test where its answer is waited for: a person sits at this terminal."""

    def __init__(self) -> None:
        self._attempts: list[Attempt] = []

    @property
    def attempts(self) -> Sequence[Attempt]:
        return self._attempts

    def begin(self, attempt: Attempt) -> None:
        self._attempts.append(attempt)

    def news(self) -> Generator[tuple[Attempt, News | None], None, None]:
        attempt = self._attempts[0]
        for each in attempt.run():
            yield attempt, each
        self._attempts.clear()
        yield attempt, None

    def give_up(self, keys: Collection[str]) -> None:
        """There is nothing that could have become pointless meanwhile."""

    def close(self) -> None:
        """Nothing is left of a test once its thread has left it."""


class _Threads:
    """Gives each attempt a thread of its own."""

    def __init__(self) -> None:
        self._threads: dict[Attempt, Thread] = {}
        self._inbox: queue.SimpleQueue[tuple[Attempt, News | BaseException | None]] = (
            queue.SimpleQueue()
        )

    @property
    def attempts(self) -> Sequence[Attempt]:
        return [attempt for attempt in tuple(self._threads) if not attempt.is_cancelled()]

    def begin(self, attempt: Attempt) -> None:
        thread = Thread(target=self._work, args=(attempt,), name="test", daemon=True)
        self._threads[attempt] = thread
        thread.start()

    def news(self) -> Generator[tuple[Attempt, News | None], None, None]:
        attempt, first = self._taken(*self._wait())
        now = time.monotonic()
        moment = (now - attempt.began_at) * _TOGETHER if attempt.began_at else 0.0
        yield attempt, first
        while self._comes(attempt.began_at + moment, now + moment):
            yield self._taken(*self._inbox.get())

    def _comes(self, begun: float, until: float) -> bool:
        """Whether there is more news; of tests that had begun by then it is waited for a moment."""
        while self._inbox.empty():
            left = until - time.monotonic()
            if left <= 0 or not any(0 < each.began_at <= begun for each in self._threads):
                return False
            time.sleep(min(left, _SHORT))
        return True

    def give_up(self, keys: Collection[str]) -> None:
        for attempt in self.attempts:
            if attempt.step.candidate.key in keys:
                attempt.cancel()

    def close(self) -> None:
        while self._threads:
            for attempt, thread in tuple(self._threads.items()):
                attempt.cancel()
                thread.join(_MOMENT)
                if not thread.is_alive():
                    del self._threads[attempt]

    def _wait(self) -> tuple[Attempt, News | BaseException | None]:
        while self._inbox.empty():
            with suppress(queue.Empty):
                return self._inbox.get(timeout=_GLANCE)
            for attempt in self._threads:
                if attempt.is_cancelled():
                    attempt.cancel()
        return self._inbox.get()

    def _taken(
        self, attempt: Attempt, news: News | BaseException | None
    ) -> tuple[Attempt, News | None]:
        if isinstance(news, BaseException):
            raise news
        if news is None:
            self._threads.pop(attempt).join()
        return attempt, news

    def _work(self, attempt: Attempt) -> None:
        try:
            for each in attempt.run():
                self._inbox.put((attempt, each))
        except BaseException as error:  # noqa: BLE001 - raised again where news are waited for
            self._inbox.put((attempt, error))
        else:
            self._inbox.put((attempt, None))
