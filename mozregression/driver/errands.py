"""Questions to services, each asked once even when it is wanted ahead of need and then needed."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from mozregression.model.facts import Fact
from mozregression.model.steps import Question


class Errands:
    """Runs questions in background threads and shares the answers in flight.

    perform: asks a service, returns the fact or raises its error.
    """

    def __init__(self, perform: Callable[[Question], Fact], workers: int = 3) -> None:
        self._perform = perform
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="errand")
        self._lock = Lock()
        self._running: dict[Question, Future[Fact]] = {}

    def ask(self, step: Question) -> Future[Fact]:
        """Start a question, or join the same one if it is under way or answered.

        A question that failed is asked again.
        """
        with self._lock:
            running = self._running.get(step)
            if running is None or (running.done() and running.exception() is not None):
                running = self._pool.submit(self._perform, step)
                self._running[step] = running
            return running

    def close(self) -> None:
        """Wait for questions under way; forget those that have not begun."""
        self._pool.shutdown(wait=True, cancel_futures=True)
