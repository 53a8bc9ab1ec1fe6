"""Bounds as typed by a person."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mozregression.model.bounds import (
    BadBoundError,
    BuildIdBound,
    ChangesetBound,
    DateBound,
    parse_bound,
)


def test_reads_each_kind() -> None:
    assert parse_bound(" 2026-05-01 ") == DateBound(date(2026, 5, 1))
    assert parse_bound("2026-5-1") == DateBound(date(2026, 5, 1))
    assert parse_bound("20260501093012") == BuildIdBound("20260501093012")
    assert parse_bound("ABCDEF1") == ChangesetBound("abcdef1")


@pytest.mark.parametrize("text", ["2026-02-30", "20261301000000", "firefox", "abc", "", "g" * 40])
def test_refusals_name_the_value_and_what_would_work(text: str) -> None:
    with pytest.raises(BadBoundError) as refusal:
        parse_bound(text)
    assert repr(text) in str(refusal.value)
    assert "build id" in str(refusal.value)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        bound = parse_bound(text)
    except BadBoundError:
        return
    assert str(bound)


@given(st.dates(min_value=date(1990, 1, 1)))
def test_dates_round_trip(day: date) -> None:
    assert parse_bound(str(DateBound(day))) == DateBound(day)
