"""Facts to fill journals with."""

from mozregression.model.facts import Fact, VerdictGiven, VerdictRetracted
from mozregression.model.verdicts import Purpose, Verdict


def verdict(number: int) -> Fact:
    return VerdictGiven(f"push/autoland/{number}", Verdict.BAD, Purpose.NARROW, at=number)


RETRACTED = VerdictRetracted(at=9)
