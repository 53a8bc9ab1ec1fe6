"""What is believed of the place of the change before any test.

The change is at *place* p when candidate p is the first bad one. Place 0: the first candidate
is bad already. Place `size`: no candidate is bad, the change is not in this range.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

MEDIAN_AGE = 21.0
"""Days: half of all bugs that are bisected are younger. The default prior over age is
age / (age + MEDIAN_AGE), so one in ten is older than half a year and one in ninety than five."""


@dataclass(frozen=True)
class Prior:
    """weights: one for each place, size + 1 of them; only their ratios count.

    Raises ValueError when one is negative or all are zero.
    """

    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if min(self.weights) < 0 or not any(self.weights):
            raise ValueError("weights are never negative, and one of them is above zero")
        object.__setattr__(self, "sums", (0.0, *accumulate(self.weights)))

    sums: tuple[float, ...] = ()
    """sums[p]: the weight of all places before p."""

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
        """ages: of the candidates in days, falling. A change is older than what shows it.

        days: weights of changes less than one day old, one to two days old …, as measured;
        without them the default prior.
        """
        younger = [_share_younger(max(age, 0.0), days) for age in ages]
        weights = [older - newer for older, newer in pairwise(younger)]
        return cls((1.0 - younger[0], *weights, younger[-1]))

    def weighted(self, factors: Mapping[int, float]) -> "Prior":
        """Candidates suspected more (factor above 1) or less; none is ever excluded.

        Raises ValueError for a factor that is not above zero.
        """
        if any(factor <= 0 for factor in factors.values()):
            raise ValueError("a factor is above zero: nothing is excluded by suspicion")
        return Prior(tuple(weight * factors.get(at, 1.0) for at, weight in enumerate(self.weights)))


def _share_younger(age: float, days: Sequence[float]) -> float:
    """Share of changes younger than that."""
    if not days:
        return age / (age + MEDIAN_AGE)
    whole = min(int(age), len(days))
    part = days[whole] * (age - whole) if whole < len(days) else 0.0
    return (sum(days[:whole]) + part) / sum(days)
