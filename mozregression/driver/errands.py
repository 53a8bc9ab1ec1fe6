"""Questions to services, each asked once even when it is wanted ahead of need and then needed."""

import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Event, Lock, Thread

from mozregression.model.facts import Fact
from mozregression.model.steps import Question
from mozregression.services.errors import Cancelled

_GLANCE = 0.5  # seconds; Windows delivers Ctrl-C between two waits only
_GRACE = 1.0  # seconds that closing waits for answers under way


class Errands:
    """Runs questions in background threads and shares the answers in flight.

    perform: asks a service, returns the fact or raises its error. The threads do not keep the
    program from ending: a server that went silent must not hold up somebody's Ctrl-C.
    """

    def __init__(self, perform: Callable[[Question], Fact]) -> None:
        self._perform = perform
        self._lock = Lock()
        self._asked: dict[Question, Future[Fact]] = {}
        self._threads: list[Thread] = []
        self._given_up = Event()

    def ask(self, question: Question) -> "Future[Fact]":
        """Start a question, or join the same one if it is under way or answered.

        A question that failed is asked again.
        """
        with self._lock:
            asked = self._asked.get(question)
            if asked is None or (asked.done() and asked.exception() is not None):
                asked = self._asked[question] = Future()
                thread = Thread(
                    target=self._run, args=(question, asked), name="errand", daemon=True
                )
                self._threads = [other for other in self._threads if other.is_alive()]
                self._threads.append(thread)
                thread.start()
            return asked

    def answer(self, question: Question) -> Fact:
        """Ask and wait. Raises what the service raised, and Cancelled after `give_up`."""
        asked = self.ask(question)
        while not wait([asked], _GLANCE).done:
            if self._given_up.is_set():
                raise Cancelled
        return asked.result()

    def give_up(self) -> None:
        """From any thread: nobody waits for answers any more."""
        self._given_up.set()

    def close(self) -> None:
        """Give questions under way a moment to end."""
        deadline = time.monotonic() + _GRACE
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _run(self, question: Question, asked: "Future[Fact]") -> None:
        try:
            asked.set_result(self._perform(question))
        except Exception as error:  # noqa: BLE001 - raised again where the answer is read
            asked.set_exception(error)
