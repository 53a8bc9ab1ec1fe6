"""What those that could not be tested say of others."""

from hypothesis import given
from hypothesis import strategies as st

from mozregression.search.evidence import Evidence
from mozregression.search.testable import GIVEN_UP, chances_testable


def chances(size: int, **evidence: list[int]) -> list[float]:
    found = chances_testable(Evidence.of(size, **evidence))
    assert found is not None
    return found


def test_without_any_all_can_be_tested() -> None:
    assert chances_testable(Evidence.of(9, [0], [8])) is None


@given(size=st.integers(2, 80), data=st.data())
def test_chances_are_chances(size: int, data: st.DataObject) -> None:
    some = st.lists(st.integers(0, size - 1), min_size=1, max_size=size)
    evidence = Evidence.of(size, data.draw(some), skipped=data.draw(some), missing=data.draw(some))
    found = chances_testable(evidence)
    if found is None:
        assert not evidence.blocked
        return
    assert all(0 <= chance <= 1 for chance in found)
    assert all(found[index] == 0 for index in evidence.blocked)


def test_doubt_falls_with_distance_up_to_the_next_that_was_judged() -> None:
    found = chances(100, good=[0], bad=[99], skipped=[50])
    assert found[50] == 0
    assert found[51:100] == sorted(found[51:100])
    assert found[1:50] == sorted(found[1:50], reverse=True)
    assert found[0] == found[99] == 1
    assert found[51] > 0.2


def test_a_longer_run_casts_more_doubt() -> None:
    one = chances(100, good=[0], bad=[99], skipped=[50])
    many = chances(100, good=[0], bad=[99], skipped=[46, 48, 50])
    assert many[51] < one[51]
    assert 0 < many[47] < 0.1


def test_doubt_has_no_scale() -> None:
    near = chances(101, good=[0], bad=[100], skipped=[50])
    far = chances(1001, good=[0], bad=[1000], skipped=[500])
    assert abs(near[75] - far[750]) < 0.06


def test_a_judged_candidate_parts_runs() -> None:
    found = chances(100, good=[0, 50], bad=[99], skipped=[20, 80])
    assert found[50] == 1
    assert found[30] > chances(100, good=[0], bad=[99], skipped=[20, 80])[30]


def test_what_was_skipped_again_and_again_is_given_up_but_what_is_missing_is_not() -> None:
    block = list(range(20, 20 + 2 * GIVEN_UP, 2))
    skipped = chances(100, good=[0], bad=[99], skipped=block)
    assert skipped[21] == 0
    assert skipped[19] > 0
    assert chances(100, good=[0], bad=[99], missing=block)[21] > 0
    assert chances(100, good=[0], bad=[99], skipped=block[1:])[25] > 0


def test_excluded_ranges_say_nothing_of_their_neighbours() -> None:
    found = chances(100, excluded=list(range(30, 60)))
    assert found[29] == found[60] == 1
    assert found[30] == found[59] == 0


def test_a_candidate_that_was_judged_may_be_tested_again() -> None:
    assert chances_testable(Evidence.of(9, [4], skipped=[4])) is None
