"""A thread of a window, without a window."""

import queue
import time
from collections.abc import Callable

PATIENCE = 60.0


class Mailbox:
    """Stands in for the event loop of a window: what is posted is called in `until`."""

    def __init__(self) -> None:
        self._posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def post(self, what: Callable[[], None]) -> None:
        self._posted.put(what)

    def until(self, reached: Callable[[], object]) -> None:
        """Call what is posted until something is reached."""
        deadline = time.monotonic() + PATIENCE
        while not reached():
            assert time.monotonic() < deadline, "it was never reached"
            self._call_next()

    def _call_next(self) -> None:
        try:
            posted = self._posted.get(timeout=0.05)
        except queue.Empty:
            return
        posted()
