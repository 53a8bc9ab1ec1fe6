"""One range of candidates of one kind, and how verdicts narrow it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mozregression.model.builds import Candidate
from mozregression.model.report import Report
from mozregression.model.steps import Span, TestBuild
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.search import exact
from mozregression.session.knowledge import Knowledge, Needs

# How likely a claim about an end is to hold; used only to order work done ahead of need.
_CLAIM_HOLDS = 0.95


class Ended(Exception):  # noqa: N818 - not an error: the strategy has its answer
    """The session is over, with this report."""

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is left of a phase: the change is after `good` and not after `bad`.

    between: candidates inside that cannot be tested.
    """

    good: Candidate
    bad: Candidate
    between: tuple[Candidate, ...]


def narrow(candidates: Sequence[Candidate], knowledge: Knowledge) -> Narrowed:
    """Narrow a phase whose first candidate is good and whose last one is bad.

    Raises Needs until nothing testable is left between the two.
    """
    good, bad, untestable = _sort(candidates, knowledge)
    left = exact.interval(len(candidates), good, bad)
    probe = exact.choose(left, untestable)
    if probe is not None:
        candidate = candidates[probe]
        try:
            build = knowledge.build(candidate)
        except Needs as need:
            raise Needs(need.step, candidates) from None
        if build is None:
            raise AssertionError(f"{candidate.key} was chosen although it is known to be missing")
        raise Needs(
            TestBuild(
                candidate,
                build,
                Purpose.NARROW,
                exact.chance_bad(probe, left),
                exact.remaining_tests(left, untestable),
                Span(len(candidates), left.low, probe, left.high),
            ),
            candidates,
        )
    return Narrowed(
        candidates[left.low], candidates[left.high], tuple(candidates[left.low + 1 : left.high])
    )


def _sort(
    candidates: Sequence[Candidate], knowledge: Knowledge
) -> tuple[list[int], list[int], list[int]]:
    good, bad, untestable = [], [], []
    for index, candidate in enumerate(candidates):
        if not knowledge.has_tried(candidate):
            continue
        match knowledge.verdict(candidate):
            case Verdict.GOOD:
                good.append(index)
            case Verdict.BAD:
                bad.append(index)
            case Verdict.SKIP:
                untestable.append(index)
            case None if knowledge.untestable(candidate):
                untestable.append(index)
            case _:
                pass
    return good, bad, untestable


def settle_end(
    claim: Verdict,
    choices: Iterable[Candidate],
    knowledge: Knowledge,
    *,
    check: bool,
    tests_left: int,
) -> Candidate | None:
    """The first of `choices` that can be tested, once it was tested, whatever it was shown to be.

    choices: the claimed end first, then further and further away. None: no choice can be
    tested. Without `check` the first choice is taken at its word.
    """
    purpose = Purpose.GOOD_END if claim is Verdict.GOOD else Purpose.BAD_END
    for candidate in choices:
        verdict = knowledge.verdict(candidate)
        if verdict is Verdict.SKIP:
            continue
        if verdict is not None or not check:
            return candidate
        build = knowledge.build(candidate)
        if build is not None:
            chance = 1 - _CLAIM_HOLDS if claim is Verdict.GOOD else _CLAIM_HOLDS
            raise Needs(TestBuild(candidate, build, purpose, chance, tests_left))
    return None
