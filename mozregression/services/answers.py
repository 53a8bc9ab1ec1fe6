"""Answers of services that cannot change, kept on disk."""

import contextlib
import sqlite3
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

_FILE = "answers.sqlite3"
_SCHEMA = "CREATE TABLE IF NOT EXISTS answers (url TEXT PRIMARY KEY, body BLOB NOT NULL)"
_FIND = "SELECT body FROM answers WHERE url = ?"
_KEEP = "INSERT OR REPLACE INTO answers (url, body) VALUES (?, ?)"
_TRIM = """
DELETE FROM answers WHERE rowid IN (
  SELECT rowid FROM (
    SELECT rowid, SUM(LENGTH(body)) OVER (ORDER BY rowid DESC) AS room FROM answers
  ) WHERE room > ?
)
"""


class Answers:
    """Bodies by URL, in one SQLite file that threads and processes share.

    A cache only: when something is wrong with the file (corrupt, read-only, locked for
    long by another process), `find` knows nothing and `keep` keeps nothing from then on,
    without an error. max_bytes bounds the compressed bodies; the oldest leave first.
    """

    def __init__(self, folder: Path, *, max_bytes: int = 64 * 1024 * 1024) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        with contextlib.suppress(OSError, sqlite3.Error):
            folder.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(folder / _FILE, timeout=1, check_same_thread=False)
        with self._usable() as database:
            if database is not None:
                database.execute(_SCHEMA)

    def find(self, url: str) -> bytes | None:
        with self._usable() as database:
            if database is not None:
                row = database.execute(_FIND, (url,)).fetchone()
                return zlib.decompress(row[0]) if row else None
        return None

    def keep(self, url: str, body: bytes) -> None:
        packed = zlib.compress(body)
        if len(packed) > self._max_bytes:
            return
        with self._usable() as database:
            if database is not None:
                with database:
                    database.execute(_KEEP, (url, packed))
                    database.execute(_TRIM, (self._max_bytes,))

    def close(self) -> None:
        with self._lock:
            self._stop()

    @contextlib.contextmanager
    def _usable(self) -> Iterator[sqlite3.Connection | None]:
        """The database for one thread at a time; a fault ends its use, not the caller's work."""
        with self._lock:
            try:
                yield self._database
            except (sqlite3.Error, zlib.error, TypeError):
                self._stop()

    def _stop(self) -> None:
        if self._database is not None:
            with contextlib.suppress(sqlite3.Error):
                self._database.close()
            self._database = None
