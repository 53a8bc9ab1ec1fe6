"""Builds on disk: fetched once, unpacked once, kept up to a limit, never half."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

from mozregression.builds.claims import Claim
from mozregression.builds.disk import free_bytes, full_disk_reported
from mozregression.builds.door import Door
from mozregression.builds.download import ChecksumOf, Patience
from mozregression.builds.entries import Entry, entries_in
from mozregression.builds.filling import Filling, Supply
from mozregression.builds.progress import Listener, Reporter, State, silent
from mozregression.builds.shelf import Shelf
from mozregression.model.builds import Build, Missing


class Ready:
    """An unpacked build, which stays where it is until it is released.

    folder: what the archive held. archive: the archive itself. from_cache: nothing had to
    be downloaded. Also a context manager.
    """

    def __init__(self, build: Build, entry: Entry, pin: Claim, *, from_cache: bool) -> None:
        self.build = build
        self.folder = entry.unpacked
        self.archive = entry.archive
        self.from_cache = from_cache
        self._entry = entry
        self._pin: Claim | None = pin

    def release(self) -> None:
        """The build may be deleted from now on. Once is enough, more do no harm."""
        pin, self._pin = self._pin, None
        if pin:
            pin.release()

    def share(self) -> "Ready":
        """The same build once more, to be released on its own."""
        if self._pin is None:
            raise ValueError("A build that was released cannot be shared.")
        return Ready(self.build, self._entry, self._pin.share(), from_cache=self.from_cache)

    def __enter__(self) -> "Ready":  # noqa: PYI034 - Self needs Python 3.11
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


class Store:
    """Builds below one folder, shared with other processes. Safe to share between threads.

    root may hold a user's own files; only what mozregression made is ever deleted.
    limit_bytes: what builds may take up, None for no limit. checksum_of: asked for the
    checksum of a download that brings none.

    Raises UnusableFolder when root cannot be used.
    """

    def __init__(
        self,
        root: Path,
        limit_bytes: int | None,
        door: Door,
        checksum_of: ChecksumOf | None = None,
        *,
        patience: Patience | None = None,
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        self._root = root
        self._shelf = Shelf(root, limit_bytes, free=free)
        self._supply = Supply(door, checksum_of, patience)

    def kept(self) -> Iterator[Build]:
        """Builds that need not be downloaded, without their checksums."""
        for entry in entries_in(self._root):
            build = entry.kept_build()
            if build:
                yield build

    def obtain(
        self,
        build: Build,
        *,
        progress: Listener = silent,
        cancelled: threading.Event | None = None,
    ) -> Ready | Missing:
        """The unpacked build, from the cache or fetched and unpacked at the same time.

        Waits while another thread or process is at work on the same build, and then uses
        what that one got. progress is told from this call's thread. Missing is for good;
        raises DownloadFailed, DiskFull, UnusableFolder and services' Cancelled, after all of
        which the same call goes on where this one stopped.
        """
        cancelled = cancelled or threading.Event()
        report = Reporter(build, progress)
        with contextlib.ExitStack() as stack:
            stack.enter_context(full_disk_reported("the next build", self._root))
            entry, pin = self._shelf.pin(build)
            stack.callback(self._shelf.forget, entry)
            stack.callback(pin.release)
            with self._shelf.filling(entry, cancelled):
                filled = Filling(entry, build, self._supply, self._shelf, report, cancelled).run()
            if isinstance(filled, Missing):
                return filled
            report.enter(State.READY)
            stack.pop_all()
            return Ready(build, entry, pin, from_cache=filled)
