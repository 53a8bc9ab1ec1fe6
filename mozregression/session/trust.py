"""What the request says of tests, as the search wants to know it."""

from math import sqrt

from mozregression.model.certainty import Certainty, Kind
from mozregression.model.verdicts import Verdict
from mozregression.search.noise import EXACT, FLAKY, INTERMITTENT, Known, Noise, Rate, about

TRIES = 3
"""Tests of the bad end that may pass before the bug counts as not reproduced."""


def noise_of(certainty: Certainty, *, mirrored: bool) -> Noise:
    """How often verdicts are wrong; mirrored: for a search in which they change roles."""
    if certainty.exact:
        return EXACT
    match certainty.kind:
        case Kind.INTERMITTENT:
            noise = INTERMITTENT
        case Kind.FLAKY:
            noise = FLAKY
        case _:
            noise = EXACT
    false = _rate(certainty.false_rate, noise.false)
    miss = _rate(certainty.miss_rate, noise.miss)
    return Noise(miss, false) if mirrored else Noise(false, miss)


def enough_of(certainty: Certainty) -> float:
    """The chance at which a search ends.

    What is supposed of bugs that hide holds of many, not of each: half of the errors that are
    allowed are left to that.
    """
    learnt = certainty.kind is Kind.INTERMITTENT and certainty.miss_rate is None
    return sqrt(certainty.confidence) if learnt else certainty.confidence


def needs_sighting(certainty: Certainty) -> bool:
    """Whether the bug has to be seen once before any other test means something."""
    return noise_of(certainty, mirrored=False).needs_sighting


def is_proof(verdict: Verdict, noise: Noise) -> bool:
    """Whether a verdict of this kind cannot be wrong."""
    return (noise.false if verdict is Verdict.BAD else noise.miss) == Known(0)


def _rate(given: float | None, usual: Rate) -> Rate:
    return usual if given is None else about(given)
