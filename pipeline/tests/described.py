"""Requests that schemathesis makes of docs/pipeline/openapi.yaml: such as it describes, and not."""

from pathlib import Path
from typing import Any

import schemathesis
import yaml
from hypothesis import strategies as st
from schemathesis import GenerationMode

DESCRIPTION = Path(__file__).parents[2] / "docs" / "pipeline" / "openapi.yaml"
SUBMISSIONS = ("submitPing", "submitDocument")


def description() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(DESCRIPTION.read_text())
    return found


def requests(*, submissions_only: bool = False) -> st.SearchStrategy[Any]:
    """Cases of schemathesis for all operations: half as described, half against it."""
    schema = schemathesis.openapi.from_dict(description())
    kinds = []
    for found in schema.get_all_operations():
        operation = found.ok()
        if submissions_only and operation.definition.raw["operationId"] not in SUBMISSIONS:
            continue
        kinds.append(operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
        if operation.definition.raw["operationId"] in SUBMISSIONS:
            kinds.append(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    return st.one_of(kinds)
