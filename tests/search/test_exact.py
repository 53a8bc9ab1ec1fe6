"""The exact search: where it looks, how it avoids what cannot be tested, when it stops."""

from math import ceil, log2

from hypothesis import given
from hypothesis import strategies as st

from mozregression.search.exact import (
    Interval,
    chance_bad,
    choose,
    entropy,
    interval,
    remaining_tests,
)


def test_probes_the_middle() -> None:
    assert choose(Interval(0, 8), ()) == 4
    assert choose(Interval(0, 2), ()) == 1


def test_stops_when_the_ends_are_neighbours() -> None:
    assert choose(Interval(3, 4), ()) is None
    assert choose(Interval(3, 6), (4, 5)) is None


def test_moves_away_from_a_block_the_more_it_grows() -> None:
    near = choose(Interval(0, 100), (50,))
    far = choose(Interval(0, 100), tuple(range(46, 55)))
    assert near is not None
    assert far is not None
    assert 1 <= abs(near - 50) < abs(far - 50)


def test_an_interval_ignores_goods_after_the_first_bad() -> None:
    assert interval(10, good=(0, 3, 8), bad=(5, 9)) == Interval(3, 5)


@given(size=st.integers(2, 3000), data=st.data())
def test_finds_every_change_in_the_fewest_tests(size: int, data: st.DataObject) -> None:
    change = data.draw(st.integers(1, size - 1))
    good, bad = [0], [size - 1]
    tests = 0
    while (probe := choose(interval(size, good, bad), ())) is not None:
        (bad if probe >= change else good).append(probe)
        tests += 1
    assert interval(size, good, bad) == Interval(change - 1, change)
    assert tests <= ceil(log2(size - 1)) if size > 2 else tests == 0


@given(size=st.integers(2, 300), data=st.data())
def test_untestable_candidates_are_never_chosen_and_leave_an_honest_set(
    size: int, data: st.DataObject
) -> None:
    change = data.draw(st.integers(1, size - 1))
    untestable = data.draw(st.sets(st.integers(1, size - 1), max_size=size))
    good, bad = [0], [size - 1]
    while (probe := choose(interval(size, good, bad), untestable)) is not None:
        assert probe not in untestable
        (bad if probe >= change else good).append(probe)
    left = interval(size, good, bad)
    assert left.low < change <= left.high
    assert all(index in untestable for index in range(left.low + 1, left.high))


@given(low=st.integers(0, 1000), width=st.integers(1, 1000))
def test_estimates_are_consistent(low: int, width: int) -> None:
    left = Interval(low, low + width)
    assert remaining_tests(left, ()) == (ceil(log2(width)) if width > 1 else 0)
    for index in range(low, low + width + 1):
        assert 0.0 <= chance_bad(index, left) <= 1.0


def test_entropy_is_one_bit_for_a_fair_question_and_none_for_a_known_answer() -> None:
    assert entropy(0.5) == 1.0
    assert entropy(0.0) == entropy(1.0) == 0.0
