"""Keeping tables quick to read: many small files of a day become one, long logs become short."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath

import pyarrow as pa

from mozpipeline.store.table import Table

MOST_FILES = 8  # of one day
MOST_COMMITS = 100


def tidy(tables: Sequence[Table], grace: float = 0) -> int:
    """Returns how many files were put together. grace: see Table.forget."""
    compacted = 0
    for table in tables:
        days: dict[str, list[str]] = defaultdict(list)
        for path in table.paths:
            days[PurePosixPath(path).parts[0]].append(path)
        for paths in days.values():
            if len(paths) > MOST_FILES:
                table.rewrite(paths, _in_order)
                compacted += len(paths)
        if table.commits() > MOST_COMMITS:
            table.forget(grace)
    return compacted


def _in_order(rows: pa.Table) -> pa.Table:
    """By time, and each document once: of two machines that load it at once neither knows."""
    ordered = rows.sort_by("submission_timestamp")
    if "document_id" not in ordered.column_names:
        return ordered
    places = pa.array(range(ordered.num_rows))
    documents = pa.table({"id": ordered.column("document_id"), "place": places})
    first = documents.group_by("id").aggregate([("place", "min")]).column("place_min")
    return ordered.take(first.combine_chunks().sort())
