"""From two bounds to the first phase: how bounds are read, and what answer can be hoped for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from math import ceil, log2

from mozregression.model.apps import APPS, App
from mozregression.model.bounds import Bound, BuildIdBound, ChangesetBound, DateBound
from mozregression.model.builds import Candidate, Nightly, Push
from mozregression.model.report import Outcome, Report
from mozregression.model.request import Request
from mozregression.session.knowledge import Knowledge
from mozregression.session.phases import Ended

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

    line: candidates from the claimed good end to the claimed bad end, oldest first.
    """

    line: tuple[Candidate, ...]
    understanding: Understanding

    @property
    def tests(self) -> int:
        """Tests to expect, the two ends included."""
        return 2 + ceil(log2(max(2, len(self.line))))


@dataclass(frozen=True, slots=True)
class _Reading:
    """One bound: the day it falls on, the moment of its push when it is a changeset."""

    bound: Bound
    day: date
    push: Push | None = None

    @property
    def moment(self) -> datetime | None:
        return self.push.moment if self.push else None


def open_session(request: Request, knowledge: Knowledge) -> Opening:
    """Read the bounds. Raises Needs, or Ended with BAD_BOUND when one cannot be used."""
    app = APPS[request.app]
    today = datetime.fromtimestamp(request.asked_at, timezone.utc).date()
    good = _read(request.good, app, today, knowledge)
    bad = _read(request.bad, app, today, knowledge)
    _check_order(good, bad)
    if good.push and bad.push:
        pushes = _pushes(good, bad, app, knowledge)
        if pushes:
            return _push_opening(request, pushes, knowledge)
    return _nightly_opening(request, app, good, bad, knowledge)


def further(
    opening: Opening, request: Request, knowledge: Knowledge, *, older: bool
) -> Iterator[Candidate]:
    """Choices for one end: the claimed one, then outwards, and inwards as a last resort."""
    app = APPS[request.app]
    yield opening.line[0 if older else -1]
    if isinstance(opening.line[0], Push):
        yield from _pushes_beyond(opening.line, knowledge, older=older)
    else:
        yield from _nightlies_beyond(opening.line, app, request, knowledge, older=older)
    yield from opening.line[1:] if older else reversed(opening.line[:-1])


def _read(bound: Bound, app: App, today: date, knowledge: Knowledge) -> _Reading:
    match bound:
        case ChangesetBound(node):
            push = knowledge.located(app.integration, node) or knowledge.located(app.branch, node)
            if push is None:
                raise _unusable(
                    f"Changeset {node} is neither on {app.integration} nor on {app.branch}. "
                    "Check the hash, or give a date or a build id instead."
                )
            return _Reading(bound, push.day, push)
        case DateBound(day) | BuildIdBound(day=day):
            if day > today:
                raise _unusable(f"{bound} is in the future; today is {today} (UTC).")
            if day < app.first_nightly:
                raise _unusable(
                    f"{bound} is before the first {app.name} nightly, {app.first_nightly}."
                )
            return _Reading(bound, day)


def _check_order(good: _Reading, bad: _Reading) -> None:
    later = good.moment > bad.moment if good.moment and bad.moment else good.day > bad.day
    if later:
        raise _unusable(
            f"The good bound {good.bound} is later than the bad bound {bad.bound}. "
            "If the bug is gone in newer builds, swap them and call builds without the fix good."
        )


def _unusable(detail: str) -> Ended:
    return Ended(Report(Outcome.BAD_BOUND, detail))


# Nightlies


def _nightly_opening(
    request: Request, app: App, good: _Reading, bad: _Reading, knowledge: Knowledge
) -> Opening:
    core = knowledge.nightlies(app.branch, good.day, bad.day)
    first = _first_nightly(good, core, app, knowledge)
    last = _last_nightly(bad, core, app, request, knowledge)
    if first.stamp == last.stamp:
        raise _unusable(
            f"Both bounds mean the same build, {first}. Give an older good or a newer bad bound."
        )
    inside = tuple(nightly for nightly in core if first.stamp < nightly.stamp < last.stamp)
    line = (first, *inside, last)
    granularity = _granularity(app, first.day, last.day, knowledge)
    return Opening(
        line,
        Understanding(_told(good, first), _told(bad, last), len(line), granularity),
    )


def _first_nightly(
    good: _Reading, core: tuple[Nightly, ...], app: App, knowledge: Knowledge
) -> Nightly:
    """The nightly a good bound means; where that day has none, the nearest older one."""
    if isinstance(good.bound, BuildIdBound):
        return _exact(good.bound, core)
    if good.moment is None:
        same_day = [nightly for nightly in core if nightly.day == good.day]
        if same_day:
            return same_day[0]
        before = knowledge.nightlies(app.branch, *_before(good.day, app))
    else:
        margin = knowledge.nightlies(app.branch, *_before(good.day, app))
        before = tuple(n for n in margin + core if n.moment <= good.moment)
    if before:
        return before[-1]
    if core:
        return core[0]
    raise _no_nightlies(good, app)


