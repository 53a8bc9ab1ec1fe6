"""Documents of the older submission form: no definitions describe them, so they stay JSON."""

from typing import Any

import orjson
import pyarrow as pa

from mozpipeline.journal import Entry
from mozpipeline.store.table import DAY
from mozpipeline.wire.decode import TelemetryPath

NAME = "telemetry_stable/documents_v1"
APP = "telemetry"
SCHEMA = pa.schema(
    [
        (DAY, pa.date32()),
        ("submission_timestamp", pa.timestamp("us", "UTC")),
        ("document_id", pa.string()),
        ("type", pa.string()),
        ("app", pa.string()),
        ("version", pa.string()),
        ("channel", pa.string()),
        ("build_id", pa.string()),
        ("payload", pa.string()),
    ]
)


def row(entry: Entry, path: TelemetryPath, body: dict[str, Any]) -> dict[str, Any]:
    """Of SCHEMA."""
    return {
        DAY: entry.received // 86_400_000_000,
        "submission_timestamp": entry.received,
        "document_id": path.document.lower(),
        "type": path.type,
        "app": path.app,
        "version": path.version,
        "channel": path.channel,
        "build_id": path.build,
        "payload": orjson.dumps(body).decode(),
    }
