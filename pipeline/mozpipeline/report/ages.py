"""How old changes are, as `mozregression --prior FILE` takes it: a weight for each day. Pure."""

from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Any


def weights(spans: Iterable[Mapping[str, Any]]) -> list[float]:
    """For changes up to a day older than the newer bound, up to two, and so on.

    spans: rows of `bisected_spans`. Nothing tells where in its range a bisection ended, so each
    counts the same on all days of it, and once in all. None where there are no rows.
    """
    ends: dict[int, float] = {}
    for span in spans:
        days, uses = int(span["days"]), int(span["uses"])
        ends[days] = ends.get(days, 0.0) + uses / days
    each = [ends.get(day, 0.0) for day in range(max(ends, default=0), 0, -1)]
    return list(accumulate(each))[::-1]


def as_file(found: Iterable[float], heading: str) -> str:
    """The text of such a file: one number a line."""
    lines = [f"# {heading}", *(f"{weight:.6g}" for weight in found)]
    return "\n".join(lines) + "\n"