def _last_nightly(
    bad: _Reading, core: tuple[Nightly, ...], app: App, request: Request, knowledge: Knowledge
) -> Nightly:
    """The nightly a bad bound means; where that day has none, the nearest newer one."""
    if isinstance(bad.bound, BuildIdBound):
        return _exact(bad.bound, core)
    if bad.moment is None:
        same_day = [nightly for nightly in core if nightly.day == bad.day]
        if same_day:
            return same_day[-1]
        after = knowledge.nightlies(app.branch, *_after(bad.day, request))
    else:
        margin = knowledge.nightlies(app.branch, *_after(bad.day, request))
        after = tuple(n for n in core + margin if n.moment >= bad.moment)
    if after:
        return after[0]
    if core:
        return core[-1]
    raise _no_nightlies(bad, app)


def _exact(bound: BuildIdBound, core: tuple[Nightly, ...]) -> Nightly:
    for nightly in core:
        if nightly.stamp == bound.stamp:
            return nightly
    that_day = ", ".join(nightly.stamp for nightly in core if nightly.day == bound.day)
    raise _unusable(
        f"There is no nightly with build id {bound.stamp}. "
        + (f"That day has {that_day}." if that_day else "That day has none; try a date.")
    )


def _no_nightlies(reading: _Reading, app: App) -> Ended:
    return _unusable(f"There are no {app.name} nightlies near {reading.bound}. Try another date.")


def _nightlies_beyond(
    line: tuple[Candidate, ...], app: App, request: Request, knowledge: Knowledge, *, older: bool
) -> Iterator[Nightly]:
    if older:
        first = line[0]
        same_day = knowledge.nightlies(app.branch, first.day, first.day)
        margin = knowledge.nightlies(app.branch, *_before(first.day, app))
        yield from reversed([n for n in margin + same_day if n.moment < first.moment])
    else:
        last = line[-1]
        same_day = knowledge.nightlies(app.branch, last.day, last.day)
        margin = knowledge.nightlies(app.branch, *_after(last.day, request))
        yield from (n for n in same_day + margin if n.moment > last.moment)


def _before(day: date, app: App) -> tuple[date, date]:
    return max(day - _MARGIN, app.first_nightly), day - timedelta(days=1)


def _after(day: date, request: Request) -> tuple[date, date]:
    today = datetime.fromtimestamp(request.asked_at, timezone.utc).date()
    return day + timedelta(days=1), min(day + _MARGIN, today)


def _told(reading: _Reading, nightly: Nightly) -> str:
    meant = f"{nightly} (build {nightly.stamp})"
    match reading.bound:
        case BuildIdBound():
            return f"build id {reading.bound}: {meant}"
        case ChangesetBound():
            return f"changeset {reading.bound}, pushed {reading.moment:%Y-%m-%d %H:%M}: {meant}"
        case DateBound(day) if nightly.day != day:
            return f"{day} has no nightly; nearest is {meant}"
        case _:
            return f"{reading.bound}: {meant}"


# Pushes


def _pushes(good: _Reading, bad: _Reading, app: App, knowledge: Knowledge) -> tuple[Push, ...]:
    """Both changesets as pushes of one branch, when their builds are kept; else nothing."""
    for branch in (app.integration, app.branch):
        ends = [knowledge.located(branch, str(reading.bound)) for reading in (good, bad)]
        first, last = ends
        if first is None or last is None:
            continue
        if first.id == last.id:
            raise _unusable(
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


def _pushes_beyond(
    line: tuple[Candidate, ...], knowledge: Knowledge, *, older: bool
) -> Iterator[Push]:
    end = line[0 if older else -1]
    if not isinstance(end, Push):
        return
    margin = int(_PUSH_MARGIN.total_seconds())
    if older:
        around = knowledge.pushes_during(end.branch, end.time - margin, end.time)
        yield from reversed([push for push in around if push.id < end.id])
    else:
        around = knowledge.pushes_during(end.branch, end.time, end.time + margin)
        yield from (push for push in around if push.id > end.id)


def _granularity(app: App, first: date, last: date, knowledge: Knowledge) -> str:
    """What the answer can be. Asks the older end's day first, which may tell for both."""
    branch = app.integration
    older = knowledge.kept_by(branch, first)
    newer = knowledge.kept_by(branch, last)
    if newer and older:
        return f"one push: {branch} builds of these days are kept by {_both(older, newer)}"
    if newer:
        return (
            f"one push where {branch} builds are still kept (by {newer}, for the newer part), "
            "else two neighbouring nightlies"
        )
    return f"two neighbouring nightlies: {branch} builds of these days are no longer kept"


def _both(older: str, newer: str) -> str:
    return older if older == newer else f"{older} and {newer}"
