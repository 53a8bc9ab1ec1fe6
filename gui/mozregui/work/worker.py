"""Carries one session on in a thread, and tells what happens."""

import platform
import queue
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from mozregression import __version__
from mozregression.builds.errors import BuildsError
from mozregression.driver import events
from mozregression.driver.assembly import assembled
from mozregression.driver.places import Places
from mozregression.driver.run import Driver, Faulted, Finished, Result, Stopped
from mozregression.driver.settings import Settings
from mozregression.faces.credentials import kept_credentials
from mozregression.journal import JournalError, Session
from mozregression.launch.launcher import LaunchError
from mozregression.launch.process import Running
from mozregression.model.facts import Fact
from mozregression.model.request import Request
from mozregression.reports import Account, Environment, account_of
from mozregression.services.endpoints import Endpoints
from mozregression.services.errors import ServiceError
from mozregression.services.http import Exchange
from mozregression.settings.file import FileError
from mozregression.testers.command import CommandError
from mozregression.testers.tester import Answer, Stop, Subject
from mozregui.work.neighbours import Neighbours, neighbours
from mozregui.work.usage import recorded

_PAUSES = (5.0, 15.0, 30.0, 60.0)  # seconds before a fault of the network is tried again
_REPEAT = 0.2  # seconds between two orders to stop


@dataclass(frozen=True, slots=True)
class Began:
    """The driver starts, over what is known so far."""

    account: Account
    around: Neighbours


@dataclass(frozen=True, slots=True)
class Looked:
    """What lies around the build that was chosen."""

    around: Neighbours


