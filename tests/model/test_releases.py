"""Versions, tags, and the days on which nightlies went on to the next release."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from mozregression.model import releases


def test_the_table_is_whole_and_in_order() -> None:
    versions = list(releases.MERGE_DAYS)
    assert versions == list(range(5, 73))
    for earlier, later in pairwise(releases.MERGE_DAYS.values()):
        assert timedelta(days=14) < later - earlier < timedelta(days=100)


@pytest.mark.parametrize(
    ("release", "day"),
    [
        (5, date(2011, 4, 12)),
        (10, date(2011, 11, 8)),
        (11, date(2011, 12, 20)),
        (54, date(2017, 3, 6)),
        (56, date(2017, 8, 2)),
        (57, date(2017, 9, 21)),
        (72, date(2019, 12, 9)),
    ],
)
def test_merge_days(release: int, day: date) -> None:
    assert releases.MERGE_DAYS[release] == day


@pytest.mark.parametrize(
    ("version", "major", "whole"),
    [
        ("57", 57, True),
        ("57.0", 57, True),
        ("100.0.1", 100, False),
        ("102.10", 102, False),
        ("150.0b3", 150, False),
        ("128.4.0esr", 128, False),
        ("128.0esr", 128, False),
        ("esr140", 140, True),
        ("3.6.28", 3, False),
    ],
)
def test_versions(version: str, major: int, *, whole: bool) -> None:
    assert releases.is_version(version)
    assert releases.major(version) == major
    assert releases.is_whole(version) is whole


@pytest.mark.parametrize("text", ["", "0", "57.", "57.0a1", "esr", "57.0b", "12345", "\u0665"])
def test_what_is_no_version(text: str) -> None:
    assert not releases.is_version(text)
    with pytest.raises(ValueError, match="no version"):
        releases.major(text)


@pytest.mark.parametrize(
    ("tag", "version"),
    [
        ("FIREFOX_60_0_RELEASE", "60.0"),
        ("FIREFOX_60_0_1_RELEASE", "60.0.1"),
        ("FIREFOX_150_0b3_BUILD2", "150.0b3"),
        ("FIREFOX_128_4_0esr_RELEASE", "128.4.0esr"),
        ("FIREFOX-ANDROID_116_0b1_RELEASE", "116.0b1"),
        ("FIREFOX_RELEASE_65_BASE", "65"),
        ("FIREFOX_BETA_65_END", "65"),
        ("FIREFOX_AURORA_40_BASE", "40"),
        ("UPDATE_PACKAGING_R3", None),
        ("FIREFOX_0_RELEASE", None),
    ],
)
def test_versions_of_tags(tag: str, version: str | None) -> None:
    assert releases.version_of_tag(tag) == version
