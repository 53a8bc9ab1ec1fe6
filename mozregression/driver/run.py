"""The loop: ask the session for steps, do them, write facts down, ask again."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock
from typing import Protocol, TypeAlias

from mozregression.builds.fetcher import NEEDED, Fetcher, Ticket
from mozregression.driver.ahead import Ahead, Lookout
from mozregression.driver.attempt import Attempt, News
from mozregression.driver.beside import BesideTest
from mozregression.driver.crew import crew_of
from mozregression.driver.errands import Errands
from mozregression.driver.events import (
    Asking,
    Chosen,
    Judged,
    Listener,
    Testing,
    Understood,
    Unusable,
    WentBack,
)
from mozregression.driver.pace import Pace
from mozregression.launch import launcher
from mozregression.launch.launcher import Installed
from mozregression.model.builds import Build, Missing
from mozregression.model.facts import (
    BuildMissing,
    Fact,
    SourceIdentified,
    VerdictGiven,
    VerdictRetracted,
)
from mozregression.model.report import Report
from mozregression.model.request import Request
from mozregression.model.steps import Finish, Question, Steps, TestBuild
from mozregression.services.errors import Cancelled
from mozregression.session import Understanding, next_steps, understand
from mozregression.testers import tester
from mozregression.testers.tester import Tester

# Commands shorter than this leave the line to the builds that are needed (seconds).
_AUTOMATED_DELAY = 0.5

# A build that takes longer to come (seconds) is worth a guess which one will be next.
_SLOW = 0.3

# Urgency of a guess that proved wrong but is fetched to its end.
_KEPT = -1.0


class Notebook(Protocol):
    """Where facts are kept; a journal's session."""

    @property
    def request(self) -> Request: ...

    def facts(self) -> tuple[Fact, ...]: ...

    def append(self, fact: Fact) -> None: ...


@dataclass(frozen=True, slots=True)
class Finished:
    report: Report


@dataclass(frozen=True, slots=True)
class Stopped:
    """The tester wanted to stop. The session can be resumed."""


@dataclass(frozen=True, slots=True)
class Faulted:
    """The test itself is broken, so that no verdict can be had. The session can be resumed."""

    what: str


Result: TypeAlias = Finished | Stopped | Faulted


@dataclass(frozen=True, slots=True)
class Hands:
    """What the driver does things with.

    perform: asks a service. renamed: the build under another artifact name, or why there is none.
    prepare: makes an unpacked build ready to be started. tester: who is to judge a build; where
    several are judged at once, one for each. kept: builds that are on disk.
    """

    perform: Callable[[Question], Fact]
    renamed: Callable[[Build], Build | Missing]
    fetcher: Fetcher
    prepare: Callable[[Path], Installed | launcher.Unusable]
    tester: Callable[[], Tester]
    kept: Callable[[], Iterable[Build]]