@dataclass(frozen=True, slots=True)
class Asked:
    """The person is asked. note: of the browser that did not come up, or empty."""

    subject: Subject
    note: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The person's answer was taken."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something keeps the session from going on. again_in: seconds until it is tried once more;
    None: not before somebody says so.
    """

    what: str
    again_in: float | None


@dataclass(frozen=True, slots=True)
class Crashed:
    """A mistake in the program. The session is kept."""

    trace: str


@dataclass(frozen=True, slots=True)
class Over:
    """Nothing goes on any more."""

    result: Result
    account: Account
    around: Neighbours


@dataclass(frozen=True, slots=True)
class Said:
    """A line for the log."""

    line: str


Happening: TypeAlias = (
    events.Event | Began | Looked | Asked | Answered | Trouble | Crashed | Over | Said
)
Tell: TypeAlias = Callable[[Happening], None]
Edit: TypeAlias = Callable[[Session], None]
"""Changes a session while no driver works on it. Raises ValueError or LookupError if it cannot."""


class Worker:
    """Runs drivers over a session until it ends. Owns the session and closes it.

    tell: called from several threads. begins: the session is new. Start it once; `stop` and wait
    for Over or Crashed, or call `close` to have everything ended.
    """

    def __init__(
        self,
        session: Session,
        places: Places,
        endpoints: Endpoints,
        tell: Tell,
        *,
        begins: bool = False,
    ) -> None:
        self._session = session
        self._begins = begins
        self._places = places
        self._endpoints = endpoints
        self._tell = tell
        self._thread = threading.Thread(target=self._run, name="mozregui session", daemon=True)
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._asking = False
        self._stopping = False
        self._over = False
        self._edits: list[Edit] = []
        self._driver: Driver | None = None
        self._wake = threading.Event()
        self._failures = 0
        self._reference: bool | None = None  # whether a good build was open last; None: no news

    @property
    def session(self) -> Session:
        return self._session

    def start(self) -> None:
        self._thread.start()

    # From the thread of the window

    def answer(self, answer: Answer) -> None:
        """What the person says about the build that is shown; nothing when none is."""
        with self._lock:
            if self._asking:
                self._asking = False
                self._answers.put(answer)

    def change(self, edit: Edit) -> bool:
        """Break off what is done now, change the session, and go on. False when all is over."""
        with self._lock:
            if self._over:
                return False
            self._edits.append(edit)
        self._break_off()
        return True

    def open_reference(self) -> bool:
        """Have a good build opened beside the one under test; False when nothing is tested."""
        driver = self._driver
        if driver:
            driver.open_reference()
        return driver is not None

    def close_reference(self) -> None:
        """Have it closed, or no longer fetched."""
        driver = self._driver
        if driver:
            driver.close_reference()

    def go_on(self) -> None:
        """Try again at once what failed."""
        self._wake.set()

    def stop(self) -> None:
        """Leave the session as it is, to be resumed."""
        with self._lock:
            self._stopping = True
        self._break_off()

    def close(self, patience: float = 10.0) -> bool:
        """Stop and wait. False when it takes too long; the thread then ends with the program."""
        self.stop()
        if self._thread.ident is not None:
            self._thread.join(patience)
        return not self._thread.is_alive()

    def _break_off(self) -> None:
        self._wake.set()
        threading.Thread(target=self._insist, name="mozregui stop", daemon=True).start()

    def _insist(self) -> None:
        """Repeats the order: what begins just now may miss one."""
        driver = self._driver
        while driver is not None and self._driver is driver:
            self.answer(Stop())
            driver.stop()
            time.sleep(_REPEAT)

    # In the thread of the session

    def _run(self) -> None:
        end: Happening
        try:
            # The program may end as soon as the end is told: usage data is on the disk before.
            with self._session, recorded(self._session, self._places, begins=self._begins):
                end = self._carry_on()
        except Exception:  # noqa: BLE001 - whatever it is, the person sees it and keeps the session
            end = Crashed(traceback.format_exc())
        self._tell(end)

    def _carry_on(self) -> Over:
        while True:
            book = _Book(self._session)
            if self._edit():
                continue
            if self._stopping and (over := self._finish(Stopped(), book)):
                return over
            self._tell(Began(book.account(), neighbours(book.request, book.all, None)))
            try:
                result = self._drive(book)
            except (ServiceError, BuildsError) as error:
                self._trouble(str(error), again=True)
            except (LaunchError, CommandError, JournalError, FileError) as error:
                self._trouble(str(error), again=False)
            else:
                if isinstance(result, Faulted):
                    self._trouble(result.what, again=False)
                elif over := self._finish(result, book):
                    return over

    def _edit(self) -> bool:
        """Make the changes that wait. True when there were any, so that all is read again."""
        with self._lock:
            edits, self._edits = self._edits, []
        for edit in edits:
            self._make(edit)
        return bool(edits)

    def _make(self, edit: Edit) -> None:
        try:
            edit(self._session)
        except (ValueError, LookupError, JournalError) as error:
            self._tell(Said(str(error)))

    def _finish(self, result: Result, book: "_Book") -> Over | None:
        """None when there is a change to be made, after which all goes on."""
        with self._lock:
            if self._edits:
                return None
            self._over = True
        account = book.account()
        if isinstance(result, Finished):
            self._session.finish(result.report.outcome)
        self._session.close()
        return Over(result, account, neighbours(book.request, book.all, None, account.report))

    def _drive(self, book: "_Book") -> Result:
        settings = Settings(**self._session.settings)
        if self._reference is not None:
            settings = replace(settings, reference=self._reference)
        with assembled(
            book,
            settings,
            self._places,
            self._endpoints,
            lambda event: self._hear(event, book),
            ask=self._ask,
            credentials=kept_credentials(),
            on_request=self._on_request,
            on_output=lambda line: self._tell(Said(line)),
        ) as driver:
            self._driver = driver
            try:
                if self._stopping or self._edits:
                    return Stopped()
                return driver.run()
            finally:
                self._driver = None

    def _hear(self, event: events.Event, book: "_Book") -> None:
        if isinstance(event, events.Chosen):
            self._tell(Looked(neighbours(book.request, book.all, event.step)))
        if isinstance(event, events.Testing):
            self._failures = 0
        if isinstance(event, events.Reference):
            self._reference = event.state in (events.Beside.OPENING, events.Beside.OPEN)
        self._tell(event)

    def _ask(self, subject: Subject, _: Running, note: str) -> Answer:
        with self._lock:
            while not self._answers.empty():
                self._answers.get_nowait()
            if self._stopping or self._edits:
                return Stop()
            self._asking = True
        self._tell(Asked(subject, note))
        answer = self._answers.get()
        self._tell(Answered())
        return answer

    def _on_request(self, exchange: Exchange) -> None:
        self._tell(
            Said(
                f"{exchange.method} {exchange.url} {exchange.status}"
                f" {exchange.bytes} bytes {exchange.seconds:.2f} s"
            )
        )

    def _trouble(self, what: str, *, again: bool) -> None:
        """Wait until it is worth another try."""
        pause = _PAUSES[min(self._failures, len(_PAUSES) - 1)] if again else None
        self._failures += 1
        self._wake.clear()
        with self._lock:
            if self._stopping or self._edits:
                return
        self._tell(Trouble(what, pause))
        self._wake.wait(pause)


class _Book:
    """A session whose facts are at hand."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.all: list[Fact] = list(session.facts())

    @property
    def request(self) -> Request:
        return self._session.request

    @property
    def folder(self) -> Path:
        return self._session.folder

    def facts(self) -> tuple[Fact, ...]:
        return tuple(self.all)

    def append(self, fact: Fact) -> None:
        self._session.append(fact)
        self.all.append(fact)

    def account(self) -> Account:
        return account_of(self.request, self.all, environment())


def environment() -> Environment:
    return Environment(__version__, platform.python_version(), platform.platform(terse=True))
