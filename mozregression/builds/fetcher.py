"""Builds fetched in the background: those somebody waits for first, likely ones ahead of need."""

import threading
import time
from functools import partial
from math import inf

from mozregression.builds.progress import Listener, Progress, State, silent
from mozregression.builds.store import Ready, Store
from mozregression.model.builds import Build, Missing
from mozregression.services.errors import Cancelled

NEEDED = inf
_LOOK_UP = 0.2  # seconds; a wait without end cannot be interrupted by Ctrl-C on Windows
_GRACE = 2.0  # seconds that closing waits for threads
_SMOOTHING = 0.3
_DRAWING = (State.DOWNLOADING, State.CHECKING)
_LATENCY = 0.1  # seconds; a request made so long before the line is free finds it free


class _Job:
    """One build that tickets ask for. Everything here is guarded by the fetcher's lock."""

    def __init__(self, build: Build) -> None:
        self.build = build
        self.tickets: set[Ticket] = set()
        self.stop = threading.Event()
        self.thread: threading.Thread | None = None
        self.result: Ready | Missing | None = None
        self.fault: Exception | None = None
        self.progress: Progress | None = None
        self.arrived = False  # all bytes, or nearly

    @property
    def priority(self) -> float:
        return max((ticket.priority for ticket in self.tickets), default=-inf)

    @property
    def needed(self) -> bool:
        return self.priority == NEEDED

    @property
    def over(self) -> bool:
        return self.result is not None or self.fault is not None


class Ticket:
    """A wish for one build. Ends with `wait` returning or raising, or with `cancel`."""

    def __init__(self, fetcher: "Fetcher", job: _Job, priority: float) -> None:
        self.priority = priority
        self._fetcher = fetcher
        self.job = job

    @property
    def build(self) -> Build:
        return self.job.build

    @property
    def progress(self) -> Progress | None:
        """How far the build has come, None before anything happened."""
        return self.job.progress

    @property
    def ready(self) -> bool:
        """Whether `wait` would return at once."""
        return self.job.result is not None

    def wait(self) -> Ready | Missing:
        """The build, which the caller releases; from now on it goes before all others.

        Raises what Store.obtain raises, and Cancelled when the ticket or fetcher is closed.
        """
        return self._fetcher.wait(self)

    def cancel(self) -> None:
        """The build is not wanted any more. What has arrived of it is kept on disk."""
        self._fetcher.drop(self)


