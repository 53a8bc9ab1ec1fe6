"""All entries below one folder: who uses them, what has to go when room is needed."""

import contextlib
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock

from mozregression.builds.claims import Claim, claim, is_claimed
from mozregression.builds.disk import free_bytes, remove_tree
from mozregression.builds.entries import FRESH, Entry, entries_in
from mozregression.builds.errors import DiskFull, UnusableFolder
from mozregression.model.builds import Build
from mozregression.services.errors import Cancelled

_OWN = ".mozregression"
_POLL = 0.05  # seconds between two looks at a claim of another process
_PARTS_KEPT = 24 * 3600.0  # seconds that a broken download waits to be taken up


class Shelf:
    """A folder of entries, shared with other processes. Safe to share between threads.

    limit: bytes that entries may take up; entries in use do not go, whatever the limit.
    None: nothing that would have to be downloaded again is ever deleted.
    """

    def __init__(
        self,
        root: Path,
        limit: int | None,
        *,
        free: Callable[[Path], int] = free_bytes,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._root = root
        self._limit = limit
        self._free = free
        self._now = now
        self._claims = root / _OWN
        self._reserved: dict[str, int] = {}
        self._thread_guard = threading.Lock()
        try:
            self._claims.mkdir(parents=True, exist_ok=True)
            self._process_guard = FileLock(self._claims / "guard.lock", thread_local=False)
            self._sweep()
        except OSError as fault:
            raise UnusableFolder(
                f"The folder for builds, {root}, cannot be used: {fault}. "
                "Give it back its permissions, or name another one with --persist DIR."
            ) from fault

    def pin(self, build: Build) -> tuple[Entry, Claim]:
        """The entry of a build, made if need be, and a claim that keeps it from going."""
        entry = Entry.of(build, self._root)
        with self._guard():
            entry.make(build, self._claims)
            entry.touch(self._now())
            pin = claim(self._claims / f"{entry.key}-{uuid.uuid4().hex}.pin")
        if pin is None:
            raise UnusableFolder(f"Files in {self._claims} cannot be locked.")
        return entry, pin

    @contextlib.contextmanager
    def filling(self, entry: Entry, cancelled: threading.Event) -> Iterator[None]:
        """Alone with the entry, among all processes and threads. Raises Cancelled."""
        path = self._claims / f"{entry.key}.fill"
        while (taken := self._take(path)) is None:
            if cancelled.wait(_POLL):
                raise Cancelled
        try:
            yield
        finally:
            with self._guard():
                self._reserved.pop(entry.key, None)
                taken.release()
                entry.touch(self._now())

    def make_room(self, entry: Entry, needed: int) -> None:
        """Let entries that are not in use go, until `needed` bytes more may be written.

        Raises DiskFull when the disk has not that much room even so.
        """
        with self._guard():
            self._reserved[entry.key] = needed
            kept = [other for other in entries_in(self._root) if other.key not in self._reserved]
            total = sum(self._reserved.values()) + sum(other.size() for other in kept)
            excess = 0 if self._limit is None else total - self._limit
            for give_way in self._victims(kept):
                if excess <= 0 and self._free(self._root) >= needed:
                    break
                excess -= give_way()
            free = self._free(self._root)
        if free < needed:
            raise DiskFull("the next build", self._root, needed, free)

    def forget(self, entry: Entry) -> None:
        """Delete the entry's folder if there is nothing in it any more."""
        with self._guard():
            if not self._is_pinned(entry):
                entry.remove_if_empty()

    def clear(self) -> int:
        """Delete every entry that nobody alive uses; about how many bytes that freed."""
        freed = 0
        for entry in entries_in(self._root):
            with self._guard():
                if not self._is_pinned(entry):
                    freed += _gain(entry, entry.remove_all)
        return freed

    def _victims(self, entries: list[Entry]) -> Iterator[Callable[[], int]]:
        """Ways to make room: what is cheap to make again goes first, the longest unused first."""
        idle = [entry for entry in entries if not self._is_pinned(entry)]
        idle.sort(key=lambda entry: entry.used)
        for entry in idle:
            yield lambda entry=entry: _gain(entry, entry.remove_unpacked)  # type: ignore[misc]
        if self._limit is not None:
            for entry in idle:
                yield lambda entry=entry: _gain(entry, entry.remove_part)  # type: ignore[misc]
            for entry in idle:
                yield lambda entry=entry: _gain(entry, entry.remove_archive)  # type: ignore[misc]

    def _is_pinned(self, entry: Entry) -> bool:
        return any(is_claimed(path) for path in self._claims.glob(f"{entry.key}-*.pin"))

    def _take(self, path: Path) -> Claim | None:
        with self._guard():
            return claim(path)

    def _sweep(self) -> None:
        """Clear away what processes that were killed have left."""
        with self._guard():
            for path in self._claims.glob("*.*"):
                if path.suffix in (".pin", ".fill"):
                    is_claimed(path)
            for path in self._claims.glob(f"{FRESH}*"):
                remove_tree(path)
            for entry in entries_in(self._root):
                if not self._is_pinned(entry):
                    entry.remove_leftovers(parts_before=self._now() - _PARTS_KEPT)
                    entry.remove_if_empty()

    @contextlib.contextmanager
    def _guard(self) -> Iterator[None]:
        """Held for moments, around every look at or change of claims."""
        with self._thread_guard, self._process_guard:
            yield


def _gain(entry: Entry, remove: Callable[[], None]) -> int:
    before = entry.size()
    remove()
    after = entry.size()
    entry.remove_if_empty()
    return before - after
