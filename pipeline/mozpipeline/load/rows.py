"""From judged pings to the columns of their table."""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any

import orjson
import pyarrow as pa

from mozpipeline.definitions.model import Metric, Ping
from mozpipeline.shape.kinds import kind_of
from mozpipeline.shape.table import (
    JOINING_CLIENT,
    JOINING_PING,
    arrow_schema,
    client_fields,
    ping_fields,
)

MOST_NAMES = 10
SECTIONS = ("client_info", "ping_info", "metrics")
MICROSECONDS_A_DAY = 86_400_000_000
Convert = Callable[[Any], Any]
_CONVERTED: dict[str, Convert] = {"client_id": str.lower}
"""An id has one spelling, so that a deletion request finds all of a client's rows."""


class _Section:
    """The columns below one struct. A column is as long as the last row that has a value in it."""

    def __init__(self, fields: Mapping[str, pa.DataType]) -> None:
        self._types = fields
        self.cells: dict[str, list[Any]] = {name: [] for name in fields}

    def array(self, rows: int) -> pa.StructArray:
        for cells in self.cells.values():
            cells.extend([None] * (rows - len(cells)))
        arrays = [pa.array(self.cells[name], kind) for name, kind in self._types.items()]
        return pa.StructArray.from_arrays(arrays, fields=self.fields())

    def fields(self) -> list[pa.Field]:
        return [pa.field(name, kind) for name, kind in self._types.items()]

    def clear(self) -> None:
        for cells in self.cells.values():
            cells.clear()


class _Reader:
    """Reads JSON objects into a section, as one version defines them."""

    def __init__(self, section: _Section, known: Mapping[str, tuple[str, Convert | None]]) -> None:
        """known: by key in the object, the column and how to convert."""
        self._steps = {
            key: (section.cells[column], convert) for key, (column, convert) in known.items()
        }

    def read(self, row: int, entries: dict[str, Any]) -> bool:
        """Put what is known into a row. Whether that was all."""
        steps = self._steps
        complete = True
        for key, value in entries.items():
            step = steps.get(key)
            if step is None:
                complete = False
                continue
            cells, convert = step
            if missing := row - len(cells):
                cells.extend([None] * missing)
            cells.append(convert(value) if convert else value)
        return complete

    def rest(self, entries: dict[str, Any], dropped: frozenset[str]) -> dict[str, Any]:
        """What is not known, but for what must not be kept."""
        return {
            key: value
            for key, value in entries.items()
            if key not in self._steps and key not in dropped
        }


class _Version:
    """How the pings of one version are read."""

    def __init__(self, rows: "Rows", metrics: Sequence[Metric]) -> None:
        client = {name: (name, _CONVERTED.get(name)) for name in rows.client.cells}
        self.client = _Reader(rows.client, client)
        self.info = _Reader(rows.info, {name: (name, None) for name in rows.info.cells})
        self.sections = {
            kind: _Reader(
                section,
                {
                    metric.identifier: (metric.column, kind_of(metric).convert)
                    for metric in metrics
                    if metric.type == kind
                },
            )
            for kind, section in rows.sections.items()
            if any(metric.type == kind for metric in metrics)
        }


class Rows:
    """Rows of one table, as columns that grow."""

    def __init__(self, ping: Ping, metrics: Sequence[Metric]) -> None:
        """metrics: of all versions together."""
        self.schema = arrow_schema(ping, metrics)
        self.client = _Section(client_fields(ping))
        self.info = _Section(ping_fields(ping))
        self.sections = {
            field.name: _Section({inner.name: inner.type for inner in field.type})
            for field in self.schema.field("metrics").type
        }
        self._times: list[int] = []
        self._documents: list[str] = []
        self._debug: list[str | None] = []
        self._tags: list[str | None] = []
        self._aside: list[str | None] = []
        self._versions: dict[int, _Version] = {}
        self._dropped_client = frozenset() if ping.has_client_id else JOINING_CLIENT
        self._dropped_info = frozenset() if ping.has_client_id else JOINING_PING

    def __len__(self) -> int:
        return len(self._times)

    def add(
        self,
        body: dict[str, Any],
        metrics: tuple[Metric, ...],
        document: str,
        received: int,
        tags: tuple[str | None, str | None] = (None, None),
    ) -> list[str]:
        """Add a ping that was judged by `metrics`. Returns the fields that nothing defines.

        received: microseconds since 1970. tags: debug id and source tags.
        """
        version = self._versions.get(id(metrics))
        if version is None:
            version = self._versions[id(metrics)] = _Version(self, metrics)
        row = len(self._times)
        client, info = body["client_info"], body["ping_info"]
        aside: dict[str, Any] = {}
        if not version.client.read(row, client):
            _put(aside, "client_info", version.client.rest(client, self._dropped_client))
        if not version.info.read(row, info):
            _put(aside, "ping_info", version.info.rest(info, self._dropped_info))
        rest: dict[str, Any] = {}
        for kind, section in body.get("metrics", {}).items():
            reader = version.sections.get(kind)
            if reader is None:
                rest[kind] = section
            elif not reader.read(row, section):
                _put(rest, kind, reader.rest(section, frozenset()))
        _put(aside, "metrics", rest)
        if len(body) > 2 + ("metrics" in body):
            aside |= {key: value for key, value in body.items() if key not in SECTIONS}
        self._times.append(received)
        self._documents.append(document)
        self._debug.append(tags[0])
        self._tags.append(tags[1])
        self._aside.append(orjson.dumps(aside).decode() if aside else None)
        return _names(aside) if aside else []

    def take(self) -> pa.Table:
        """The rows as a table; none are left."""
        rows = len(self._times)
        times = pa.array(self._times, pa.timestamp("us", "UTC"))
        days = pa.array([time // MICROSECONDS_A_DAY for time in self._times], pa.int32())
        metrics = pa.StructArray.from_arrays(
            [section.array(rows) for section in self.sections.values()],
            fields=list(self.schema.field("metrics").type),
        )
        metadata = pa.StructArray.from_arrays(
            [pa.array(self._debug, pa.string()), pa.array(self._tags, pa.string())],
            fields=list(self.schema.field("metadata").type),
        )
        table = pa.Table.from_arrays(
            [
                days.cast(pa.date32()),
                times,
                pa.array(self._documents, pa.string()),
                self.client.array(rows),
                self.info.array(rows),
                metrics,
                metadata,
                pa.array(self._aside, pa.string()),
            ],
            schema=self.schema,
        )
        for section in (self.client, self.info, *self.sections.values()):
            section.clear()
        for cells in (self._times, self._documents, self._debug, self._tags, self._aside):
            cells.clear()
        return table


def _put(place: dict[str, Any], key: str, entries: dict[str, Any]) -> None:
    if entries:
        place[key] = entries


def _names(aside: dict[str, Any]) -> list[str]:
    """Of what is kept aside, as paths of two parts at most; a few of them."""
    return [
        f"{name}.{key}"[:100] if key else name[:100]
        for name, value in islice(aside.items(), MOST_NAMES)
        for key in islice(value if isinstance(value, dict) and value else ("",), MOST_NAMES)
    ]
