"""What a user gave as good or bad, and how it is read."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias


class BadBoundError(ValueError):
    """The text cannot be a bound. The message says what was tried and what would work."""


@dataclass(frozen=True, slots=True)
class DateBound:
    """A day: as good end its first nightly, as bad end its last."""

    day: date

    def __str__(self) -> str:
        return self.day.isoformat()


@dataclass(frozen=True, slots=True)
class BuildIdBound:
    """One nightly, by build id (14 digits)."""

    stamp: str

    def __str__(self) -> str:
        return self.stamp

    @property
    def day(self) -> date:
        return datetime.strptime(self.stamp[:8], "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone


@dataclass(frozen=True, slots=True)
class ChangesetBound:
    """A source state, by hg hash of 7 to 40 digits."""

    node: str

    def __str__(self) -> str:
        return self.node


Bound: TypeAlias = DateBound | BuildIdBound | ChangesetBound

_HELP = (
    "Give a date (2026-05-01), a build id (20260501093012) or an hg changeset "
    "(7 to 40 hexadecimal digits)."
)


def parse_bound(text: str) -> Bound:
    """Read a bound as typed by a person.

    Raises BadBoundError, which names the value and what would work.
    """
    value = text.strip()
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", value):
        return DateBound(_day(value, "%Y-%m-%d"))
    if re.fullmatch(r"\d{14}", value):
        _day(value, "%Y%m%d%H%M%S")
        return BuildIdBound(value)
    if re.fullmatch(r"[0-9a-fA-F]{7,40}", value):
        return ChangesetBound(value.lower())
    raise BadBoundError(f"{text!r} is neither a date, a build id nor a changeset. {_HELP}")


def _day(value: str, form: str) -> date:
    try:
        return datetime.strptime(value, form).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise BadBoundError(
            f"{value!r} looks like a date, but there is no such day. {_HELP}"
        ) from None
