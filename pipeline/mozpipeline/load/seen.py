"""Which document ids are in the tables: a cache, made anew from them whenever it is not there.

Document ids are random and name no client.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from uuid import UUID

from mozpipeline.store.table import Table

_CREATE = """
CREATE TABLE IF NOT EXISTS files (name TEXT PRIMARY KEY, part INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tables (part INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE IF NOT EXISTS ids (part INTEGER, document BLOB, PRIMARY KEY (part, document))
    WITHOUT ROWID;
"""
AT_ONCE = 500  # of the parameters that every SQLite allows


class Seen:
    """The ids of several tables."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")  # it is a cache
        self._connection.execute("PRAGMA cache_size=-65536")
        self._connection.executescript(_CREATE)
        self._parts: dict[str, int] = {}

    def close(self) -> None:
        self._connection.close()

    def catch_up(self, table: Table) -> None:
        """Read the ids of files that are new in a table, whoever wrote them."""
        part = self._part(table)
        rows = self._connection.execute("SELECT name FROM files WHERE part = ?", (part,))
        known = {name for (name,) in rows}
        current = set(table.paths)
        for path in sorted(current - known):
            column = table.read([path], ["document_id"]).column("document_id")
            self.add(table, (UUID(text).bytes for text in column.to_pylist()), [path])
        gone = [(name,) for name in known - current]
        self._connection.executemany("DELETE FROM files WHERE name = ?", gone)

    def among(self, table: Table, documents: Sequence[bytes]) -> set[bytes]:
        """Those of some documents that the table has."""
        found: set[bytes] = set()
        part = self._part(table)
        for start in range(0, len(documents), AT_ONCE):
            some = documents[start : start + AT_ONCE]
            marks = ",".join("?" * len(some))
            query = f"SELECT document FROM ids WHERE part = ? AND document IN ({marks})"  # noqa: S608 - marks
            found.update(row[0] for row in self._connection.execute(query, (part, *some)))
        return found

    def add(self, table: Table, documents: Iterable[bytes], paths: Iterable[str]) -> None:
        """Documents that the table now has, and the files they are in."""
        part = self._part(table)
        ordered = sorted(documents)  # as the tree has them
        self._connection.execute("BEGIN")
        for start in range(0, len(ordered), AT_ONCE):
            some = ordered[start : start + AT_ONCE]
            rows = ",".join([f"({part},?)"] * len(some))
            self._connection.execute(f"INSERT OR IGNORE INTO ids VALUES {rows}", some)  # noqa: S608 - a number
        self._connection.executemany(
            "INSERT OR IGNORE INTO files VALUES (?, ?)", ((path, part) for path in paths)
        )
        self._connection.execute("COMMIT")

    def _part(self, table: Table) -> int:
        if table.name not in self._parts:
            self._connection.execute(
                "INSERT OR IGNORE INTO tables (name) VALUES (?)", (table.name,)
            )
            query = "SELECT part FROM tables WHERE name = ?"
            found = self._connection.execute(query, (table.name,)).fetchone()
            self._parts[table.name] = int(found[0])
        return self._parts[table.name]
