"""What lies around a probe: the builds that the picture of a session shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from mozregression.model.builds import Candidate
from mozregression.model.facts import BuildMissing, Fact, NightliesListed, PushesListed
from mozregression.model.report import Report
from mozregression.model.request import Request
from mozregression.model.steps import TestBuild
from mozregression.reports.account import Known
from mozregression.session import candidates


@dataclass(frozen=True, slots=True)
class Dot:
    """A candidate in the picture."""

    key: str
    moment: datetime
    label: str


@dataclass(frozen=True, slots=True)
class Share:
    """The chance that the change is after one build and not after another. builds: how many
    builds may have brought it.
    """

    after: Dot
    upto: Dot
    chance: float
    builds: int


@dataclass(frozen=True, slots=True)
class Neighbours:
    """whole: the range as it was in the beginning, oldest first. near: what is left of it, with
    both ends. ends: both builds that the change is between, as far as it is known. missing: keys of
    those that have no usable build. Only where tests may be wrong: belief, where the change may be
    in all that is searched, and closer, the same in near, which then is where it is likeliest.
    """

    whole: tuple[Dot, ...] = ()
    near: tuple[Dot, ...] = ()
    ends: tuple[Dot, ...] = ()
    probe: str | None = None
    missing: frozenset[str] = frozenset()
    belief: tuple[Share, ...] = ()
    closer: tuple[Share, ...] = ()


def neighbours(
    request: Request, facts: Sequence[Fact], step: TestBuild | None, report: Report | None = None
) -> Neighbours:
    """Around the build that is chosen next by these facts; or, at the end, what is left."""
    whole = tuple(map(_dot, _whole(facts)))
    missing = frozenset(fact.missing.candidate for fact in facts if isinstance(fact, BuildMissing))
    near: Sequence[Candidate] = ()
    ends: tuple[Candidate, ...] = ()
    belief: tuple[Share, ...] = ()
    closer: tuple[Share, ...] = ()
    line = candidates(request, facts) if step and step.span else ()
    if step and step.span and len(line) == step.span.size:
        first, last = step.focus or (step.span.low, step.span.high)
        near = line[first : last + 1]
        ends = line[step.span.low], line[step.span.high]
        belief = _shares(line, step.belief, range(len(line) + 1))
        closer = _shares(line, step.closer, range(first + 1, last + 1))
    elif report and report.good and report.bad:
        ends = report.good.candidate, report.bad.candidate
        near = _between(facts, *ends)
        closer = _suspected(near, report)
    probe = step.candidate.key if step else None
    dots = tuple(map(_dot, near)) or whole
    return Neighbours(whole, dots, tuple(map(_dot, ends)), probe, missing, belief, closer)


def _shares(
    line: Sequence[Candidate], chances: Sequence[float], places: range
) -> tuple[Share, ...]:
    """Stretches as the search cuts places; a change is at a place when that is the first to
    have it.
    """
    dots = [_dot(one) for one in line]
    parts = len(chances)
    edges = [places.start + len(places) * part // max(1, parts) for part in range(parts + 1)]
    return tuple(
        Share(dots[max(first - 1, 0)], dots[min(stop, len(dots)) - 1], chance, stop - first)
        for first, stop, chance in zip(edges, edges[1:], chances, strict=False)
        if stop > first
    )


def _suspected(near: Sequence[Candidate], report: Report) -> tuple[Share, ...]:
    """Of several, how likely each is."""
    chances = dict(zip((one.key for one in report.suspects), report.chances, strict=False))
    return tuple(
        Share(_dot(before), _dot(one), chances.get(one.key, 0.0), 1)
        for before, one in pairwise(near)
        if len(chances) > 1
    )


def _dot(candidate: Candidate) -> Dot:
    return Dot(candidate.key, candidate.moment, str(candidate))


def _whole(facts: Sequence[Fact]) -> Sequence[Candidate]:
    """The first range that was listed."""
    for fact in facts:
        if isinstance(fact, NightliesListed):
            return fact.nightlies
        if isinstance(fact, PushesListed) and fact.pushes:
            return fact.pushes
    return ()


def _between(facts: Sequence[Fact], first: Candidate, last: Candidate) -> Sequence[Candidate]:
    known = Known(facts).candidates.values()
    inside = [
        one
        for one in known
        if type(one) is type(last)
        and one.branch == last.branch
        and first.moment < one.moment < last.moment
    ]
    return (first, *sorted(inside, key=lambda one: one.moment), last)
