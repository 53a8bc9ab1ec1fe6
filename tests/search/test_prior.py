"""Where a change is believed to be before any test."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mozregression.search.prior import MEDIAN_AGE, Prior

ages = st.lists(st.floats(0, 3000), min_size=2, max_size=30, unique=True).map(
    lambda found: sorted(found, reverse=True)
)


def test_uniform_is_uniform_and_leaves_room_for_no_change() -> None:
    assert Prior.uniform(5).weights == (0.0, 1.0, 1.0, 1.0, 1.0, 0.0)
    prior = Prior.uniform(5, before=0.1, none=0.3)
    assert isclose(prior.weights[5] / prior.sums[-1], 0.3)
    assert isclose(prior.weights[0] / prior.sums[-1], 0.1)


@given(ages)
def test_ages_share_out_all_changes(ages: list[float]) -> None:
    prior = Prior.by_age(ages)
    assert isclose(sum(prior.weights), 1, abs_tol=1e-4)
    assert all(weight > 0 for weight in prior.weights[:-1])


def test_builds_of_one_moment_are_not_excluded() -> None:
    for prior in (Prior.by_age([5, 3, 3, 4, 0]), Prior.by_age([5, 3, 3, 1, 0], days=[1, 0, 0])):
        assert all(weight > 0 for weight in prior.weights[:-1])


def test_half_of_the_changes_are_younger_than_the_median_age() -> None:
    prior = Prior.by_age([MEDIAN_AGE, 0.0])
    assert prior.weights == (0.5, 0.5, 0.0)


def test_a_measured_distribution_is_followed_within_days() -> None:
    prior = Prior.by_age([4.0, 2.0, 0.5, 0.0], days=[6, 2, 1, 1])
    # older than the archive; days 2 and 3; half of day 0 and day 1; the other half; too new
    assert prior.weights == pytest.approx((0.0, 0.2, 0.5, 0.3, 0.0), abs=1e-5)


def test_what_is_no_prior_is_refused() -> None:
    for weights in ((0.0, 0.0), (1.0, -1.0)):
        with pytest.raises(ValueError, match="never negative"):
            Prior(weights)
