"""One range of candidates of one kind, and what may come of searching it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mozregression.model.builds import Candidate
from mozregression.model.report import Report, Transition
from mozregression.model.request import Request
from mozregression.model.steps import TestBuild
from mozregression.session.knowledge import Knowledge, Needs


class Ended(Exception):  # noqa: N818 - not an error: the strategy has its answer
    """The session is over, with this report."""

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report


@dataclass(frozen=True, slots=True)
class Phase:
    """Candidates of which the first is good and the last is bad.

    is_open: nobody said that the first is good. Only where tests may be wrong: enough: the chance
    at which the search ends; within: the line is that of `within` with something finer in place of
    what was left there; same: places of candidates that are not in the line but count as others
    of it, by key.
    """

    candidates: tuple[Candidate, ...]
    enough: float = 0.95
    is_open: bool = False
    within: "Finer | None" = None
    same: Mapping[str, int] = field(default_factory=dict)

    @property
    def answers(self) -> range:
        """Places that can be the outcome."""
        return self.within.answers if self.within else range(1, len(self.candidates))

    @property
    def shown(self) -> range:
        """The candidates among which the next test is expected."""
        if self.within is None:
            return range(len(self.candidates))
        stretch = self.within.stretch
        return range(stretch.start - 1, stretch.stop)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is left of a phase: the change is after `good` and not after `bad`.

    suspects: the candidates that may be the first bad one. spent: no more tests are allowed, where
    tests_left would probably do. transitions: where the bug came or went, if that was more than
    once. Only where tests may be wrong: chances of the suspects, and their places in the phase
    that was searched.
    """

    good: Candidate
    bad: Candidate
    suspects: tuple[Candidate, ...]
    chances: tuple[float, ...] = ()
    spent: bool = False
    tests_left: int = 0
    transitions: tuple[Transition, ...] = ()
    phase: Phase | None = None
    places: range = range(0)

    @property
    def between(self) -> tuple[Candidate, ...]:
        """Suspects that cannot be told apart from `bad`."""
        return self.suspects[:-1]

    @property
    def is_fine(self) -> bool:
        """Nothing finer is known of any suspect."""
        fine = self.phase.within.fine if self.phase and self.phase.within else frozenset()
        return all(suspect.key in fine for suspect in self.suspects)


@dataclass(frozen=True, slots=True)
class Finer:
    """What a line has in place of what was left of a coarser one.

    left: that. stretch: the places that stand for its suspects. assumed: the first of them is one
    only if the run of pushes does not begin as was assumed, the last if it does not end so. fine:
    keys of all candidates that took the place of coarser ones.
    """

    left: Narrowed
    stretch: range
    assumed: tuple[bool, bool]
    fine: frozenset[str]

    @property
    def answers(self) -> range:
        first, last = self.assumed
        return self.stretch[first : len(self.stretch) - last]


def finer(left: Narrowed, run: tuple[Candidate, ...], same: tuple[bool, bool]) -> Phase:
    """The whole line once more, with a run of candidates between `good` and `bad` of what was left.

    same: whether it begins and ends with these two, or with others of the same source. What was
    searched before stays part of the line, so that a wrong turn can be taken back.
    """
    outer = left.phase
    if outer is None:
        raise AssertionError("exact tests leave nothing to be taken back")
    at, stop = left.places.start - 1, left.places.stop
    first, last = (not each for each in same)
    between = (*[left.good] * first, *run, *[left.bad] * last)
    end = at + len(between) - 1
    fine = frozenset(candidate.key for candidate in between[1 + first : len(between) - last])
    within = Finer(
        left,
        range(at + 1, end + 1),
        (first, last),
        fine | (outer.within.fine if outer.within else frozenset()),
    )
    moved = {
        key: place if place <= at else place + end + 1 - stop for key, place in outer.same.items()
    }
    return Phase(
        (*outer.candidates[:at], *between, *outer.candidates[stop:]),
        outer.enough,
        outer.is_open,
        within,
        moved | {left.good.key: at, left.bad.key: end},
    )


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The change is not in the phase but older, or newer, or the ends are not as assumed.

    chance: of that, where tests may be wrong.
    """

    older: bool
    chance: float = 1.0


class TakenBack(Exception):  # noqa: N818 - not an error: the search goes on
    """The change is not in the part of the line that was looked at more closely."""

    def __init__(self, left: Narrowed | Elsewhere) -> None:
        super().__init__(left)
        self.left = left


def tests_allowed(request: Request, knowledge: Knowledge) -> int | None:
    """How many more verdicts may be had; None: no limit."""
    most = request.certainty.max_tests
    if most is None:
        return None
    return max(0, most + knowledge.allowed - len(knowledge.verdicts))


def waiting(
    tests: Sequence[TestBuild], knowledge: Knowledge, line: Sequence[Candidate] = ()
) -> Needs:
    """Tests each of which only one worker can do."""
    free = max(0, knowledge.jobs - len(knowledge.running))
    begin = [test for test in tests if test.candidate.key not in knowledge.running]
    return Needs(*begin[:free], line=line)
