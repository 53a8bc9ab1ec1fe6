"""The SQLite file: its tables, how it is opened, and its faults in words."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from mozregression.journal.encoding import DecodingError
from mozregression.journal.errors import JournalError

FORMAT = 1  # kept as user_version; one more whenever an older program could not go on with it
PATIENCE = 30.0  # seconds to wait for another process that writes

TABLES = """
CREATE TABLE IF NOT EXISTS sessions (
    id INTEGER PRIMARY KEY,
    created INTEGER NOT NULL,  -- UTC seconds since 1970
    finished INTEGER,          -- the same, NULL while there is something left to do
    request TEXT NOT NULL,     -- JSON
    settings TEXT NOT NULL,    -- JSON
    outcome TEXT,              -- name of an Outcome
    holder INTEGER             -- id of the process that opened the session last
);
CREATE TABLE IF NOT EXISTS facts (
    session INTEGER NOT NULL REFERENCES sessions (id),
    seq INTEGER NOT NULL,      -- 1, 2, 3 ... in the order learnt
    kind TEXT NOT NULL,        -- class name, so that verdicts are counted without decoding
    fact TEXT NOT NULL,        -- JSON
    PRIMARY KEY (session, seq)
);
"""


def connect(path: Path) -> sqlite3.Connection:
    """Open the journal at path, creating it when there is none.

    The connection commits each statement that is not inside `transaction`, and a commit
    returns when the data is on the disk. Raises JournalError.
    """
    with faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        # Two processes that create the file at once would meet "database is locked", which
        # SQLite reports without waiting when the journal mode changes.
        with FileLock(path.with_suffix(".lock"), timeout=PATIENCE):
            connection = sqlite3.connect(
                path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
            )
            try:
                _prepare(connection, path)
            except BaseException:
                connection.close()
                raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found > FORMAT:
        raise JournalError(
            f"The journal {path} was written by a newer mozregression (format {found}, this one "
            f"knows {FORMAT}). Update mozregression, or move the folder {path.parent} away to "
            "start a new journal. Nothing was changed."
        )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")  # macOS: through the cache of the disk, too
    connection.execute("PRAGMA foreign_keys = ON")
    (sound,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if sound != "ok":  # else damage may look like a journal that holds less
        raise sqlite3.DatabaseError(sound)
    if found < FORMAT:
        connection.executescript(f"BEGIN; {TABLES} PRAGMA user_version = {FORMAT}; COMMIT;")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All statements inside take effect together, or none."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def faults(path: Path) -> Iterator[None]:
    """Turn faults of SQLite, of the operating system and of the content into JournalErrors."""
    try:
        yield
    except (OSError, sqlite3.Error, DecodingError) as error:
        raise JournalError(f"The journal {path} {_explanation(path, error)}") from error


def _explanation(path: Path, error: Exception) -> str:
    # SQLite reports damage as DatabaseError itself, lesser faults as its subclasses.
    if type(error) is sqlite3.DatabaseError or isinstance(error, DecodingError):
        return (
            f"is damaged: {error}. Move the folder {path.parent} away to start a new journal. "
            "Nothing was deleted."
        )
    if "full" in str(error) or getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
        return f"cannot be written: {error}. Free some space; everything written before is kept."
    if "readonly" in str(error) or isinstance(error, PermissionError):
        return f"cannot be written: {error}. Make the folder {path.parent} writable for you."
    if "locked" in str(error) or isinstance(error, TimeoutError):
        return f"is kept busy by another process: {error}. Try again when that one has ended."
    return f"cannot be used: {error}. Check the folder {path.parent}."
