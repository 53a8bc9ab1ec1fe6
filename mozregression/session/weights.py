"""What is believed of a line of candidates before any test of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from mozregression.model.builds import Candidate, Push
from mozregression.model.request import Request
from mozregression.search.belief import believe
from mozregression.search.evidence import Evidence
from mozregression.search.noise import Noise
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

_HARDLY = 1e-12  # nothing is excluded by what may be wrong


@dataclass(frozen=True, slots=True)
class Outside:
    """Chances that the change is not in a line: it is older, or newer."""

    older: float = DOUBT
    newer: float = DOUBT


NOWHERE = Outside(0.0, 0.0)


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


def with_ends(weights: Weights, outside: Outside) -> Prior:
    """The prior of a line with these chances of places 0 and `size`."""
    share = sum(weights.inside) / _within(outside)
    return Prior((outside.older * share, *weights.inside, outside.newer * share))


def carried(weights: Weights, outside: Outside, beyond: Evidence, noise: Noise) -> Prior:
    """The prior of a line inside one that was searched before.

    outside: what is believed after the verdicts `beyond`, which count at the ends of this line,
    too. So the prior is what these verdicts make that belief of.
    """
    even = believe(beyond, noise, Prior((1.0, *weights.inside, 1.0)))
    last = len(weights.inside) + 1
    if even is None or not even.mass(1, last):
        return with_ends(weights, outside)
    within = _within(outside) / even.mass(1, last)
    return Prior(
        (
            _share(outside.older, even.mass(0, 1)),
            *(weight * within for weight in weights.inside),
            _share(outside.newer, even.mass(last, last + 1)),
        )
    )


def _within(outside: Outside) -> float:
    return max(1.0 - outside.older - outside.newer, _HARDLY)


def _share(after: float, likelihood: float) -> float:
    """What has to be believed before, for so much to be believed after."""
    return max(after, _HARDLY) / max(likelihood, _HARDLY)


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
