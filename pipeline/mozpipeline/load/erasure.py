"""Deletion requests: a client's rows leave tables and rejects, and every old copy goes with them.

Erased is what a client sent under its id, and whatever else mentions that id. The order matters:
after the rows, the files that had them; after the files, the log, which tells what to remove.
"""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from mozpipeline.load.rejects import Rejects, mentioned
from mozpipeline.store.table import Table

FREE_TEXTS = ("additional_properties", "payload")
"""Columns that may hold anything a client sent."""


def erase(clients: set[str], tables: Sequence[Table], rejects: Rejects, grace: float = 0) -> int:
    """Returns how many rows and rejects went. Done again after a kill, it goes on.

    grace: see Table.forget.
    """
    gone = rejects.erase(clients)
    ids = pa.array(sorted(clients), pa.string())
    for table in tables:
        table.refresh()
        concerned = [path for path in table.paths if _concerned(table, path, ids, clients)]
        gone += table.rewrite(
            concerned, lambda rows: rows.filter(pc.invert(_mask(rows, ids, clients)))
        )
        table.forget(grace)
    return gone


def _concerned(table: Table, path: str, ids: pa.Array, clients: set[str]) -> bool:
    names = table.schema.names
    columns = [name for name in ("client_info", *FREE_TEXTS) if name in names]
    return bool(pc.any(_mask(table.read([path], columns), ids, clients)).as_py())


def _mask(rows: pa.Table, ids: pa.Array, clients: set[str]) -> pa.ChunkedArray:
    """Which rows are to go."""
    mask = pa.chunked_array([pa.repeat(pa.scalar(False), rows.num_rows)])
    names = rows.schema.names
    if (
        "client_info" in names
        and rows.schema.field("client_info").type.get_field_index("client_id") >= 0
    ):
        column = pc.struct_field(rows.column("client_info"), "client_id")
        mask = pc.or_(mask, pc.fill_null(pc.is_in(column, value_set=ids), False))
    for name in set(FREE_TEXTS) & set(names):
        texts = rows.column(name).to_pylist()
        mask = pc.or_(
            mask,
            pa.array(
                [text is not None and bool(clients & mentioned(text.encode())) for text in texts]
            ),
        )
    return mask
