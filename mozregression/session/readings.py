"""Bounds as a person gave them, read with what the services know."""

from dataclasses import dataclass
from datetime import date, datetime, timezone

from mozregression.model.apps import APPS, App
from mozregression.model.bounds import Bound, BuildIdBound, ChangesetBound, DateBound
from mozregression.model.builds import Push
from mozregression.model.report import Outcome, Report
from mozregression.model.request import Request
from mozregression.session.knowledge import Knowledge
from mozregression.session.phases import Ended


@dataclass(frozen=True, slots=True)
class Reading:
    """One bound: the day it falls on and, when it is a changeset, its first push anywhere."""

    bound: Bound
    day: date
    push: Push | None = None


def today(request: Request) -> date:
    """The day on which the request was made (UTC)."""
    return datetime.fromtimestamp(request.asked_at, timezone.utc).date()


def read_bounds(request: Request, knowledge: Knowledge) -> tuple[Reading, Reading]:
    """Both bounds. Raises Needs, or Ended with BAD_BOUND when one cannot be used."""
    app = APPS[request.app]
    good = _read(request.good, app, today(request), knowledge)
    bad = _read(request.bad, app, today(request), knowledge)
    _check_order(good, bad)
    return good, bad


def unusable(detail: str) -> Ended:
    """The session cannot begin; the detail names the value and what would work."""
    return Ended(Report(Outcome.BAD_BOUND, detail))


def _read(bound: Bound, app: App, today: date, knowledge: Knowledge) -> Reading:
    match bound:
        case ChangesetBound(node):
            push = knowledge.located(app.integration, node) or knowledge.located(app.branch, node)
            if push is None:
                raise unusable(
                    f"Changeset {node} is neither on {app.integration} nor on {app.branch}. "
                    "Check the hash, or give a date or a build id instead."
                )
            return Reading(bound, push.day, push)
        case DateBound(day) | BuildIdBound(day=day):
            if day > today:
                raise unusable(f"{bound} is in the future; today is {today} (UTC).")
            if day < app.first_nightly:
                raise unusable(
                    f"{bound} is before the first {app.name} nightly, {app.first_nightly}."
                )
            return Reading(bound, day)


def _check_order(good: Reading, bad: Reading) -> None:
    later = good.push.time > bad.push.time if good.push and bad.push else good.day > bad.day
    if later:
        raise unusable(
            f"The good bound {good.bound} is later than the bad bound {bad.bound}. "
            "If the bug is gone in newer builds, swap them and call builds without the fix good."
        )
