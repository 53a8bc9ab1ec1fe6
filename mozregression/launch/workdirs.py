"""Temporary folders that are found and removed even after a power cut.

    <root>/.lock                 held while folders are made or swept
    <root>/<name>/in-use.lock    held by the mozregression that uses the folder
    <root>/<name>/content/       what it is for

A folder whose lock is free has lost its owner.
"""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

_IN_USE = "in-use.lock"


@dataclass(frozen=True, slots=True)
class WorkDir:
    """A temporary folder of ours. whole: the folder with its lock; path: the part to use.

    Whoever removes `whole`, be it a guardian, removes it all.
    """

    whole: Path
    lock: FileLock

    @property
    def path(self) -> Path:
        return self.whole / "content"

    def remove(self) -> None:
        """Remove the folder, if that has not been done. A file that resists is left to `sweep`."""
        self.lock.release()
        shutil.rmtree(self.whole, ignore_errors=True)

    def __enter__(self) -> Path:
        return self.path

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()


@dataclass(frozen=True, slots=True)
class WorkDirs:
    """The temporary folders under `root` (`<cache>/work`), shared by every mozregression."""

    root: Path

    def make(self, prefix: str) -> WorkDir:
        """A new empty folder, ours until it is removed or this process ends."""
        self.root.mkdir(parents=True, exist_ok=True)
        with self._changing():
            whole = Path(tempfile.mkdtemp(prefix=f"{prefix}-", dir=self.root))
            lock = _in_use(whole)
            lock.acquire(blocking=False)
        work = WorkDir(whole, lock)
        work.path.mkdir()
        return work

    def sweep(self) -> None:
        """Remove folders whose owner has gone without removing them, and nothing else."""
        for in_use in self.root.glob(f"*/{_IN_USE}"):
            with self._changing():
                lock = _in_use(in_use.parent)
                try:
                    lock.acquire(blocking=False)
                except Timeout:
                    continue
                WorkDir(in_use.parent, lock).remove()

    def _changing(self) -> FileLock:
        """Without it a folder could be swept between its making and its locking."""
        return FileLock(self.root / ".lock")


def _in_use(whole: Path) -> FileLock:
    # Not thread-local: a folder may be made in one thread and removed in another.
    return FileLock(whole / _IN_USE, thread_local=False)
