"""How far verdicts can be trusted, how sure the answer has to be, and what is believed before."""

from dataclasses import dataclass
from enum import Enum
from math import floor, inf


class Kind(Enum):
    """How verdicts come about. The value is a short sentence a person can read."""

    EXACT = "Every test shows what is there."
    INTERMITTENT = "The bug hides at times; seeing it proves that it is there."
    FLAKY = "The bug hides at times, and is seen at times where it is not."
    KNOWN = "Tests are wrong about as often as was said."


@dataclass(frozen=True, slots=True)
class Certainty:
    """What tests are like, and when there were enough of them.

    miss_rate: how often the bug is not seen where it is. false_rate: how often it is seen where
    it is not. None: learnt during the search, or 0 where the kind says so. confidence: what the
    answer has to reach, unless tests are exact. max_tests: None for no limit.
    Raises ValueError, with a sentence for a person, for what no search could work with.
    """

    kind: Kind = Kind.EXACT
    miss_rate: float | None = None
    false_rate: float | None = None
    confidence: float = 0.95
    max_tests: int | None = None

    def __post_init__(self) -> None:
        rates = [rate for rate in (self.miss_rate, self.false_rate) if rate is not None]
        self._check_rates(rates)
        if rates and self.kind is Kind.EXACT:
            raise ValueError("Exact tests have no rates.")
        if not rates and self.kind is Kind.KNOWN:
            raise ValueError("Known rates have to be given.")
        if self.false_rate and self.kind is Kind.INTERMITTENT:
            raise ValueError("Where the bug is seen that is not there, seeing it proves nothing.")
        if not 0.5 < self.confidence < 1:
            raise ValueError(f"A confidence of {self.confidence} is not between 0.5 and 1.")
        if self.max_tests is not None and self.max_tests < 1:
            raise ValueError(f"No search gets by with {self.max_tests} tests.")

    @staticmethod
    def _check_rates(rates: list[float]) -> None:
        for rate in rates:
            if not 0 <= rate < 1:
                raise ValueError(f"A rate of {rate} is not at least 0 and below 1.")
        if sum(rates) >= 1:
            raise ValueError(
                f"The miss rate and the false rate are {sum(rates):g} together. From 1 on the bug "
                "is seen no more often where it is than where it is not: tests would tell nothing."
            )

    @property
    def exact(self) -> bool:
        return self.kind is Kind.EXACT


EXACT = Certainty()


def percent(chance: float) -> str:
    """For a person; never more than it is: 99.97 % is not 100 %."""
    return f"{floor(chance * 1000 + 1e-9) / 10:g} %"


@dataclass(frozen=True, slots=True)
class Ages:
    """What is believed of the age of a change before any test.

    days: weights of changes younger than a day, of one to two days, and so on, as measured
    somewhere; they count in any range. uniform: any place of the range is as likely as another.
    Neither: the usual ages, which count where no good bound was given.
    Raises ValueError for weights that are none.
    """

    days: tuple[float, ...] = ()
    uniform: bool = False

    def __post_init__(self) -> None:
        if self.days and not (min(self.days) >= 0 and 0 < sum(self.days) < inf):
            raise ValueError("Weights of ages are never negative, and one of them is above zero.")
        if self.days and self.uniform:
            raise ValueError("Ages are either all as likely or weighted, not both.")


USUAL_AGES = Ages()
