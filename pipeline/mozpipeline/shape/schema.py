"""The JSON schema of a ping: what is refused, and nothing more.

Fields that no definition names are no reason to refuse a ping; they are kept aside.
"""

from collections.abc import Sequence
from typing import Any

from mozpipeline.definitions.model import Metric, Ping
from mozpipeline.shape.kinds import DATE_TEXT, INT64, TEXT, kind_of

UUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"

CLIENT_TEXTS = (
    "android_sdk_version",
    "app_build",
    "app_channel",
    "app_display_version",
    "architecture",
    "build_date",
    "client_id",
    "device_manufacturer",
    "device_model",
    "first_run_date",
    "locale",
    "os",
    "os_version",
    "session_id",
    "telemetry_sdk_build",
)
CLIENT_NUMBERS = ("session_count", "windows_build_number")
CLIENT_REQUIRED = (
    "app_build",
    "app_display_version",
    "architecture",
    "first_run_date",
    "os",
    "os_version",
    "telemetry_sdk_build",
)
PING_INFO = {
    "type": "object",
    "required": ["seq", "start_time", "end_time"],
    "properties": {
        "seq": INT64,
        "start_time": DATE_TEXT,
        "end_time": DATE_TEXT,
        "reason": TEXT,
    },
}

DELETION_REQUEST = "deletion-request"


def json_schema(ping: Ping, metrics: Sequence[Metric]) -> dict[str, Any]:
    """Of one ping as one version of the definitions has it."""
    sections: dict[str, Any] = {}
    for metric in metrics:
        section = sections.setdefault(metric.type, {"type": "object", "properties": {}})
        section["properties"][metric.identifier] = kind_of(metric).schema
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": ping.name,
        "type": "object",
        "required": ["client_info", "ping_info"],
        "properties": {
            "client_info": client_info(with_id=ping.has_client_id),
            "ping_info": PING_INFO,
            "metrics": {"type": "object", "properties": sections},
        },
    }


def deletion_schema() -> dict[str, Any]:
    """Of a deletion request, which is no entry of pings.yaml."""
    return {
        "type": "object",
        "required": ["client_info"],
        "properties": {"client_info": client_info(with_id=True, required=())},
    }


def client_info(*, with_id: bool, required: Sequence[str] = CLIENT_REQUIRED) -> dict[str, Any]:
    texts: dict[str, Any] = dict.fromkeys(CLIENT_TEXTS, TEXT)
    texts["first_run_date"] = DATE_TEXT
    texts["client_id"] = {"type": "string", "pattern": UUID}
    return {
        "type": "object",
        "required": [*required, *(["client_id"] if with_id else [])],
        "properties": {**texts, **dict.fromkeys(CLIENT_NUMBERS, INT64)},
    }