class Fetcher:
    """Runs Store.obtain in threads of its own. Safe to share between threads.

    speculative: how many downloads that nobody waits for yet may run at once. While
    somebody waits, only builds that are waited for are fetched, until they have arrived.
    listener: told the progress of all of them, from their threads. Also a context manager
    that closes.
    """

    def __init__(self, store: Store, *, speculative: int = 2, listener: Listener = silent) -> None:
        self._store = store
        self._speculative = speculative
        self._listener = listener
        self._changed = threading.Condition()
        self._jobs: dict[Build, _Job] = {}
        self._threads: list[threading.Thread] = []
        self._closed = False
        self._bandwidth = 0.0

    def __enter__(self) -> "Fetcher":  # noqa: PYI034 - Self needs Python 3.11
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def bytes_per_second(self) -> float | None:
        """What the connection was seen to bring lately; None before any download."""
        return self._bandwidth or None

    def want(self, build: Build, priority: float) -> Ticket:
        """Ask for a build ahead of need; among such builds those of higher priority go first.

        NEEDED starts it at once. Raises Cancelled when the fetcher is closed.
        """
        with self._changed:
            if self._closed:
                raise Cancelled
            job = self._jobs.setdefault(build, _Job(build))
            ticket = Ticket(self, job, priority)
            job.tickets.add(ticket)
            self._schedule()
        return ticket

    def close(self) -> None:
        """Stop everything and wait for the threads. What has arrived is kept on disk.

        A thread that waits for a server which went silent ends by itself when the door's
        patience does, and does not keep the process from ending.
        """
        with self._changed:
            self._closed = True
            for job in list(self._jobs.values()):
                self._abandon(job)
            self._changed.notify_all()
        deadline = time.monotonic() + _GRACE
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0))

    def wait(self, ticket: Ticket) -> Ready | Missing:
        """See Ticket.wait."""
        job = ticket.job
        with self._changed:
            ticket.priority = NEEDED
            if ticket in job.tickets:
                job.fault = None  # what failed ahead of need is tried again
            self._schedule()
            while not job.over and ticket in job.tickets:
                self._changed.wait(_LOOK_UP)
            if ticket not in job.tickets:
                raise Cancelled
            result, fault = job.result, job.fault
            if isinstance(result, Ready):
                result = result.share()
            self._leave(ticket, job)
        if fault:
            raise fault
        assert result is not None  # noqa: S101 - a job that is over has one of the two
        return result

    def drop(self, ticket: Ticket) -> None:
        """See Ticket.cancel."""
        with self._changed:
            if ticket in ticket.job.tickets:
                self._leave(ticket, ticket.job)
            self._changed.notify_all()

    # With the lock held.

    def _leave(self, ticket: Ticket, job: _Job) -> None:
        job.tickets.discard(ticket)
        if not job.tickets:
            self._abandon(job)
        self._schedule()

    def _abandon(self, job: _Job) -> None:
        del self._jobs[job.build]
        job.tickets.clear()
        job.stop.set()
        if isinstance(job.result, Ready):
            job.result.release()

    def _schedule(self) -> None:
        """Let exactly those jobs run that should run now."""
        if self._closed:
            return
        open_jobs = [job for job in self._jobs.values() if not job.over]
        open_jobs.sort(key=lambda job: job.priority, reverse=True)
        needed = [job for job in open_jobs if job.needed]
        waited_for = [job for job in needed if not job.arrived]
        chosen = needed if waited_for else open_jobs[: len(needed) + self._speculative]
        for job in open_jobs:
            if job not in chosen:
                job.stop.set()
            elif job.thread is None:
                self._start(job)

    def _start(self, job: _Job) -> None:
        job.stop = threading.Event()
        job.thread = threading.Thread(
            target=self._run, args=(job, job.stop), name="fetch", daemon=True
        )
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        self._threads.append(job.thread)
        job.thread.start()

    # In the jobs' threads.

    def _run(self, job: _Job, stop: threading.Event) -> None:
        result: Ready | Missing | None = None
        fault: Exception | None = None
        try:
            result = self._store.obtain(
                job.build, progress=partial(self._progressed, job), cancelled=stop
            )
        except Exception as error:  # noqa: BLE001 - it is raised again where somebody waits
            paused = isinstance(error, Cancelled) and stop.is_set()
            fault = None if paused else error
        with self._changed:
            job.thread = None
            if job.tickets:
                job.result, job.fault = result, fault
            elif isinstance(result, Ready):
                result.release()
            self._schedule()
            self._changed.notify_all()

    def _progressed(self, job: _Job, progress: Progress) -> None:
        with self._changed:
            job.progress = progress
            if job.arrived != _has_arrived(progress):
                job.arrived = not job.arrived
                self._schedule()
            rate = sum(map(_rate, self._jobs.values()))
            if rate and _rate(job):
                smooth = _SMOOTHING if self._bandwidth else 1.0
                self._bandwidth += smooth * (rate - self._bandwidth)
        self._listener(progress)


def _has_arrived(progress: Progress) -> bool:
    if progress.state is not State.DOWNLOADING:
        return True
    total = progress.total
    return total is not None and total - progress.done < progress.rate * _LATENCY


def _rate(job: _Job) -> float:
    """What the job draws from the connection now, in bytes a second."""
    downloading = job.thread and job.progress and job.progress.state in _DRAWING
    return job.progress.rate if downloading and job.progress else 0.0
