"""Fields that only a window has, each of which stands for several settings."""

from collections.abc import Mapping
from typing import Any

from mozregression.settings.table import Group, Setting

BUILD = Setting("build", Group.RANGE, (), "Build", "which build to run", metavar="BOUND")

SHOWS = Setting(
    "shows",
    Group.CERTAINTY,
    ("--intermittent", "--flaky"),
    "The bug shows",
    "whether tests can be trusted",
    default="always",
    choices=("always", "hides", "errs"),
)

STARTS_WITH = Setting(
    "starts_with",
    Group.BROWSER,
    ("--profile-persistence",),
    "Each build starts with",
    "which profile builds get",
    default="fresh",
    choices=("fresh", "clone", "clone-first", "reuse"),
)

STOOD_FOR = frozenset({"intermittent", "flaky", "profile_persistence"})
"""Settings that need no field beside these."""


def with_own(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings, and what these fields hold then."""
    kept = settings.get("profile_persistence", "clone") if settings.get("profile") else "fresh"
    shows = "errs" if settings.get("flaky") else "hides" if settings.get("intermittent") else None
    return {**settings, STARTS_WITH.name: kept, SHOWS.name: shows or SHOWS.default}


def without_own(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a form holds, as settings."""
    settings = dict(values)
    shows = settings.pop(SHOWS.name, SHOWS.default)
    settings |= {"intermittent": shows == "hides", "flaky": shows == "errs"}
    if shows == "always":
        settings |= {"miss_rate": None}
    if shows != "errs":
        settings |= {"false_rate": None}
    starts_with = settings.pop(STARTS_WITH.name)
    if starts_with == "fresh":
        settings |= {"profile": None, "profile_persistence": "clone"}
    else:
        settings |= {"profile_persistence": starts_with}
    return settings
