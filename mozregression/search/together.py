"""Several tests at once: a set of probes that tell much together.

What a probe adds to others is what it tells after each thing that they may show, so the gain
of a set is a chain of single gains over imagined evidence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mozregression.search.belief import TIE, Belief, believe
from mozregression.search.choice import Chances, Costs, best, worths
from mozregression.search.evidence import Evidence
from mozregression.search.noise import Noise
from mozregression.search.prior import Prior

MOST = 6
"""Probes with noise that are chosen together: what they may show doubles with each."""

_POINTLESS = 0.05
_NEVER = 1e-12


@dataclass(frozen=True, slots=True)
class Setting:
    """What a choice rests on, beside the evidence."""

    noise: Noise
    prior: Prior
    chances: Chances
    costs: Costs


@dataclass(frozen=True, slots=True)
class _World:
    """What some probes may show, and how likely that is."""

    chance: float
    evidence: Evidence
    belief: Belief


def choose_together(
    evidence: Evidence, belief: Belief, setting: Setting, count: int, running: Sequence[int] = ()
) -> list[int]:
    """Up to `count` candidates to test at once, beside those that run already.

    With noise a candidate may be named twice. Fewer come back when more would tell nothing.
    """
    if not setting.noise.exact:
        count = min(count, MOST - len(running))
        running = running[:MOST]
    elif count > 1 and not running and setting.chances is None and setting.costs is None:
        even = sorted(set(_quantiles(belief, count)))
        return [index for index in even if belief.gains[index] > 0]
    start = [_World(1.0, evidence, belief)]
    for index in running:
        start = _imagined(start, index, setting)
    greedy = _grown(start, count, setting)
    if count == 1 or len(greedy) < count:
        return greedy
    spread = _improved(start, _quantiles(belief, count), setting)
    greedy = _improved(start, greedy, setting)
    value, other = _value(start, greedy, setting), _value(start, spread, setting)
    return sorted(spread if other > value * (1 + TIE) else greedy)


def pointless(belief: Belief, running: Sequence[int]) -> tuple[int, ...]:
    """Tests under way that tell next to nothing any more, compared with the best one."""
    gained = belief.gains
    least = max(gained, default=0.0) * _POINTLESS
    return tuple(index for index in running if gained[index] <= least)


def _grown(worlds: list[_World], count: int, setting: Setting) -> list[int]:
    """One probe after the other, each the best beside those before."""
    probes: list[int] = []
    while len(probes) < count:
        probe = best(_worths(worlds, setting))
        if probe is None:
            break
        probes.append(probe)
        worlds = _imagined(worlds, probe, setting)
    return probes


def _improved(start: list[_World], probes: list[int], setting: Setting) -> list[int]:
    """Each probe chosen once more, the others being what they are."""
    probes = list(probes)
    for place, before in enumerate(probes):
        worlds = start
        for other in probes[:place] + probes[place + 1 :]:
            worlds = _imagined(worlds, other, setting)
        values = _worths(worlds, setting)
        probe = best(values)
        if probe is not None and values[probe] > values[before] * (1 + TIE):
            probes[place] = probe
    return probes


def _value(worlds: list[_World], probes: Sequence[int], setting: Setting) -> float:
    value = 0.0
    for probe in probes:
        value += _worths(worlds, setting)[probe]
        worlds = _imagined(worlds, probe, setting)
    return value


def _worths(worlds: list[_World], setting: Setting) -> Sequence[float]:
    if len(worlds) == 1:
        gained = worlds[0].belief.gains
    else:
        each = [(world.chance, world.belief.gains) for world in worlds]
        gained = [
            sum(chance * bits[index] for chance, bits in each) for index in range(len(each[0][1]))
        ]
    return worths(gained, setting.chances, setting.costs)


def _imagined(worlds: list[_World], probe: int, setting: Setting) -> list[_World]:
    return [after for world in worlds for after in _after(world, probe, setting)]


def _after(world: _World, probe: int, setting: Setting) -> Iterator[_World]:
    seen = world.belief.chances_seen[probe]
    for is_seen, chance in ((True, seen), (False, 1 - seen)):
        if world.chance * chance < _NEVER:
            continue
        evidence = world.evidence.plus(probe, seen=is_seen)
        belief = believe(evidence, setting.noise, setting.prior)
        if belief is not None:
            yield _World(world.chance * chance, evidence, belief)


def _quantiles(belief: Belief, count: int) -> list[int]:
    """Candidates that cut the belief into count + 1 parts of about the same mass."""
    chances = belief.chances
    probes: list[int] = []
    mass = 0.0
    for place, chance in enumerate(chances[:-1]):
        target = (len(probes) + 1) / (count + 1)
        if len(probes) < count and mass + chance / 2 >= target - TIE and place:
            probes.append(place - 1)
        mass += chance
    return probes + [len(chances) - 2] * (count - len(probes))
