"""What is kept of one build, in a folder of our own, and what of it may be trusted.

    2026-05-01-09-20-11--mozilla-central--firefox-152.0a1.en-US.linux-x86_64--shippable--1f…/
        mozregression-entry.json     this folder is ours, and which build it is about
        firefox-….tar.xz             the whole archive …
        mozregression-archive.json   … which counts only if this exists
        unpacked/                    the unpacked build …
        mozregression-unpacked.json  … which counts only if this exists
        firefox-….tar.xz.part        a download that may go on, with its notes in .part.json
        unpacking/                   leftover, if nobody is at work

The marks are written after what they speak of is durable, and go before it is deleted.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mozregression.builds.disk import UNFINISHED, remove_tree, sync_folder, sync_tree, write_durably
from mozregression.builds.errors import UnusableFolder
from mozregression.builds.part import notes_of
from mozregression.model.builds import Build

_ENTRY = "mozregression-entry.json"
_ARCHIVE = "mozregression-archive.json"
_UNPACKED = "mozregression-unpacked.json"
_FORMAT = 1
FRESH = "new-"  # how folders in the workshop begin
_LONGEST_NAME = 150


class Entry:
    """One build's folder, which may not exist yet. Callers see to it that nobody else acts."""

    def __init__(self, folder: Path, key: str, file_name: str) -> None:
        self.folder = folder
        self.key = key
        self.archive = folder / file_name
        self.part = folder / f"{file_name}.part"
        self.unpacked = folder / "unpacked"
        self._fresh = folder / "unpacking"

    # Making.

    @classmethod
    def of(cls, build: Build, root: Path) -> "Entry":
        """Where `build` is, or would be, kept below `root`."""
        key = _key(build)
        return cls(root / f"{_title(build)}--{key}", key, _plain(build.file_name))

    @classmethod
    def at(cls, folder: Path) -> "Entry | None":
        """The entry in an existing folder; None when the folder is not ours."""
        said = _read(folder / _ENTRY)
        try:
            key, file_name = str(said["key"]), str(said["file_name"])
        except KeyError:
            return None
        ours = folder.name.endswith(f"--{key}") and file_name == _plain(file_name)
        return cls(folder, key, file_name) if ours else None

    def make(self, build: Build, workshop: Path) -> None:
        """Make the folder, mark and all, at one stroke, by way of a folder in `workshop`.

        Raises UnusableFolder.
        """
        if Entry.at(self.folder):
            return
        notes = {"format": _FORMAT, "key": self.key, "file_name": self.archive.name}
        fresh = Path(tempfile.mkdtemp(prefix=FRESH, dir=workshop))
        try:
            write_durably(fresh / _ENTRY, _json({**notes, "build": asdict(build)}))
            fresh.rename(self.folder)
        except OSError as fault:
            shutil.rmtree(fresh, ignore_errors=True)
            if not self.folder.exists():
                raise
            raise UnusableFolder(
                f"{self.folder} exists and was not made by mozregression, so it is not used. "
                "Move it away, or name another folder with --persist DIR."
            ) from fault

    # What is there.

    def has_archive(self) -> bool:
        """Whether the archive is there, whole and checked."""
        said = _read(self.folder / _ARCHIVE)
        return bool(said) and _size(self.archive) == said.get("size")

    def has_unpacked(self) -> bool:
        """Whether the build is there, unpacked, with every file as long as it was."""
        files = _read(self.folder / _UNPACKED).get("files")
        if not files or not isinstance(files, dict):
            return False
        return all(_size(self.unpacked / name) == size for name, size in files.items())

    def kept_build(self) -> Build | None:
        """The build, without its checksum, if it is there. Damage since is not looked for."""
        if not (self.folder / _UNPACKED).exists() and not (self.folder / _ARCHIVE).exists():
            return None
        with contextlib.suppress(TypeError, KeyError):
            said = dict(_read(self.folder / _ENTRY)["build"])
            return Build(**{**said, "checksum": None})
        return None

    def size(self) -> int:
        """About how many bytes the entry takes up."""
        files = _read(self.folder / _UNPACKED).get("files")
        unpacked = sum(files.values()) if isinstance(files, dict) else 0
        return unpacked + (_size(self.archive) or 0) + (_size(self.part) or 0)

    @property
    def used(self) -> float:
        """When the entry was last of use, in seconds since 1970."""
        with contextlib.suppress(OSError):
            return (self.folder / _ENTRY).stat().st_mtime
        return 0.0

    def touch(self, now: float) -> None:
        with contextlib.suppress(OSError):
            os.utime(self.folder / _ENTRY, (now, now))

    # Changing.

    def fresh_folder(self) -> Path:
        """An empty folder to unpack into."""
        self.remove_fresh_folder()
        self._fresh.mkdir()
        return self._fresh

    def remove_fresh_folder(self) -> None:
        remove_tree(self._fresh)

    def keep_archive(self, size: int) -> None:
        """The part, which is durable already, becomes the archive."""
        self.part.replace(self.archive)
        sync_folder(self.folder)
        notes_of(self.part).unlink(missing_ok=True)
        write_durably(self.folder / _ARCHIVE, _json({"size": size}))

    def keep_unpacked(self, files: Mapping[str, int]) -> None:
        """The fresh folder becomes the unpacked build."""
        sync_tree(self._fresh)
        self.remove_unpacked()
        self._fresh.rename(self.unpacked)
        sync_folder(self.folder)
        write_durably(self.folder / _UNPACKED, _json({"files": dict(files)}))

    def remove_unpacked(self) -> None:
        _remove(self.folder / _UNPACKED)
        remove_tree(self.unpacked)

    def remove_archive(self) -> None:
        _remove(self.folder / _ARCHIVE)
        _remove(self.archive)

    def remove_part(self) -> None:
        _remove(self.part)
        _remove(notes_of(self.part))

    def remove_all(self) -> None:
        """All that is kept of the build."""
        self.remove_unpacked()
        self.remove_archive()
        self.remove_part()
        self.remove_fresh_folder()

    def remove_leftovers(self, *, parts_before: float) -> None:
        """Delete what a process that was killed has left. parts_before: seconds since 1970."""
        self.remove_fresh_folder()
        for unfinished in self.folder.glob(f"*{UNFINISHED}"):
            _remove(unfinished)
        if not _read(self.folder / _UNPACKED):
            self.remove_unpacked()
        if not _read(self.folder / _ARCHIVE):
            self.remove_archive()
        with contextlib.suppress(OSError):
            if self.part.stat().st_mtime < parts_before:
                self.remove_part()

    def remove_if_empty(self) -> None:
        """Delete the folder unless it holds something, be it a file of the user's."""
        with contextlib.suppress(OSError):
            if {path.name for path in self.folder.iterdir()} == {_ENTRY}:
                (self.folder / _ENTRY).unlink()
                self.folder.rmdir()