class Driver:
    """Carries one session to its end, a stop, or a fault. Use `run` once, then `close`.

    jobs: how many tests are done at once. count_kept: builds on disk cost less than others.
    beside: what a person may look at during a test.
    """

    def __init__(
        self,
        notebook: Notebook,
        hands: Hands,
        listener: Listener,
        *,
        beside: BesideTest,
        automated: bool,
        jobs: int = 1,
        work_ahead: bool = True,
        keep_guesses: bool = False,
        count_kept: bool = True,
    ) -> None:
        self._notebook = notebook
        self._request = notebook.request
        self._hands = hands
        self._tell = listener
        self._beside = beside
        self._jobs = jobs
        self._work_ahead = work_ahead
        self._keep_guesses = keep_guesses
        self._facts = list(notebook.facts())
        self._errands = Errands(hands.perform)
        self._guesses: dict[Build, Ticket] = {}
        self._guessing = Lock()
        self._ahead = Ahead(
            self._request,
            self._errands,
            self._want,
            _AUTOMATED_DELAY if automated else 0.0,
            jobs=jobs,
        )
        self._crew = crew_of(jobs)
        self._lookout = Lookout()
        self._pace = Pace(self._request, hands.kept, hands.fetcher) if count_kept else None
        self._understood: Understanding | None = None
        self._waited = 0.0  # seconds for the last build
        self._last = sum(isinstance(fact, VerdictGiven) for fact in self._facts)
        self._numbering = Lock()
        self._stopping = Event()

    def run(self) -> Result:
        """Go on until there is something to tell.

        Raises ServiceError, BuildsError and JournalError; the session can be resumed then.
        """
        try:
            with closing(self._crew):
                return self._carry_on()
        except Cancelled:
            if not self._stopping.is_set():
                raise
            return Stopped()

    def stop(self) -> None:
        """From any thread: have `run` end soon, with Stopped. Repeat it until `run` has ended:
        what begins just then may miss one call. Whether a person answers is up to who asks.
        """
        self._stopping.set()
        self._errands.give_up()
        for attempt in tuple(self._crew.attempts):
            attempt.cancel()

    def open_reference(self) -> None:
        """From any thread: have a build that is known to be good opened beside the one under test.

        Returns at once; `Reference` tells what comes of it.
        """
        self._beside.open()

    def close_reference(self) -> None:
        """From any thread: have that build closed, or no longer fetched. Returns at once."""
        self._beside.give_up()

    def _carry_on(self) -> Result:
        while not self._stopping.is_set():
            self._announce_understanding()
            steps = self._next_steps()
            self._crew.give_up(steps.pointless)
            for step in steps.now:
                if isinstance(step, Finish):
                    return Finished(step.report)
                self._do(step)
            busy = len(self._crew.attempts)
            if busy == self._jobs or (busy and not steps.now):
                result = self._wait()
                if result is not None:
                    return result
        return Stopped()

    def close(self) -> None:
        """Stop everything that works in the background."""
        self._errands.close()

    def _next_steps(self) -> Steps:
        if self._pace and (fact := self._pace.news(self._facts)):
            self._learn(fact)
        running = [attempt.step.candidate.key for attempt in self._crew.attempts]
        return next_steps(self._request, self._facts, running=running, jobs=self._jobs)

    def _do(self, step: Question | TestBuild) -> None:
        if isinstance(step, TestBuild):
            self._begin(step)
            return
        self._drop_guesses()  # something else is needed first, so they were wrong
        self._tell(Asking(step))
        self._learn(self._errands.answer(step))

    def _announce_understanding(self) -> None:
        """Tell how the request is read, and again when the ends turn out to be reversed."""
        told = self._understood
        if told and not isinstance(self._facts[-1], VerdictGiven | VerdictRetracted):
            return
        understanding = understand(self._request, self._facts)
        if understanding and (told is None or told.sought != understanding.sought):
            self._understood = understanding
            self._tell(Understood(understanding))

    def _learn(self, fact: Fact) -> None:
        if isinstance(fact, SourceIdentified) and fact in self._facts:
            return
        self._notebook.append(fact)
        self._facts.append(fact)
        if isinstance(fact, BuildMissing):
            self._tell(Unusable(fact.missing))

    # Testing

    def _begin(self, step: TestBuild) -> None:
        self._tell(Chosen(step))
        ticket = self._hands.fetcher.want(step.build, NEEDED)
        self._drop_guesses(step.build)
        self._crew.begin(
            Attempt(
                step,
                ticket,
                self._hands.tester(),
                fetcher=self._hands.fetcher,
                renamed=self._hands.renamed,
                prepare=self._hands.prepare,
                begin=self._test_begins,
            )
        )

    def _test_begins(self, attempt: Attempt) -> int:
        """In the thread that is going to do the test."""
        attempt.began.set()
        self._tell_lookout()
        with self._numbering:
            self._last += 1
            number = self._last
        self._tell(Testing(attempt.step, number))
        self._beside.know(self._facts)
        return number

    def _wait(self) -> Result | None:
        """Until there is news, of which a result ends all."""
        with self._looking_ahead(), closing(self._crew.news()) as coming:
            for attempt, news in coming:
                result = self._take(attempt, news)
                if result is not None:
                    return result
        return None

    def _take(self, attempt: Attempt, news: News | None) -> Result | None:
        match news:
            case None:
                self._waited = attempt.waited
                if self._pace:
                    self._pace.saw(attempt.size)
            case tester.Judged():
                self._judged(attempt, news)
            case tester.Back():
                self._go_back()
            case tester.Stop() | tester.Fault() if attempt.is_cancelled():
                pass
            case tester.Stop():
                return Stopped()
            case tester.Fault(what):
                return Faulted(what)
            case tester.Retry():
                raise AssertionError("an attempt tries again by itself")
            case fact:
                self._learn(fact)
        return None

    def _judged(self, attempt: Attempt, answer: tester.Judged) -> None:
        step, verdict, seconds, note = attempt.step, answer.verdict, answer.seconds, answer.note
        now = int(time.time())
        self._learn(VerdictGiven(step.candidate.key, verdict, step.purpose, now, seconds, note))
        self._tell(Judged(step, attempt.number, verdict, seconds, note))

    def _go_back(self) -> None:
        standing = sum(
            1 if isinstance(fact, VerdictGiven) else -1
            for fact in self._facts
            if isinstance(fact, VerdictGiven | VerdictRetracted)
        )
        if standing > 0:
            self._learn(VerdictRetracted(int(time.time())))
        self._last -= 1  # the test it was said in has no verdict
        self._tell(WentBack(standing > 0))

    # Looking ahead

    @contextmanager
    def _looking_ahead(self) -> Iterator[None]:
        tests = [attempt.step for attempt in self._crew.attempts]
        if not self._work_ahead or not tests:
            yield
            return
        slow = self._waited > _SLOW
        with self._ahead.during(tests, self._facts, slow_line=slow) as self._lookout:
            self._tell_lookout()
            yield
        for fact in self._lookout.learnt:
            self._learn(fact)

    def _tell_lookout(self) -> None:
        if all(attempt.began.is_set() for attempt in self._crew.attempts):
            self._lookout.tests_began.set()

    def _want(self, build: Build, urgency: float) -> None:
        with self._guessing:
            guess = self._guesses.get(build)
            if guess is None:
                self._guesses[build] = self._hands.fetcher.want(build, urgency)
            elif guess.priority == _KEPT:
                guess.priority = urgency

    def _drop_guesses(self, needed: Build | None = None) -> None:
        """Wrong guesses give up; what they have fetched stays and is gone on with if wanted.

        If guesses are to be kept, those that are not needed now go behind all others instead.
        """
        for build, ticket in tuple(self._guesses.items()):
            if self._keep_guesses and build != needed:
                ticket.priority = _KEPT
            else:
                ticket.cancel()
                del self._guesses[build]
