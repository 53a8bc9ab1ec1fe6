"""Rates: known or learnt."""

from math import exp, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mozregression.search.noise import (
    EXACT,
    FLAKY,
    INTERMITTENT,
    Beta,
    Known,
    Learnt,
    Noise,
    about,
)

counts = st.integers(0, 12)


@given(errors=counts, others=counts, a=st.floats(0.2, 5), b=st.floats(0.2, 5))
def test_a_learnt_rate_is_an_integral_over_known_ones(
    errors: int, others: int, a: float, b: float
) -> None:
    # P(n tests) = P(first) P(second | first) …: the chain that defines the integral
    rate = Learnt((Beta(a, b),))
    chain = 1.0
    for seen in range(errors):
        chain *= (a + seen) / (a + b + seen)
    for seen in range(others):
        chain *= (b + seen) / (a + b + errors + seen)
    assert isclose(exp(rate.log_likelihood(errors, others)), chain, rel_tol=1e-9)


@given(errors=counts, others=counts)
def test_a_mixture_predicts_what_its_likelihood_says(errors: int, others: int) -> None:
    rate = Learnt((Beta(0.3, 6, 0.4), Beta(2, 1, 0.6)))
    one_more = rate.log_likelihood(errors + 1, others) - rate.log_likelihood(errors, others)
    assert isclose(exp(one_more), rate.mean(errors, others), rel_tol=1e-9)


@given(errors=counts, others=counts, rate=st.floats(0.01, 0.9))
def test_a_known_rate_learns_nothing(errors: int, others: int, rate: float) -> None:
    known = Known(rate)
    assert known.mean(errors, others) == rate
    expected = rate**errors * (1 - rate) ** others
    assert isclose(exp(known.log_likelihood(errors, others)), expected, rel_tol=1e-9)


def test_a_stated_rate_is_believed_until_tests_say_otherwise() -> None:
    rate = about(0.5)
    assert rate.mean(0, 0) == 0.5
    assert rate.mean(8, 0) > 0.8
    assert about(0) == Known(0)
    with pytest.raises(ValueError, match="between 0 and 1"):
        about(1.5)


def test_an_exact_test_never_errs() -> None:
    assert exp(Known(0).log_likelihood(1, 5)) == 0
    assert exp(Known(0).log_likelihood(0, 5)) == 1


def test_kinds_of_noise() -> None:
    assert EXACT.exact
    assert not EXACT.needs_sighting
    assert INTERMITTENT.needs_sighting
    assert not INTERMITTENT.known
    assert not FLAKY.needs_sighting
    assert Noise(Known(0), Known(0.5)).known
    assert not Noise(Known(0), Known(0.5)).needs_sighting


def test_what_is_no_rate_is_refused() -> None:
    for rate in (-0.1, 1.0):
        with pytest.raises(ValueError, match="between 0 and 1"):
            Known(rate)
    with pytest.raises(ValueError, match="no distribution"):
        Learnt(())
    with pytest.raises(ValueError, match="no distribution"):
        Learnt((Beta(0, 1),))
    with pytest.raises(ValueError, match="not seen more often"):
        Noise(Known(0.5), Known(0.5))
