"""A build that is known to be good, for a person to look at beside the one under test."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, Thread

from mozregression.builds.errors import BuildsError
from mozregression.builds.fetcher import NEEDED, Fetcher, Ticket
from mozregression.builds.progress import State
from mozregression.builds.sizes import human_size
from mozregression.builds.store import Ready
from mozregression.driver import events
from mozregression.driver.attempt import arrived
from mozregression.driver.errands import Errands
from mozregression.driver.events import Listener, Reference
from mozregression.launch.launcher import Installed, Launcher, LaunchError, Opened
from mozregression.model.apps import App, Launch
from mozregression.model.builds import Build, Missing, MissingReason
from mozregression.model.facts import BuildMissing, Fact
from mozregression.model.request import Request
from mozregression.model.steps import FindBuild, Question
from mozregression.reports.wording import why_missing
from mozregression.services.errors import Cancelled, ServiceError
from mozregression.session import reference
from mozregression.testers.browser import trouble

_GLANCE = 0.5  # seconds; Windows delivers Ctrl-C between two waits only

_NONE = "No build is known to be good yet. Judge this one, and ask again."

_WHY_NOT = {
    Launch.ANDROID: "A device runs one build at a time, so that none can be opened beside it.",
    Launch.SHELL: "A JavaScript shell has no window that another one could be opened beside.",
}


def why_none_beside(app: App) -> str:
    """Why no second build of an app can be looked at; empty where one can."""
    return _WHY_NOT.get(app.launch, "")


@dataclass(frozen=True, slots=True)
class Means:
    """What a build is opened with.

    perform, renamed: see Hands. launcher: gives each build a profile of its own. outputs: folder
    for what they print.
    """

    perform: Callable[[Question], Fact]
    renamed: Callable[[Build], Build | Missing]
    fetcher: Fetcher
    launcher: Launcher
    outputs: Path


class BesideTest:
    """Opens the nearest good build when a person asks, one at a time. Close it at the end.

    Whatever comes of it is told as `Reference`, and nothing as a fact: the session does not know.
    why_not: why none can be opened. at_once: one is wanted as soon as there is one.
    """

    def __init__(
        self, request: Request, means: Means, tell: Listener, *, why_not: str, at_once: bool
    ) -> None:
        self._request = request
        self._means = means
        self._tell = tell
        self._why_not = why_not
        self._wanted = at_once
        self._facts: tuple[Fact, ...] = ()
        self._errands = Errands(means.perform)
        self._lock = Lock()
        self._shown: _Shown | None = None
        self._wish = 0  # the number of the last one that counts
        self._threads: list[Thread] = []
        self._closed = False

    def know(self, facts: Sequence[Fact]) -> None:
        """A person is going to judge a build, over these facts."""
        self._facts = tuple(facts)
        if self._wanted:
            self._begin(asked=False)

    def open(self) -> None:
        """Have the nearest good build opened, in place of one that is further away.

        From any thread; returns at once, and `Reference` is told at least once.
        """
        self._begin(asked=True)

    def give_up(self) -> None:
        """Have what runs ended, or what is on its way forgotten. From any thread; returns at once.

        `Reference` is told.
        """
        with self._lock:
            self._wish += 1
            self._wanted = False
            shown = self._shown if self._shown and self._shown.stays else None
            if shown:
                shown.end()
        if not self._closed:
            candidate = shown.build.candidate if shown else ""
            self._tell(Reference(events.Beside.CLOSED, candidate))

    def close(self) -> None:
        """End what runs; its profile is gone, too."""
        with self._lock:
            self._closed = True
            if self._shown:
                self._shown.end()
        self._errands.give_up()
        for thread in self._threads:
            while thread.is_alive():
                thread.join(_GLANCE)
        self._errands.close()

    def _begin(self, *, asked: bool) -> None:
        if self._why_not:
            self._wanted = False
            self._fail(self._why_not)
            return
        with self._lock:
            if self._closed:
                return
            wish = _Wish(self._wish, asked)
            thread = Thread(target=self._work, args=(wish,), name="beside", daemon=True)
            self._threads = [*(other for other in self._threads if other.is_alive()), thread]
            thread.start()

    def _fail(self, why: str) -> None:
        if not self._closed:
            self._tell(Reference(events.Beside.FAILED, "", why))

    def _counts(self, wish: "_Wish") -> bool:
        return wish.number == self._wish and not self._closed

    # In a thread of its own

    def _work(self, wish: "_Wish") -> None:
        try:
            self._find(wish)
        except Cancelled:
            pass
        except (ServiceError, BuildsError, LaunchError, OSError) as error:
            if self._counts(wish):
                self._fail(str(error))

    def _find(self, wish: "_Wish") -> None:
        """Down to one that can be opened."""
        facts = list(self._facts)
        missing: Missing | None = None
        while self._counts(wish):
            match reference(self._request, facts):
                case None:
                    if missing:
                        self._fail(
                            f"{why_missing(missing)}, and no other build is known to be good."
                        )
                    elif wish.asked:
                        self._fail(_NONE)
                    return
                case FindBuild() as question:
                    facts.append(self._errands.answer(question))
                case build:
                    missing = self._show(build, wish)
                    if missing is None:
                        return
                    facts.append(BuildMissing(missing))

    def _show(self, build: Build, wish: "_Wish") -> Missing | None:
        mine = _Shown(build, self._means, self._tell)
        with self._lock:
            if not self._counts(wish):
                return None
            self._wanted = False
            before = self._shown
            same = before and before.build == build and before.stays
            if not same:
                self._shown = mine
        if before and same:
            before.tell()
            return None
        if before:
            before.end()
            before.over.wait()
        try:
            return mine.run()
        finally:
            mine.over.set()


@dataclass(frozen=True, slots=True)
class _Wish:
    """asked: by a person, who is told when there is none."""

    number: int
    asked: bool


class _Shown:
    """One build, from the wish for it until it has ended. over: nothing of it is left."""

    def __init__(self, build: Build, means: Means, tell: Listener) -> None:
        self.build = build
        self.over = Event()
        self._means = means
        self._tell = tell
        self._state = events.Beside.OPENING
        self._lock = Lock()
        self._ending = False
        self._ticket: Ticket | None = None
        self._opened: Opened | None = None

    def run(self) -> Missing | None:
        """Missing: there is no such build. Raises what builds and launchers do, and Cancelled."""
        self._say(events.Beside.OPENING)
        ready = arrived(self.build, self._wait_for, self._means.renamed)
        if isinstance(ready, Missing):
            return ready
        with ready:
            installed = self._means.launcher.prepare(ready.folder)
            if not isinstance(installed, Installed):
                return Missing(self.build.candidate, MissingReason.BROKEN, (installed.reason,))
            output = self._means.outputs / f"reference-{self.build.candidate.replace('/', '-')}.log"
            self._stay(self._means.launcher.open(installed, output), output)
        return None

    def end(self) -> None:
        """From any thread: have it ended, without a word. Does not wait for it."""
        with self._lock:
            self._ending = True
            if self._ticket:
                self._ticket.cancel()
            if self._opened:
                self._opened.running.end(grace=self._opened.grace)

    @property
    def stays(self) -> bool:
        """It is not over, and not about to be."""
        return not self._ending and not self.over.is_set()

    def tell(self) -> None:
        """How it goes."""
        why = _so_far(self._ticket) if self._state is events.Beside.OPENING else ""
        self._tell(Reference(self._state, self.build.candidate, why))

    def _say(self, state: events.Beside, why: str = "") -> None:
        with self._lock:
            self._state = state
            if self._ending:
                return
        self._tell(Reference(state, self.build.candidate, why))

    def _wait_for(self, build: Build) -> Ready | Missing:
        with self._lock:
            if self._ending:
                raise Cancelled
            self._ticket = self._means.fetcher.want(build, NEEDED)
        return self._ticket.wait()

    def _stay(self, opened: Opened, output: Path) -> None:
        """Until the person closes it, or it is ended."""
        try:
            with self._lock:
                self._opened = opened
                if self._ending:
                    return
            note = trouble(opened, output)
            self._say(events.Beside.FAILED if note else events.Beside.OPEN, note)
            ended = opened.running.wait()
        finally:
            opened.running.stop(grace=opened.grace)
            opened.discard()
        if not note:
            usual = ended is None or ended.code == 0
            self._say(events.Beside.CLOSED, "" if usual else f"The {opened.what} {ended}.")


def _so_far(ticket: Ticket | None) -> str:
    progress = ticket.progress if ticket else None
    if progress is None or progress.state is State.READY:
        return ""
    done = human_size(progress.done)
    return f"{done} of {human_size(progress.total)}" if progress.total else done
