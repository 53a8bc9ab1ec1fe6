"""From two bounds to the first phase, and what answer can be hoped for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile
from math import ceil, log2

from mozregression.model.apps import APPS, App
from mozregression.model.bounds import BuildIdBound
from mozregression.model.builds import Candidate, Nightly, Push
from mozregression.model.report import Outcome, Report
from mozregression.model.request import Request
from mozregression.session.knowledge import Knowledge
from mozregression.session.phases import Ended
from mozregression.session.readings import Reading, Readings, read_bounds, today, unusable

# How far to look for another end when the wanted one is missing or cannot be tested.
_MARGIN = timedelta(days=14)
_PUSH_MARGIN = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Understanding:
    """How the request was read, for a person, before anything is downloaded.

    sought: what is looked for and why, when it is not what the request says.
    """

    good: str
    bad: str
    candidates: int
    granularity: str
    sought: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """The first phase before its ends are settled.

    line: candidates from one claimed end to the other, oldest first: pushes of
    one branch; or nightlies, whose ends may be pushes that the user named. mirrored: the good end
    is claimed to be the newer one.
    """

    line: tuple[Candidate, ...]
    understanding: Understanding
    mirrored: bool

    @property
    def tests(self) -> int:
        """Tests to expect, the two ends included."""
        return 2 + ceil(log2(max(2, len(self.line))))


def open_session(request: Request, knowledge: Knowledge) -> Opening:
    """Read the bounds. Raises Needs, or Ended with BAD_BOUND when one cannot be used."""
    read = read_bounds(request, knowledge)
    if read.older.push and read.newer.push:
        pushes = _pushes(read.older, read.newer, APPS[request.app], knowledge)
        if pushes:
            return _push_opening(read, pushes, knowledge)
    return _nightly_opening(request, read, knowledge)


def _opening(read: Readings, line: tuple[Candidate, ...], granularity: str) -> Opening:
    told = _told(read.older, line[0]), _told(read.newer, line[-1])
    good, bad = reversed(told) if read.mirrored else told
    sought = "the fix: the good bound is newer than the bad one" if read.mirrored else ""
    return Opening(line, Understanding(good, bad, len(line), granularity, sought), read.mirrored)


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
        yield from older_nightlies(end, request, knowledge)
    else:
        yield from newer_nightlies(end, request, knowledge)
    yield from line[1:] if older else reversed(line[:-1])


# Nightlies


def _nightly_opening(request: Request, read: Readings, knowledge: Knowledge) -> Opening:
    app = APPS[request.app]
    core = knowledge.nightlies(app.branch, read.older.day, read.newer.day)
    first = _first(read.older, core, request, knowledge)
    last = _last(read.newer, core, request, knowledge)
    if first.key == last.key:
        raise unusable(
            f"Both bounds mean the same build, {first}. Give bounds that are further apart."
        )
    if first.moment > last.moment:
        raise unusable(f"{first} is not before {last}. Give bounds that are further apart.")
    inside = tuple(nightly for nightly in core if first.moment < nightly.moment < last.moment)
    line = (first, *inside, last)
    return _opening(read, line, _granularity(app, first.day, last.day, knowledge))


def _first(
    older: Reading, core: tuple[Nightly, ...], request: Request, knowledge: Knowledge
) -> Candidate:
    """The candidate an older bound means; a day without nightlies means the nearest older one."""
    match older:
        case Reading(BuildIdBound() as bound):
            return exact_nightly(bound, core)
        case Reading(push=Push() as push):
            if knowledge.kept_by(push.branch, push.day):
                return push
            before = older_nightlies(push, request, knowledge)
        case _:
            same_day = list(takewhile(lambda nightly: nightly.day == older.day, core))
            branch = APPS[request.app].branch
            margin = () if same_day else knowledge.nightlies(branch, *_before(older.day, request))
            before = iter(same_day or margin[::-1])
    return _nearest(before, core, older)


def _last(
    newer: Reading, core: tuple[Nightly, ...], request: Request, knowledge: Knowledge
) -> Candidate:
    """The candidate a newer bound means; a day without nightlies means the nearest newer one."""
    match newer:
        case Reading(BuildIdBound() as bound):
            return exact_nightly(bound, core)
        case Reading(push=Push() as push):
            if knowledge.kept_by(push.branch, push.day):
                return push
            after = newer_nightlies(_on_main_branch(newer, request, knowledge), request, knowledge)
        case _:
            same_day = list(takewhile(lambda nightly: nightly.day == newer.day, reversed(core)))
            branch = APPS[request.app].branch
            margin = () if same_day else knowledge.nightlies(branch, *_after(newer.day, request))
            after = iter(same_day or margin)
    return _nearest(after, core[::-1], newer)


def _nearest(
    outwards: Iterator[Nightly], inwards: tuple[Nightly, ...], reading: Reading
) -> Nightly:
    nearest = next(outwards, None) or next(iter(inwards), None)
    if nearest is None:
        raise unusable(f"There are no nightlies near {reading.bound}. Try another date.")
    return nearest


def _on_main_branch(newer: Reading, request: Request, knowledge: Knowledge) -> Push:
    """Where nightlies got the changeset, which may be a while after it landed."""
    landed = knowledge.located(APPS[request.app].branch, newer.node)
    if landed is None:
        raise unusable(f"No nightly has changeset {newer.bound}, and its own build is not kept.")
    return landed


def exact_nightly(bound: BuildIdBound, core: tuple[Nightly, ...]) -> Nightly:
    for nightly in core:
        if nightly.stamp == bound.stamp:
            return nightly
    that_day = ", ".join(nightly.stamp for nightly in core if nightly.day == bound.day)
    raise unusable(
        f"There is no nightly with build id {bound.stamp}. "
        + (f"That day has {that_day}." if that_day else "That day has none; try a date.")
    )


def nightlies_around(day: date, request: Request, knowledge: Knowledge) -> Iterator[Nightly]:
    """Nightlies of a day, the last first; then older ones, the nearest first, then newer ones."""
    branch = APPS[request.app].branch
    yield from reversed(knowledge.nightlies(branch, day, day))
    yield from reversed(knowledge.nightlies(branch, *_before(day, request)))
    yield from knowledge.nightlies(branch, *_after(day, request))


def older_nightlies(end: Candidate, request: Request, knowledge: Knowledge) -> Iterator[Nightly]:
    """Nightlies before the end, the nearest first."""
    branch = APPS[request.app].branch
    same_day = knowledge.nightlies(branch, end.day, end.day)
    margin = knowledge.nightlies(branch, *_before(end.day, request))
    yield from (n for n in reversed(margin + same_day) if n.moment < end.moment)


def newer_nightlies(end: Candidate, request: Request, knowledge: Knowledge) -> Iterator[Nightly]:
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
    if isinstance(candidate, Push):
        return f"{reading.told}: {candidate}"
    if reading.push is None and candidate.day != reading.day:
        return f"{reading.told}, a day without nightlies; nearest is {_nightly_told(candidate)}"
    return f"{reading.told}: {_nightly_told(candidate)}"


def _nightly_told(nightly: Nightly) -> str:
    return f"{nightly} (build {nightly.stamp})"


# Pushes


def _pushes(older: Reading, newer: Reading, app: App, knowledge: Knowledge) -> tuple[Push, ...]:
    """Both changesets as pushes of one branch, when their builds are kept; else nothing."""
    for branch in (app.integration, app.branch):
        first = knowledge.located(branch, older.node)
        last = knowledge.located(branch, newer.node)
        if first is None or last is None:
            continue
        if first.id == last.id:
            raise Ended(_one_push(first, knowledge))
        if not all(knowledge.kept_by(branch, push.day) for push in (first, last)):
            return ()
        between = knowledge.pushes_between(branch, first.tip, last.tip)
        if between:
            return (first, *between)
    return ()


def _one_push(push: Push, knowledge: Knowledge) -> Report:
    return Report(
        Outcome.ONE_PUSH,
        f"Both bounds are in {push}. A push is the smallest thing that is built, so this is as "
        "close as it gets.",
        suspects=(push,),
        landings=knowledge.landings(push.branch, push.id, push.id),
    )


def _push_opening(read: Readings, pushes: tuple[Push, ...], knowledge: Knowledge) -> Opening:
    first = pushes[0]
    keeper = knowledge.kept_by(first.branch, first.day)
    granularity = f"one push: {first.branch} builds of these days are kept by {keeper}"
    return _opening(read, pushes, granularity)


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
