"""What is believed of the place of the change before any test.

The change is at *place* p when candidate p is the first bad one. Place 0: the first candidate
is bad already. Place `size`: no candidate is bad, the change is not in this range.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

MEDIAN_AGE = 21.0
"""Days: half of all bugs that are bisected are younger. The default prior over age is
age / (age + MEDIAN_AGE), so one in ten is older than half a year and one in ninety than five."""

_LEAST = 1e-6


@dataclass(frozen=True)
class Prior:
    """weights: one for each place, size + 1 of them; only their ratios count.

    Raises ValueError when one is negative or all are zero.
    """

    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if min(self.weights) < 0 or not any(self.weights):
            raise ValueError("weights are never negative, and one of them is above zero")

    @cached_property
    def sums(self) -> tuple[float, ...]:
        """sums[p]: the weight of all places before p."""
        return (0.0, *accumulate(self.weights))

    @classmethod
    def uniform(cls, size: int, *, before: float = 0.0, none: float = 0.0) -> "Prior":
        """Each of places 1…size-1 is as likely as another.

        before, none: chances of place 0 and place `size`, below 1 together.
        """
        inside = 1.0 - before - none
        share = size - 1
        return cls((before / inside * share, *[1.0] * share, none / inside * share))

    @classmethod
    def by_age(cls, ages: Sequence[float], days: Sequence[float] = ()) -> "Prior":
        """ages: of the candidates in days, oldest first. A change is older than what shows it.

        days: weights of changes less than one day old, one to two days old …, as measured;
        without them the default prior. No candidate is ever excluded by it.
        """
        sums = (0.0, *accumulate(days))
        younger = [_share_younger(max(age, 0.0), sums) for age in ages]
        inside = [max(older - newer, _LEAST) for older, newer in pairwise(younger)]
        return cls((max(1.0 - younger[0], _LEAST), *inside, younger[-1]))


def _share_younger(age: float, sums: Sequence[float]) -> float:
    """Share of changes younger than that. sums: weights of all days before each."""
    if len(sums) == 1:
        return age / (age + MEDIAN_AGE)
    whole = min(int(age), len(sums) - 1)
    after = sums[min(whole + 1, len(sums) - 1)]
    return (sums[whole] + (after - sums[whole]) * (age - whole)) / sums[-1]
