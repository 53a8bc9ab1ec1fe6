"""Work done while a build is fetched and tested: what the session will probably want next."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

from mozregression.driver.errands import Errands
from mozregression.model.builds import Build
from mozregression.model.facts import Fact
from mozregression.model.request import Request
from mozregression.model.steps import TestBuild
from mozregression.session import forecast

# Builds and answers less likely to be wanted than this are not worth anybody's bandwidth.
_LEAST_CHANCE = 0.2

# What is as likely as this is as good as needed: an end is nearly always what was claimed.
_CERTAIN = 0.93


@dataclass(frozen=True, slots=True)
class Lookout:
    """One look ahead. learnt: fills with facts. test_began: to be set when the test begins."""

    learnt: list[Fact] = field(default_factory=list)
    test_began: Event = field(default_factory=Event)


class Ahead:
    """Looks ahead of a test. want: asks for a build, with its urgency.

    What is certain is wanted at once, the rest only when the test has run for `delay` seconds:
    tests shorter than that leave the whole line to the builds that are really needed.
    """

    def __init__(
        self, request: Request, errands: Errands, want: Callable[[Build, float], None], delay: float
    ) -> None:
        self._request = request
        self._errands = errands
        self._want = want
        self._delay = delay

    @contextmanager
    def during(self, test: TestBuild, facts: Sequence[Fact]) -> Iterator[Lookout]:
        """Work ahead while the block runs, which fetches a build and tests it.

        facts: may grow meanwhile.
        """
        lookout = Lookout()
        stop = Event()
        worker = Thread(
            target=self._work, args=(test, facts, lookout, stop), name="ahead", daemon=True
        )
        worker.start()
        try:
            yield lookout
        finally:
            stop.set()
            lookout.test_began.set()
            worker.join()

    def _work(self, test: TestBuild, facts: Sequence[Fact], lookout: Lookout, stop: Event) -> None:
        self._look(test, facts, lookout.learnt, stop, _CERTAIN)
        lookout.test_began.wait()
        if not stop.wait(self._delay):
            self._look(test, facts, lookout.learnt, stop, _LEAST_CHANCE)

    def _look(
        self, test: TestBuild, facts: Sequence[Fact], learnt: list[Fact], stop: Event, least: float
    ) -> None:
        given_up = set()
        while not stop.is_set():
            question = None
            for likely in forecast(self._request, [*facts, *learnt], test, least=least):
                if stop.is_set():
                    return
                if isinstance(likely.step, TestBuild):
                    self._want(likely.step.build, likely.urgency)
                elif question is None and likely.step not in given_up:
                    question = likely.step
            if question is None:
                return
            fact = _answer(self._errands.ask(question), stop)
            if fact is None:
                given_up.add(question)
                continue
            learnt.append(fact)


def _answer(asked: "Future[Fact]", stop: Event) -> Fact | None:
    """The answer, or None when it failed (whoever needs it will see why) or has to wait."""
    answered = Event()
    asked.add_done_callback(lambda _: answered.set())
    while not answered.wait(0.02):
        if stop.is_set():
            return None
    return None if asked.exception() else asked.result()
