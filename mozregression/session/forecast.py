"""What the session will probably want after the test that is running now.

Each possible verdict is tried on the strategy itself: whatever `next_steps` would ask for then
is likely to be needed. Nothing about phases or branches is repeated here.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mozregression.model.builds import Build
from mozregression.model.facts import Fact, VerdictGiven
from mozregression.model.request import Request
from mozregression.model.steps import Finish, Question, Step, TestBuild
from mozregression.model.verdicts import Verdict
from mozregression.session.decide import next_steps


@dataclass(frozen=True, slots=True)
class Likely:
    """A step, how many verdicts away it is, and the probability that it will be wanted."""

    step: Question | TestBuild
    away: int
    chance: float

    @property
    def urgency(self) -> float:
        """Higher comes first: what the next verdict may ask for goes before all after it."""
        return self.chance - self.away


def forecast(
    request: Request,
    facts: Sequence[Fact],
    running: TestBuild,
    *,
    least: float = 0.1,
    others: Sequence[TestBuild] = (),
    jobs: int = 1,
) -> tuple[Likely, ...]:
    """Steps after `running`, the most urgent first, down to a chance of `least`.

    A test among them means: have its build ready. others: tests that still run then. jobs: how
    many tests may run at once.
    """
    found: dict[Question | Build, Likely] = {}
    imagined = deque([(list(facts), running, 1.0, 1)])
    while imagined:
        known, test, chance, away = imagined.popleft()
        for verdict, share in ((Verdict.BAD, test.chance_bad), (Verdict.GOOD, 1 - test.chance_bad)):
            if chance * share < least:
                continue
            then = [*known, VerdictGiven(test.candidate.key, verdict, test.purpose, 0)]
            for step in _next(request, then, others, jobs):
                if isinstance(step, Finish):
                    continue
                wanted = step.build if isinstance(step, TestBuild) else step
                earlier = found.get(wanted, Likely(step, away, 0.0))
                found[wanted] = replace(earlier, chance=earlier.chance + chance * share)
                if isinstance(step, TestBuild) and jobs == 1:
                    imagined.append((then, step, chance * share, away + 1))
    return tuple(sorted(found.values(), key=lambda likely: -likely.urgency))


def _next(
    request: Request, facts: Sequence[Fact], others: Sequence[TestBuild], jobs: int
) -> Sequence[Step]:
    """The next steps, once those tests were ended that had become pointless."""
    running = [test.candidate.key for test in others]
    steps = next_steps(request, facts, running=running, jobs=jobs)
    if not steps.now and steps.pointless:
        running = [key for key in running if key not in steps.pointless]
        steps = next_steps(request, facts, running=running, jobs=jobs)
    return steps.now
