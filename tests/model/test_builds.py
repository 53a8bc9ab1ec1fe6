from datetime import date, datetime, timezone

import pytest

from mozregression.model.apps import CENTRAL
from mozregression.model.builds import Nightly


def nightly(stamp: str) -> Nightly:
    return Nightly(CENTRAL, stamp, f"/pub/{stamp}/")


def test_the_moment_of_a_nightly_is_in_its_stamp() -> None:
    assert nightly("20260501093012").moment == datetime(2026, 5, 1, 9, 30, 12, tzinfo=timezone.utc)
    assert nightly("20260501093012").day == date(2026, 5, 1)


def test_old_stamps_end_with_the_hour() -> None:
    assert nightly("2010050104").moment == datetime(2010, 5, 1, 4, tzinfo=timezone.utc)


@pytest.mark.parametrize("stamp", ["20261301093012", "2026023004", "20260501250000"])
def test_digits_that_are_no_date_are_refused(stamp: str) -> None:
    with pytest.raises(ValueError, match=r"must be in|out of range"):
        _ = nightly(stamp).moment
