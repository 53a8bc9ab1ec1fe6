"""The columns of a ping's table, under Mozilla's names."""

from collections.abc import Sequence

import pyarrow as pa

from mozpipeline.definitions.model import Metric, Ping
from mozpipeline.shape.kinds import KINDS, kind_of
from mozpipeline.shape.schema import CLIENT_NUMBERS, CLIENT_TEXTS
from mozpipeline.store.table import DAY

# What could join the pings of one client stays out of tables of pings without a client id.
JOINING_CLIENT = frozenset({"client_id", "first_run_date", "session_id", "session_count"})
JOINING_PING = frozenset({"seq", "start_time", "end_time"})

APPLICATION = "org-mozilla-mozregression"
"""The application id as it stands in paths."""
VIEWS = "org_mozilla_mozregression"
NAMESPACE = f"{VIEWS}_stable"


def table_name(ping: str) -> str:
    """For example org_mozilla_mozregression_stable/usage_v1."""
    return f"{NAMESPACE}/{ping.replace('-', '_')}_v1"


def client_fields(ping: Ping) -> dict[str, pa.DataType]:
    dropped = frozenset() if ping.has_client_id else JOINING_CLIENT
    types = dict.fromkeys(CLIENT_TEXTS, pa.string()) | dict.fromkeys(CLIENT_NUMBERS, pa.int64())
    return {name: kind for name, kind in types.items() if name not in dropped}


def ping_fields(ping: Ping) -> dict[str, pa.DataType]:
    dropped = frozenset() if ping.has_client_id else JOINING_PING
    types = {
        "seq": pa.int64(),
        "start_time": pa.string(),
        "end_time": pa.string(),
        "reason": pa.string(),
    }
    return {name: kind for name, kind in types.items() if name not in dropped}


def arrow_schema(ping: Ping, metrics: Sequence[Metric]) -> pa.Schema:
    """Of a ping's table. metrics: of all versions of the definitions together."""
    sections = [
        (
            kind,
            pa.struct(
                sorted(
                    (metric.column, kind_of(metric).arrow)
                    for metric in metrics
                    if metric.type == kind
                )
            ),
        )
        for kind in sorted(KINDS)
        if any(metric.type == kind for metric in metrics)
    ]
    return pa.schema(
        [
            (DAY, pa.date32()),
            ("submission_timestamp", pa.timestamp("us", "UTC")),
            ("document_id", pa.string()),
            ("client_info", pa.struct(list(client_fields(ping).items()))),
            ("ping_info", pa.struct(list(ping_fields(ping).items()))),
            ("metrics", pa.struct(sections)),
            ("metadata", pa.struct([("debug_id", pa.string()), ("source_tags", pa.string())])),
            ("additional_properties", pa.string()),
        ]
    )
