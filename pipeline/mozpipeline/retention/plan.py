"""Policies compared: what each costs and loses, which no other beats, and which to take."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mozpipeline.retention.archive import Archive, cost, gigabytes
from mozpipeline.retention.demand import Demand, Floats, Tally, tally
from mozpipeline.retention.policies import Policy, keep

RESAMPLES = 400
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, and the interval it is in with 95 % confidence, by resampling clients."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one policy comes to.

    cost: a month. failed, wider: shares of uses. width: pushes in the last range, on average of
    the uses that do not fail. launches: extra ones, on average. frontier: no other policy is as
    good in everything and better in something.
    """

    policy: Policy
    gigabytes: float
    cost: float
    failed: Estimate
    wider: Estimate
    width: Estimate
    launches: Estimate
    frontier: bool = False


def compare(
    archive: Archive, policies: Sequence[Policy], demands: Iterable[Demand], seed: int = 0
) -> list[Outcome]:
    """In the order of the policies. Without demand nothing is lost."""
    counted = tally(archive, policies, demands)
    draws = _draws(len(counted.uses), seed)
    failed = _shares(counted.failed, counted.uses, draws)
    wider = _shares(counted.wider, counted.uses, draws)
    launches = _shares(counted.launches, counted.uses, draws)
    width = _widths(counted, draws)
    figures = [(gigabytes(archive, one), cost(archive, one)) for one in policies]
    losses = [
        (price, lost.value, wide.value)
        for (_, price), lost, wide in zip(figures, failed, width, strict=True)
    ]
    return [
        Outcome(
            policy,
            *figures[n],
            failed=failed[n],
            wider=wider[n],
            width=width[n],
            launches=launches[n],
            frontier=not any(_beats(other, losses[n]) for other in losses),
        )
        for n, policy in enumerate(policies)
    ]


def _beats(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))


def recommended(outcomes: Sequence[Outcome], budget: float) -> Outcome | None:
    """Of what a month's budget allows: the least failures, then the narrowest, then the cheapest.

    None when nothing is cheap enough.
    """
    possible = [one for one in outcomes if one.cost <= budget]
    return min(
        possible, key=lambda one: (one.failed.value, one.width.value, one.cost), default=None
    )


def by_segment(demands: Iterable[Demand]) -> Mapping[tuple[str, str], list[Demand]]:
    """By app and build type."""
    found: dict[tuple[str, str], list[Demand]] = {}
    for one in demands:
        found.setdefault((one.app, one.build_type), []).append(one)
    return found


def curve(archive: Archive, demands: Iterable[Demand], seed: int = 0) -> list[tuple[int, Estimate]]:
    """The share of uses that fail when everything older than so many months is deleted."""
    months = [*range(1, 24), *range(24, archive.horizon + 1, 6)]
    outcomes = compare(archive, [keep(number) for number in months], demands, seed)
    return [(number, one.failed) for number, one in zip(months, outcomes, strict=True)]


# Bootstrap


def _draws(clients: int, seed: int) -> Floats:
    """How often each client is drawn, in each resample."""
    if clients == 0:
        return np.zeros((RESAMPLES, 0))
    chances = np.full(clients, 1 / clients)
    counts = np.random.default_rng(seed).multinomial(clients, chances, size=RESAMPLES)
    drawn: Floats = np.asarray(counts, dtype=np.float64)
    return drawn


def _shares(parts: Floats, uses: Floats, draws: Floats) -> list[Estimate]:
    total = draws @ uses
    return [_estimate(_ratio(row.sum(), uses.sum()), _ratios(draws @ row, total)) for row in parts]


def _widths(counted: Tally, draws: Floats) -> list[Estimate]:
    done = counted.uses - counted.failed
    return [
        _estimate(
            _ratio(width.sum(), kept.sum(), empty=1.0),
            _ratios(draws @ width, draws @ kept, empty=1.0),
        )
        for width, kept in zip(counted.width, done, strict=True)
    ]


def _estimate(value: float, samples: Floats) -> Estimate:
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(samples, [tail, 1 - tail])
    return Estimate(value, min(float(low), value), max(float(high), value))


def _ratio(part: float, whole: float, empty: float = 0.0) -> float:
    return float(part / whole) if whole else empty


def _ratios(parts: Floats, wholes: Floats, empty: float = 0.0) -> Floats:
    found: Floats = np.full(len(parts), empty)
    np.divide(parts, wholes, out=found, where=wholes > 0)
    return found
