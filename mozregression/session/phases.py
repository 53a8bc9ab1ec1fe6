"""One range of candidates of one kind, and what may come of searching it."""

from collections.abc import Sequence
from dataclasses import dataclass

from mozregression.model.builds import Candidate
from mozregression.model.report import Report, Transition
from mozregression.model.request import Request
from mozregression.model.steps import TestBuild
from mozregression.session.knowledge import Knowledge, Needs
from mozregression.session.weights import NOWHERE, Outside


class Ended(Exception):  # noqa: N818 - not an error: the strategy has its answer
    """The session is over, with this report."""

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report


@dataclass(frozen=True, slots=True)
class Phase:
    """Candidates of which the first is good and the last is bad.

    is_open: nobody said that the first is good. Only where tests may be wrong: enough: the chance
    at which the search ends. within: what was left before, whose ends are the ends here, and
    which has the verdicts on all beyond. assumed: the second candidate is taken for what the first
    is; the last but one for what the last is.
    """

    candidates: tuple[Candidate, ...]
    enough: float = 0.95
    is_open: bool = False
    within: "Narrowed | None" = None
    assumed: tuple[bool, bool] = (False, False)

    @property
    def places(self) -> range:
        """Where the change may be."""
        first, last = self.assumed
        return range(1 + first, len(self.candidates) - last)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is left of a phase: the change is after `good` and not after `bad`.

    suspects: the candidates that may be the first bad one. Only where tests may be wrong: chances
    of each of them, and what is believed of all outside. spent: no more tests are allowed, where
    tests_left would probably do. older, newer: keys of candidates at and beyond the ends.
    transitions: where the bug came or went, if that was more than once.
    """

    good: Candidate
    bad: Candidate
    suspects: tuple[Candidate, ...]
    chances: tuple[float, ...] = ()
    outside: Outside = NOWHERE
    spent: bool = False
    tests_left: int = 0
    older: frozenset[str] = frozenset()
    newer: frozenset[str] = frozenset()
    transitions: tuple[Transition, ...] = ()

    @property
    def between(self) -> tuple[Candidate, ...]:
        """Suspects that cannot be told apart from `bad`."""
        return self.suspects[:-1]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The change is not in the phase but older, or newer, or the ends are not as assumed.

    Only where tests may be wrong: chance of that, and of the change being outside the ends.
    """

    older: bool
    chance: float = 1.0
    outside: Outside = NOWHERE


def tests_allowed(request: Request, knowledge: Knowledge) -> int | None:
    """How many more verdicts may be had; None: no limit."""
    most = request.certainty.max_tests
    if most is None:
        return None
    return max(0, most + knowledge.allowed - len(knowledge.verdicts))


def waiting(test: TestBuild, knowledge: Knowledge, line: Sequence[Candidate] = ()) -> Needs:
    """A test that only one worker can do."""
    free = len(knowledge.running) < knowledge.jobs
    begins = free and test.candidate.key not in knowledge.running
    return Needs(*[test] * begins, line=line)
