"""The one choice rule: information gained per second."""

from collections.abc import Sequence
from math import log2

from mozregression.search.belief import TIE, Belief

Costs = Sequence[float] | None
"""Expected seconds of a test of each candidate; None: all the same."""
Chances = Sequence[float] | None
"""Chance that each candidate can be tested; None: all can."""

_NEVER = 1e-12


def best(worths: Sequence[float]) -> int | None:
    """The first of the best; None when nothing is worth anything."""
    most = max(worths, default=0.0)
    if most <= 0.0:
        return None
    least = most * (1 - TIE)
    return next(index for index, worth in enumerate(worths) if worth >= least)


def confirming(belief: Belief, place: int) -> list[float]:
    """Bits that a test of each candidate adds to the odds of this place, if the change is there.

    With s the chance that the bug is seen if it is, and r if it is anywhere else, these are
    s log(s/r) + (1-s) log((1-s)/(1-r)): Chernoff's rule for tests of one hypothesis.
    """
    segment, here = belief.segment_of(place), belief.chances[place]
    found = []
    for index, chance in enumerate(belief.chances_seen):
        seen = segment.seen if place <= index else segment.false
        elsewhere = (chance - here * seen) / (1.0 - here)
        found.append(_divergence(seen, elsewhere) + _divergence(1.0 - seen, 1.0 - elsewhere))
    return found


def _divergence(here: float, elsewhere: float) -> float:
    return here * log2(here / max(elsewhere, _NEVER)) if here > 0.0 else 0.0


def worths(gained: Sequence[float], chances: Chances, costs: Costs) -> Sequence[float]:
    """Bits per second, given that a test may turn out to be impossible."""
    if chances is not None:
        gained = [bits * chance for bits, chance in zip(gained, chances, strict=True)]
    if costs is not None:
        gained = [bits / cost for bits, cost in zip(gained, costs, strict=True)]
    return gained
