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
    imagined = deque([(list(facts), running, tuple(others), 1.0, 1)])
    while imagined:
        known, test, beside, chance, away = imagined.popleft()
        for verdict, share in ((Verdict.BAD, test.chance_bad), (Verdict.GOOD, 1 - test.chance_bad)):
            likely = chance * share
            if likely < least:
                continue
            then = [*known, VerdictGiven(test.candidate.key, verdict, test.purpose, 0)]
            steps, still = _next(request, then, beside, jobs)
            for step in steps:
                if isinstance(step, Finish):
                    continue
                wanted = step.build if isinstance(step, TestBuild) else step
                earlier = found.get(wanted, Likely(step, away, 0.0))
                found[wanted] = replace(earlier, chance=min(1.0, earlier.chance + likely))
            tests = [step for step in steps if isinstance(step, TestBuild)]
            if len(tests) == len(steps) and (still or tests):
                first, *rest = (*still, *tests)  # the one that has run longest ends first
                imagined.append((then, first, tuple(rest), likely, away + 1))
    return tuple(sorted(found.values(), key=lambda likely: -likely.urgency))


def _next(
    request: Request, facts: Sequence[Fact], beside: Sequence[TestBuild], jobs: int
) -> tuple[Sequence[Step], Sequence[TestBuild]]:
    """The next steps, and the tests that still run, once those were ended that tell nothing."""
    running = [test.candidate.key for test in beside]
    steps = next_steps(request, facts, running=running, jobs=jobs)
    if steps.pointless:
        beside = [test for test in beside if test.candidate.key not in steps.pointless]
        running = [test.candidate.key for test in beside]
        steps = next_steps(request, facts, running=running, jobs=jobs)
    return steps.now, beside
