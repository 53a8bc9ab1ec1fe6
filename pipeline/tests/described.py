"""Requests that schemathesis makes of docs/pipeline/openapi.yaml: such as it describes, and not."""

from pathlib import Path
from typing import Any

import schemathesis
import yaml
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

DESCRIPTION = Path(__file__).parents[2] / "docs" / "pipeline" / "openapi.yaml"
AS_DESCRIBED, AGAINST_IT = GenerationMode("positive"), GenerationMode("negative")
SUBMISSIONS = ("submitPing", "submitDocument")


def description() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(DESCRIPTION.read_text())
    return found


def requests(*, submissions_only: bool = False) -> st.SearchStrategy[Any]:
    """Cases of schemathesis for all operations: half as described, half against it."""
    schema = schemathesis.openapi.from_dict(description())
    kinds = []
    for operation in (found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)):
        submits = operation.definition.raw["operationId"] in SUBMISSIONS
        if submits or not submissions_only:
            kinds.append(operation.as_strategy(generation_mode=AS_DESCRIBED))
        if submits:
            kinds.append(operation.as_strategy(generation_mode=AGAINST_IT))
    return st.one_of(kinds)
