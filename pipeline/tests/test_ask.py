"""Questions: the same rows from every engine and from plain Python."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from mozpipeline.ask import duck, named, spark
from mozpipeline.ask.answer import Answer
from mozpipeline.ask.catalog import Catalog, bigquery_type, read_catalog
from mozpipeline.ask.engines import Engine
from mozpipeline.ask.translate import to_duckdb, to_spark
from mozpipeline.definitions.history import History
from mozpipeline.errors import PipelineError
from mozpipeline.home import Home
from mozpipeline.shape.table import arrow_schema, table_name
from mozpipeline.store.files import open_files
from mozpipeline.store.table import Table
from stores import TODAY, filled, made_year, table
from verbatim import AGES, VARIANTS


def months(day: date) -> int:
    return day.year * 12 + day.month


def ages_in_python(sent: list[dict[str, Any]], today: date) -> Counter[tuple[Any, ...]]:
    """The first query, by hand. today: its day is not above 28, so six months back is a day."""
    start = date(today.year, today.month - 6, today.day)
    found: Counter[tuple[Any, ...]] = Counter()
    for ping in sent:
        texts, dates = ping["metrics"]["string"], ping["metrics"].get("datetime", {})
        asked = dates.get("usage.bad_date") or dates.get("usage.launch_date")
        day = ping["received"].date()
        if day < start or "dev" in ping["client_info"]["app_display_version"] or not asked:
            continue
        age = months(day) - months(date.fromisoformat(asked[:10])) + 1
        found[texts["usage.app"], texts["usage.build_type"], age] += 1
    return found


def variants_in_python(sent: list[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    counted = Counter(
        (ping["received"].date(), ping["metrics"]["string"]["usage.variant"])
        for ping in sent
        if ".dev" not in ping["client_info"]["app_display_version"]
    )
    return Counter((*key, count) for key, count in counted.items())


@pytest.fixture(scope="module")
def year(
    tmp_path_factory: pytest.TempPathFactory, history: History
) -> tuple[Catalog, list[dict[str, Any]]]:
    home = Home(tmp_path_factory.mktemp("year"))
    sent = made_year(home, history, 3000)
    return read_catalog(home, history), sent


def has_spark() -> bool:
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return False
    return shutil.which("java") is not None


needs_spark = pytest.mark.skipif(not has_spark(), reason="Spark needs Java, and pyspark")


@pytest.fixture(
    scope="module",
    params=["duckdb", pytest.param("spark", marks=[needs_spark, pytest.mark.spark])],
)
def session(request: pytest.FixtureRequest) -> Iterator[Any]:
    """None for DuckDB; one Spark for all tests, as it takes long to start."""
    if request.param == "duckdb":
        yield None
        return
    started = spark.new_session("local[2]")
    yield started
    started.stop()
    started._sc._gateway.shutdown()  # and the Java below it


@pytest.fixture
def ask(session: Any) -> Iterator[Any]:
    """A function that opens an engine on a catalog."""
    with ExitStack() as stack:

        def open_(catalog: Catalog, today: date = TODAY) -> Engine:
            if session is None:
                return stack.enter_context(duck.opened(catalog, today))
            spark.make_views(session, catalog)
            return spark.Spark(session, catalog, today)

        yield open_


def rows(answer: Answer) -> Counter[tuple[Any, ...]]:
    return Counter(answer.rows)


def test_ages_of_builds_verbatim(ask: Any, year: Any) -> None:
    catalog, sent = year
    answer = ask(catalog).ask(AGES)
    assert answer.columns == ("app", "build_type", "build_age")
    assert rows(answer) == ages_in_python(sent, TODAY)
    assert len(answer.rows) > 1000


def test_usage_by_variant_verbatim(ask: Any, year: Any) -> None:
    catalog, sent = year
    answer = ask(catalog).ask(VARIANTS)
    assert answer.columns == ("date", "variant", "f0_")
    assert rows(answer) == variants_in_python(sent)


CASES = [
    (query, case)
    for query in named.all_queries()
    for case in yaml.safe_load((named.FOLDER / query.name / "cases.yaml").read_text())
]


@pytest.mark.parametrize(
    ("query", "case"), CASES, ids=[f"{query.name}: {case['name']}" for query, case in CASES]
)
def test_named_queries(
    ask: Any, home: Home, history: History, query: named.Named, case: dict[str, Any]
) -> None:
    filled(home, history, case)
    answer = ask(read_catalog(home, history), case["today"]).ask(query.sql)
    assert answer.columns == tuple(query.columns)
    assert list(map(list, answer.rows)) == case["expect"]


def test_every_named_query_has_a_test() -> None:
    assert {query.name for query, _ in CASES} == {query.name for query in named.all_queries()}


def test_a_name_nobody_has() -> None:
    with pytest.raises(PipelineError, match=r"No query is named '\.\./x'"):
        named.query("../x")


def test_a_store_without_pings_answers(ask: Any, home: Home, history: History) -> None:
    engine = ask(read_catalog(home, history))
    for query in named.all_queries():
        assert list(engine.ask(query.sql).rows) == []


# Months are boundaries

DAYS = [
    date(2024, 2, 29),
    date(2025, 1, 31),
    date(2025, 2, 1),
    date(2025, 12, 31),
    date(2026, 1, 1),
]


@pytest.mark.parametrize("unit", ["MONTH", "QUARTER", "YEAR", "DAY"])
def test_differences_count_boundaries(ask: Any, home: Home, history: History, unit: str) -> None:
    sql = " UNION ALL ".join(
        f"SELECT '{a}' AS a, '{b}' AS b, DATE_DIFF(DATE '{a}', DATE '{b}', {unit}) AS n"
        for a in DAYS
        for b in DAYS
    )
    position = {
        "MONTH": months,
        "QUARTER": lambda day: day.year * 4 + (day.month - 1) // 3,
        "YEAR": lambda day: day.year,
        "DAY": date.toordinal,
    }[unit]
    for a, b, count in ask(read_catalog(home, history)).ask(sql).rows:
        assert count == position(date.fromisoformat(a)) - position(date.fromisoformat(b))


# Tables that grew


def narrowed(schema: pa.Schema) -> pa.Schema:
    """As a table was before most metrics came: whole structs are missing in `metrics`."""
    metrics = pa.struct([("string", pa.struct([("usage_app", pa.string())]))])
    return schema.set(schema.get_field_index("metrics"), pa.field("metrics", metrics))


@pytest.mark.parametrize("first", [date(2026, 11, 1), date(2026, 11, 19)])
def test_a_table_that_grew_is_read_whole(
    ask: Any, home: Home, history: History, first: date
) -> None:
    """Old files lack whole structs; they may come before or after the new ones."""
    (usage,) = (ping for ping in history.pings() if ping.name == "usage")
    schema = narrowed(arrow_schema(usage, history.metrics_of("usage")))
    old = Table(home.tables, open_files(home.tables), table_name("usage"), schema)
    row = {"submission_date": first, "metrics": {"string": {"usage_app": "old"}}}
    old.append(pa.Table.from_pylist([row], schema=schema), {})
    filled(home, history, {"usage": [{"day": date(2026, 11, 10), "app": "new", "variant": "gui"}]})
    engine = ask(read_catalog(home, history))
    answer = engine.ask(
        "SELECT metrics.string.usage_app, metrics.string.usage_variant, client_info.os, "
        "metrics.counter.session_builds_launched FROM org_mozilla_mozregression.usage"
    )
    assert rows(answer) == Counter([("old", None, None, None), ("new", "gui", "Linux", None)])


def test_columns_that_definitions_forgot_stay(home: Home, history: History) -> None:
    (usage,) = (ping for ping in history.pings() if ping.name == "usage")
    wide = arrow_schema(usage, history.metrics_of("usage")).append(pa.field("old", pa.string()))
    Table(home.tables, open_files(home.tables), table_name("usage"), wide)
    catalog = read_catalog(home, history)
    with duck.opened(catalog, TODAY) as engine:
        assert engine.ask("SELECT old FROM org_mozilla_mozregression.usage").columns == ("old",)


# Pruning, and refusals


def test_days_are_pruned_by_the_partition_column(year: Any) -> None:
    catalog, _ = year
    assert "submission_timestamp" not in to_duckdb(AGES, catalog, TODAY)
    assert "submission_timestamp" not in to_spark(AGES, catalog, TODAY)
    with_zone = "SELECT DATE(submission_timestamp, 'Asia/Tokyo') FROM monitoring.outcomes"
    assert "submission_timestamp" in to_duckdb(with_zone, catalog, TODAY)


def test_a_file_of_another_day_is_not_opened(home: Home, history: History) -> None:
    usage = table(home, history, "usage")
    filled(home, history, {"usage": [{"day": date(2026, 11, day), "app": "x"} for day in (1, 2)]})
    usage.refresh()
    (broken,) = (path for path in usage.paths if "2026-11-01" in path)
    Path(home.tables, usage.name, broken).write_bytes(b"no longer a table")
    with duck.opened(read_catalog(home, history), TODAY) as engine:
        later = "DATE(submission_timestamp) >= '2026-11-02'"
        sql = f"SELECT count(*) FROM org_mozilla_mozregression.usage WHERE {later}"  # noqa: S608
        assert engine.ask(sql).rows == [(1,)]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("", "Only one query"),
        ("SELEC 1", "no BigQuery SQL|Only one query"),
        ("SELECT 1; SELECT 2", "Only one query"),
        ("DROP TABLE org_mozilla_mozregression.usage", "Only one query"),
        ("INSERT INTO monitoring.outcomes VALUES (1)", "Only one query"),
        ("SELECT * FROM read_csv('/etc/hosts')", "There is no table"),
        ("SELECT * FROM `/etc/hosts`", "There is no table"),
        ("SELECT * FROM other.usage", "There is no table other.usage"),
        ("SELECT nothing FROM org_mozilla_mozregression.usage", "nothing"),
    ],
)
def test_what_cannot_be_asked(home: Home, history: History, sql: str, message: str) -> None:
    with (
        duck.opened(read_catalog(home, history), TODAY) as engine,
        pytest.raises(PipelineError, match=message),
    ):
        engine.ask(sql)


def test_weeks_are_refused_where_they_mean_something_else(home: Home, history: History) -> None:
    sql = "SELECT DATE_DIFF(CURRENT_DATE(), DATE '2026-01-01', WEEK)"
    with pytest.raises(PipelineError, match="by WEEK"):
        to_spark(sql, read_catalog(home, history), TODAY)


def test_an_engine_reads_nothing_but_the_store(
    home: Home, history: History, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    with duck.opened(read_catalog(home, history), TODAY) as engine:
        for sql in (
            f"SELECT * FROM read_csv('{secret}')",  # noqa: S608
            f"COPY (SELECT 1) TO '{tmp_path}/written.csv'",
            "SET enable_external_access=true",
        ):
            with pytest.raises(PipelineError):
                engine.ask_itself(sql)
    assert not (tmp_path / "written.csv").exists()


def test_types_have_their_bigquery_names() -> None:
    kind = pa.struct([("a", pa.list_(pa.struct([("key", pa.string()), ("value", pa.int64())])))])
    assert bigquery_type(kind) == "STRUCT<`a` ARRAY<STRUCT<`key` STRING, `value` INT64>>>"
