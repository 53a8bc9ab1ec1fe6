"""What is believed of a line of candidates before any test of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from mozregression.model.builds import Candidate, Push
from mozregression.model.request import Request
from mozregression.search.prior import Prior
from mozregression.session.knowledge import Knowledge

DOUBT = 0.01
"""The chance that an end is not what was claimed, or assumed, of it."""

_DAY = 86_400

# Suspicion: nothing is certain by the look of it.
_MATCHING = 10.0
_BACKED_OUT = 0.2
_NO_CODE = 0.2

# Pushes whose files are asked for: the answers are large.
_CLASSIFIED = 1000


@dataclass(frozen=True, slots=True)
class Weights:
    """inside: of places 1…size-1. older: of place 0, where nobody claimed an end."""

    inside: Sequence[float]
    older: float = 0.0


def weights_of(
    candidates: Sequence[Candidate], request: Request, knowledge: Knowledge, *, is_open: bool
) -> Weights:
    """is_open: nobody claimed that the first candidate is good."""
    ages = request.prior
    if ages.uniform or not (is_open or ages.days):
        inside: Sequence[float] = [1.0] * (len(candidates) - 1)
        older = sum(inside) if is_open else 0.0
    else:
        prior = Prior.by_age(_ages(candidates), ages.days)
        inside, older = prior.weights[1:-1], prior.weights[0]
    factors = _suspicion(candidates, request, knowledge)
    if factors:
        inside = [weight * factors.get(place, 1.0) for place, weight in enumerate(inside, 1)]
    return Weights(inside, older)


def with_ends(weights: Weights) -> Prior:
    """The prior of a line. Where somebody claimed an end, there is little doubt of it."""
    whole = weights.older + sum(weights.inside)
    older = weights.older or DOUBT * whole
    return Prior((older, *weights.inside, DOUBT * whole))


def _ages(candidates: Sequence[Candidate]) -> list[float]:
    """Days before the last one."""
    last = _seconds(candidates[-1])
    return [(last - _seconds(candidate)) / _DAY for candidate in candidates]


def _seconds(candidate: Candidate) -> float:
    return candidate.time if isinstance(candidate, Push) else candidate.moment.timestamp()


def _suspicion(
    candidates: Sequence[Candidate], request: Request, knowledge: Knowledge
) -> dict[int, float]:
    """Factors of candidates that are more or less suspect than others."""
    branch = candidates[1].branch  # the first may be of another
    pushes = [each for each in candidates if isinstance(each, Push) and each.branch == branch]
    if not request.suspects or not pushes or pushes[-1].id - pushes[0].id >= _CLASSIFIED:
        return {}
    about = knowledge.classified(pushes[-1].branch, pushes[0].id, pushes[-1].id, request.suspects)
    if about is None:
        return {}
    found: dict[int, float] = {}
    for place, candidate in enumerate(candidates):
        if isinstance(candidate, Push) and candidate.branch == about.branch:
            factor = _MATCHING if candidate.id in about.matching else 1.0
            factor *= _BACKED_OUT if candidate.id in about.backed_out else 1.0
            found[place] = factor * (_NO_CODE if candidate.id in about.no_code else 1.0)
    return found
