"""Where the change may be, after what was seen.

Tests say the same of all places between two judged candidates, so a belief is a list of
segments with one likelihood each, and rates that are not known integrate in closed form.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import exp, inf, log2

from mozregression.search.evidence import Evidence
from mozregression.search.noise import Noise
from mozregression.search.prior import Prior

TIE = 1e-9
"""Differences below this are rounding, which may differ between machines."""

_ROUNDING = 1e-12  # bits


@dataclass(frozen=True, slots=True)
class Segment:
    """Places first…stop-1, of which the evidence says the same.

    scale: posterior of a place divided by its weight in the prior. mass: posterior of all.
    seen, false: if the change is here, the chances that the bug is seen on a candidate that
    has it and on one that has not.
    """

    first: int
    stop: int
    scale: float
    mass: float
    seen: float
    false: float


@dataclass(frozen=True)
class Belief:
    """Segments cover places 0…size and their masses sum to one."""

    prior: Prior
    segments: tuple[Segment, ...]

    @cached_property
    def chances(self) -> list[float]:
        """The posterior of each place."""
        weights = self.prior.weights
        return [
            weights[place] * segment.scale
            for segment in self.segments
            for place in range(segment.first, segment.stop)
        ]

    def mass(self, first: int, stop: int) -> float:
        """Chance that the change is at one of places first…stop-1."""
        sums = self.prior.sums
        return sum(
            (sums[min(stop, segment.stop)] - sums[max(first, segment.first)]) * segment.scale
            for segment in self.segments
            if segment.first < stop and first < segment.stop
        )

    def likeliest(self) -> int:
        """The likeliest place, the first of equals."""
        chances = self.chances
        most = max(chances) * (1 - TIE)
        return next(place for place, chance in enumerate(chances) if chance >= most)

    @cached_property
    def chances_seen(self) -> list[float]:
        """The chance that a test of each candidate shows the bug."""
        sums = self.prior.sums
        seen = sum(segment.mass * segment.false for segment in self.segments)
        found: list[float] = []
        for segment in self.segments:
            start = sums[segment.first]
            more = segment.scale * (segment.seen - segment.false)
            places = sums[segment.first + 1 : segment.stop + 1]
            found.extend(seen + more * (upto - start) for upto in places)
            seen += segment.mass * (segment.seen - segment.false)
        return found[:-1]  # the last place has no candidate

    def segment_of(self, place: int) -> Segment:
        return next(segment for segment in self.segments if place < segment.stop)

    @cached_property
    def gains(self) -> list[float]:
        """Bits that a test of each candidate is expected to tell about the place of the change.

        With F the belief that the candidate has the change, and rates m (miss) and f (false):
        H(F(1-m) + (1-F)f) - F H(m) - (1-F) H(f), the rates being those of each place.
        """
        sums = self.prior.sums
        seen = sum(segment.mass * segment.false for segment in self.segments)
        certain = sum(segment.mass * entropy(segment.false) for segment in self.segments)
        found: list[float] = []
        for segment in self.segments:
            start = sums[segment.first]
            places = sums[segment.first + 1 : segment.stop + 1]
            more_seen = segment.scale * (segment.seen - segment.false)
            more_certain = segment.scale * (entropy(segment.seen) - entropy(segment.false))
            if segment.mass <= 0.0:
                bits = entropy(seen) - certain
                found.extend([bits if bits > _ROUNDING else 0.0] * len(places))
                continue
            for upto in places:
                chance = seen + more_seen * (upto - start)
                rest = 1.0 - chance
                bits = -chance * log2(chance) - rest * log2(rest) if 0.0 < chance < 1.0 else 0.0
                bits -= certain + more_certain * (upto - start)
                found.append(bits if bits > _ROUNDING else 0.0)
            seen += segment.mass * (segment.seen - segment.false)
            certain += segment.mass * (entropy(segment.seen) - entropy(segment.false))
        return found[:-1]  # the last place has no candidate

    def smallest_set(self, confidence: float) -> tuple[int, ...]:
        """The fewest places that hold so much of the belief, in order."""
        chances = self.chances
        held = 0.0
        places = []
        for place in sorted(range(len(chances)), key=lambda place: (-chances[place], place)):
            if held >= confidence - TIE or chances[place] <= 0:
                break
            held += chances[place]
            places.append(place)
        return tuple(sorted(places))

    def shares(self, parts: int, places: range | None = None) -> list[float]:
        """For a picture: the mass of each of so many stretches of about the same length.

        places: what to look at, by default all of them.
        """
        looked_at = range(len(self.prior.weights)) if places is None else places
        edges = [looked_at.start + len(looked_at) * part // parts for part in range(parts + 1)]
        return [self.mass(first, stop) for first, stop in pairwise(edges)]


def entropy(chance: float) -> float:
    """Bits learnt from an answer that is yes with this chance."""
    if not 0.0 < chance < 1.0:
        return 0.0
    rest = 1.0 - chance
    return -chance * log2(chance) - rest * log2(rest)


def believe(evidence: Evidence, noise: Noise, prior: Prior) -> Belief | None:
    """The posterior; None when the evidence cannot be, which takes exact tests.

    Raises ValueError when the prior is of another range.
    """
    if len(prior.weights) != evidence.size + 1:
        raise ValueError(f"{len(prior.weights)} weights for {evidence.size + 1} places")
    likely = [entry for entry in _likelihoods(evidence, noise) if entry[2] > -inf]
    weights = [prior.sums[stop] - prior.sums[first] for first, stop, *_ in likely]
    top = max(
        (entry[2] for entry, weight in zip(likely, weights, strict=True) if weight > 0),
        default=-inf,
    )
    if top == -inf:
        return None
    scales = [exp(min(entry[2] - top, 0.0)) for entry in likely]
    total = sum(scale * weight for scale, weight in zip(scales, weights, strict=True))
    known = {
        entry[0]: (scale / total, scale / total * weight)
        for entry, scale, weight in zip(likely, scales, weights, strict=True)
    }
    return Belief(
        prior,
        tuple(
            Segment(first, stop, *known.get(first, (0.0, 0.0)), seen, false)
            for first, stop, _, seen, false in _likelihoods(evidence, noise)
        ),
    )


def _likelihoods(
    evidence: Evidence, noise: Noise
) -> Iterator[tuple[int, int, float, float, float]]:
    """Segments: first, stop, log-likelihood, chances to see a bug that is there and that is not."""
    missed, seen = sum(evidence.good.values()), sum(evidence.bad.values())
    right, false = 0, 0
    first = 0
    for index in (*evidence.judged, None):
        stop = evidence.size + 1 if index is None else index + 1
        likelihood = noise.false.log_likelihood(false, right)
        likelihood += noise.miss.log_likelihood(missed, seen)
        yield (
            first,
            stop,
            likelihood,
            1 - noise.miss.mean(missed, seen),
            noise.false.mean(false, right),
        )
        if index is None:
            return
        good, bad = evidence.good.get(index, 0), evidence.bad.get(index, 0)
        missed, seen = missed - good, seen - bad
        right, false = right + good, false + bad
        first = stop
