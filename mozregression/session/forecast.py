"""What the session will probably want after the test that is running now.

Each possible verdict is tried on the strategy itself: whatever `next_step` would ask for then
is likely to be needed. Nothing about phases or branches is repeated here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mozregression.model.facts import Fact, VerdictGiven
from mozregression.model.request import Request
from mozregression.model.steps import Finish, Question, TestBuild
from mozregression.model.verdicts import Verdict
from mozregression.session.decide import next_step


@dataclass(frozen=True, slots=True)
class Likely:
    """A step and the probability that it will be wanted."""

    step: Question | TestBuild
    chance: float


def forecast(
    request: Request, facts: Sequence[Fact], running: TestBuild, *, least: float = 0.1
) -> tuple[Likely, ...]:
    """Steps after `running`, the likeliest first, down to a chance of `least`.

    A test among them means: have its build ready.
    """
    found: dict[Question | TestBuild, float] = {}
    open_ends = [(list(facts), running, 1.0)]
    while open_ends:
        known, test, chance = open_ends.pop()
        for verdict, share in ((Verdict.BAD, test.chance_bad), (Verdict.GOOD, 1 - test.chance_bad)):
            if chance * share < least:
                continue
            imagined = [*known, VerdictGiven(test.candidate.key, verdict, test.purpose, 0)]
            step = next_step(request, imagined)
            if isinstance(step, Finish):
                continue
            found[step] = found.get(step, 0.0) + chance * share
            if isinstance(step, TestBuild):
                open_ends.append((imagined, step, chance * share))
    order = sorted(found.items(), key=lambda item: -item[1])
    return tuple(Likely(step, chance) for step, chance in order)
