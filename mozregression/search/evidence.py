"""What tests have shown, as counts: their order does not matter."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Evidence:
    """Verdicts on candidates 0…size-1. An index that is given twice was judged twice.

    skipped: the tester could not judge them, which casts doubt on their neighbours; where it
    happened again and again, the rest of such a block is given up.
    missing: they have no build; the same doubt, but what is between them is never given up.
    excluded: not to be tested, which says nothing of their neighbours.
    Raises ValueError for an index outside the range.
    """

    size: int
    good: Mapping[int, int]
    bad: Mapping[int, int]
    skipped: Mapping[int, int] = field(default_factory=dict)
    missing: frozenset[int] = frozenset()
    excluded: frozenset[int] = frozenset()

    @classmethod
    def of(
        cls,
        size: int,
        good: Iterable[int] = (),
        bad: Iterable[int] = (),
        *,
        skipped: Iterable[int] = (),
        missing: Iterable[int] = (),
        excluded: Iterable[int] = (),
    ) -> "Evidence":
        return cls(
            size,
            Counter(good),
            Counter(bad),
            Counter(skipped),
            frozenset(missing),
            frozenset(excluded),
        )

    def __post_init__(self) -> None:
        every = (*self.good, *self.bad, *self.skipped, *self.missing, *self.excluded)
        outside = [index for index in every if not 0 <= index < self.size]
        if outside:
            raise ValueError(f"candidates {outside} are outside 0…{self.size - 1}")

    def plus(self, index: int, *, seen: bool) -> "Evidence":
        """The same with one more verdict."""
        counts = dict(self.bad if seen else self.good)
        counts[index] = counts.get(index, 0) + 1
        return replace(self, bad=counts) if seen else replace(self, good=counts)

    @property
    def judged(self) -> list[int]:
        """Candidates with at least one verdict of good or bad, in order."""
        return sorted(self.good.keys() | self.bad.keys())

    @property
    def blocked(self) -> frozenset[int]:
        """Candidates that must not be chosen: one that was judged once can be tested again."""
        tried = self.skipped.keys() - self.good.keys() - self.bad.keys()
        return frozenset(tried) | self.missing | self.excluded

    @property
    def tests(self) -> int:
        """How many tests it took."""
        return sum(sum(counts.values()) for counts in (self.good, self.bad, self.skipped))
