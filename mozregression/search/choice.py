"""The one choice rule: information gained per second."""

from collections.abc import Sequence

from mozregression.search.belief import TIE, Belief

Costs = Sequence[float] | None
"""Expected seconds of a test of each candidate; None: all the same."""
Chances = Sequence[float] | None
"""Chance that each candidate can be tested; None: all can."""

_PROBABLY = 0.5


def best(worths: Sequence[float]) -> int | None:
    """The first of the best; None when nothing is worth anything."""
    most = max(worths, default=0.0)
    if most <= 0.0:
        return None
    least = most * (1 - TIE)
    return next(index for index, worth in enumerate(worths) if worth >= least)


def finishing(belief: Belief, place: int, enough: float) -> int | None:
    """The test that probably lifts a place above what is enough, if there is one.

    Near the end bits are not what counts: a test may tell more and still leave one to do.
    """
    chances = {
        index: _finishes(belief, place, index, enough)
        for index in (place - 1, place)
        if 0 <= index < len(belief.gains)
    }
    index = best(list(chances.values()))
    likeliest = None if index is None else list(chances)[index]
    return likeliest if likeliest is not None and chances[likeliest] > _PROBABLY else None


def _finishes(belief: Belief, place: int, index: int, enough: float) -> float:
    """The chance that a test of `index` lifts `place` that high."""
    segment = belief.segment_of(place)
    seen = segment.seen if place <= index else segment.false
    chance_seen = belief.chance_seen(index)
    outcomes = ((seen, chance_seen), (1 - seen, 1 - chance_seen))
    return sum(
        chance
        for here, chance in outcomes
        if chance > 0 and belief.chances[place] * here >= enough * chance
    )


def worths(gained: Sequence[float], chances: Chances, costs: Costs) -> Sequence[float]:
    """Bits per second, given that a test may turn out to be impossible."""
    if chances is not None:
        gained = [bits * chance for bits, chance in zip(gained, chances, strict=True)]
    if costs is not None:
        gained = [bits / cost for bits, cost in zip(gained, costs, strict=True)]
    return gained
