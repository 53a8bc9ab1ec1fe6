"""The loop: ask the session for a step, do it, write the fact down, ask again."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from mozregression.builds.fetcher import NEEDED, Fetcher, Ticket
from mozregression.builds.store import Ready
from mozregression.driver.ahead import Ahead, Lookout
from mozregression.driver.errands import Errands
from mozregression.driver.events import (
    Asking,
    Judged,
    Listener,
    Testing,
    Understood,
    Unusable,
    WentBack,
)
from mozregression.launch import launcher
from mozregression.launch.launcher import Installed
from mozregression.model.builds import Build, Missing, MissingReason, Push, Revision
from mozregression.model.facts import (
    BuildFound,
    BuildMissing,
    Fact,
    SourceIdentified,
    VerdictGiven,
    VerdictRetracted,
)
from mozregression.model.report import Report
from mozregression.model.request import Request
from mozregression.model.steps import Finish, Question, TestBuild
from mozregression.session import Understanding, next_step, understand
from mozregression.testers import tester
from mozregression.testers.tester import Subject, Tester

# Commands shorter than this leave the line to the builds that are needed (seconds).
_AUTOMATED_DELAY = 0.5

# A build that takes longer to come (seconds) is worth a guess which one will be next.
_SLOW = 0.3

# Urgency of a guess that proved wrong but is fetched to its end.
_KEPT = -1.0

# What an artifact under another name looks like; only Taskcluster's builds have other names.
MAYBE_RENAMED = (MissingReason.NO_FILE, MissingReason.EXPIRED)


class Notebook(Protocol):
    """Where facts are kept; a journal's session."""

    request: Request

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
    prepare: makes an unpacked build ready to be started.
    """

    perform: Callable[[Question], Fact]
    renamed: Callable[[Build], Build | Missing]
    fetcher: Fetcher
    prepare: Callable[[Path], Installed | launcher.Unusable]
    tester: Tester


class Driver:
    """Carries one session to its end, a stop, or a fault. Use `run` once, then `close`."""

    def __init__(
        self,
        notebook: Notebook,
        hands: Hands,
        listener: Listener,
        *,
        automated: bool,
        work_ahead: bool = True,
        keep_guesses: bool = False,
    ) -> None:
        self._notebook = notebook
        self._request = notebook.request
        self._hands = hands
        self._tell = listener
        self._work_ahead = work_ahead
        self._keep_guesses = keep_guesses
        self._facts = list(notebook.facts())
        self._errands = Errands(hands.perform)
        self._guesses: dict[Build, Ticket] = {}
        self._ahead = Ahead(
            self._request, self._errands, self._want, _AUTOMATED_DELAY if automated else 0.0
        )
        self._understood: Understanding | None = None
        self._waited = 0.0  # seconds for the last build

    def run(self) -> Result:
        """Go on until there is something to tell.

        Raises ServiceError, BuildsError and JournalError; the session can be resumed then.
        """
        while True:
            self._announce_understanding()
            step = next_step(self._request, self._facts)
            if isinstance(step, Finish):
                return Finished(step.report)
            if isinstance(step, TestBuild):
                result = self._test(step)
                if result is not None:
                    return result
            else:
                self._drop_guesses()  # something else is needed first, so they were wrong
                self._tell(Asking(step))
                self._learn(self._errands.answer(step))

    def close(self) -> None:
        """Stop everything that works in the background."""
        self._errands.close()

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
        self._notebook.append(fact)
        self._facts.append(fact)
        if isinstance(fact, BuildMissing):
            self._tell(Unusable(fact.missing))

    # Testing

    def _test(self, step: TestBuild) -> Result | None:
        ticket = self._hands.fetcher.want(step.build, NEEDED)
        self._drop_guesses(step.build)
        with self._looking_ahead(step) as lookout:
            begun = time.monotonic()
            ready = self._obtain(step, ticket)
            self._waited = time.monotonic() - begun
            if isinstance(ready, Missing):
                self._learn(BuildMissing(ready))
                return None
            with ready:
                installed = self._prepare(ready, step)
                if isinstance(installed, Missing):
                    self._learn(BuildMissing(installed))
                    return None
                self._identify(step, installed)
                lookout.test_began.set()
                return self._judge(step, ready, installed)

    @contextmanager
    def _looking_ahead(self, step: TestBuild) -> Iterator[Lookout]:
        if not self._work_ahead:
            yield Lookout()
            return
        slow = self._waited > _SLOW
        with self._ahead.during(step, self._facts, slow_line=slow) as lookout:
            yield lookout
        for fact in lookout.learnt:
            self._learn(fact)

    def _prepare(self, ready: Ready, step: TestBuild) -> Installed | Missing:
        installed = self._hands.prepare(ready.folder)
        if isinstance(installed, Installed):
            return installed
        return Missing(step.candidate.key, MissingReason.BROKEN, (installed.reason,))

    def _identify(self, step: TestBuild, installed: Installed) -> None:
        """Write down the source of the build, which every build carries in itself."""
        candidate = step.candidate
        if isinstance(candidate, Push):
            revision: Revision | None = Revision(candidate.branch, candidate.tip)
        else:
            revision = installed.info.revision
        fact = SourceIdentified(candidate.key, revision, installed.info.platform)
        if revision is not None and fact not in self._facts:
            self._learn(fact)

    def _judge(self, step: TestBuild, ready: Ready, installed: Installed) -> Result | None:
        number = 1 + sum(isinstance(fact, VerdictGiven) for fact in self._facts)
        subject = Subject(
            step.candidate, step.build, installed, ready.archive, step.purpose, number
        )
        self._tell(Testing(step, number))
        while True:
            answer = self._hands.tester.test(subject)
            match answer:
                case tester.Judged(verdict, seconds, note):
                    given = VerdictGiven(
                        step.candidate.key, verdict, step.purpose, int(time.time()), seconds, note
                    )
                    self._learn(given)
                    self._tell(Judged(step, number, verdict, seconds, note))
                    return None
                case tester.Retry():
                    continue
                case tester.Back():
                    self._go_back()
                    return None
                case tester.Stop():
                    return Stopped()
                case tester.Fault(what):
                    return Faulted(what)

    def _go_back(self) -> None:
        standing = sum(
            1 if isinstance(fact, VerdictGiven) else -1
            for fact in self._facts
            if isinstance(fact, VerdictGiven | VerdictRetracted)
        )
        if standing > 0:
            self._learn(VerdictRetracted(int(time.time())))
        self._tell(WentBack(standing > 0))

    # Fetching

    def _obtain(self, step: TestBuild, ticket: Ticket) -> Ready | Missing:
        outcome = ticket.wait()
        if isinstance(outcome, Missing) and outcome.reason in MAYBE_RENAMED:
            renamed = self._hands.renamed(step.build) if step.build.task_id else outcome
            if isinstance(renamed, Missing):
                return renamed
            self._learn(BuildFound(renamed))
            return self._hands.fetcher.want(renamed, NEEDED).wait()
        return outcome

    def _want(self, build: Build, urgency: float) -> None:
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
