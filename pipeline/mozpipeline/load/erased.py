"""Clients that asked for deletion, as keyed hashes, so that a late ping of theirs is not kept."""

import hashlib
import secrets
import sqlite3
from collections.abc import Iterable
from pathlib import Path

KEPT_DAYS = 90
_MICROSECONDS_A_DAY = 86_400_000_000
_CREATE = """
CREATE TABLE IF NOT EXISTS key (bytes BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS erased (hash BLOB PRIMARY KEY, erased INTEGER NOT NULL) WITHOUT ROWID;
"""


class Erased:
    """Remembers erased clients for a while without knowing them."""

    def __init__(self, path: Path, now: int) -> None:
        """now: microseconds since 1970."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.executescript(_CREATE)
        self._connection.execute(
            "INSERT INTO key SELECT ? WHERE NOT EXISTS (SELECT * FROM key)",
            (secrets.token_bytes(32),),
        )
        (self._key,) = self._connection.execute("SELECT bytes FROM key").fetchone()
        limit = now - KEPT_DAYS * _MICROSECONDS_A_DAY
        self._connection.execute("DELETE FROM erased WHERE erased < ?", (limit,))
        rows = self._connection.execute("SELECT hash FROM erased")
        self._hashes = {row[0] for row in rows}

    def close(self) -> None:
        self._connection.close()

    def __contains__(self, client: str) -> bool:
        return bool(self._hashes) and self._hash(client) in self._hashes

    def add(self, clients: Iterable[str], now: int) -> None:
        hashes = [self._hash(client) for client in clients]
        self._connection.executemany(
            "INSERT OR REPLACE INTO erased VALUES (?, ?)", [(one, now) for one in hashes]
        )
        self._hashes.update(hashes)

    def _hash(self, client: str) -> bytes:
        return hashlib.blake2b(client.lower().encode(), key=self._key, digest_size=16).digest()
