"""Plain bisection, to compare the search with.

The change sits at one index of `low < change <= high`, where `low` is known good and `high`
known bad.
"""

from collections.abc import Collection
from dataclasses import dataclass
from math import ceil, log2


@dataclass(frozen=True, slots=True)
class Interval:
    """The change is after `low` and not after `high`."""

    low: int
    high: int


def interval(size: int, good: Collection[int], bad: Collection[int]) -> Interval:
    """What verdicts on candidates 0…size-1 leave, whose ends count as given."""
    high = min(bad, default=size - 1)
    return Interval(max((index for index in good if index < high), default=0), high)


def middle(left: Interval) -> int | None:
    """The index to test next, or None when nothing is left inside."""
    return (left.low + left.high) // 2 if left.high - left.low > 1 else None


def chance_bad(index: int, left: Interval) -> float:
    """Probability that `index` tests bad, each place of the change being equally likely."""
    return (index - left.low) / (left.high - left.low)


def remaining_tests(left: Interval) -> int:
    return ceil(log2(left.high - left.low))
