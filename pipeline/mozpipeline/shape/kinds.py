"""The types of Glean metrics: how each is sent, and what column it makes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import pyarrow as pa

from mozpipeline.definitions.model import Metric
from mozpipeline.errors import PipelineError

INT64 = {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1}
TEXT = {"type": "string", "maxLength": 10_000}
DATE_TEXT = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?)?(Z|[+-]\d\d:\d\d)?$",
}
"""A date as Glean writes it. Whether the day exists is asked of the calendar."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of metric. schema: of its JSON; arrow: of its column; convert: JSON to the cell."""

    schema: dict[str, Any]
    arrow: pa.DataType
    convert: Callable[[Any], Any] | None = None


def key_values(value: pa.DataType) -> pa.DataType:
    """Of a JSON object with free keys, as Mozilla's tables have it."""
    return pa.list_(pa.struct([("key", pa.string()), ("value", value)]))


def pairs(entries: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in entries.items()]


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _labeled(kind: Kind) -> Kind:
    convert = pairs
    if inner := kind.convert:

        def convert(entries: dict[str, Any]) -> list[dict[str, Any]]:
            return pairs({key: inner(value) for key, value in entries.items()})

    schema = {"type": "object", "additionalProperties": kind.schema}
    return Kind(schema, key_values(kind.arrow), convert)


def _distribution(entry: dict[str, Any]) -> dict[str, Any]:
    return {"sum": entry.get("sum"), "values": pairs(entry["values"])}


_STRING = Kind(TEXT, pa.string())
_INTEGER = Kind(INT64, pa.int64(), int)  # JSON's 1.0 is an integer, too
_BOOLEAN = Kind({"type": "boolean"}, pa.bool_())
_DISTRIBUTION = Kind(
    {
        "type": "object",
        "required": ["values"],
        "properties": {
            "sum": INT64,
            "values": {"type": "object", "additionalProperties": INT64},
        },
    },
    pa.struct([("sum", pa.int64()), ("values", key_values(pa.int64()))]),
    _distribution,
)

KINDS: dict[str, Kind] = {
    "boolean": _BOOLEAN,
    "counter": _INTEGER,
    "custom_distribution": _DISTRIBUTION,
    "datetime": Kind(DATE_TEXT, pa.string()),
    "labeled_boolean": _labeled(_BOOLEAN),
    "labeled_counter": _labeled(_INTEGER),
    "labeled_quantity": _labeled(_INTEGER),
    "labeled_string": _labeled(_STRING),
    "memory_distribution": _DISTRIBUTION,
    "object": Kind({"type": ["object", "array"]}, pa.string(), _json),
    "quantity": _INTEGER,
    "string": _STRING,
    "string_list": Kind({"type": "array", "items": TEXT}, pa.list_(pa.string())),
    "text": Kind({"type": "string", "maxLength": 200_000}, pa.string()),
    "timespan": Kind(
        {
            "type": "object",
            "required": ["time_unit", "value"],
            "properties": {"time_unit": TEXT, "value": INT64},
        },
        pa.struct([("time_unit", pa.string()), ("value", pa.int64())]),
        lambda value: {"time_unit": value["time_unit"], "value": int(value["value"])},
    ),
    "timing_distribution": _DISTRIBUTION,
    "url": _STRING,
    "uuid": _STRING,
}


def kind_of(metric: Metric) -> Kind:
    """Raises PipelineError for a type that no table has a column for."""
    try:
        return KINDS[metric.type]
    except KeyError:
        raise PipelineError(
            f"The metric {metric.identifier} has the type {metric.type}, "
            "which this pipeline cannot store.",
            f"It stores: {', '.join(sorted(KINDS))}. Use one of them, or add a row to KINDS.",
        ) from None
