"""The posterior: its algebra, and what a test would tell."""

from math import isclose, log2
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mozregression.search.belief import Belief, believe, entropy
from mozregression.search.evidence import Evidence
from mozregression.search.noise import EXACT, FLAKY, INTERMITTENT, Known, Noise
from mozregression.search.prior import Prior

NOISY = (INTERMITTENT, FLAKY, Noise(Known(0), Known(0.4)), Noise(Known(0.1), Known(0.2)))


@st.composite
def situations(draw: st.DrawFn) -> tuple[int, Noise, Prior, list[tuple[int, bool]]]:
    """A range, noise, a prior that excludes nothing, and verdicts (index, bug seen)."""
    size = draw(st.integers(2, 25))
    weights = draw(st.lists(st.floats(0.01, 9), min_size=size + 1, max_size=size + 1))
    verdicts = draw(st.lists(st.tuples(st.integers(0, size - 1), st.booleans()), max_size=12))
    return size, draw(st.sampled_from(NOISY)), Prior(tuple(weights)), verdicts


def evidence_of(size: int, verdicts: list[tuple[int, bool]]) -> Evidence:
    return Evidence.of(
        size,
        [index for index, seen in verdicts if not seen],
        [index for index, seen in verdicts if seen],
    )


def belief_of(situation: tuple[int, Noise, Prior, list[tuple[int, bool]]]) -> Belief:
    size, noise, prior, verdicts = situation
    belief = believe(evidence_of(size, verdicts), noise, prior)
    assert belief is not None
    return belief


@given(situations())
def test_it_sums_to_one(situation: tuple[int, Noise, Prior, list[tuple[int, bool]]]) -> None:
    belief = belief_of(situation)
    size = situation[0]
    assert len(belief.chances) == size + 1
    assert min(belief.chances) >= 0
    assert isclose(sum(belief.chances), 1, rel_tol=1e-9)
    assert isclose(belief.mass(0, size + 1), 1, rel_tol=1e-9)
    assert isclose(sum(belief.shares(4)), 1, rel_tol=1e-9)
    third, fourth = belief.shares(2, range(2, 4))
    assert (third, fourth) == (belief.mass(2, 3), belief.mass(3, 4))


@given(situations(), st.randoms(use_true_random=False))
def test_the_order_of_verdicts_does_not_matter(
    situation: tuple[int, Noise, Prior, list[tuple[int, bool]]], random: Random
) -> None:
    size, noise, prior, verdicts = situation
    shuffled = verdicts.copy()
    random.shuffle(shuffled)
    assert belief_of(situation) == belief_of((size, noise, prior, shuffled))


@given(situations(), st.data())
def test_a_verdict_moves_belief_by_bayes_rule(
    situation: tuple[int, Noise, Prior, list[tuple[int, bool]]], data: st.DataObject
) -> None:
    size, noise, prior, verdicts = situation
    index = data.draw(st.integers(0, size - 1))
    before = belief_of(situation)
    after = belief_of((size, noise, prior, [*verdicts, (index, True)]))
    for place, chance in enumerate(before.chances):
        segment = before.segment_of(place)
        likelihood = segment.seen if place <= index else segment.false
        expected = chance * likelihood / before.chances_seen[index]
        assert isclose(after.chances[place], expected, rel_tol=1e-6, abs_tol=1e-12)


@given(situations(), st.data())
def test_a_sighting_never_takes_belief_from_places_before_it(
    situation: tuple[int, Noise, Prior, list[tuple[int, bool]]], data: st.DataObject
) -> None:
    size, _, prior, verdicts = situation
    noise = data.draw(st.sampled_from([one for one in NOISY if one.known]))
    index = data.draw(st.integers(0, size - 1))
    before = belief_of((size, noise, prior, verdicts))
    after = belief_of((size, noise, prior, [*verdicts, (index, True)]))
    assert after.mass(0, index + 1) >= before.mass(0, index + 1) - 1e-9


@given(situations())
def test_gains_are_the_expected_fall_of_entropy(
    situation: tuple[int, Noise, Prior, list[tuple[int, bool]]],
) -> None:
    size, noise, prior, verdicts = situation
    belief = belief_of(situation)
    for index in range(size):
        seen = belief.chances_seen[index]
        left = 0.0
        for is_seen, chance in ((True, seen), (False, 1 - seen)):
            if chance > 1e-9:
                after = belief_of((size, noise, prior, [*verdicts, (index, is_seen)]))
                left += chance * bits(after)
        assert isclose(belief.gains[index], bits(belief) - left, abs_tol=1e-6)


@given(situations(), st.floats(0.5, 0.99))
def test_the_smallest_set_holds_enough_and_no_fewer_would(
    situation: tuple[int, Noise, Prior, list[tuple[int, bool]]], confidence: float
) -> None:
    belief = belief_of(situation)
    places = belief.smallest_set(confidence)
    held = sorted(belief.chances[place] for place in places)
    assert sum(held) >= confidence - 1e-6
    assert sum(held[1:]) < confidence


def test_exact_tests_leave_an_interval() -> None:
    belief = believe(Evidence.of(9, [0, 3], [6, 8]), EXACT, Prior.uniform(9))
    assert belief is not None
    assert [place for place, chance in enumerate(belief.chances) if chance] == [4, 5, 6]
    assert believe(Evidence.of(9, [6], [3]), EXACT, Prior.uniform(9)) is None


def test_a_sighting_proves_itself_when_nothing_is_seen_falsely() -> None:
    prior = Prior.uniform(9, none=0.3)
    belief = believe(Evidence.of(9, [8, 8, 7], [5]), INTERMITTENT, prior)
    assert belief is not None
    assert belief.mass(6, 10) == 0


def test_a_prior_of_another_range_is_refused() -> None:
    with pytest.raises(ValueError, match="10 weights for 6 places"):
        believe(Evidence.of(5), EXACT, Prior.uniform(9))


def test_entropy_is_one_bit_for_a_fair_question_and_none_for_a_known_answer() -> None:
    assert entropy(0.5) == 1.0
    assert entropy(0.0) == entropy(1.0) == 0.0


def bits(belief: Belief) -> float:
    return -sum(chance * log2(chance) for chance in belief.chances if chance > 0)
