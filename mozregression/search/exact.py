"""Search with an exact test: every candidate before the change is good, every other one bad.

The change sits at one index of `low < change <= high`, where `low` is known good and `high`
known bad. A probe is chosen by the information it is expected to give, times the chance that
it can be tested at all. Without untestable neighbours this is plain bisection.
"""

from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass
from math import ceil, log2

# How strongly one untestable candidate casts doubt on its neighbours: at this distance
# (times the number of untestable ones) a neighbour is as likely testable as not.
_DOUBT = 0.25


@dataclass(frozen=True, slots=True)
class Interval:
    """The change is after `low` and not after `high`."""

    low: int
    high: int


def interval(size: int, good: Collection[int], bad: Collection[int]) -> Interval:
    """The interval left by verdicts on candidates 0…size-1, whose ends count as given.

    Verdicts that contradict each other shrink it to the earliest possible change.
    """
    high = min(bad, default=size - 1)
    low = max((index for index in good if index < high), default=0)
    return Interval(low, high)


def choose(left: Interval, untestable: Collection[int]) -> int | None:
    """The index to test next, or None when nothing testable is left inside.

    untestable: indices known to be so; their neighbours are avoided the more, the more of
    them there are, relative to the distance (no absolute scale).
    """
    blocked = sorted(index for index in untestable if left.low < index < left.high)
    closed = set(blocked)
    inside = [index for index in range(left.low + 1, left.high) if index not in closed]
    if not inside:
        return None
    return max(inside, key=lambda index: (_worth(index, left, blocked), -index))


def chance_bad(index: int, left: Interval) -> float:
    """Probability that `index` tests bad, each place of the change being equally likely."""
    return (index - left.low) / (left.high - left.low)


def remaining_tests(left: Interval, untestable: Collection[int]) -> int:
    """How many tests plain bisection still needs."""
    open_places = left.high - left.low - sum(left.low < index < left.high for index in untestable)
    return ceil(log2(open_places)) if open_places > 1 else 0


def entropy(probability: float) -> float:
    """Bits learnt from an answer that is yes with this probability."""
    if probability in (0.0, 1.0):
        return 0.0
    rest = 1.0 - probability
    return -probability * log2(probability) - rest * log2(rest)


def _worth(index: int, left: Interval, blocked: list[int]) -> float:
    return entropy(chance_bad(index, left)) * _testable(index, blocked)


def _testable(index: int, blocked: list[int]) -> float:
    if not blocked:
        return 1.0
    place = bisect_left(blocked, index)
    distance = min(abs(index - near) for near in blocked[max(0, place - 1) : place + 1])
    return distance / (distance + _DOUBT * len(blocked))
