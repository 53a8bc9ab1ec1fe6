"""How often a test is wrong: a known rate, or one that the search learns as it goes."""

from dataclasses import dataclass
from functools import lru_cache
from math import exp, inf, lgamma, log
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Known:
    """A rate that is known. Raises ValueError outside 0 ≤ rate < 1."""

    rate: float

    def __post_init__(self) -> None:
        if not 0 <= self.rate < 1:
            raise ValueError(f"a rate of {self.rate} is not between 0 and 1")

    def log_likelihood(self, errors: int, others: int) -> float:
        """Of so many errors among errors + others tests; minus infinity where impossible."""
        if not errors:
            return others * log(1 - self.rate)
        return errors * log(self.rate) + others * log(1 - self.rate) if self.rate else -inf

    def mean(self, errors: int, others: int) -> float:  # noqa: ARG002 - what Learnt learns from
        return self.rate


@dataclass(frozen=True, slots=True)
class Beta:
    """Part of what is believed of a rate: as if errors + others tests had been seen before."""

    errors: float
    others: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Learnt:
    """A rate that the search learns: a mixture of Beta distributions.

    It is integrated over, never estimated. Raises ValueError when it is no distribution.
    """

    parts: tuple[Beta, ...]

    def __post_init__(self) -> None:
        if not self.parts or min(min(p.errors, p.others, p.weight) for p in self.parts) <= 0:
            raise ValueError(f"{self.parts} is no distribution")

    def log_likelihood(self, errors: int, others: int) -> float:
        """Of so many errors among errors + others tests, the rate integrated out."""
        return _learnt(self, errors, others)[0]

    def mean(self, errors: int, others: int) -> float:
        """The chance that the next test errs, after these."""
        return _learnt(self, errors, others)[1]


Rate: TypeAlias = Known | Learnt


def about(rate: float) -> Rate:
    """A rate as people state it: it may be wrong by half, so three tests' worth of it is believed.

    Zero is meant as said. Raises ValueError outside 0 ≤ rate < 1.
    """
    Known(rate)
    return Learnt((Beta(3 * rate, 3 * (1 - rate)),)) if rate else Known(0)


@dataclass(frozen=True, slots=True)
class Noise:
    """false: the bug is seen although it is not there. miss: it is there and not seen.

    Raises ValueError when tests with these rates could not tell anything.
    """

    false: Rate
    miss: Rate

    def __post_init__(self) -> None:
        if isinstance(self.false, Known) and isinstance(self.miss, Known):
            total = self.false.rate + self.miss.rate
            if total >= 1:
                raise ValueError(
                    f"with a false rate of {self.false.rate} and a miss rate of {self.miss.rate} "
                    "the bug is not seen more often on bad builds than on good ones"
                )

    @property
    def exact(self) -> bool:
        """Tests are never wrong."""
        return self.false == self.miss == Known(0)

    @property
    def known(self) -> bool:
        """Nothing has to be learnt of the rates."""
        return isinstance(self.false, Known) and isinstance(self.miss, Known)

    @property
    def needs_sighting(self) -> bool:
        """Seeing the bug proves it, and until then nobody knows how often it shows."""
        return self.false == Known(0) and isinstance(self.miss, Learnt)


EXACT = Noise(Known(0), Known(0))

INTERMITTENT = Noise(Known(0), Learnt((Beta(0.3, 10, 0.42), Beta(2, 2, 0.43), Beta(10, 2.5, 0.15))))
"""Seeing the bug proves that it is there; how often it hides is learnt.

Many bugs that people call intermittent hardly ever hide, as many hide about half the time, and
some nearly always. The numbers were chosen with `benchmarks/bench_search.py`: with one broad
distribution instead, claims are too bold where a bug nearly always hides.
"""

FLAKY = Noise(Learnt((Beta(1, 9),)), Learnt((Beta(1, 2),)))
"""Both kinds of errors happen; before anything is known, 10 % and a third."""


@lru_cache(maxsize=65536)
def _learnt(rate: Learnt, errors: int, others: int) -> tuple[float, float]:
    """Log-likelihood of what was seen, and the mean after it."""
    found = [
        (
            log(part.weight)
            + _log_beta(part.errors + errors, part.others + others)
            - _log_beta(part.errors, part.others),
            (part.errors + errors) / (part.errors + part.others + errors + others),
        )
        for part in rate.parts
    ]
    top = max(likelihood for likelihood, _ in found)
    shares = [exp(likelihood - top) for likelihood, _ in found]
    total = sum(shares)
    mean = sum(share * mean for share, (_, mean) in zip(shares, found, strict=True)) / total
    return top + log(total), mean


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