def entries_in(root: Path) -> Iterator[Entry]:
    """Every entry below `root`. Whatever else is there is the user's."""
    for folder in sorted(root.iterdir()):
        if folder.is_dir() and not folder.is_symlink():
            entry = Entry.at(folder)
            if entry:
                yield entry


def _key(build: Build) -> str:
    said = (build.app, build.platform, build.candidate, build.build_type, build.url)
    return hashlib.sha256("\0".join(said).encode()).hexdigest()[:16]


def _title(build: Build) -> str:
    """Enough for a person to know the build by: when, where from, what."""
    kind, _, rest = build.candidate.partition("/")
    branch, _, name = rest.rpartition("/")
    if kind == "nightly":
        digits = [name[:4], *(name[at : at + 2] for at in range(4, len(name), 2))]
        name = "-".join(digits)
    elif kind == "push":
        name = f"push-{name}"
    words = (name, branch, build.file_name, build.platform, build.build_type)
    return "--".join(_plain(word) for word in words if word)[:_LONGEST_NAME]


def _plain(text: str) -> str:
    """`text` as a file name that every system takes."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", text).lstrip(".")[-_LONGEST_NAME:] or "build"


def _size(path: Path) -> int | None:
    """Size of a regular file, None when there is none."""
    try:
        return path.stat(follow_symlinks=False).st_size
    except OSError:
        return None


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def _json(value: object) -> bytes:
    return json.dumps(value, indent=1).encode()


def _read(path: Path) -> dict[str, Any]:
    """What a mark says; nothing when it is not there or makes no sense."""
    with contextlib.suppress(OSError, ValueError):
        said = json.loads(path.read_bytes())
        if isinstance(said, dict):
            return said
    return {}
