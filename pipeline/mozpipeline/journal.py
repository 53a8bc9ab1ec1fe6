"""The journal: what was received and is not yet in the tables, in SQLite.

One file per receiving process. It writes ahead and waits for the disk at each commit; all
requests that arrive during one commit share the next.
"""

import asyncio
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

FORMAT = 1
_CREATE = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice, also after rows were removed
    received INTEGER NOT NULL,             -- microseconds since 1970
    path TEXT NOT NULL,
    debug_id TEXT,
    source_tags TEXT,
    body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS identity (name TEXT NOT NULL);  -- told from a journal made anew
INSERT INTO identity SELECT lower(hex(randomblob(16))) WHERE NOT EXISTS (SELECT * FROM identity);
COMMIT;
"""
_INSERT = "INSERT INTO requests (received, path, debug_id, source_tags, body) VALUES (?,?,?,?,?)"
MOST_AT_ONCE = 4096
SPACE_CHECK = 0.25  # seconds between looks at how much room the disk has

Request = tuple[int, str, str | None, str | None, bytes]
"""received, path, debug id, source tags, body"""


class Entry(NamedTuple):
    """One received request. number: its place in its journal, growing."""

    number: int
    received: int
    path: str
    debug_id: str | None
    source_tags: str | None
    body: bytes


class NoRoomError(OSError):
    """The disk has less room left than is kept free."""


def connect(path: Path) -> sqlite3.Connection:
    """Open a journal, making it when it is not there. Raises sqlite3.Error, OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        path, timeout=30, isolation_level=None, check_same_thread=False, cached_statements=16
    )
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")
    if connection.execute("PRAGMA user_version").fetchone() != (FORMAT,):
        connection.executescript(_CREATE)
        connection.execute(f"PRAGMA user_version={FORMAT}")
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk may have rolled back already
            connection.execute("ROLLBACK")
        raise


def insert(connection: sqlite3.Connection, requests: Sequence[Request]) -> None:
    """All of them in one commit."""
    with transaction(connection):
        connection.executemany(_INSERT, requests)


class Writer:
    """Commits requests in groups, in a thread of its own."""

    def __init__(self, path: Path, reserve: int, loop: asyncio.AbstractEventLoop) -> None:
        """reserve: bytes of the disk that are left free, so that a loader can make room again."""
        self._path = path
        self._reserve = reserve
        self._loop = loop
        self._waiting: list[tuple[Request, asyncio.Future[None]]] = []
        self._changed = threading.Condition()
        self._closed = False
        self._checked = 0.0
        self.groups = 0
        self._thread = threading.Thread(target=self._run, name="mozpipeline-journal", daemon=True)
        self._thread.start()

    def append(self, request: Request) -> "asyncio.Future[None]":
        """Done when the request is on the disk; fails with OSError or sqlite3.Error otherwise."""
        future = self._loop.create_future()
        with self._changed:
            self._waiting.append((request, future))
            if len(self._waiting) == 1:
                self._changed.notify()
        return future

    def close(self) -> None:
        """Commit what waits, and end."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        connection: sqlite3.Connection | None = None
        while group := self._next():
            fault: Exception | None = None
            try:
                connection = connection or connect(self._path)
                self._check_room()
                insert(connection, [request for request, _ in group])
            except (OSError, sqlite3.Error) as error:
                fault = error
                if connection is not None:
                    connection.close()
                connection = None  # the next group starts afresh
            self.groups += 1
            self._loop.call_soon_threadsafe(_resolve, group, fault)
        if connection is not None:
            connection.close()

    def _next(self) -> list[tuple[Request, "asyncio.Future[None]"]]:
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            group = self._waiting[:MOST_AT_ONCE]
            del self._waiting[:MOST_AT_ONCE]
        return group

    def _check_room(self) -> None:
        now = time.monotonic()
        if now - self._checked < SPACE_CHECK:
            return
        free = shutil.disk_usage(self._path.parent).free
        if free < self._reserve:
            raise NoRoomError(f"{free} bytes free, {self._reserve} are kept free")
        self._checked = now


def _resolve(
    group: Sequence[tuple[Request, "asyncio.Future[None]"]], fault: Exception | None
) -> None:
    for _, future in group:
        if future.done():  # its client went away
            continue
        if fault is None:
            future.set_result(None)
        else:
            future.set_exception(fault)


# The loader's side


def journals(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.sqlite"))


def identity(path: Path) -> str:
    """Whose numbers its entries have."""
    with closing(connect(path)) as connection:
        return str(connection.execute("SELECT name FROM identity").fetchone()[0])


def read_after(path: Path, number: int, most: int, most_bytes: int) -> list[Entry]:
    """The next entries after a number, oldest first; fewer when their bodies are large."""
    query = (
        "SELECT id, received, path, debug_id, source_tags, body FROM requests "
        "WHERE id > ? ORDER BY id LIMIT ?"
    )
    entries: list[Entry] = []
    with closing(connect(path)) as connection:
        for row in connection.execute(query, (number, most)):
            entries.append(Entry(*row))
            most_bytes -= len(entries[-1].body)
            if most_bytes <= 0:
                break
    return entries


def let_go(path: Path, last: int, keep: Sequence[int] = ()) -> None:
    """Remove all entries up to the last one that is safe elsewhere; their bytes are overwritten.

    keep: numbers of entries that stay.
    """
    statement = "DELETE FROM requests WHERE id <= ? AND id NOT IN (SELECT value FROM json_each(?))"
    kept = f"[{','.join(map(str, keep))}]"
    with closing(connect(path)) as connection, transaction(connection):
        connection.execute(statement, (last, kept))


def scrub(path: Path) -> bool:
    """Empty the file SQLite writes ahead, where removed entries live on. False: it is in use."""
    with closing(connect(path)) as connection:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
