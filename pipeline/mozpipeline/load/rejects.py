"""Rejected bytes, kept for a while with their reason."""

import re
import sqlite3
import zlib
from collections.abc import Iterable
from pathlib import Path

from mozpipeline.journal import Entry
from mozpipeline.wire.decode import MAX_INFLATED
from mozpipeline.wire.outcomes import Refusal

KEPT_DAYS = 30
_MICROSECONDS_A_DAY = 86_400_000_000
_CREATE = """
CREATE TABLE IF NOT EXISTS rejects (
    journal TEXT, number INTEGER,  -- which request it was: putting it in twice changes nothing
    received INTEGER NOT NULL,     -- microseconds since 1970
    path TEXT NOT NULL, reason TEXT NOT NULL, field TEXT NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (journal, number)
)
"""
_UUIDS = re.compile(rb"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Rejects:
    """The store of rejected requests."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("PRAGMA secure_delete=ON")
        self._connection.execute(_CREATE)

    def close(self) -> None:
        self._connection.close()

    def add(self, journal: str, refused: Iterable[tuple[Entry, Refusal]]) -> None:
        """Safe on the disk when this returns."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(
            "INSERT OR IGNORE INTO rejects VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    journal,
                    entry.number,
                    entry.received,
                    entry.path,
                    refusal.reason.value,
                    refusal.where,
                    entry.body,
                )
                for entry, refusal in refused
            ),
        )
        self._connection.execute("COMMIT")

    def count(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM rejects").fetchone()[0])

    def forget_before(self, now: int) -> None:
        """Remove what was kept long enough. now: microseconds since 1970."""
        limit = now - KEPT_DAYS * _MICROSECONDS_A_DAY
        self._connection.execute("DELETE FROM rejects WHERE received < ?", (limit,))

    def erase(self, clients: set[str]) -> int:
        """Remove everything that names one of some clients. Returns how many there were."""
        gone = [
            (journal, number)
            for journal, number, path, field, body in self._connection.execute(
                "SELECT journal, number, path, field, body FROM rejects"
            )
            if clients & mentioned(f"{path} {field}".encode())
            or clients & mentioned(body)
            or clients & mentioned(_plain(body))
        ]
        self._connection.executemany("DELETE FROM rejects WHERE journal = ? AND number = ?", gone)
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return len(gone)


def mentioned(text: bytes) -> set[str]:
    """Every UUID in a text, in lower case."""
    return {found.decode().lower() for found in _UUIDS.findall(text)}


def _plain(body: bytes) -> bytes:
    """As much as can be inflated, also of a body that is broken somewhere."""
    stream = zlib.decompressobj(31)
    plain = bytearray()
    try:
        for start in range(0, len(body), 1024):
            plain += stream.decompress(body[start : start + 1024], MAX_INFLATED)
            if len(plain) >= MAX_INFLATED:
                break
    except zlib.error:
        pass
    return bytes(plain)
