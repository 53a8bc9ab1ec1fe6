"""Unpacking archives, also while they still arrive, with nothing ever leaving the folder."""

import bz2
import errno
import gzip
import io
import lzma
import os
import stat
import struct
import tarfile
import threading
import zipfile
import zlib
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TypeAlias

from mozregression.builds.disk import full_disk_reported
from mozregression.builds.growing import CHUNK
from mozregression.builds.members import Gate, Kind, Limits, Member, Placed, Refused
from mozregression.services.errors import Cancelled

_LARGEST_PADDING = 64 << 20  # bytes of zeros after the last member of a tar file
_CORRUPT = (
    EOFError,
    RuntimeError,  # zip: encrypted, or a method nobody knows
    ValueError,
    OverflowError,
    struct.error,
    lzma.LZMAError,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)
_BAD_NAMES = {errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.ELOOP, errno.ENOTDIR}


@dataclass(frozen=True, slots=True)
class Broken:
    """The archive is corrupt, or holds what must not be unpacked."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was put into the folder: sizes of all regular files, by path with `/`."""

    files: dict[str, int]

    @property
    def size(self) -> int:
        return sum(self.files.values())


@dataclass(frozen=True, slots=True)
class Item:
    """A member, and how to read it. Items are read in order, each before the next is made."""

    member: Member
    open: Callable[[], IO[bytes] | None]


Items: TypeAlias = Generator[Item, None, None]


def can_unpack(file_name: str) -> bool:
    return _reader_for(file_name) is not None


def unpack(
    stream: io.RawIOBase,
    file_name: str,
    folder: Path,
    *,
    limits: Limits | None = None,
    cancelled: threading.Event | None = None,
) -> Unpacked | Broken:
    """Unpack an archive, whose kind its name tells, into an empty folder of ours.

    Reads up to the end, so that every checksum inside the archive has been looked at, and
    closes `stream`. Tar files are read in one go; zip files need a `stream` that seeks.
    Raises DiskFull and Cancelled, and whatever `stream` raises.
    """
    reader = _reader_for(file_name)
    if reader is None:
        return Broken(f"{file_name} is no kind of archive that can be unpacked")
    with io.BufferedReader(stream, CHUNK) as buffered:
        return write_items(reader(buffered), folder, limits=limits, cancelled=cancelled)


def write_items(
    items: Items,
    folder: Path,
    *,
    limits: Limits | None = None,
    cancelled: threading.Event | None = None,
) -> Unpacked | Broken:
    """Put what an archive holds into an empty folder of ours. Raises as `unpack` does."""
    writer = _Writer(folder, limits or Limits(), cancelled or threading.Event())
    try:
        with closing(items):
            for item in items:
                refused = writer.put(item)
                if refused:
                    return Broken(refused.reason)
    except _CORRUPT as fault:
        return Broken(f"it is corrupt: {fault}")
    except OSError as fault:
        # bz2 and gzip report bad data as an OSError without a number.
        if fault.errno is None or fault.errno in _BAD_NAMES:
            return Broken(f"it is corrupt: {fault}")
        raise
    return Unpacked(writer.files) if writer.files else Broken("it holds no files")


class _Writer:
    def __init__(self, folder: Path, limits: Limits, cancelled: threading.Event) -> None:
        self.files: dict[str, int] = {}
        self._folder = folder
        self._gate = Gate(limits)
        self._cancelled = cancelled
        self._buffer = memoryview(bytearray(CHUNK))

    def put(self, item: Item) -> Refused | None:
        self._check_cancelled()
        placed = self._gate.admit(item.member)
        if isinstance(placed, Refused):
            return placed
        with full_disk_reported("an unpacked build", self._folder):
            self._write(placed, item)
        return None

    def _write(self, placed: Placed, item: Item) -> None:
        path = self._folder.joinpath(*placed.parts)
        name = "/".join(placed.parts)
        if placed.kind is Kind.FOLDER:
            path.mkdir(parents=True, exist_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        if placed.replaces:
            path.unlink(missing_ok=True)
            self.files.pop(name, None)
        if placed.kind is Kind.SYMLINK:
            path.symlink_to(placed.link)
        elif placed.kind is Kind.HARDLINK:
            path.hardlink_to(self._folder / placed.link)
            self.files[name] = self.files[placed.link]
        else:
            self.files[name] = self._copy(item, path, placed.mode)

    def _copy(self, item: Item, path: Path, mode: int) -> int:
        written = 0
        source = item.open()
        if source is None:
            raise tarfile.ReadError(f"{item.member.name!r} has no content")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with source, os.fdopen(os.open(path, flags, mode), "wb", buffering=0) as target:
            while count := source.readinto(self._buffer):  # type: ignore[attr-defined]
                self._check_cancelled()
                written += _write_all(target, self._buffer[:count])
        if written != item.member.size:
            raise EOFError(f"{item.member.name!r} ends too early")
        return written

    def _check_cancelled(self) -> None:
        if self._cancelled.is_set():
            raise Cancelled


def _write_all(target: io.FileIO, data: memoryview) -> int:
    left = data
    while left:
        left = left[target.write(left) :]
    return len(data)


# Kinds of archives.


def _xz_items(stream: IO[bytes]) -> Items:
    with lzma.open(stream) as plain:
        yield from _tar_items(plain)


def _bz2_items(stream: IO[bytes]) -> Items:
    with bz2.open(stream) as plain:
        yield from _tar_items(plain)


def _gz_items(stream: IO[bytes]) -> Items:
    with gzip.open(stream) as plain:
        yield from _tar_items(plain)


def _tar_items(plain: io.BufferedIOBase) -> Items:
    # tarfile's own decompression stops after the first of several joined streams.
    with tarfile.open(fileobj=plain, mode="r|", bufsize=CHUNK) as tar:
        for info in tar:
            yield Item(_tar_member(info), partial(tar.extractfile, info))
        _check_padding(tar)


def _tar_member(info: tarfile.TarInfo) -> Member:
    if info.issym():
        return Member(info.name, Kind.SYMLINK, link=info.linkname)
    if info.islnk():
        return Member(info.name, Kind.HARDLINK, link=info.linkname)
    if info.isdir():
        return Member(info.name, Kind.FOLDER)
    if info.isreg() and not info.issparse():
        return Member(info.name, Kind.FILE, info.size, info.mode)
    return Member(info.name, Kind.OTHER)


def _check_padding(tar: tarfile.TarFile) -> None:
    """A damaged header looks like the end to tarfile; after a true end there are only zeros."""
    left = _LARGEST_PADDING
    while block := tar.fileobj.read(CHUNK):
        left -= len(block)
        if left < 0 or any(block):
            raise tarfile.ReadError("there is something after its end")


def _zip_items(stream: IO[bytes]) -> Items:
    with zipfile.ZipFile(stream) as archive:
        for info in archive.infolist():
            yield Item(_zip_member(info), partial(archive.open, info))


def _zip_member(info: zipfile.ZipInfo) -> Member:
    mode = info.external_attr >> 16
    kind = Kind.FOLDER if info.is_dir() else Kind.FILE
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        kind = Kind.OTHER
    return Member(info.filename, kind, info.file_size if kind is Kind.FILE else 0, mode)


_READERS: dict[str, Callable[[IO[bytes]], Items]] = {
    ".tar.xz": _xz_items,
    ".tar.bz2": _bz2_items,
    ".tar.gz": _gz_items,
    ".zip": _zip_items,
}


def _reader_for(file_name: str) -> Callable[[IO[bytes]], Items] | None:
    return next((read for end, read in _READERS.items() if file_name.endswith(end)), None)
