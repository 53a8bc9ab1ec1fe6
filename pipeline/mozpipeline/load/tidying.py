"""Keeping tables quick to read: many small files of a day become one, long logs become short."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath

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
                table.rewrite(paths, lambda rows: rows.sort_by("submission_timestamp"))
                compacted += len(paths)
        if table.commits() > MOST_COMMITS:
            table.forget(grace)
    return compacted
