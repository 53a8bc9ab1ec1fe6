"""What will probably be tested after the tests that run now, to have it at hand."""

from collections.abc import Sequence
from dataclasses import dataclass

from mozregression.search.belief import believe
from mozregression.search.choice import Costs
from mozregression.search.evidence import Evidence
from mozregression.search.plan import Search, State, plan


@dataclass(frozen=True, slots=True)
class Likely:
    """A candidate, how many verdicts away its test is, and the chance that it comes to it."""

    index: int
    away: int
    chance: float


def forecast(
    search: Search,
    evidence: Evidence,
    probe: int,
    *,
    costs: Costs = None,
    least: float = 0.1,
) -> tuple[Likely, ...]:
    """Tests that may follow the one of `probe`, the nearest and likeliest first.

    Each thing that a test may show is imagined, as far as its chance is at least `least`.
    """
    found: dict[int, Likely] = {}
    imagined = [(evidence, probe, 1.0)]
    away = 0
    while imagined:
        away += 1
        imagined = [
            (then, index, chance)
            for before, tested, reached in imagined
            for then, share in _outcomes(search, before, tested)
            if (chance := reached * share) >= least
            for index in _next(search, then, costs)
        ]
        for _, index, chance in imagined:
            known = found.get(index, Likely(index, away, 0.0))
            found[index] = Likely(index, known.away, known.chance + chance)
    return tuple(sorted(found.values(), key=lambda likely: (likely.away, -likely.chance)))


def _outcomes(search: Search, evidence: Evidence, probe: int) -> Sequence[tuple[Evidence, float]]:
    belief = believe(evidence, search.noise, search.starting_prior)
    if belief is None:
        return ()
    seen = belief.chance_seen(probe)
    return (evidence.plus(probe, seen=True), seen), (evidence.plus(probe, seen=False), 1 - seen)


def _next(search: Search, evidence: Evidence, costs: Costs) -> Sequence[int]:
    found = plan(search, evidence, costs=costs)
    return [probe.index for probe in found.probes] if found.state is State.SEARCHING else []
