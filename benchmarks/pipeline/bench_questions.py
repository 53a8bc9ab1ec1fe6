"""The question about ages of builds on ten million rows: day files beside one sorted file."""

import time
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from common import Figure, Home, conclude, new_home, progress

from mozpipeline.ask import duck
from mozpipeline.ask.catalog import read_catalog
from mozpipeline.ask.translate import to_duckdb
from mozpipeline.definitions.history import History, shipped
from mozpipeline.shape.table import NAMESPACE, arrow_schema, table_name
from mozpipeline.store.files import LocalFiles
from mozpipeline.store.table import Table
from verbatim import AGES

DAYS = 2457
ROUNDS = 7
TODAY = date(2026, 11, 21)


def one_day(schema: pa.Schema, day: date, count: int, random: np.random.Generator) -> pa.Table:
    """Rows of a day, with the columns the question is about and a client id."""
    noon = datetime.combine(day, datetime.min.time(), timezone.utc) + timedelta(hours=12)
    ages = np.minimum(random.lognormal(4.2, 1.1, count).astype(int), 3000)
    days = [f"{day - timedelta(days=int(age))}+00:00" for age in ages]
    launch = random.random(count) < 0.1
    known = random.random(count) < 0.9
    texts = {
        "usage_app": pick(random, ["firefox", "fenix", "thunderbird"], [0.8, 0.1, 0.1], count),
        "usage_build_type": pick(random, ["shippable", "opt", ""], [0.8, 0.15, 0.05], count),
        "usage_variant": pick(random, ["console", "gui", "mach"], [0.6, 0.3, 0.1], count),
    }
    dates = {
        "usage_bad_date": pa.array(
            [text if known[n] and not launch[n] else None for n, text in enumerate(days)],
            pa.string(),
        ),
        "usage_launch_date": pa.array(
            [text if launch[n] else None for n, text in enumerate(days)], pa.string()
        ),
    }
    client = {
        "app_display_version": pick(random, ["7.0.0", "7.1.0.dev1"], [0.95, 0.05], count),
        "client_id": pa.array([f"{number:032x}" for number in random.integers(0, 2**60, count)]),
    }
    columns: dict[str, Any] = {
        "submission_date": pa.array([day] * count, pa.date32()),
        "submission_timestamp": pa.array([noon] * count, pa.timestamp("us", "UTC")),
        "document_id": client["client_id"],
        "client_info": struct(schema.field("client_info").type, client, count),
        "metrics": pa.StructArray.from_arrays(
            [
                struct(part.type, {"string": texts, "datetime": dates}.get(part.name, {}), count)
                for part in schema.field("metrics").type
            ],
            fields=list(schema.field("metrics").type),
        ),
    }
    return pa.Table.from_arrays(
        [columns.get(field.name, pa.nulls(count, field.type)) for field in schema], schema=schema
    )


def pick(random: np.random.Generator, words: list[str], odds: list[float], count: int) -> pa.Array:
    return pa.array(words).take(pa.array(random.choice(len(words), count, p=odds)))


def struct(kind: pa.StructType, columns: dict[str, pa.Array], count: int) -> pa.StructArray:
    arrays = [columns.get(field.name, pa.nulls(count, field.type)) for field in kind]
    return pa.StructArray.from_arrays(arrays, fields=list(kind))


class Unsynced(LocalFiles):
    """A benchmark's rows need not survive a power cut."""

    def write(self, name: str, content: bytes) -> None:
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def fill(home: Home, history: History, count: int, single: Path | None) -> list[pa.Table]:
    """Day files of a table; the same rows in one file, if there is to be one."""
    (ping,) = (one for one in history.pings() if one.name == "usage")
    schema = arrow_schema(ping, history.metrics_of("usage"))
    table = Table(home.tables, Unsynced(Path(home.tables)), table_name("usage"), schema)
    random = np.random.default_rng(3)
    writer = pq.ParquetWriter(single, schema, compression="zstd") if single else None
    made = []
    batch: list[pa.Table] = []
    for number in range(DAYS):
        rows = one_day(schema, TODAY - timedelta(days=DAYS - 1 - number), count // DAYS, random)
        batch.append(rows)
        if writer:
            writer.write_table(rows, row_group_size=10**6)
        else:
            made.append(rows)
        if len(batch) == 200 or number == DAYS - 1:
            progress(f"day {number + 1} of {DAYS}")
            table.append(pa.concat_tables(batch), {})
            batch.clear()
    if writer:
        writer.close()
    return made


def timed(engine: duck.Duck, sql: str) -> float:
    start = time.perf_counter()
    engine.ask_itself(sql)
    return time.perf_counter() - start


def compare_layouts(count: int) -> list[Figure]:
    history = shipped()
    with new_home() as home:
        single = Path(home.tables) / table_name("usage") / "single.parquet"  # may be read there
        single.parent.mkdir(parents=True)
        fill(home, history, count, single)
        catalog = read_catalog(home, history)
        with duck.opened(catalog, TODAY) as engine:
            by_day = to_duckdb(AGES, catalog, TODAY)
            view = f'"moz-fx-data-shared-prod"."{NAMESPACE.removesuffix("_stable")}"."usage"'
            sorted_one = by_day.replace(view, f"read_parquet('{single}')")
            assert sorted_one != by_day
            pairs = [(timed(engine, by_day), timed(engine, sorted_one)) for _ in range(ROUNDS)][1:]
    return [
        Figure(
            f"{count:,} rows: day files ÷ one sorted file",
            median(days / one for days, one in pairs),
            1.2,
        ),
        Figure("day files", median(days for days, _ in pairs) * 1000, unit=" ms"),
        Figure("one sorted file", median(one for _, one in pairs) * 1000, unit=" ms"),
    ]


def main() -> int:
    return conclude(compare_layouts(10_000_000))


if __name__ == "__main__":
    raise SystemExit(main())
