"""Nightlies as the first phase. A changeset stands for itself at their ends while its build is
kept, else for the nightly nearest to it.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import takewhile

from mozregression.model.bounds import BuildIdBound
from mozregression.model.builds import Candidate, Nightly, Push
from mozregression.session.knowledge import Knowledge
from mozregression.session.lines import Line
from mozregression.session.readings import Reading, Readings, unusable
from mozregression.session.scope import Scope

# How far to look for another end when the wanted one is missing or cannot be tested.
_MARGIN = timedelta(days=14)


def nightly_line(read: Readings, scope: Scope, knowledge: Knowledge) -> Line:
    """Raises Needs, or Ended with BAD_BOUND when a bound means no nightly."""
    core = nightlies_between(read, scope, knowledge)
    first = _first(read.older, core, scope, knowledge)
    last = _last(read.newer, core, scope, knowledge)
    if first.key == last.key:
        raise unusable(
            f"Both bounds mean the same build, {first}. Give bounds that are further apart."
        )
    if first.moment > last.moment:
        raise unusable(f"{first} is not before {last}. Give bounds that are further apart.")
    inside = tuple(nightly for nightly in core if first.moment < nightly.moment < last.moment)
    return Line(
        (first, *inside, last),
        _told(read.older, first),
        _told(read.newer, last),
        _granularity(scope, first.day, last.day, knowledge),
    )


def nightlies_between(read: Readings, scope: Scope, knowledge: Knowledge) -> tuple[Nightly, ...]:
    """Nightlies of the days of both bounds and all between."""
    return knowledge.nightlies(scope.main, read.older.day, read.newer.day)


def older_nightlies(end: Candidate, scope: Scope, knowledge: Knowledge) -> Iterator[Nightly]:
    """Nightlies before the end, the nearest first."""
    same_day = knowledge.nightlies(scope.main, end.day, end.day)
    margin = knowledge.nightlies(scope.main, *_before(end.day, scope))
    yield from (n for n in reversed(margin + same_day) if n.moment < end.moment)


def newer_nightlies(end: Candidate, scope: Scope, knowledge: Knowledge) -> Iterator[Nightly]:
    """Nightlies after the end, the nearest first."""
    same_day = knowledge.nightlies(scope.main, end.day, end.day)
    margin = knowledge.nightlies(scope.main, *_after(end.day, scope))
    yield from (n for n in same_day + margin if n.moment > end.moment)


def nightlies_around(day: date, scope: Scope, knowledge: Knowledge) -> Iterator[Nightly]:
    """Those of a day, the last first; then older ones, the nearest first, then newer ones."""
    yield from reversed(knowledge.nightlies(scope.main, day, day))
    yield from reversed(knowledge.nightlies(scope.main, *_before(day, scope)))
    yield from knowledge.nightlies(scope.main, *_after(day, scope))


def _first(
    older: Reading, core: tuple[Nightly, ...], scope: Scope, knowledge: Knowledge
) -> Candidate:
    """The candidate an older bound means; a day without nightlies means the nearest older one."""
    match older:
        case Reading(BuildIdBound() as bound):
            return exact_nightly(bound, core)
        case Reading(push=Push() as push):
            if knowledge.kept_by(push.branch, push.day):
                return push
            before = older_nightlies(push, scope, knowledge)
        case _:
            same_day = list(takewhile(lambda nightly: nightly.day == older.day, core))
            around = () if same_day else knowledge.nightlies(scope.main, *_before(older.day, scope))
            before = iter(same_day or around[::-1])
    return _nearest(before, core, older)


def _last(
    newer: Reading, core: tuple[Nightly, ...], scope: Scope, knowledge: Knowledge
) -> Candidate:
    """The candidate a newer bound means; a day without nightlies means the nearest newer one."""
    match newer:
        case Reading(BuildIdBound() as bound):
            return exact_nightly(bound, core)
        case Reading(push=Push() as push):
            if knowledge.kept_by(push.branch, push.day):
                return push
            after = newer_nightlies(_on_main_branch(newer, scope, knowledge), scope, knowledge)
        case _:
            same_day = list(takewhile(lambda nightly: nightly.day == newer.day, reversed(core)))
            around = () if same_day else knowledge.nightlies(scope.main, *_after(newer.day, scope))
            after = iter(same_day or around)
    return _nearest(after, core[::-1], newer)


def _nearest(
    outwards: Iterator[Nightly], inwards: tuple[Nightly, ...], reading: Reading
) -> Nightly:
    nearest = next(outwards, None) or next(iter(inwards), None)
    if nearest is None:
        raise unusable(f"There are no nightlies near {reading.bound}. Try another date.")
    return nearest


def _on_main_branch(newer: Reading, scope: Scope, knowledge: Knowledge) -> Push:
    """Where nightlies got the changeset, which may be a while after it landed."""
    landed = knowledge.located(scope.main, newer.node)
    if landed is None:
        raise unusable(f"No nightly has changeset {newer.bound}, and its own build is not kept.")
    return landed


def exact_nightly(bound: BuildIdBound, core: tuple[Nightly, ...]) -> Nightly:
    """Raises Ended with BAD_BOUND when it is not among them."""
    for nightly in core:
        if nightly.stamp == bound.stamp:
            return nightly
    that_day = ", ".join(nightly.stamp for nightly in core if nightly.day == bound.day)
    raise unusable(
        f"There is no nightly with build id {bound.stamp}. "
        + (f"That day has {that_day}." if that_day else "That day has none; try a date.")
    )


def _before(day: date, scope: Scope) -> tuple[date, date]:
    return max(day - _MARGIN, scope.app.first_nightly), day - timedelta(days=1)


def _after(day: date, scope: Scope) -> tuple[date, date]:
    return day + timedelta(days=1), min(day + _MARGIN, scope.today)


def _told(reading: Reading, candidate: Candidate) -> str:
    if isinstance(candidate, Push):
        return f"{reading.told}: {candidate}"
    nightly = f"{candidate} (build {candidate.stamp})"
    if reading.push is None and candidate.day != reading.day:
        return f"{reading.told}, a day without nightlies; nearest is {nightly}"
    return f"{reading.told}: {nightly}"


def _granularity(scope: Scope, first: date, last: date, knowledge: Knowledge) -> str:
    """What the answer can be. Where the older builds are kept, the newer ones are, too."""
    branch = scope.landing
    if not scope.has_push_builds:
        return f"two neighbouring nightlies: there are no {scope.app.name} builds of single pushes"
    older = knowledge.kept_by(branch, first)
    newer = knowledge.kept_by(branch, last)
    if newer and older:
        keepers = older if older == newer else f"{older} and {newer}"
        return f"one push: {branch} builds of these days are kept by {keepers}"
    if newer:
        return (
            f"one push where {branch} builds are still kept (by {newer}, for the newer part), "
            "else two neighbouring nightlies"
        )
    return f"two neighbouring nightlies: {branch} builds of these days are no longer kept"
