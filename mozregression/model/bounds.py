"""What a user gave as good or bad, and how it is read."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

from mozregression.model.releases import is_version


class BadBoundError(ValueError):
    """The text cannot be a bound. The message says what was tried and what would work."""


@dataclass(frozen=True, slots=True)
class DateBound:
    """A day: as older end its first nightly, as newer end its last."""

    day: date

    def __str__(self) -> str:
        return self.day.isoformat()


@dataclass(frozen=True, slots=True)
class BuildIdBound:
    """One nightly, by build id: 14 digits, or 10 before 2011."""

    stamp: str

    def __str__(self) -> str:
        return self.stamp

    @property
    def moment(self) -> datetime:
        """When its source was pushed."""
        return datetime.strptime(self.stamp.ljust(14, "0") + "Z", "%Y%m%d%H%M%S%z")

    @property
    def day(self) -> date:
        return self.moment.date()


@dataclass(frozen=True, slots=True)
class ReleaseBound:
    """The last nightly of the release that a version belongs to (`57`, `60.0.1`, `esr140`)."""

    version: str

    def __str__(self) -> str:
        return self.version


@dataclass(frozen=True, slots=True)
class TagBound:
    """A source state, by hg tag."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ChangesetBound:
    """A source state, by hg or git hash of 7 to 40 digits."""

    node: str

    def __str__(self) -> str:
        return self.node


@dataclass(frozen=True, slots=True)
class YearBefore:
    """A good bound that nobody gave: a year before the bad one. Older sessions have it."""

    def __str__(self) -> str:
        return "a year before the bad bound"


@dataclass(frozen=True, slots=True)
class SomeTimeBefore:
    """A good bound that nobody gave: how far back it has to be is part of the search."""

    def __str__(self) -> str:
        return "some time before the bad bound"


Bound: TypeAlias = (
    DateBound
    | BuildIdBound
    | ReleaseBound
    | TagBound
    | ChangesetBound
    | YearBefore
    | SomeTimeBefore
)

_HELP = (
    "Give a date (2026-05-01, yesterday, 3 weeks ago), a build id (20260501093012), "
    "a release (150, 128.4.0esr), an hg tag or a changeset (7 to 40 digits of its hg or git hash)."
)
BUG_HELP = (
    "A bug is no bound, as it may have landed more than once, or never. "
    "Give the changeset of a landing, which the bug names, or its date."
)
_BUG = re.compile(
    r"bug[\s#:=-]*(\d{1,9})|#(\d{1,9})|https?://\S*bugzilla\S*id=(\d{1,9})\S*|(\d{5,6})",
    re.IGNORECASE,
)
_AGO = re.compile(
    r"(?P<count>\d{1,6}|an?|one)\s+(?P<unit>day|week|month|year)s?\s+ago", re.IGNORECASE
)
_TAG = re.compile(r"[A-Za-z][A-Za-z0-9.-]*(_[A-Za-z0-9.-]+)+")
_LONGEST_SHOWN = 60


def parse_bound(text: str, today: date) -> Bound:
    """Read a bound as typed by a person. today: what words like `yesterday` go by (UTC).

    Raises BadBoundError: one line that names the value and what would work.
    """
    value = text.strip()
    if re.fullmatch(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", value):
        return DateBound(_day(value, "%Y-%m-%d"))
    if re.fullmatch(r"[0-9]{14}", value):
        _day(value, "%Y%m%d%H%M%S")
        return BuildIdBound(value)
    if is_version(value.lower()):
        return ReleaseBound(value.lower())
    if re.fullmatch(r"[0-9a-fA-F]{7,40}", value):
        return ChangesetBound(value.lower())
    if bug := _BUG.fullmatch(value):
        raise BadBoundError(f"{_shown(value)} looks like bug {bug[bug.lastindex or 0]}. {BUG_HELP}")
    if _TAG.fullmatch(value):
        return TagBound(value)
    if relative := _relative(value, today):
        return relative
    raise BadBoundError(
        f"{_shown(text)} is neither a date, a build id, a release, a tag nor a changeset. {_HELP}"
    )


def other_meaning(bound: ChangesetBound) -> DateBound | BuildIdBound | None:
    """What digits mean that turned out to be no changeset: a date, an old build id, or nothing."""
    form = {8: "%Y%m%d", 10: "%Y%m%d%H"}.get(len(bound.node))
    if form is None or not bound.node.isdecimal():
        return None
    try:
        day = _day(bound.node, form)
    except BadBoundError:
        return None
    return DateBound(day) if len(bound.node) == 8 else BuildIdBound(bound.node)


def year_before(day: date) -> date:
    return _months_before(day, 12)


def _relative(value: str, today: date) -> DateBound | None:
    """`today`, `yesterday`, `3 weeks ago`."""
    word = value.lower()
    if word in ("today", "now"):
        return DateBound(today)
    if word == "yesterday":
        return DateBound(today - timedelta(days=1))
    ago = _AGO.fullmatch(value)
    if ago is None:
        return None
    count = int(ago["count"]) if ago["count"].isdecimal() else 1
    try:
        match ago["unit"].lower():
            case "day" | "week" as unit:
                return DateBound(today - timedelta(days=count * (7 if unit == "week" else 1)))
            case unit:
                return DateBound(_months_before(today, count * (12 if unit == "year" else 1)))
    except (OverflowError, ValueError):
        raise BadBoundError(f"{_shown(value)} is before all builds. {_HELP}") from None


def _months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last. Raises ValueError before year 1."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < 1:
        raise ValueError("there is no such year")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _day(value: str, form: str) -> date:
    try:
        return datetime.strptime(value, form).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise BadBoundError(
            f"{value!r} looks like a date, but there is no such day. {_HELP}"
        ) from None


def _shown(text: str) -> str:
    return repr(text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…")
