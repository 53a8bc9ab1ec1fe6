"""Verdicts that do not fit one change: which they are, and what changes they speak for."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from mozregression.search.evidence import Evidence
from mozregression.search.noise import Noise, Rate

_DOUBT = 0.02  # of each verdict, when tests are said to be exact
_ODDS = log(0.95 / 0.05)
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Contradiction:
    """The lowest candidate seen bad is not above the highest one seen good.

    suspect: the verdict to check first, the one that most others speak against.
    """

    bad: int
    good: int
    suspect: int


@dataclass(frozen=True, slots=True)
class Transition:
    """Between candidates `after` and `upto` the bug came (into_bad) or went."""

    after: int
    upto: int
    into_bad: bool


def contradiction(evidence: Evidence) -> Contradiction | None:
    """What cannot be, if tests are exact and there is one change; None: all fits."""
    if not evidence.good or not evidence.bad:
        return None
    bad, good = min(evidence.bad), max(evidence.good)
    if good < bad:
        return None
    against = {index: _against(index, evidence) for index in evidence.judged}
    return Contradiction(bad, good, max(against, key=lambda index: (against[index], index)))


def transitions(evidence: Evidence, noise: Noise) -> tuple[Transition, ...]:
    """All changes that the verdicts speak for with odds of 19 to 1, from the oldest.

    More than one: the bug came, went, and came again. With exact tests that takes two verdicts
    on each side; one may be a slip.
    """
    judged = evidence.judged
    counts = [(evidence.good.get(index, 0), evidence.bad.get(index, 0)) for index in judged]
    states = _states(counts, _DOUBT, _DOUBT) if noise.exact else _fitted(counts, noise)
    return tuple(
        Transition(judged[at], judged[at + 1], into_bad=state)
        for at, state in enumerate(states[1:])
        if state != states[at]
    )


def _against(index: int, evidence: Evidence) -> float:
    """Verdicts that one candidate's own contradict, for each of these."""
    good, bad = evidence.good.get(index, 0), evidence.bad.get(index, 0)
    conflicts = 0
    if bad:
        conflicts += sum(count for other, count in evidence.good.items() if other >= index)
    if good:
        conflicts += sum(count for other, count in evidence.bad.items() if other <= index)
    return conflicts / (good + bad)


def _fitted(counts: Sequence[tuple[int, int]], noise: Noise) -> list[bool]:
    """States and rates that fit each other."""
    states: list[bool] = []
    false, miss = noise.false.mean(0, 0), noise.miss.mean(0, 0)
    for _ in range(_ROUNDS):
        states = _states(counts, false, miss)
        false = _rate(
            noise.false,
            [pair[::-1] for pair, is_bad in zip(counts, states, strict=True) if not is_bad],
        )
        miss = _rate(
            noise.miss, [pair for pair, is_bad in zip(counts, states, strict=True) if is_bad]
        )
    return states


def _rate(rate: Rate, counts: Sequence[tuple[int, int]]) -> float:
    return rate.mean(sum(errors for errors, _ in counts), sum(others for _, others in counts))


def _states(counts: Sequence[tuple[int, int]], false: float, miss: float) -> list[bool]:
    """The likeliest state of each judged candidate (True: bad), from good ones to begin with.

    The first change is free, each further one has to be worth the odds.
    """
    false, miss = max(false, 1e-6), max(miss, 1e-6)
    likely = [
        (
            good * log(1 - false) + bad * log(false),
            good * log(miss) + bad * log(1 - miss),
        )
        for good, bad in counts
    ]
    # paths[state, changed]: log-likelihood and states; changed: the free change is spent
    paths: dict[tuple[bool, bool], tuple[float, list[bool]]] = {(False, False): (0.0, [])}
    for pair in likely:
        found: dict[tuple[bool, bool], tuple[float, list[bool]]] = {}
        for (state, changed), (value, states) in paths.items():
            for then in (state, not state):
                price = _ODDS if then != state and changed else 0.0
                key = (then, changed or then != state)
                reached = value - price + pair[then]
                if key not in found or reached > found[key][0]:
                    found[key] = (reached, [*states, then])
        paths = found
    return max(paths.values(), key=lambda path: path[0])[1] if counts else []
