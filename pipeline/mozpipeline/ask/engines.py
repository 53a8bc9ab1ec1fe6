"""Engines by name."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Protocol

from mozpipeline.ask.answer import Answer
from mozpipeline.ask.catalog import Catalog
from mozpipeline.ask.translate import to_duckdb, to_spark


class Engine(Protocol):
    """What can answer."""

    def ask(self, sql: str) -> Answer:
        """BigQuery SQL. Raises PipelineError."""


@contextmanager
def opened(name: str, catalog: Catalog, today: date, master: str = "local[*]") -> Iterator[Engine]:
    """name: duckdb or spark. Imports only the one that is asked for."""
    if name == "spark":
        from mozpipeline.ask import spark

        with spark.opened(catalog, today, master) as session:
            yield session
    else:
        from mozpipeline.ask import duck

        with duck.opened(catalog, today) as connection:
            yield connection


def translated(sql: str, catalog: Catalog, name: str, today: date) -> str:
    """What an engine would be asked."""
    return (to_spark if name == "spark" else to_duckdb)(sql, catalog, today)
