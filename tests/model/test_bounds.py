"""Bounds as typed by a person."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mozregression.model.bounds import (
    BadBoundError,
    Bound,
    BuildIdBound,
    ChangesetBound,
    DateBound,
    ReleaseBound,
    TagBound,
    other_meaning,
    parse_bound,
    year_before,
)

TODAY = date(2026, 3, 31)


@pytest.mark.covers(
    "bound: date", "bound: today and yesterday", "bound: some time ago", "bound: build id"
)
@pytest.mark.parametrize(
    ("text", "bound"),
    [
        (" 2026-05-01 ", DateBound(date(2026, 5, 1))),
        ("2026-5-1", DateBound(date(2026, 5, 1))),
        ("20260501093012", BuildIdBound("20260501093012")),
        ("ABCDEF1", ChangesetBound("abcdef1")),
        ("a" * 40, ChangesetBound("a" * 40)),
        ("1933103", ChangesetBound("1933103")),
        ("20260501", ChangesetBound("20260501")),
        ("57", ReleaseBound("57")),
        ("60.0", ReleaseBound("60.0")),
        ("100.0.1", ReleaseBound("100.0.1")),
        ("102.10", ReleaseBound("102.10")),
        ("115.0.10", ReleaseBound("115.0.10")),
        ("150.0b3", ReleaseBound("150.0b3")),
        ("128.4.0esr", ReleaseBound("128.4.0esr")),
        ("ESR140", ReleaseBound("esr140")),
        ("140esr", ReleaseBound("140esr")),
        ("FIREFOX_60_0_RELEASE", TagBound("FIREFOX_60_0_RELEASE")),
        ("FIREFOX-ANDROID_116_0b1_RELEASE", TagBound("FIREFOX-ANDROID_116_0b1_RELEASE")),
        ("today", DateBound(TODAY)),
        ("Yesterday", DateBound(date(2026, 3, 30))),
        ("1 day ago", DateBound(date(2026, 3, 30))),
        ("3 weeks ago", DateBound(date(2026, 3, 10))),
        ("a month ago", DateBound(date(2026, 2, 28))),
        ("2 months ago", DateBound(date(2026, 1, 31))),
        ("4 months ago", DateBound(date(2025, 11, 30))),
        ("2 years ago", DateBound(date(2024, 3, 31))),
    ],
)
def test_reads_each_kind(text: str, bound: Bound) -> None:
    assert parse_bound(text, TODAY) == bound


@pytest.mark.covers("bound: malformed")
@pytest.mark.parametrize(
    "text",
    [
        *("2026-02-30", "20261301000000", "firefox", "abc", "", "g" * 40, "0", "1.2.3.4.5"),
        *(
            "5 minutes ago",
            "99999 years ago",
            "999999 days ago",
            "tomorrow",
            "tip",
            "\u0662\u0660\u0662\u0666-05-01",
        ),
    ],
)
def test_refusals_name_the_value_and_what_would_work(text: str) -> None:
    with pytest.raises(BadBoundError) as refusal:
        parse_bound(text, TODAY)
    assert repr(text) in str(refusal.value)
    assert "build id" in str(refusal.value)


@pytest.mark.covers("bound: bug number")
@pytest.mark.parametrize(
    "text",
    [
        *("bug 1933103", "Bug1933103", "bug #1933103", "#1933103"),
        *("123456", "https://bugzilla.mozilla.org/show_bug.cgi?id=1933103"),
    ],
)
def test_a_bug_is_understood_and_refused(text: str) -> None:
    with pytest.raises(BadBoundError, match=r"looks like bug \d+\. A bug is no bound") as refusal:
        parse_bound(text, TODAY)
    assert "changeset" in str(refusal.value)


WORDS = st.lists(
    st.sampled_from(
        [*"0159.abefgxz_-:# \n", "bug", "ago", "weeks", "years", "FIREFOX", "esr", "2026", "today"]
    ),
    max_size=12,
).map("".join)


@given(st.text(max_size=60) | WORDS | st.from_regex(r"\A\d{1,20} (day|month|year)s ago\Z"))
@example("2026-00-00")
@example("bug " + "9" * 900)
@example("\n".join(["2026", "x" * 400]))
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    try:
        told = str(parse_bound(text, TODAY))
    except BadBoundError as refusal:
        told = str(refusal)
    assert len(told.splitlines()) == 1
    assert len(told) < 1000


@given(st.dates(min_value=date(1990, 1, 1)))
def test_dates_round_trip(day: date) -> None:
    assert parse_bound(str(DateBound(day)), TODAY) == DateBound(day)


@given(st.integers(0, 20_000), st.sampled_from(["day", "week", "month", "year"]))
def test_what_is_longer_ago_is_not_later(count: int, unit: str) -> None:
    days = []
    for number in (count, count + 1):
        try:
            bound = parse_bound(f"{number} {unit}s ago", TODAY)
        except BadBoundError:
            return
        assert isinstance(bound, DateBound)
        days.append(bound.day)
    assert days[0] > days[1] or (unit == "month" and days[0] >= days[1])


@pytest.mark.covers("bound: build id before 2011", "bound: digits that mean two things")
@pytest.mark.parametrize(
    ("digits", "meaning"),
    [
        ("20260501", DateBound(date(2026, 5, 1))),
        ("2010052003", BuildIdBound("2010052003")),
        ("20261301", None),
        ("2010052025", None),
        ("1933103", None),
        ("abcdef01", None),
    ],
)
def test_digits_that_are_no_changeset_may_mean_something_else(
    digits: str, meaning: Bound | None
) -> None:
    assert other_meaning(ChangesetBound(digits)) == meaning


def test_a_year_before_a_leap_day() -> None:
    assert year_before(date(2024, 2, 29)) == date(2023, 2, 28)
