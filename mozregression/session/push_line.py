"""Pushes of one branch as the first phase: what changesets are, and builds without nightlies.

As the older end a day means the state of the branch as it began, as the newer end the state as
it ended, so that all its pushes are inside. Builds of pushes are kept for some time only: what is
older is left out, and told.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone

from mozregression.model.bounds import BuildIdBound, DateBound
from mozregression.model.builds import Push
from mozregression.model.report import Outcome, Report
from mozregression.session.knowledge import Knowledge
from mozregression.session.lines import Line
from mozregression.session.phases import Ended
from mozregression.session.readings import Reading, Readings, unusable
from mozregression.session.scope import Scope

# How far to look for another end when the wanted one is missing or cannot be tested.
_MARGIN = timedelta(days=2)

# Days to look back for the push before a moment: branches differ in how much they get.
_LOOK_BACK = (3, 30, 400)


def kept_changesets(read: Readings, scope: Scope, knowledge: Knowledge) -> Line | None:
    """Two changesets of one branch, when their builds are kept; else None.

    Raises Needs, or Ended when both are in one push.
    """
    for branch in scope.branches if read.older.push and read.newer.push else ():
        first = knowledge.located(branch, read.older.node)
        last = knowledge.located(branch, read.newer.node)
        if first is None or last is None:
            continue
        if first.id == last.id:
            raise Ended(_one_push(first, knowledge))
        if not all(knowledge.kept_by(branch, push.day) for push in (first, last)):
            return None
        between = knowledge.pushes_between(branch, first.tip, last.tip)
        if between:
            told = (f"{read.older.told}: {first}", f"{read.newer.told}: {last}")
            return _line((first, *between), told, knowledge)
    return None


def push_line(read: Readings, scope: Scope, knowledge: Knowledge) -> Line:
    """The pushes from one bound to the other, as far back as their builds are kept.

    Raises Needs, or Ended: BAD_BOUND, or ONE_PUSH when both are in one.
    """
    since = scope.pushes_kept_since
    if not scope.has_push_builds or read.newer.day < since:
        raise unusable(_gone(read, scope))
    older = read.older
    moved = older.day < since
    if moved:
        older = Reading(DateBound(since), since, older.told)
    first, last = _ends(older, read.newer, scope, knowledge)
    if not knowledge.kept_by(last.branch, last.day):
        raise unusable(_gone(read, scope))
    pushes = (first, *(knowledge.pushes_between(first.branch, first.tip, last.tip) or ()))
    kept = pushes[_first_kept(pushes, knowledge) :]
    if len(kept) == 1:
        raise unusable(_gone(read, scope))
    told = (
        f"{older.told}; builds of that time are no longer kept, so the oldest that are: {kept[0]}"
        if moved or kept[0] != first
        else _told(older, first, "as that day began")
    )
    return _line(kept, (told, _told(read.newer, last, "as that day ended")), knowledge)


def pushes_beyond(end: Push, knowledge: Knowledge, *, older: bool) -> Iterator[Push]:
    """Pushes outside a line of pushes, the nearest to its end first."""
    margin = int(_MARGIN.total_seconds())
    if older:
        around = knowledge.pushes_during(end.branch, end.time - margin, end.time)
        yield from reversed([push for push in around if push.id < end.id])
    else:
        around = knowledge.pushes_during(end.branch, end.time, end.time + margin)
        yield from (push for push in around if push.id > end.id)


def _line(pushes: tuple[Push, ...], told: tuple[str, str], knowledge: Knowledge) -> Line:
    branch, day = pushes[0].branch, pushes[0].day
    keeper = knowledge.kept_by(branch, day)
    granularity = f"one push: {branch} builds of these days are kept by {keeper}"
    return Line(pushes, *told, granularity, branch)


def _told(reading: Reading, push: Push, when: str) -> str:
    is_day = reading.push is None and not isinstance(reading.bound, BuildIdBound)
    return f"{reading.told}{f', {when}' if is_day else ''}: {push}"


def _one_push(push: Push, knowledge: Knowledge) -> Report:
    return Report(
        Outcome.ONE_PUSH,
        f"Both bounds are in {push}. A push is the smallest thing that is built, so this is as "
        "close as it gets.",
        suspects=(push,),
        landings=knowledge.landings(push.branch, push.id, push.id),
    )


# The ends


def _ends(older: Reading, newer: Reading, scope: Scope, knowledge: Knowledge) -> tuple[Push, Push]:
    """Both bounds as pushes of one branch, the first before the last."""
    for branch in scope.branches:
        first = _end(older, branch, _midnight(older.day), knowledge)
        last = _end(newer, branch, _midnight(newer.day + timedelta(days=1)), knowledge)
        if last is None:
            continue
        if first is None and older.push is None:
            first = _first_between(branch, _midnight(older.day), last, knowledge)
        if first is not None:
            _check_order(first, last, older, newer, knowledge)
            return first, last
    raise unusable(
        f"{' and '.join(scope.branches)} have no push for both {older.bound} and {newer.bound}. "
        "Give other bounds."
    )


def _end(reading: Reading, branch: str, moment: int, knowledge: Knowledge) -> Push | None:
    """The push a bound means on a branch: the last before `moment` for a day."""
    if reading.push:
        return knowledge.located(branch, reading.node)
    if isinstance(reading.bound, BuildIdBound):
        return _built_then(reading.bound, branch, knowledge)
    for days in _LOOK_BACK:
        before = knowledge.pushes_during(branch, moment - days * 86_400, moment)
        if before:
            return before[-1]
    return None


def _first_between(branch: str, moment: int, last: Push, knowledge: Knowledge) -> Push | None:
    """Where a branch begins that is younger than the bound."""
    return next(iter(knowledge.pushes_during(branch, moment - 1, last.time + 1)), None)


def _built_then(bound: BuildIdBound, branch: str, knowledge: Knowledge) -> Push:
    """A build id is the time of its push."""
    at = int(bound.moment.timestamp())
    pushes = knowledge.pushes_during(branch, at - 2, at + 2)
    if not pushes:
        raise unusable(
            f"There is no push of {branch} with build id {bound}. Give a date or a changeset."
        )
    return min(pushes, key=lambda push: abs(push.time - at))


def _check_order(
    first: Push, last: Push, older: Reading, newer: Reading, knowledge: Knowledge
) -> None:
    if first.id > last.id:
        raise unusable(f"{first} is not before {last}. Give bounds that are further apart.")
    if first.id < last.id:
        return
    if older.push or newer.push:
        raise Ended(_one_push(first, knowledge))
    raise unusable(
        f"{first.branch} got no pushes from {older.bound} to {newer.bound}. Give bounds that are "
        "further apart."
    )


def _midnight(day: date) -> int:
    """The moment with which a day begins, in UTC seconds."""
    return int(datetime.combine(day, time(), timezone.utc).timestamp())


# What is kept


def _first_kept(pushes: tuple[Push, ...], knowledge: Knowledge) -> int:
    """Index of the oldest push of a kept day; the newest push is one. Builds go oldest first."""
    if knowledge.kept_by(pushes[0].branch, pushes[0].day):
        return 0
    gone, kept = 0, len(pushes) - 1
    while kept - gone > 1:
        middle = (gone + kept) // 2
        if knowledge.kept_by(pushes[middle].branch, pushes[middle].day):
            kept = middle
        else:
            gone = middle
    return kept


def _gone(read: Readings, scope: Scope) -> str:
    """Why there is nothing to test between two bounds, and what would work."""
    app, sentences = scope.app, []
    if scope.has_push_builds:
        since = scope.pushes_kept_since
        sentences.append(
            f"{scope.build_type} builds of {scope.landing} pushes from {read.older.day} to "
            f"{read.newer.day} are no longer kept; those from {since} on may be."
        )
    else:
        sentences.append(f"There are no {app.name} builds of single pushes.")
    if why := scope.why_no_nightlies:
        sentences.append(why)
    if app.nightlies is None:
        sentences.append("Give newer bounds.")
    elif scope.is_own:
        sentences.append("Give newer bounds or another build type.")
    else:
        sentences.append(f"Give newer bounds, or no branch for nightlies of {app.branch}.")
    return " ".join(sentences)
