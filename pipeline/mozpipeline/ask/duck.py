"""DuckDB, in this process, over the files of a store. It can read those and nothing else."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from mozpipeline.ask.answer import Answer
from mozpipeline.ask.catalog import PROJECT, Catalog
from mozpipeline.ask.translate import to_duckdb
from mozpipeline.errors import PipelineError
from mozpipeline.store.files import is_remote, obstore_options
from mozpipeline.store.table import DAY


class Duck:
    """Answers questions. Made by `opened`."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, catalog: Catalog, today: date
    ) -> None:
        self._connection = connection
        self._catalog = catalog
        self._today = today

    def ask(self, sql: str) -> Answer:
        """BigQuery SQL. Raises PipelineError."""
        return self.ask_itself(to_duckdb(sql, self._catalog, self._today))

    def ask_itself(self, sql: str) -> Answer:
        """SQL of DuckDB's own."""
        try:
            cursor = self._connection.execute(sql)
            rows = cursor.fetchall()
        except duckdb.Error as error:
            raise PipelineError(
                f"DuckDB could not answer: {error}",
                "If files are missing, the tables were tidied meanwhile: ask again.",
            ) from error
        return Answer(tuple(column[0] for column in cursor.description or ()), rows, sql)


@contextmanager
def opened(catalog: Catalog, today: date, threads: int = 0) -> Iterator[Duck]:
    """A DuckDB that knows the tables of a catalog. threads: at most; 0: as many as it likes."""
    with (
        tempfile.TemporaryDirectory(prefix="mozpipeline-") as folder,
        duckdb.connect(":memory:") as connection,
    ):
        connection.execute("SET TimeZone='UTC'")
        connection.execute(f"SET temp_directory='{folder}/spill'")
        if threads:
            connection.execute(f"SET threads={threads}")
        connection.execute(f"ATTACH ':memory:' AS {_quoted(PROJECT)}")
        for (dataset, name), source in catalog.tables.items():
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_quoted(PROJECT, dataset)}")
            empty = _empty_file(Path(folder, dataset, name), source.schema)
            _make_view(connection, (dataset, name), [str(empty), *source.uris])
        for (dataset, name), table in catalog.views().items():
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_quoted(PROJECT, dataset)}")
            connection.execute(
                f"CREATE VIEW {_quoted(PROJECT, dataset, name)} AS "  # noqa: S608 - quoted
                f"SELECT * FROM {_quoted(PROJECT, *table)}"
            )
        _confine(connection, [folder, *(source.root for source in catalog.tables.values())])
        yield Duck(connection, catalog, today)


def _empty_file(folder: Path, schema: pa.Schema) -> Path:
    """A file without rows. Read first, it gives every column to files that lack some."""
    path = folder / f"{DAY}=1970-01-01" / "empty.parquet"
    path.parent.mkdir(parents=True)
    without_day = schema.remove(schema.get_field_index(DAY))
    pq.write_table(without_day.empty_table(), path)
    return path


def _make_view(
    connection: duckdb.DuckDBPyConnection, name: tuple[str, str], files: list[str]
) -> None:
    if any(is_remote(file) for file in files):
        _know_remote_files(connection, next(file for file in files if is_remote(file)))
    listed = ", ".join(_text(file) for file in files)
    connection.execute(
        f"CREATE VIEW {_quoted(PROJECT, *name)} AS SELECT * FROM read_parquet([{listed}], "  # noqa: S608 - quoted
        f"hive_partitioning=true, hive_types={{'{DAY}': DATE}})"
    )


def _know_remote_files(connection: duckdb.DuckDBPyConnection, uri: str) -> None:
    from obstore.fsspec import FsspecStore

    protocol = uri.partition("://")[0]
    if protocol not in connection.list_filesystems():
        known: Any = protocol
        connection.register_filesystem(FsspecStore(known, **obstore_options()))


def _confine(connection: duckdb.DuckDBPyConnection, folders: list[str]) -> None:
    """Whoever may ask may not read the rest of this machine."""
    if any(is_remote(folder) for folder in folders):
        return
    listed = ", ".join(_text(folder) for folder in folders)
    connection.execute(f"SET allowed_directories=[{listed}]")
    connection.execute("SET enable_external_access=false")
    connection.execute("SET lock_configuration=true")


def _quoted(*names: str) -> str:
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
