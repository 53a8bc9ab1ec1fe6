"""Work off the thread of the window."""

import threading
import time
from collections.abc import Callable
from typing import TypeAlias, TypeVar

Post: TypeAlias = Callable[[Callable[[], None]], None]
"""Has something called in the thread of the window, soon. May be called from any thread."""

_T = TypeVar("_T")
_GRACE = 2.0  # seconds that closing waits


class Background:
    """Runs work in threads; what comes of it is told in the thread of the window."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._threads: list[threading.Thread] = []
        self._closed = False

    def run(
        self,
        work: Callable[[], _T],
        then: Callable[[_T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Do `work`; then call `then` with its value or `failed` with what it raised."""

        def thread() -> None:
            try:
                value = work()
            except Exception as error:  # noqa: BLE001 - told to whoever asked for the work
                fault = error
                self._tell(lambda: failed(fault))
            else:
                self._tell(lambda: then(value))

        self._threads = [other for other in self._threads if other.is_alive()]
        started = threading.Thread(target=thread, name="mozregui", daemon=True)
        self._threads.append(started)
        started.start()

    def close(self) -> None:
        """Nothing is told any more. Gives work under way a moment to end."""
        self._closed = True
        deadline = time.monotonic() + _GRACE
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _tell(self, what: Callable[[], None]) -> None:
        self._post(lambda: None if self._closed else what())
