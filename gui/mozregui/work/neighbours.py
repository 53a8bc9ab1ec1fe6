"""What lies around a probe: the builds that the picture of a session shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mozregression.model.builds import Candidate, Nightly
from mozregression.model.facts import BuildMissing, Fact, NightliesListed, PushesListed
from mozregression.model.report import Report
from mozregression.model.steps import TestBuild
from mozregression.reports.account import Known


@dataclass(frozen=True, slots=True)
class Dot:
    """A candidate in the picture."""

    key: str
    moment: datetime
    label: str


@dataclass(frozen=True, slots=True)
class Neighbours:
    """whole: the range as it was in the beginning, oldest first. near: what is left of it, with
    both ends. missing: keys of those that have no usable build. kind: what near consists of.
    """

    whole: tuple[Dot, ...] = ()
    near: tuple[Dot, ...] = ()
    probe: str | None = None
    missing: frozenset[str] = frozenset()
    pushes: bool = False


def neighbours(
    facts: Sequence[Fact], step: TestBuild | None, report: Report | None = None
) -> Neighbours:
    """Around the build that is tested next; or, at the end, what the report leaves."""
    whole = tuple(map(_dot, _whole(facts)))
    missing = frozenset(fact.missing.candidate for fact in facts if isinstance(fact, BuildMissing))
    near: Sequence[Candidate] = ()
    if step:
        near = _around(facts, step)
    elif report and report.good and report.bad:
        near = _between(facts, report.good.candidate, report.bad.candidate)
    pushes = bool(near) and not isinstance(near[len(near) // 2], Nightly)
    probe = step.candidate.key if step else None
    return Neighbours(whole, tuple(map(_dot, near)) or whole, probe, missing, pushes)


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


def _around(facts: Sequence[Fact], step: TestBuild) -> Sequence[Candidate]:
    """Both ends of what is left and all between, as far as they are of the probe's kind."""
    if step.span is None:
        return ()
    line = _line(facts, step.candidate)
    place = next((i for i, one in enumerate(line) if one.key == step.candidate.key), None)
    if place is None:
        return ()
    before, after = step.span.probe - step.span.low, step.span.high - step.span.probe
    return line[max(0, place - before) : place + after + 1]


def _between(facts: Sequence[Fact], first: Candidate, last: Candidate) -> Sequence[Candidate]:
    line = _line(facts, last)
    inside = [one for one in line if first.moment < one.moment < last.moment]
    return (first, *inside, last)


def _line(facts: Sequence[Fact], like: Candidate) -> list[Candidate]:
    """All candidates of one kind and branch that are known, oldest first."""
    known = Known(facts).candidates.values()
    fitting = (one for one in known if type(one) is type(like) and one.branch == like.branch)
    return sorted(fitting, key=lambda one: one.moment)
