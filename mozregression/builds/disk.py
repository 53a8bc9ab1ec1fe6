"""Small things about disks: what is durable, what is free, what gets deleted."""

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from mozregression.builds.errors import DiskFull

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}

UNFINISHED = ".unfinished"  # how a file that is being written durably ends


def free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


@contextlib.contextmanager
def full_disk_reported(what: str, where: Path, needed: int | None = None) -> Iterator[None]:
    """Turn "no space left" into DiskFull. needed: bytes, for the message."""
    try:
        yield
    except OSError as fault:
        if fault.errno in _FULL:
            raise DiskFull(what, where, needed) from fault
        raise


def sync_file(path: Path) -> None:
    # Windows syncs only what is open for writing.
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable, where the system has such a thing."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    for path, _, names in os.walk(folder):
        for name in names:
            file = Path(path, name)
            if not file.is_symlink():
                sync_file(file)
        sync_folder(Path(path))


def write_durably(path: Path, data: bytes) -> None:
    """Put a small file in place so that it is there whole or not at all, whatever happens."""
    fresh = path.with_name(path.name + UNFINISHED)
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)


def remove_tree(folder: Path) -> None:
    """Delete a folder of ours, never following links. What cannot be deleted stays."""
    if folder.is_symlink():
        return
    _allow_writing(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _allow_writing(folder: Path) -> None:
    """A browser may have left folders that not even their owner may change."""
    with contextlib.suppress(OSError):
        for path, folders, _ in os.walk(folder):
            for name in folders:
                inner = Path(path, name)
                if not inner.is_symlink() and not os.access(inner, os.W_OK):
                    inner.chmod(stat.S_IRWXU)
