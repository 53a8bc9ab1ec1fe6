"""Verdicts that do not fit one change."""

from hypothesis import given
from hypothesis import strategies as st

from mozregression.search.contradictions import Transition, contradiction, transitions
from mozregression.search.evidence import Evidence
from mozregression.search.noise import EXACT, FLAKY, INTERMITTENT, Known, Noise


@given(st.integers(1, 29), st.lists(st.integers(0, 29)))
def test_verdicts_of_one_change_never_contradict(place: int, tested: list[int]) -> None:
    evidence = Evidence.of(30, [i for i in tested if i < place], [i for i in tested if i >= place])
    assert contradiction(evidence) is None
    for noise in (EXACT, INTERMITTENT, FLAKY):
        assert len(transitions(evidence, noise)) <= 1


def test_the_verdict_that_most_others_speak_against_is_suspected() -> None:
    found = contradiction(Evidence.of(30, [0, 10, 12, 14], [5, 29]))
    assert found is not None
    assert (found.bad, found.good, found.suspect) == (5, 14, 5)
    found = contradiction(Evidence.of(30, [0, 25], [5, 7, 9, 29]))
    assert found is not None
    assert found.suspect == 25


def test_a_verdict_and_its_opposite_contradict() -> None:
    found = contradiction(Evidence.of(30, [0, 9], [9, 29]))
    assert found is not None
    assert (found.bad, found.good, found.suspect) == (9, 9, 9)


def test_one_slip_is_no_transition_but_verdicts_given_twice_are() -> None:
    slip = Evidence.of(30, [0, 5, 20], [10, 15, 25, 29])
    assert transitions(slip, EXACT) == (Transition(5, 10, into_bad=True),)
    twice = Evidence.of(30, [0, 5, 20, 20], [10, 10, 15, 25, 25, 29])
    assert transitions(twice, EXACT) == (
        Transition(5, 10, into_bad=True),
        Transition(15, 20, into_bad=False),
        Transition(20, 25, into_bad=True),
    )


def test_misses_of_an_intermittent_bug_are_no_transitions() -> None:
    evidence = Evidence.of(30, [0, 5, 12, 20, 20, 26], [10, 15, 18, 25, 25, 29])
    assert len(transitions(evidence, INTERMITTENT)) == 1


def test_a_long_run_of_misses_is_two_transitions() -> None:
    evidence = Evidence.of(
        30, [0, 0, 2, 2, 5, *[18] * 6, *[20] * 6], [10, 10, 11, 12, 13, 13, 26, 26, 27, 28, 29]
    )
    for noise in (INTERMITTENT, FLAKY, Noise(Known(0.05), Known(0.2))):
        assert [found.into_bad for found in transitions(evidence, noise)] == [True, False, True]


def test_nothing_tested_means_no_transition() -> None:
    assert transitions(Evidence.of(9), EXACT) == ()
    assert contradiction(Evidence.of(9)) is None
