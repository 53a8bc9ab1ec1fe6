"""Bytes by name, below one root: a local folder whose writes are synced, or an object store.

Neither Delta Lake's nor Arrow's writers wait for the disk, so table files are written here.
"""

import os
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from mozpipeline.errors import PipelineError


class Files(Protocol):
    """What a table needs of the place it is kept in. Names have forward slashes."""

    def write(self, name: str, content: bytes) -> None:
        """Returns when the bytes are safe."""

    def read(self, name: str) -> bytes: ...

    def remove(self, names: Iterable[str]) -> None:
        """Those that are gone already are no fault."""

    def sync(self, folder: str, names: Iterable[str]) -> None:
        """Makes safe what somebody else wrote into a folder."""

    def names(self, folder: str, age: float = 0) -> list[str]:
        """Of all files below a folder, relative to it, that are at least so many seconds old."""


def sync_path(path: Path) -> None:
    """Wait until a file, or a folder's list of files, is on the disk."""
    if sys.platform == "win32" and path.is_dir():
        return  # Windows keeps folders in order by itself and opens none
    handle = os.open(path, os.O_RDONLY if sys.platform != "win32" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class LocalFiles:
    """Files below a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._synced: set[Path] = set()  # folders whose own entry is on the disk

    def write(self, name: str, content: bytes) -> None:
        path = self._root / name
        self._make(path.parent)
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        sync_path(path.parent)

    def read(self, name: str) -> bytes:
        return (self._root / name).read_bytes()

    def remove(self, names: Iterable[str]) -> None:
        folders = set()
        for name in names:
            path = self._root / name
            path.unlink(missing_ok=True)
            folders.add(path.parent)
        for folder in folders:
            sync_path(folder)

    def sync(self, folder: str, names: Iterable[str]) -> None:
        place = self._root / folder
        self._make(place)
        for name in names:
            sync_path(place / name)
        sync_path(place)

    def names(self, folder: str, age: float = 0) -> list[str]:
        place = self._root / folder
        newest = time.time() - age
        return sorted(
            path.relative_to(place).as_posix()
            for path in place.rglob("*")
            if path.is_file() and (not age or path.stat().st_mtime <= newest)
        )

    def _make(self, folder: Path) -> None:
        """Make a folder, and see to it that every folder above knows it."""
        if folder in self._synced:
            return
        folder.mkdir(parents=True, exist_ok=True)
        for place in (folder, *folder.parents):
            if place in self._synced:
                break
            sync_path(place)
            self._synced.add(place)
            if place == self._root:
                break


class ObjectFiles:
    """Objects below a URL. The store acknowledges what is safe, so there is nothing to sync."""

    def __init__(self, url: str) -> None:
        from obstore.store import from_url

        self._store: Any = from_url(url, **obstore_options())

    def write(self, name: str, content: bytes) -> None:
        self._store.put(name, content)

    def read(self, name: str) -> bytes:
        return bytes(self._store.get(name).bytes())

    def remove(self, names: Iterable[str]) -> None:
        for name in names:
            with suppress(FileNotFoundError):
                self._store.delete(name)

    def sync(self, folder: str, names: Iterable[str]) -> None:
        pass

    def names(self, folder: str, age: float = 0) -> list[str]:
        prefix = f"{folder.rstrip('/')}/"
        newest = time.time() - age
        return sorted(
            entry["path"][len(prefix) :]
            for page in self._store.list(prefix)
            for entry in page
            if not age or entry["last_modified"].timestamp() <= newest
        )


def object_options() -> dict[str, str]:
    """What the environment says of the object store, under the names all its clients know."""
    names = (
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_REGION",
        "AWS_ENDPOINT_URL",
        "AWS_ALLOW_HTTP",
    )
    return {name: value for name in names if (value := os.environ.get(name))}


def obstore_options() -> dict[str, Any]:
    """The same as obstore takes it."""
    options = {name.lower(): value for name, value in object_options().items()}
    plain = options.pop("aws_allow_http", "") == "true"
    return {"config": options or None, "client_options": {"allow_http": plain}}


def is_remote(place: str) -> bool:
    return len(urlsplit(place).scheme) > 1  # C:\ is a drive, not a scheme


def open_files(place: str) -> Files:
    """The files of a store. Raises PipelineError when the place cannot be used."""
    if not is_remote(place):
        return LocalFiles(Path(place))
    try:
        return ObjectFiles(place)
    except Exception as error:  # obstore has a class for each of many mistakes
        raise PipelineError(
            f"The store {place} cannot be opened: {error}",
            "Use a folder or a URL such as s3://bucket/folder, with AWS_ACCESS_KEY_ID, "
            "AWS_SECRET_ACCESS_KEY, AWS_REGION and, for another service than Amazon's, "
            "AWS_ENDPOINT_URL in the environment.",
        ) from error
