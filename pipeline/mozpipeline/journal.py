"""The journal: what was received and is not yet in the tables, in SQLite.

One file per receiving process. It writes ahead and waits for the disk at each commit; all
requests that arrive during one commit share the next.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from itertools import chain
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
_INSERT = "INSERT INTO requests (received, path, debug_id, source_tags, body) VALUES "
IN_STATEMENT = 128
"""Requests that one statement inserts: 640 parameters, where every SQLite allows 999."""

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


def connect(path: Path, log_pages: int = 1000) -> sqlite3.Connection:
    """Open a journal, making it when it is not there. Raises sqlite3.Error, OSError.

    log_pages: how long SQLite's log may get before a commit folds it into the journal.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        path,
        timeout=30,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=IN_STATEMENT + 16,
    )
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute(f"PRAGMA wal_autocheckpoint={log_pages}")
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
    if len(requests) <= IN_STATEMENT:  # commits itself; Python waits for SQLite once, not often
        _insert(connection, requests)
        return
    with transaction(connection):
        for start in range(0, len(requests), IN_STATEMENT):
            _insert(connection, requests[start : start + IN_STATEMENT])


def _insert(connection: sqlite3.Connection, requests: Sequence[Request]) -> None:
    if requests:
        connection.execute(_statement(len(requests)), tuple(chain.from_iterable(requests)))


@cache
def _statement(rows: int) -> str:
    return _INSERT + ",".join(["(?,?,?,?,?)"] * rows)


def fold(connection: sqlite3.Connection) -> None:
    """Bring what is in the log into the journal itself, as far as nobody has to wait."""
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)")


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
            entries.append(Entry._make(row))
            most_bytes -= len(row[-1])
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
