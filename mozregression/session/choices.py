"""What people decided on the way: how far tests can be trusted, and where to go on."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile

from mozregression.model.builds import Candidate
from mozregression.model.facts import CertaintyChanged, Fact
from mozregression.model.report import Transition
from mozregression.model.request import Request
from mozregression.search.evidence import Evidence
from mozregression.search.plan import Search
from mozregression.session.heard import all_said
from mozregression.session.knowledge import Knowledge
from mozregression.session.phases import Phase
from mozregression.session.planned import shown_transitions
from mozregression.session.trust import noise_of


def in_force(request: Request, facts: Iterable[Fact]) -> Request:
    """The request with the certainty that was stated last."""
    for fact in facts:
        if isinstance(fact, CertaintyChanged):
            request = replace(request, certainty=fact.certainty)
    return request


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of a line in which somebody wants to go on, and what was said around it.

    same: places in it of candidates beyond its ends of which the same was said as of these.
    transitions: all of the line that it is part of.
    """

    line: tuple[Candidate, ...]
    into_bad: bool
    same: Mapping[str, int]
    transitions: tuple[Transition, ...]


class GoesOn(Exception):  # noqa: N818 - not an error: the search goes on there
    """Somebody chose one of several transitions of a line."""

    def __init__(self, stretch: Stretch) -> None:
        super().__init__(stretch)
        self.stretch = stretch


def check_choice(phase: Phase, request: Request, knowledge: Knowledge) -> None:
    """Raises GoesOn when the last choice in this line is only a part of it."""
    line = phase.candidates
    if not knowledge.chosen:
        return
    places = {candidate.key: index for index, candidate in enumerate(line)}
    for chosen in reversed(knowledge.chosen):
        first, last = places.get(chosen.older, -1), places.get(chosen.newer, -1)
        if 0 <= first < last:
            if (first, last) == (0, len(line) - 1):
                return
            evidence = all_said(line, knowledge, same=phase.same)
            search = Search(len(line), noise_of(request.certainty, mirrored=knowledge.mirrored))
            raise GoesOn(
                Stretch(
                    line[first : last + 1],
                    chosen.into_bad,
                    _alike(line, first, last, evidence),
                    shown_transitions(line, evidence, knowledge, search),
                )
            )


def _alike(line: Sequence[Candidate], first: int, last: int, evidence: Evidence) -> dict[str, int]:
    """Candidates before the first and after the last, as long as all that was said is the same."""
    same = {}
    for steps, end in ((range(first - 1, -1, -1), first), (range(last + 1, len(line)), last)):
        state = end in evidence.bad and evidence.bad[end] > evidence.good.get(end, 0)
        against = evidence.good if state else evidence.bad
        for index in takewhile(partial(_is_not_in, against), steps):
            same[line[index].key] = end - first
    return same


def _is_not_in(against: Collection[int], index: int) -> bool:
    return index not in against
