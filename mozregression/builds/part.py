"""The bytes of a download that have arrived, kept so that a later run can go on."""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from mozregression.builds.disk import full_disk_reported, write_durably
from mozregression.builds.growing import Growth
from mozregression.model.builds import Checksum

_HASH_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Origin:
    """What a server said about the file whose bytes are kept.

    validator: a strong ETag or a Last-Modified text for If-Range, "" when bytes kept now
    must not be joined with bytes fetched later. total: size of the whole file in bytes.
    """

    url: str
    validator: str
    total: int | None
    checksum: Checksum | None


class Part:
    """A growing file `<name>.part`, with its origin in `<name>.part.json`.

    A context manager that opens and closes the file. Bytes go to disk unbuffered, so that a
    reader of the file finds everything that `growth` speaks of.
    """

    def __init__(self, path: Path, url: str, growth: Growth) -> None:
        self.path = path
        self.growth = growth
        self.origin = Origin(url, "", None, None)
        self.size = 0
        self._notes = notes_of(path)
        self._hash = _Hash(path)

    def __enter__(self) -> "Part":  # noqa: PYI034 - Self needs Python 3.11
        self.path.touch()
        self._file = self.path.open("r+b", buffering=0)
        with contextlib.ExitStack() as stack:
            stack.callback(self._file.close)
            self._take_up()
            stack.pop_all()
        return self

    def _take_up(self) -> None:
        origin = _read_origin(self._notes)
        size = self._file.seek(0, os.SEEK_END)
        if origin and origin.url == self.origin.url and origin.validator and size:
            self.origin = origin
            self.size = size
            self.growth.grown_to(size)
        else:
            self.start_over()

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def start_over(self, origin: Origin | None = None) -> None:
        """Throw away what is there; what comes now has this origin."""
        self.growth.start_over()
        self._file.seek(0)
        self._file.truncate()
        self.size = 0
        self._hash = _Hash(self.path)
        self.origin = origin or Origin(self.origin.url, "", None, None)
        with self._room():
            write_durably(self._notes, json.dumps(asdict(self.origin)).encode())

    def append(self, chunk: bytes) -> None:
        left = memoryview(chunk)
        with self._room():
            while left:
                left = left[self._file.write(left) :]
        self._hash.add(chunk, at=self.size)
        self.size += len(chunk)
        self.growth.grown_to(self.size)

    def hash_with(self, algorithm: str) -> None:
        """Hash along while bytes arrive, what is there already included."""
        if self._hash.algorithm != algorithm:
            self._hash = _Hash(self.path, algorithm)
        self._hash.catch_up(self.size)

    def digest(self, algorithm: str) -> str:
        self.hash_with(algorithm)
        return self._hash.hex

    def sync(self) -> None:
        with self._room():
            os.fsync(self._file.fileno())

    @contextlib.contextmanager
    def _room(self) -> Iterator[None]:
        total = self.origin.total
        needed = None if total is None else total - self.size
        with full_disk_reported("a download", self.path.parent, needed):
            yield


def notes_of(part: Path) -> Path:
    """Where the origin of a part is kept."""
    return part.with_name(part.name + ".json")


class _Hash:
    """A running hash over the file's beginning. Without an algorithm it does nothing."""

    def __init__(self, path: Path, algorithm: str = "") -> None:
        self.algorithm = algorithm
        self._path = path
        self._running = hashlib.new(algorithm, usedforsecurity=False) if algorithm else None
        self._upto = 0

    @property
    def hex(self) -> str:
        return self._running.hexdigest() if self._running else ""

    def add(self, chunk: bytes, *, at: int) -> None:
        if self._running and at == self._upto:
            self._running.update(chunk)
            self._upto += len(chunk)

    def catch_up(self, size: int) -> None:
        if not self._running or self._upto == size:
            return
        with self._path.open("rb") as file:
            file.seek(self._upto)
            while block := file.read(_HASH_BLOCK):
                self._running.update(block)
                self._upto += len(block)


def _read_origin(notes: Path) -> Origin | None:
    """What the notes say; None when there are none, or none that make sense."""
    try:
        said = json.loads(notes.read_bytes())
        checksum = said["checksum"] and Checksum(**said["checksum"])
        total = said["total"]
        return Origin(str(said["url"]), str(said["validator"]), total and int(total), checksum)
    except (OSError, ValueError, TypeError, KeyError):
        return None
