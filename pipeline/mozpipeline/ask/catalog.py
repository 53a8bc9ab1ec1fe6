"""Which tables there are to ask, under the names they have at Mozilla."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
from deltalake import DeltaTable

from mozpipeline.definitions.history import History
from mozpipeline.home import Home
from mozpipeline.load import counts, telemetry
from mozpipeline.shape.table import arrow_schema, table_name
from mozpipeline.store.files import is_remote, object_options

PROJECT = "moz-fx-data-shared-prod"
STABLE = "_stable"


@dataclass(frozen=True, slots=True)
class Source:
    """One table. schema: with the partition column; uris: of its current files."""

    schema: pa.Schema
    uris: tuple[str, ...]
    root: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """All tables, by dataset and name."""

    tables: Mapping[tuple[str, str], Source]

    def views(self) -> dict[tuple[str, str], tuple[str, str]]:
        """Names without version, and the table each stands for."""
        return {
            (dataset.removesuffix(STABLE), name.rpartition("_v")[0]): (dataset, name)
            for dataset, name in self.tables
        }

    def types(self) -> dict[str, dict[str, dict[str, str]]]:
        """The BigQuery type of every column of every table and view."""
        found: dict[str, dict[str, dict[str, str]]] = {}
        names = {key: key for key in self.tables} | self.views()
        for (dataset, name), key in names.items():
            columns = {field.name: bigquery_type(field.type) for field in self.tables[key].schema}
            found.setdefault(dataset, {})[name] = columns
        return found


def read_catalog(home: Home, history: History) -> Catalog:
    """The tables of a store as they are now. Those that do not exist yet are empty."""
    schemas = {
        table_name(ping.name): arrow_schema(ping, history.metrics_of(ping.name))
        for ping in history.pings()
    }
    schemas |= {counts.NAME: counts.SCHEMA, telemetry.NAME: telemetry.SCHEMA}
    tables = {}
    for path, schema in schemas.items():
        dataset, _, name = path.partition("/")
        tables[dataset, name] = _source(home.tables, path, schema)
    return Catalog(tables)


def _source(root: str, path: str, schema: pa.Schema) -> Source:
    url = f"{root.rstrip('/')}/{path}"
    options = object_options() if is_remote(root) else None
    if not DeltaTable.is_deltatable(url, storage_options=options):
        return Source(schema, (), url)
    delta = DeltaTable(url, storage_options=options)
    present = pa.schema(delta.schema())
    both = pa.unify_schemas([schema, present], promote_options="permissive")
    return Source(both, tuple(delta.file_uris()), url)


_SCALARS = {
    pa.string(): "STRING",
    pa.int64(): "INT64",
    pa.bool_(): "BOOL",
    pa.date32(): "DATE",
    pa.timestamp("us", "UTC"): "TIMESTAMP",
}


def bigquery_type(kind: pa.DataType) -> str:
    """As BigQuery writes it."""
    if pa.types.is_struct(kind):
        inner = ", ".join(f"`{field.name}` {bigquery_type(field.type)}" for field in kind)
        return f"STRUCT<{inner}>"
    if pa.types.is_list(kind):
        return f"ARRAY<{bigquery_type(kind.value_type)}>"
    return _SCALARS[kind]
