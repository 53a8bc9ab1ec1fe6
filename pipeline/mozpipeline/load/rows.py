"""From judged pings to the columns of their table."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

import orjson
import pyarrow as pa

from mozpipeline.definitions.model import Metric, Ping
from mozpipeline.load.columns import Convert, Reader, Section
from mozpipeline.shape.kinds import kind_of
from mozpipeline.shape.table import JOINING_CLIENT, JOINING_PING, arrow_schema

MOST_NAMES = 10
SECTIONS = ("client_info", "ping_info", "metrics")
MICROSECONDS_A_DAY = 86_400_000_000
OTHERS = 5
"""Columns at the top: time, document id, debug id, source tags, what is kept aside."""
_CONVERTED: dict[str, Convert] = {"client_id": str.lower}
"""An id has one spelling, so that a deletion request finds all of a client's rows."""


class _Version:
    """How the pings of one version are read."""

    def __init__(self, rows: "Rows", metrics: Sequence[Metric]) -> None:
        client = {name: (name, _CONVERTED.get(name)) for name in rows.client.names}
        self.client = Reader(rows.client, client)
        self.info = Reader(rows.info, {name: (name, None) for name in rows.info.names})
        self.sections = {
            kind: Reader(
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
        self.client = Section(self.schema.field("client_info").type)
        self.info = Section(self.schema.field("ping_info").type)
        self.sections = {
            field.name: Section(field.type) for field in self.schema.field("metrics").type
        }
        self._rows = 0
        self._others: list[Any] = []  # OTHERS of one row after the other
        self._versions: dict[int, _Version] = {}
        self._dropped_client = frozenset() if ping.has_client_id else JOINING_CLIENT
        self._dropped_info = frozenset() if ping.has_client_id else JOINING_PING

    def __len__(self) -> int:
        return self._rows

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
        row = self._rows
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
        aside_text = orjson.dumps(aside).decode() if aside else None
        self._others += (received, document, *tags, aside_text)
        self._rows += 1
        return _names(aside) if aside else []

    def take(self) -> pa.Table:
        """The rows as a table; none are left."""
        rows, others = self._rows, self._others
        received, documents, debug, tags, aside = (others[place::OTHERS] for place in range(OTHERS))
        self._rows, self._others = 0, []
        times = pa.array(received, pa.timestamp("us", "UTC"))
        days = pa.array([time // MICROSECONDS_A_DAY for time in received], pa.int32())
        metrics = pa.StructArray.from_arrays(
            [section.take(rows) for section in self.sections.values()],
            fields=list(self.schema.field("metrics").type),
        )
        metadata = pa.StructArray.from_arrays(
            [pa.array(debug, pa.string()), pa.array(tags, pa.string())],
            fields=list(self.schema.field("metadata").type),
        )
        return pa.Table.from_arrays(
            [
                days.cast(pa.date32()),
                times,
                pa.array(documents, pa.string()),
                self.client.take(rows),
                self.info.take(rows),
                metrics,
                metadata,
                pa.array(aside, pa.string()),
            ],
            schema=self.schema,
        )


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
