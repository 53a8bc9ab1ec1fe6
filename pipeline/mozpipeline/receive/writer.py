"""Brings requests into a journal in groups: all that arrive during one commit share the next."""

import asyncio
import shutil
import sqlite3
import threading
import time
from contextlib import closing, suppress
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from mozpipeline.journal import Request, connect, fold, insert

SPACE_CHECK = 0.25  # seconds between looks at how much room the disk has
LOG_PAGES = 4000
"""Of SQLite's log, until a commit has to wait while they are brought into the journal itself."""
FOLDED_EVERY = 2000  # requests; by then the log has some 500 pages


class NoRoomError(OSError):
    """The disk has less room left than is kept free."""


class _Group(NamedTuple):
    """Requests of one commit, and who waits for it."""

    requests: list[Request]
    waiting: "list[asyncio.Future[None]]"


class Writer:
    """Commits in a thread of its own; another one keeps the log short, so that commits need not.

    All methods are called in the loop's thread.
    """

    def __init__(self, path: Path, reserve: int, loop: asyncio.AbstractEventLoop) -> None:
        """reserve: bytes of the disk that are left free, so that a loader can make room again."""
        self._path = path
        self._reserve = reserve
        self._loop = loop
        self._gathered = _Group([], [])
        self._committing = False
        self._handed: SimpleQueue[_Group | None] = SimpleQueue()
        self._grown = threading.Semaphore(0)
        self._closed = False
        self._checked = 0.0
        self.groups = 0
        self._threads = [
            threading.Thread(target=work, name="mozpipeline-journal", daemon=True)
            for work in (self._commit_all, self._keep_folded)
        ]
        for thread in self._threads:
            thread.start()

    def append(self, request: Request) -> "asyncio.Future[None]":
        """Done when the request is on the disk; fails with OSError or sqlite3.Error otherwise."""
        future = self._loop.create_future()
        self._gathered.requests.append(request)
        self._gathered.waiting.append(future)
        if not self._committing:
            self._committing = True
            self._loop.call_soon(self._hand_over)  # after all that are there already
        return future

    def close(self) -> None:
        """Commit what waits, and end."""
        self._hand_over()
        self._handed.put(None)
        self._closed = True
        self._grown.release()
        for thread in self._threads:
            thread.join()

    def _hand_over(self) -> None:
        if self._gathered.requests:
            self._handed.put(self._gathered)
            self._gathered = _Group([], [])
        else:
            self._committing = False

    def _committed(self, group: _Group, fault: Exception | None) -> None:
        self._hand_over()
        for future in group.waiting:
            if future.done():  # its client went away
                continue
            if fault is None:
                future.set_result(None)
            else:
                future.set_exception(fault)

    # In threads

    def _commit_all(self) -> None:
        connection: sqlite3.Connection | None = None
        since_folded = 0
        while (group := self._handed.get()) is not None:
            fault: Exception | None = None
            try:
                connection = connection or connect(self._path, LOG_PAGES)
                self._check_room()
                insert(connection, group.requests)
            except (OSError, sqlite3.Error) as error:
                fault = error
                if connection is not None:
                    connection.close()
                connection = None  # the next group starts afresh
            self.groups += 1
            self._loop.call_soon_threadsafe(self._committed, group, fault)
            since_folded += len(group.requests)
            if since_folded >= FOLDED_EVERY:
                since_folded = 0
                self._grown.release()
        if connection is not None:
            connection.close()

    def _keep_folded(self) -> None:
        while self._grown.acquire() and not self._closed:
            # What is wrong with the disk is told by the next commit.
            with suppress(OSError, sqlite3.Error), closing(connect(self._path)) as connection:
                fold(connection)

    def _check_room(self) -> None:
        now = time.monotonic()
        if now - self._checked < SPACE_CHECK:
            return
        free = shutil.disk_usage(self._path.parent).free
        if free < self._reserve:
            raise NoRoomError(f"{free} bytes free, {self._reserve} are kept free")
        self._checked = now
