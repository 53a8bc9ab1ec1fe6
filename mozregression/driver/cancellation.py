"""Giving up what is under way, from another thread."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock


class Cancellation:
    """Whoever waits for something says here how that is given up."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._acts: list[Callable[[], None]] = []
        self._cancelled = False

    def cancel(self) -> None:
        """From any thread. Does not wait for anything."""
        with self._lock:
            self._cancelled = True
            acts = tuple(self._acts)
        for act in acts:
            act()

    @contextmanager
    def calls(self, act: Callable[[], None]) -> Iterator[None]:
        """Meanwhile, and if it is cancelled already, `act` gives up; it returns at once."""
        with self._lock:
            self._acts.append(act)
            cancelled = self._cancelled
        if cancelled:
            act()
        try:
            yield
        finally:
            with self._lock:
                self._acts.remove(act)
