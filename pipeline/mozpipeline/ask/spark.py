"""Spark: the way out of one machine. The same tables, the same questions.

Spark is not told of Delta Lake: it reads the Parquet files that the log names as current, which
are all there is to a table without deletion vectors, and this pipeline writes none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pyarrow as pa

from mozpipeline.ask.answer import Answer
from mozpipeline.ask.catalog import Catalog, Source
from mozpipeline.ask.translate import spark_name, to_spark
from mozpipeline.errors import PipelineError

DDL = {
    pa.string(): "STRING",
    pa.int64(): "BIGINT",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
    pa.timestamp("us", "UTC"): "TIMESTAMP",
}


class Spark:
    """Answers questions. Made by `opened`."""

    def __init__(self, session: Any, catalog: Catalog, today: date) -> None:
        self._session = session
        self._catalog = catalog
        self._today = today

    def ask(self, sql: str) -> Answer:
        """BigQuery SQL. Raises PipelineError."""
        text = to_spark(sql, self._catalog, self._today)
        try:
            frame = self._session.sql(text)
            rows = [tuple(row) for row in frame.collect()]
        except Exception as error:  # Spark has its own tree of errors, Java's among them
            raise PipelineError(
                f"Spark could not answer: {str(error).splitlines()[0]}",
                "Its log has more. If files are missing, the tables were tidied meanwhile.",
            ) from error
        return Answer(tuple(frame.columns), rows, text)


@contextmanager
def opened(catalog: Catalog, today: date, master: str = "local[*]") -> Iterator[Spark]:
    """A Spark that knows the tables of a catalog. master: as Spark names it."""
    session = new_session(master)
    try:
        make_views(session, catalog)
        yield Spark(session, catalog, today)
    finally:
        session.stop()


def new_session(master: str) -> Any:
    """Raises PipelineError when there is no Spark."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise PipelineError(
            "pyspark is not installed.", "Run: pip install pyspark; it also needs Java."
        ) from None
    session = (
        SparkSession.builder.master(master)
        .appName("mozpipeline")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "8")
        # The files are named one by one, so there is nothing to look for in parallel.
        .config("spark.sql.sources.parallelPartitionDiscovery.threshold", "100000")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session


def make_views(session: Any, catalog: Catalog) -> None:
    for (dataset, name), source in catalog.tables.items():
        _frame(session, source).createOrReplaceTempView(spark_name(dataset, name))
    for (dataset, name), table in catalog.views().items():
        frame = session.table(spark_name(*table))
        frame.createOrReplaceTempView(spark_name(dataset, name))


def _frame(session: Any, source: Source) -> Any:
    if not source.uris:
        columns = ", ".join(
            f"CAST(NULL AS {ddl(field.type)}) AS `{field.name}`" for field in source.schema
        )
        return session.sql(f"SELECT {columns} WHERE 1 = 0")
    schema = ", ".join(f"`{field.name}` {ddl(field.type)}" for field in source.schema)
    reader = session.read.schema(schema).option("basePath", source.root)
    return reader.parquet(*source.uris)


def ddl(kind: pa.DataType) -> str:
    """A type as Spark's schemas write it."""
    if pa.types.is_struct(kind):
        inner = ", ".join(f"`{field.name}`: {ddl(field.type)}" for field in kind)
        return f"STRUCT<{inner}>"
    if pa.types.is_list(kind):
        return f"ARRAY<{ddl(kind.value_type)}>"
    return DDL[kind]
