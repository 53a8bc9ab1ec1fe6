"""One build fetched and run in a thread, as often as it is wanted."""

import queue
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TypeAlias

from mozregression.builds.errors import BuildsError
from mozregression.driver import events
from mozregression.driver.assembly import Launches, launches
from mozregression.driver.cancellation import Cancellation
from mozregression.driver.places import Places
from mozregression.driver.settings import Settings
from mozregression.driver.single import NoBuildError, Single
from mozregression.faces.credentials import kept_credentials
from mozregression.launch.launcher import LaunchError
from mozregression.launch.process import Ended, Running
from mozregression.model.request import Request
from mozregression.services.endpoints import Endpoints
from mozregression.services.errors import Cancelled, ServiceError
from mozregression.services.http import Exchange
from mozregression.settings.file import FileError
from mozregression.testers.tester import Answer, Retry, Stop, Subject
from mozregui.work.usage import recorded_launch
from mozregui.work.worker import Said

_GLANCE = 0.2  # seconds between two looks at whether the build still runs
_TAIL = 10  # lines
_FAULTS = (NoBuildError, ServiceError, BuildsError, LaunchError, FileError, OSError)


@dataclass(frozen=True, slots=True)
class Obtained:
    """The build is there and about to run."""

    single: Single


@dataclass(frozen=True, slots=True)
class Shown:
    """The build runs. note: of one that did not come up, or empty."""

    note: str


@dataclass(frozen=True, slots=True)
class Closed:
    """The build runs no more. ended: None when it was closed from here. tail: the last lines of
    what it printed.
    """

    ended: Ended | None
    tail: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """The build cannot be had, or not be run. what: for a person."""

    what: str


@dataclass(frozen=True, slots=True)
class Broke:
    """A mistake in the program."""

    trace: str


@dataclass(frozen=True, slots=True)
class Left:
    """Nothing goes on any more."""


Happening: TypeAlias = events.Event | Obtained | Shown | Closed | Failed | Broke | Left | Said
Tell: TypeAlias = Callable[[Happening], None]


class Order(Enum):
    """What a person wants done with the build."""

    AGAIN = "again"
    CLOSE = "close"
    LEAVE = "leave"


class Launching:
    """Fetches the build that a request means, and runs it until it is left.

    tell: called from several threads. Start it once; it ends with Left.
    """

    def __init__(
        self,
        request: Request,
        settings: Settings,
        places: Places,
        endpoints: Endpoints,
        tell: Tell,
    ) -> None:
        self._request = request
        self._settings = settings
        self._places = places
        self._endpoints = endpoints
        self._tell = tell
        self._thread = threading.Thread(target=self._run, name="mozregui launch", daemon=True)
        self._orders: queue.SimpleQueue[Order] = queue.SimpleQueue()
        self._cancellation = Cancellation()
        self._leaving = threading.Event()
        self._ended: Ended | None = None

    def start(self) -> None:
        self._thread.start()

    # From the thread of the window

    def again(self) -> None:
        """Start the build, anew if it runs."""
        self._orders.put(Order.AGAIN)

    def close_build(self) -> None:
        self._orders.put(Order.CLOSE)

    def leave(self) -> None:
        """Give up what is fetched, close what runs."""
        self._leaving.set()
        self._orders.put(Order.LEAVE)
        self._cancellation.cancel()

    def close(self, patience: float = 10.0) -> bool:
        """Leave and wait. False when it takes too long; the thread then ends with the program."""
        self.leave()
        if self._thread.ident is not None:
            self._thread.join(patience)
        return not self._thread.is_alive()

    # In the thread of its own

    def _run(self) -> None:
        try:
            self._fetch_and_run()
        except Cancelled:
            pass
        except _FAULTS as error:
            self._tell(Failed(str(error)))
        except Exception:  # noqa: BLE001 - whatever it is, the person sees it
            self._tell(Broke(traceback.format_exc()))
        self._tell(Left())

    def _fetch_and_run(self) -> None:
        with (
            recorded_launch(self._request, self._places) as launched,
            launches(
                [self._request],
                self._settings,
                self._places,
                self._endpoints,
                self._tell,
                credentials=kept_credentials(),
                on_request=self._on_request,
                on_output=lambda line: self._tell(Said(line)),
                cancellation=self._cancellation,
            ) as made,
        ):
            launched.append(made.singles[0].found.candidate)
            self._tell(Obtained(made.singles[0]))
            self._run_until_left(made)

    def _run_until_left(self, made: Launches) -> None:
        subject = made.singles[0].subject(1)
        output = made.outputs / subject.output_name
        tester = made.tester(self._wait)
        while not self._leaving.is_set():
            self._ended = None
            answer = tester.test(subject)
            if self._leaving.is_set():
                return
            if isinstance(answer, Retry):
                continue
            self._tell(Closed(self._ended, _tail(output)))
            while self._orders.get() is Order.CLOSE:
                pass

    def _wait(self, _: Subject, running: Running, note: str) -> Answer:
        """In place of a person's verdict: until the build is closed, here or there."""
        self._tell(Shown(note))
        while self._ended is None:
            with suppress(queue.Empty):
                order = self._orders.get(timeout=_GLANCE)
                return Retry() if order is Order.AGAIN else Stop()
            self._ended = running.wait(0)
        return Stop()

    def _on_request(self, exchange: Exchange) -> None:
        self._tell(Said(f"{exchange.method} {exchange.url} {exchange.status}"))


def _tail(output: Path) -> tuple[str, ...]:
    try:
        return tuple(output.read_text(errors="replace").splitlines()[-_TAIL:])
    except OSError:
        return ()
