"""From two bounds to the first phase, and what answer can be hoped for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile
from math import ceil, log2

from mozregression.model.apps import APPS, App
from mozregression.model.bounds import BuildIdBound, ChangesetBound, DateBound
from mozregression.model.builds import Candidate, Nightly, Push
from mozregression.model.request import Request
from mozregression.session.knowledge import Knowledge
from mozregression.session.readings import Reading, read_bounds, today, unusable

# How far to look for another end when the wanted one is missing or cannot be tested.
_MARGIN = timedelta(days=14)
_PUSH_MARGIN = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Understanding:
    """How the request was read, for a person, before anything is downloaded."""

    good: str
    bad: str
    candidates: int
    granularity: str


@dataclass(frozen=True, slots=True)
class Opening:
    """The first phase before its ends are settled.

    line: candidates from the claimed good end to the claimed bad end, oldest first: pushes of
    one branch; or nightlies, whose ends may be pushes that the user named.
    """

    line: tuple[Candidate, ...]
    understanding: Understanding

    @property
    def tests(self) -> int:
        """Tests to expect, the two ends included."""
        return 2 + ceil(log2(max(2, len(self.line))))


def open_session(request: Request, knowledge: Knowledge) -> Opening:
    """Read the bounds. Raises Needs, or Ended with BAD_BOUND when one cannot be used."""
    good, bad = read_bounds(request, knowledge)
    if good.push and bad.push:
        pushes = _pushes(good, bad, APPS[request.app], knowledge)
        if pushes:
            return _push_opening(request, pushes, knowledge)
    return _nightly_opening(request, good, bad, knowledge)


def further(
    opening: Opening, request: Request, knowledge: Knowledge, *, older: bool
) -> Iterator[Candidate]:
    """Choices for one end: the claimed one, then outwards, and inwards as a last resort."""
    line = opening.line
    end = line[0 if older else -1]
    yield end
    if all(isinstance(candidate, Push) for candidate in line) and isinstance(end, Push):
        yield from _pushes_beyond(end, knowledge, older=older)
    elif older:
        yield from _older_nightlies(end, request, knowledge)
    else:
        yield from _newer_nightlies(end, request, knowledge)
    yield from line[1:] if older else reversed(line[:-1])


# Nightlies


def _nightly_opening(
    request: Request, good: Reading, bad: Reading, knowledge: Knowledge
) -> Opening:
    app = APPS[request.app]
    core = knowledge.nightlies(app.branch, good.day, bad.day)
    first = _first(good, core, request, knowledge)
    last = _last(bad, core, request, knowledge)
    if first.key == last.key:
        raise unusable(
            f"Both bounds mean the same build, {first}. Give an older good or a newer bad bound."
        )
    inside = tuple(nightly for nightly in core if first.moment < nightly.moment < last.moment)
    line = (first, *inside, last)
    granularity = _granularity(app, first.day, last.day, knowledge)
    return Opening(
        line, Understanding(_told(good, first), _told(bad, last), len(line), granularity)
    )


def _first(
    good: Reading, core: tuple[Nightly, ...], request: Request, knowledge: Knowledge
) -> Candidate:
    """The candidate a good bound means; a day without nightlies means the nearest older one."""
    match good:
        case Reading(BuildIdBound() as bound):
            return _exact(bound, core)
        case Reading(push=Push() as push):
            if knowledge.kept_by(push.branch, push.day):
                return push
            before = _older_nightlies(push, request, knowledge)
        case _:
            same_day = list(takewhile(lambda nightly: nightly.day == good.day, core))
            branch = APPS[request.app].branch
            margin = () if same_day else knowledge.nightlies(branch, *_before(good.day, request))
            before = iter(same_day or margin[::-1])
    return _nearest(before, core, good)


def _last(
    bad: Reading, core: tuple[Nightly, ...], request: Request, knowledge: Knowledge
) -> Candidate:
    """The candidate a bad bound means; a day without nightlies means the nearest newer one."""
    match bad:
        case Reading(BuildIdBound() as bound):
            return _exact(bound, core)
        case Reading(push=Push() as push):
            if knowledge.kept_by(push.branch, push.day):
                return push
            after = _newer_nightlies(_on_main_branch(bad, request, knowledge), request, knowledge)
        case _:
            same_day = list(takewhile(lambda nightly: nightly.day == bad.day, reversed(core)))
            branch = APPS[request.app].branch
            margin = () if same_day else knowledge.nightlies(branch, *_after(bad.day, request))
            after = iter(same_day or margin)
    return _nearest(after, core[::-1], bad)


def _nearest(
    outwards: Iterator[Nightly], inwards: tuple[Nightly, ...], reading: Reading
) -> Nightly:
    nearest = next(outwards, None) or next(iter(inwards), None)
    if nearest is None:
        raise unusable(f"There are no nightlies near {reading.bound}. Try another date.")
    return nearest


def _on_main_branch(bad: Reading, request: Request, knowledge: Knowledge) -> Push:
    """Where nightlies got the changeset, which may be a while after it landed."""
    landed = knowledge.located(APPS[request.app].branch, str(bad.bound))
    if landed is None:
        raise unusable(f"No nightly has changeset {bad.bound}, and its own build is not kept.")
    return landed


def _exact(bound: BuildIdBound, core: tuple[Nightly, ...]) -> Nightly:
    for nightly in core:
        if nightly.stamp == bound.stamp:
            return nightly
    that_day = ", ".join(nightly.stamp for nightly in core if nightly.day == bound.day)
    raise unusable(
        f"There is no nightly with build id {bound.stamp}. "
        + (f"That day has {that_day}." if that_day else "That day has none; try a date.")
    )


def _older_nightlies(end: Candidate, request: Request, knowledge: Knowledge) -> Iterator[Nightly]:
    """Nightlies before the end, the nearest first."""
    branch = APPS[request.app].branch
    same_day = knowledge.nightlies(branch, end.day, end.day)
    margin = knowledge.nightlies(branch, *_before(end.day, request))
    yield from (n for n in reversed(margin + same_day) if n.moment < end.moment)


def _newer_nightlies(end: Candidate, request: Request, knowledge: Knowledge) -> Iterator[Nightly]:
    """Nightlies after the end, the nearest first."""
    branch = APPS[request.app].branch
    same_day = knowledge.nightlies(branch, end.day, end.day)
    margin = knowledge.nightlies(branch, *_after(end.day, request))
    yield from (n for n in same_day + margin if n.moment > end.moment)


def _before(day: date, request: Request) -> tuple[date, date]:
    return max(day - _MARGIN, APPS[request.app].first_nightly), day - timedelta(days=1)


def _after(day: date, request: Request) -> tuple[date, date]:
    return day + timedelta(days=1), min(day + _MARGIN, today(request))


def _told(reading: Reading, candidate: Candidate) -> str:
    meant = f"{candidate}" if isinstance(candidate, Push) else _nightly_told(candidate)
    match reading.bound:
        case BuildIdBound():
            return f"build id {reading.bound}: {meant}"
        case ChangesetBound():
            return f"changeset {reading.bound}, pushed on {reading.day}: {meant}"
        case DateBound(day) if candidate.day != day:
            return f"{day} has no nightly; nearest is {meant}"
        case _:
            return f"{reading.bound}: {meant}"


def _nightly_told(nightly: Nightly) -> str:
    return f"{nightly} (build {nightly.stamp})"


# Pushes


def _pushes(good: Reading, bad: Reading, app: App, knowledge: Knowledge) -> tuple[Push, ...]:
    """Both changesets as pushes of one branch, when their builds are kept; else nothing."""
    for branch in (app.integration, app.branch):
        first = knowledge.located(branch, str(good.bound))
        last = knowledge.located(branch, str(bad.bound))
        if first is None or last is None:
            continue
        if first.id == last.id:
            raise unusable(
                f"Both changesets are in the same push, {first}, and a push is the smallest "
                "thing that is built."
            )
        if not all(knowledge.kept_by(branch, push.day) for push in (first, last)):
            return ()
        between = knowledge.pushes_between(branch, first.tip, last.tip)
        if between:
            return (first, *between)
    return ()


def _push_opening(request: Request, pushes: tuple[Push, ...], knowledge: Knowledge) -> Opening:
    first, last = pushes[0], pushes[-1]
    keeper = knowledge.kept_by(first.branch, first.day)
    return Opening(
        pushes,
        Understanding(
            f"changeset {request.good}: {first}",
            f"changeset {request.bad}: {last}",
            len(pushes),
            f"one push: {first.branch} builds of these days are kept by {keeper}",
        ),
    )


def _pushes_beyond(end: Push, knowledge: Knowledge, *, older: bool) -> Iterator[Push]:
    margin = int(_PUSH_MARGIN.total_seconds())
    if older:
        around = knowledge.pushes_during(end.branch, end.time - margin, end.time)
        yield from reversed([push for push in around if push.id < end.id])
    else:
        around = knowledge.pushes_during(end.branch, end.time, end.time + margin)
        yield from (push for push in around if push.id > end.id)


def _granularity(app: App, first: date, last: date, knowledge: Knowledge) -> str:
    """What the answer can be. Where the older builds are kept, the newer ones are, too."""
    branch = app.integration
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
