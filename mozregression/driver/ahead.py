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
from mozregression.model.steps import Question, TestBuild
from mozregression.session import Likely, forecast

# Builds and answers less likely to be wanted than this are not worth anybody's bandwidth.
_LEAST_CHANCE = 0.2

# What is as likely as this is as good as needed: an end is nearly always what was claimed.
_CERTAIN = 0.93

# The likelier of two verdicts has at least this chance; builds may turn out to be missing.
_EVEN_CHANCE = 0.4


@dataclass(frozen=True, slots=True)
class Lookout:
    """One look ahead. learnt: fills with facts. tests_began: to be set when all tests began."""

    learnt: list[Fact] = field(default_factory=list)
    tests_began: Event = field(default_factory=Event)


class Ahead:
    """Looks ahead of tests. want: asks for a build, with its urgency. jobs: how many tests there
    are at most.

    What is certain is wanted at once, and on a slow line the likeliest step, too: the line would
    be idle during the test. The rest is wanted when the test has run for `delay` seconds: tests
    shorter than that leave the whole line to the builds that are really needed.
    """

    def __init__(
        self,
        request: Request,
        errands: Errands,
        want: Callable[[Build, float], None],
        delay: float,
        *,
        jobs: int = 1,
    ) -> None:
        self._request = request
        self._errands = errands
        self._want = want
        self._delay = delay
        self._jobs = jobs

    @contextmanager
    def during(
        self, tests: Sequence[TestBuild], facts: Sequence[Fact], *, slow_line: bool = False
    ) -> Iterator[Lookout]:
        """Work ahead while the block runs, in which builds are fetched and tested.

        facts: may grow meanwhile. slow_line: builds take long to come.
        """
        lookout = Lookout()
        stop = Event()
        worker = Thread(
            target=self._work,
            args=(_View(tests, facts, lookout.learnt, stop), lookout.tests_began, slow_line),
            name="ahead",
            daemon=True,
        )
        worker.start()
        try:
            yield lookout
        finally:
            stop.set()
            lookout.tests_began.set()
            worker.join()

    def _work(self, view: "_View", tests_began: Event, slow_line: bool) -> None:
        self._look(view, _EVEN_CHANCE, _likeliest if slow_line else _certain)
        tests_began.wait()
        if not view.stop.wait(self._delay):
            self._look(view, _LEAST_CHANCE, tuple)

    def _look(
        self, view: "_View", least: float, choose: Callable[[Sequence[Likely]], Sequence[Likely]]
    ) -> None:
        given_up: set[Question] = set()
        while not view.stop.is_set():
            question = None
            for likely in choose(self._forecast(view, least)):
                if view.stop.is_set():
                    return
                if isinstance(likely.step, TestBuild):
                    self._want(likely.step.build, likely.urgency)
                elif question is None and likely.step not in given_up:
                    question = likely.step
            if question is None:
                return
            fact = _answer(self._errands.ask(question), view.stop)
            if fact is None:
                given_up.add(question)
                continue
            view.learnt.append(fact)

    def _forecast(self, view: "_View", least: float) -> Sequence[Likely]:
        """What each test may bring, should it be the first to end."""
        likely = [
            each
            for place, test in enumerate(view.tests)
            for each in forecast(
                self._request,
                view.known,
                test,
                least=least,
                others=(*view.tests[:place], *view.tests[place + 1 :]),
                jobs=self._jobs,
            )
        ]
        return sorted(likely, key=lambda each: -each.urgency)


@dataclass(frozen=True, slots=True)
class _View:
    """What one look ahead starts from, and where its findings go."""

    tests: Sequence[TestBuild]
    facts: Sequence[Fact]
    learnt: list[Fact]
    stop: Event

    @property
    def known(self) -> list[Fact]:
        return [*self.facts, *self.learnt]


def _certain(likely: Sequence[Likely]) -> Sequence[Likely]:
    return [each for each in likely if each.chance >= _CERTAIN]


def _likeliest(likely: Sequence[Likely]) -> Sequence[Likely]:
    return _certain(likely) or likely[:1]


def _answer(asked: "Future[Fact]", stop: Event) -> Fact | None:
    """The answer, or None when it failed (whoever needs it will see why) or has to wait."""
    answered = Event()
    asked.add_done_callback(lambda _: answered.set())
    while not answered.wait(0.02):
        if stop.is_set():
            return None
    return None if asked.exception() else asked.result()
