"""One Delta table, written so that a power cut at any moment loses nothing and doubles nothing.

Every change goes the same way: new Parquet files, synced; one commit that adds them and takes
away those they replace; the commit, synced; only then are old files removed.
Format: https://github.com/delta-io/delta/blob/master/PROTOCOL.md
"""

import io
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from uuid import uuid4

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, Schema, Transaction
from deltalake.exceptions import TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction

from mozpipeline.store.files import Files, is_remote, object_options

DAY = "submission_date"
PROPERTIES = {
    # Of the other columns nothing gets into the log: it would outlive the rows.
    "delta.dataSkippingStatsColumns": "submission_timestamp",
    "delta.logRetentionDuration": "interval 0 days",
    "delta.deletedFileRetentionDuration": "interval 0 days",
}
LATER = PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)


class Table:
    """A table partitioned by submission_date, below the root of a store."""

    def __init__(self, root: str, files: Files, name: str, schema: pa.Schema) -> None:
        """name: `namespace/table`. schema: of the whole table, the partition column first.

        The table is made, or given the columns it lacks.
        """
        self.name = name
        self.schema = schema
        self._files = files
        self._done: dict[str, int] = {}
        self._in_files = schema.remove(schema.get_field_index(DAY))
        url = f"{root.rstrip('/')}/{name}"
        options = object_options() if is_remote(root) else None
        try:
            self._delta = DeltaTable(url, storage_options=options)
            self._evolve()
        except TableNotFoundError:
            self._delta = DeltaTable.create(
                url,
                Schema.from_arrow(schema),
                mode="ignore",
                partition_by=[DAY],
                configuration=PROPERTIES,
                storage_options=options,
            )
            self._sync_log()

    @property
    def paths(self) -> list[str]:
        """Of the current files, relative to the table."""
        return [str(path) for path in self._actions().column("path").to_pylist()]

    @property
    def uris(self) -> list[str]:
        return list(self._delta.file_uris())

    def rows(self) -> int:
        return int(sum(self._actions().column("num_records").to_pylist()))

    def refresh(self) -> None:
        """See what others committed."""
        self._delta.update_incremental()
        self._done.clear()

    def done(self, source: str) -> int:
        """The number up to which a source's records are in; -1 at first."""
        if source not in self._done:
            version = self._delta.transaction_version(source)
            self._done[source] = -1 if version is None else int(version)
        return self._done[source]

    def append(self, rows: pa.Table, done: Mapping[str, int]) -> list[str]:
        """Commit rows, and with them how far their sources are in. Returns the new paths."""
        added = [self._write(day, part) for day, part in _by_day(rows)]
        self._commit(added, [], done)
        return [action.path for action in added]

    def read(self, paths: Iterable[str], columns: list[str] | None = None) -> pa.Table:
        """Rows of the named files, without the partition column."""
        parts = [
            pq.read_table(
                pa.BufferReader(self._files.read(f"{self.name}/{path}")),
                columns=columns,
                use_threads=False,
                partitioning=None,
            )
            for path in paths
        ]
        return pa.concat_tables(parts, promote_options="default") if parts else pa.table({})

    def rewrite(self, paths: Iterable[str], change: Callable[[pa.Table], pa.Table]) -> int:
        """Replace files by one per day with what `change` makes of their rows.

        Returns how many rows fewer there are. Old files stay until `forget`, so that whoever is
        reading them can finish.
        """
        wanted = set(paths)
        old = [row for row in self._actions().to_pylist() if row["path"] in wanted]
        added: list[AddAction] = []
        gone: list[RemoveAction] = []
        fewer = 0
        now = int(time.time() * 1000)
        for day in sorted({row["partition"][DAY] for row in old}):
            mine = [row for row in old if row["partition"][DAY] == day]
            before = self.read(row["path"] for row in mine)
            after = change(before)
            fewer += before.num_rows - after.num_rows
            if after.num_rows:
                added.append(self._write(day, after))
            gone += [
                RemoveAction(row["path"], True, now, row["size_bytes"], {DAY: str(day)})
                for row in mine
            ]
        if gone:
            self._commit(added, gone, {})
        return fewer

    def forget(self, grace: float = 0) -> None:
        """Remove all files that were replaced, and fold the log into a checkpoint.

        Files that never came to belong to the table go, too, when they are `grace` seconds old:
        another loader may be about to commit them.
        """
        replaced = self._delta.vacuum(0, dry_run=True, enforce_retention_duration=False)
        current = set(self.paths)
        strays = [
            path
            for path in self._files.names(self.name, grace)
            if path.endswith(".parquet") and not path.startswith("_delta_log/")
        ]
        self._files.remove(f"{self.name}/{path}" for path in {*replaced, *strays} - current)
        self._delta.create_checkpoint()
        self._sync_log()
        self._delta.cleanup_metadata()

    def commits(self) -> int:
        """How many commits the log holds beside its checkpoint."""
        names = self._files.names(f"{self.name}/_delta_log")
        return sum(name.endswith(".json") for name in names)

    def _actions(self) -> pa.Table:
        return pa.table(self._delta.get_add_actions())

    def _write(self, day: date, rows: pa.Table) -> AddAction:
        rows = rows.select(self._in_files.names).cast(self._in_files)
        sink = io.BytesIO()
        pq.write_table(rows, sink, compression="zstd")
        content = sink.getvalue()
        path = f"{DAY}={day}/{uuid4()}.parquet"
        self._files.write(f"{self.name}/{path}", content)
        stats = {"numRecords": rows.num_rows}
        return AddAction(
            path, len(content), {DAY: str(day)}, int(time.time() * 1000), True, _json(stats)
        )

    def _commit(
        self, added: list[AddAction], gone: list[RemoveAction], done: Mapping[str, int]
    ) -> None:
        marks = [Transaction(source, number) for source, number in done.items()]
        self._delta.create_write_transaction(
            [*added, *gone],
            "append",
            self._delta.schema(),
            [DAY],
            commit_properties=CommitProperties(app_transactions=marks),
            post_commithook_properties=LATER,
        )
        self._sync_log()
        self.refresh()

    def _evolve(self) -> None:
        present = pa.schema(self._delta.schema())
        if _covers(pa.struct(list(present)), pa.struct(list(self.schema))):
            return
        self._delta.alter.add_columns(list(Schema.from_arrow(self.schema).fields))
        self._sync_log()

    def _sync_log(self) -> None:
        folder = f"{self.name}/_delta_log"
        newest = sorted(self._files.names(folder))[-4:]  # a commit, a checkpoint, its marker
        self._files.sync(folder, newest)


def _by_day(rows: pa.Table) -> list[tuple[date, pa.Table]]:
    days = sorted(set(rows.column(DAY).unique().to_pylist()))
    if len(days) == 1:
        return [(days[0], rows)]
    return [(day, rows.filter(pc.equal(rows.column(DAY), pa.scalar(day)))) for day in days]


def _covers(present: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether every field of a type is there already, however deep."""
    if not pa.types.is_struct(wanted):
        return True
    return all(
        (index := present.get_field_index(field.name)) >= 0
        and _covers(present.field(index).type, field.type)
        for field in wanted
    )


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
