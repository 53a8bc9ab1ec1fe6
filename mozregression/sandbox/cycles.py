"""Cycles of four weeks: when a version begins, and what its branches are called by then."""

from datetime import date, timedelta

CYCLES_SINCE, FIRST_CYCLE, CYCLE = date(2024, 11, 25), 135, timedelta(days=28)
TO_RELEASE = timedelta(days=71)
BETAS = 9


def version_on(day: date) -> int:
    """What mozilla-central is on a day; exact where cycles have four weeks."""
    return max(1, FIRST_CYCLE + (day - CYCLES_SINCE) // CYCLE)


def nightly_start(version: int) -> date:
    """The day mozilla-central became that version, and mozilla-beta the one before."""
    return CYCLES_SINCE + (version - FIRST_CYCLE) * CYCLE


def release_day(version: int) -> date:
    return nightly_start(version) + TO_RELEASE


def beta_day(version: int, number: int) -> date:
    """The day the numbered beta (from 1 on) of a version is made."""
    return nightly_start(version + 1) + timedelta(days=2 * number)
