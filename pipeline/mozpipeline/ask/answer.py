"""What a question comes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """columns: names; rows: in the engine's order; sql: as the engine was asked."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]
    sql: str

    def dicts(self) -> list[dict[str, Any]]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]
