"""How likely a candidate can be tested, seen from those that could not be.

What cannot be tested comes alone or in blocks, and nobody knows how long a block is. The more
blocked candidates follow each other with no judged one between them (a *run*), the likelier
they are one block: with k of them all but 1/(k+1)². A block may end anywhere up to the next
judged candidate, as likely between five and ten steps as between fifty and a hundred: no scale.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from mozregression.search.evidence import Evidence

GIVEN_UP = 6
"""Once so many of a run were skipped, what is between them is not tried."""


_SHORT = 2
"""Below so many steps it is as likely to end at each."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Blocked candidates first…last, `skipped` of them by the tester."""

    first: int
    last: int
    blocked: int
    skipped: int


def chances_testable(evidence: Evidence) -> list[float] | None:
    """For each candidate; 0 where blocked or given up. None: all can be."""
    blocked = evidence.blocked
    if not blocked:
        return None
    doubtful = sorted(blocked - evidence.excluded)
    judged = evidence.judged
    chances = [1.0] * evidence.size
    for run in _runs(doubtful, judged, evidence):
        place = bisect_left(judged, run.first)
        below = judged[place - 1] if place else -1
        above = judged[place] if place < len(judged) else evidence.size
        _doubt(chances, run, below, above)
    for index in blocked:
        chances[index] = 0.0
    return chances


def _runs(doubtful: Sequence[int], judged: Sequence[int], evidence: Evidence) -> list[_Run]:
    runs: list[_Run] = []
    before = -1
    for index in doubtful:
        skipped = int(index in evidence.skipped)
        place = bisect_left(judged, index)
        if runs and place == before:
            run = runs[-1]
            runs[-1] = _Run(run.first, index, run.blocked + 1, run.skipped + skipped)
        else:
            runs.append(_Run(index, index, 1, skipped))
        before = place
    return runs


def _doubt(chances: list[float], run: _Run, below: int, above: int) -> None:
    """Lower the chances around a run, between the judged candidates on its two sides."""
    alone = 1 / (run.blocked + 1) ** 2
    given_up = run.skipped >= GIVEN_UP
    for index in range(run.first, run.last):
        chances[index] = 0.0 if given_up else alone
    for index in range(below + 1, run.first):
        chances[index] = alone + (1 - alone) * _past(run.first - index, run.first - below)
    for index in range(run.last + 1, above):
        chances[index] = alone + (1 - alone) * _past(index - run.last, above - run.last)


def _past(distance: int, whole: int) -> float:
    """The chance that a block ended before this distance, when it ended before `whole`."""
    return log(1 + distance / _SHORT) / log(1 + whole / _SHORT)
