"""The one choice rule: information gained per second."""

from collections.abc import Sequence

from mozregression.search.belief import TIE

Costs = Sequence[float] | None
"""Expected seconds of a test of each candidate; None: all the same."""
Chances = Sequence[float] | None
"""Chance that each candidate can be tested; None: all can."""


def best(worths: Sequence[float]) -> int | None:
    """The first of the best; None when nothing is worth anything."""
    most = max(worths, default=0.0)
    if most <= 0.0:
        return None
    least = most * (1 - TIE)
    return next(index for index, worth in enumerate(worths) if worth >= least)


def worths(gained: Sequence[float], chances: Chances, costs: Costs) -> Sequence[float]:
    """Bits per second, given that a test may turn out to be impossible."""
    if chances is not None:
        gained = [bits * chance for bits, chance in zip(gained, chances, strict=True)]
    if costs is not None:
        gained = [bits / cost for bits, cost in zip(gained, costs, strict=True)]
    return gained
