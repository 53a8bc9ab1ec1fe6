"""Files that say by being locked that a living process needs something.

The system drops a lock with its process, so a claim of a dead one is known to be stale.
"""

import contextlib
import threading
from pathlib import Path

from filelock import FileLock, Timeout


class Claim:
    """A held lock. Taken and tested under a guard; released there too unless its name is unique."""

    def __init__(self, path: Path, lock: FileLock) -> None:
        self._path = path
        self._lock = lock
        self._holders = 1
        self._counting = threading.Lock()

    def share(self) -> "Claim":
        """One more release is needed from now on."""
        with self._counting:
            self._holders += 1
        return self

    def release(self) -> None:
        """Let go, from any thread; the last one to do so frees the lock."""
        with self._counting:
            self._holders -= 1
            if self._holders:
                return
        self._lock.release()
        with contextlib.suppress(OSError):
            self._path.unlink()


def claim(path: Path) -> Claim | None:
    """Take a claim; None when a living process, be it this one, has it."""
    lock = FileLock(path, thread_local=False)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return None
    return Claim(path, lock)


def is_claimed(path: Path) -> bool:
    """Whether somebody alive holds the claim. A stale one is cleared away."""
    taken = claim(path)
    if taken:
        taken.release()
    return taken is None
