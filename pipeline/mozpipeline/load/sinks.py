"""What a table's rows are collected in until they are committed."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from mozpipeline.definitions.history import History
from mozpipeline.load import counts, telemetry
from mozpipeline.load.rows import Rows
from mozpipeline.load.seen import Seen
from mozpipeline.shape.table import table_name
from mozpipeline.store.files import Files
from mozpipeline.store.table import Table


class Documents:
    """Rows of the older form."""

    def __init__(self) -> None:
        self._rows: list[dict[str, Any]] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: dict[str, Any]) -> None:
        self._rows.append(row)

    def take(self) -> pa.Table:
        table = pa.Table.from_pylist(self._rows, schema=telemetry.SCHEMA)
        self._rows = []
        return table


class Sink:
    """A table, the rows that wait for it, and their document ids."""

    def __init__(self, table: Table, rows: Any) -> None:
        self.table = table
        self.rows = rows
        self.fresh: set[bytes] = set()

    def commit(self, done: Mapping[str, int], seen: Seen) -> None:
        """Write what was collected. Nothing is left."""
        if not len(self.rows):
            return
        paths = self.table.append(self.rows.take(), done)
        seen.add(self.table, self.fresh, paths)
        self.fresh = set()


class Tables:
    """All tables of a store, opened when first needed."""

    def __init__(self, root: str, files: Files, history: History) -> None:
        self._root = root
        self._files = files
        self._history = history
        self._made: dict[str, Sink] = {}
        self.counts = self.open(counts.NAME, counts.SCHEMA)

    def open(self, name: str, schema: pa.Schema) -> Table:
        return Table(self._root, self._files, name, schema)

    def ping(self, name: str, seen: Seen) -> Sink:
        """Of a known ping."""
        if name not in self._made:
            (ping,) = (one for one in self._history.pings() if one.name == name)
            rows = Rows(ping, self._history.metrics_of(name))
            self._made[name] = Sink(self.open(table_name(name), rows.schema), rows)
            seen.catch_up(self._made[name].table)
        return self._made[name]

    def documents(self, seen: Seen) -> Sink:
        """Of the older form."""
        if telemetry.NAME not in self._made:
            table = self.open(telemetry.NAME, telemetry.SCHEMA)
            self._made[telemetry.NAME] = Sink(table, Documents())
            seen.catch_up(table)
        return self._made[telemetry.NAME]

    def everything(self, seen: Seen) -> list[Table]:
        """Every table that may hold something of a client."""
        for ping in self._history.pings():
            self.ping(ping.name, seen)
        self.documents(seen)
        return [sink.table for sink in self._made.values()]

    def open_sinks(self) -> list[Sink]:
        return list(self._made.values())
