"""Stores with made-up content, written without receiving anything."""

from collections.abc import Iterable
from datetime import date, datetime, time, timezone
from random import Random
from typing import Any

import pyarrow as pa

from mozpipeline.definitions.history import History
from mozpipeline.demo.people import people, usage_ping, uses
from mozpipeline.home import Home
from mozpipeline.load import counts
from mozpipeline.load.rows import Rows
from mozpipeline.shape.table import arrow_schema, table_name
from mozpipeline.store.files import open_files
from mozpipeline.store.table import Table

TODAY = date(2026, 11, 21)

STRINGS = ("variant", "app", "build_type", "linux_distro", "python_version")
DATES = ("good_date", "bad_date", "launch_date")
COUNTERS = ("launched_nightly", "launched_push", "missing_nightly", "missing_push")


def made_year(
    home: Home, history: History, count: int, today: date = TODAY
) -> list[dict[str, Any]]:
    """Fill the table of usage pings with a year; the pings that are in it."""
    random = Random(7)
    crowd = people(random, max(20, count // 40), today)
    (ping,) = (one for one in history.pings() if one.name == "usage")
    metrics = history.metrics_of("usage")
    rows = Rows(ping, metrics)
    sent = []
    for number, use in enumerate(uses(random, crowd, count, today, 365)):
        body = usage_ping(use, number)
        received = int(use.when.timestamp()) * 1_000_000
        rows.add(body, metrics, str(number), received)
        sent.append({"received": use.when, **body})
    table(home, history, "usage").append(rows.take(), {})
    return sent


def table(home: Home, history: History, name: str) -> Table:
    (ping,) = (one for one in history.pings() if one.name == name)
    schema = arrow_schema(ping, history.metrics_of(name))
    return Table(home.tables, open_files(home.tables), table_name(name), schema)


def filled(home: Home, history: History, case: dict[str, Any]) -> None:
    """A store with the rows of a named query's test case."""
    _append(table(home, history, "usage"), (_usage(row) for row in case.get("usage", ())))
    _append(
        table(home, history, "retention"), (_retention(row) for row in case.get("retention", ()))
    )
    monitoring = Table(home.tables, open_files(home.tables), counts.NAME, counts.SCHEMA)
    blank = {"app": "", "ping": "", "outcome": "", "reason": "", "field": "", "records": 0}
    _append(monitoring, (blank | _received(row) for row in case.get("outcomes", ())))


def _append(table: Table, rows: Iterable[dict[str, Any]]) -> None:
    listed = list(rows)
    if listed:
        table.append(pa.Table.from_pylist(listed, schema=table.schema), {})


def _received(row: dict[str, Any]) -> dict[str, Any]:
    noon = datetime.combine(row["day"], time(12), timezone.utc)
    return {"submission_date": row["day"], "submission_timestamp": noon, **row}


def _client(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "client_id": row.get("client"),
        "app_display_version": row.get("version", "7.0.0"),
        "os": row.get("os", "Linux"),
    }


def _usage(row: dict[str, Any]) -> dict[str, Any]:
    dates = {f"usage_{name}": _glean_day(row.get(name)) for name in DATES}
    strings = {f"usage_{name}": row.get(name) for name in STRINGS}
    return _received(row) | {
        "client_info": _client(row),
        "metrics": {"string": strings, "datetime": dates},
    }


def _glean_day(day: date | None) -> str | None:
    return None if day is None else f"{day}+00:00"


def _retention(row: dict[str, Any]) -> dict[str, Any]:
    counters = {
        f"retention_{name}": [{"key": key, "value": value} for key, value in row[name].items()]
        for name in COUNTERS
        if name in row
    }
    strings = {"retention_app": row["app"], "retention_build_type": row["build_type"]}
    return _received(row) | {
        "client_info": _client(row),
        "metrics": {"string": strings, "labeled_counter": counters},
    }
