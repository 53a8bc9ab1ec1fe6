"""Searches from the first test to the end: what is chosen, when they stop, what they say."""

from itertools import pairwise
from math import ceil, log2
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mozregression.search.evidence import Evidence
from mozregression.search.noise import EXACT, FLAKY, INTERMITTENT, Known, Noise
from mozregression.search.plan import Plan, Search, State, plan
from mozregression.search.prior import Prior
from tests.search import plain_bisection

KNOWN = Noise(Known(0.1), Known(0.2))


class Bug:
    """A made-up bug at `place`; it is asked in place of a tester."""

    def __init__(
        self, place: int, *, false: float = 0, miss: float = 0, broken: frozenset[int] = frozenset()
    ) -> None:
        self.place, self.false, self.miss, self.broken = place, false, miss, broken
        self.random = Random(place)
        self.good: list[int] = []
        self.bad: list[int] = []
        self.skipped: list[int] = []

    def test(self, index: int) -> None:
        chance = 1 - self.miss if index >= self.place else self.false
        if index in self.broken:
            self.skipped.append(index)
        elif self.random.random() < chance:
            self.bad.append(index)
        else:
            self.good.append(index)

    def evidence(self, size: int) -> Evidence:
        return Evidence.of(size, self.good, self.bad, skipped=self.skipped)

    def searched(self, search: Search, jobs: int = 1) -> tuple[Plan, int]:
        """The last plan, and how many rounds it took."""
        for rounds in range(1000):
            found = plan(search, self.evidence(search.size), jobs=jobs)
            if found.state is not State.SEARCHING:
                return found, rounds
            assert found.probes
            for probe in found.probes:
                assert probe.index not in self.skipped
                self.test(probe.index)
        raise AssertionError("no end")


@given(size=st.integers(2, 3000), data=st.data())
@settings(max_examples=40)
def test_exact_search_is_plain_bisection(size: int, data: st.DataObject) -> None:
    bug = Bug(data.draw(st.integers(1, size - 1)))
    bug.good, bug.bad = [0], [size - 1]
    search = Search(size)
    while True:
        left = plain_bisection.interval(size, bug.good, bug.bad)
        expected = plain_bisection.middle(left)
        found = plan(search, bug.evidence(size))
        assert found.tests_left == plain_bisection.remaining_tests(left)
        if expected is None:
            break
        [probe] = found.probes
        split = plain_bisection.chance_bad(probe.index, left)  # of two middles either will do
        assert abs(split - 0.5) == pytest.approx(
            abs(plain_bisection.chance_bad(expected, left) - 0.5)
        )
        assert probe.chance_bad == pytest.approx(split)
        bug.test(probe.index)
    assert found.state is State.FOUND
    assert found.suspects == (bug.place,)


@given(size=st.integers(2, 300), data=st.data())
@settings(max_examples=50)
def test_what_cannot_be_tested_leaves_an_honest_set(size: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, size - 1))
    inside = st.integers(1, max(size - 2, 1))
    broken = data.draw(st.frozensets(inside, max_size=size)) - {0, size - 1}
    bug = Bug(place, broken=broken)
    bug.good, bug.bad = [0], [size - 1]
    found, _ = bug.searched(Search(size))
    assert place in found.suspects
    assert found.held == pytest.approx(1)
    assert (found.state is State.FOUND) == (len(found.suspects) == 1)
    below, above = min(found.suspects) - 1, max(found.suspects)
    assert below in bug.good
    assert above in bug.bad


@given(size=st.integers(3, 200), data=st.data())
@settings(max_examples=50)
def test_missing_and_excluded_candidates_are_never_chosen(size: int, data: st.DataObject) -> None:
    some = st.frozensets(st.integers(0, size - 1), max_size=size)
    missing, excluded, skipped = data.draw(some), data.draw(some), data.draw(some)
    noise = data.draw(st.sampled_from((EXACT, KNOWN, FLAKY)))
    evidence = Evidence.of(size, missing=missing, excluded=excluded, skipped=skipped)
    found = plan(Search(size, noise), evidence, jobs=data.draw(st.integers(1, 3)))
    assert not {probe.index for probe in found.probes} & (missing | excluded | skipped)
    assert found.probes or found.state is not State.SEARCHING


def test_a_broken_block_is_not_walked_through() -> None:
    bug = Bug(180, broken=frozenset(range(100, 260)))
    bug.good, bug.bad = [0], [364]
    found, tests = bug.searched(Search(365))
    assert found.state is State.NARROWED
    assert found.suspects == tuple(range(100, 261))
    assert tests < 25


def test_the_end_comes_at_the_confidence_that_was_asked_for() -> None:
    held = []
    for confidence in (0.6, 0.95, 0.999):
        bug = Bug(40, false=0.1, miss=0.2)
        found, _ = bug.searched(Search(100, KNOWN, confidence=confidence))
        assert found.state is State.FOUND
        assert found.held >= confidence
        held.append(len(bug.good) + len(bug.bad))
    assert held == sorted(held)
    assert held[0] < held[2]


def test_searches_with_noise_are_mostly_right() -> None:
    for noise, false, miss in ((KNOWN, 0.1, 0.2), (FLAKY, 0.1, 0.2), (INTERMITTENT, 0, 0.5)):
        right = 0
        for place in range(1, 40):
            bug = Bug(place, false=false, miss=miss)
            while (found := bug.searched(Search(40, noise))[0]).state is State.NOT_REPRODUCED:
                bug.test(39)
            right += found.suspects == (place,)
        assert right >= 32, noise


@given(st.data())
@settings(max_examples=30)
def test_agreeing_evidence_never_unfinds(data: st.DataObject) -> None:
    """Once found, verdicts that agree with what was found leave it found."""
    noise = data.draw(st.sampled_from((EXACT, KNOWN, INTERMITTENT, FLAKY)))
    size = data.draw(st.integers(3, 60))
    place = data.draw(st.integers(1, size - 1))
    bug = Bug(place)
    found, _ = bug.searched(Search(size, noise))
    assert found.suspects == (place,)
    for index in data.draw(st.lists(st.sampled_from([place - 1, place]), max_size=5)):
        bug.test(index)
    again = plan(Search(size, noise), bug.evidence(size))
    assert again.state is State.FOUND
    assert again.suspects == (place,)
    assert again.held >= found.held - 1e-9


def test_an_intermittent_search_first_wants_to_see_the_bug() -> None:
    search = Search(50, INTERMITTENT)
    assert [probe.index for probe in plan(search, Evidence.of(50)).probes] == [49]
    assert plan(search, Evidence.of(50)).tests_left > 5  # the search itself comes after it
    tried = Evidence.of(50, [49, 49, 49])
    assert plan(search, tried).state is State.NOT_REPRODUCED
    more = Search(50, INTERMITTENT, tries=5)
    assert [probe.index for probe in plan(more, tried, jobs=4).probes] == [49, 49]
    seen = plan(search, Evidence.of(50, [49, 49], [49]))
    assert seen.state is State.SEARCHING
    assert seen.probes[0].index < 49
    sure = plan(search, Evidence.of(50, bad=[49, 49, 49]))
    assert seen.tests_left > sure.tests_left  # a bug that hides takes more tests


def test_a_limit_of_tests_ends_with_what_is_known() -> None:
    bug = Bug(30, miss=0.5)
    search = Search(64, Noise(Known(0), Known(0.5)), max_tests=9)
    found, tests = bug.searched(search)
    assert tests == 9
    assert found.state is State.SPENT
    assert found.held >= 0.95
    assert 1 < len(found.suspects) < 64
    assert found.tests_left > 0


def test_a_limit_counts_tests_that_run() -> None:
    search = Search(64, KNOWN, max_tests=4)
    evidence = Evidence.of(64, [20], [50])
    assert len(plan(search, evidence, jobs=3, running=[30]).probes) == 1
    assert not plan(search, evidence, jobs=4, running=[30, 40]).probes


def test_no_change_in_the_range_is_an_answer() -> None:
    search = Search(20, KNOWN, Prior.uniform(20, none=0.2))
    found, _ = Bug(20, false=0.1, miss=0.2).searched(search)
    assert found.state is State.NO_CHANGE
    assert found.suspects == (20,)


def test_an_end_that_is_not_what_was_claimed_is_no_change_in_the_range() -> None:
    for noise in (EXACT, INTERMITTENT):
        found = plan(Search(20, noise), Evidence.of(20, bad=[0, 19]))
        assert (found.state, found.suspects) == (State.NO_CHANGE, (0,))
    found = plan(Search(20), Evidence.of(20, good=[0, 19]))
    assert (found.state, found.suspects) == (State.NO_CHANGE, (20,))
    prior = Prior((0.0, 1.0, 0.0, 1.0, 0.0))
    with pytest.raises(ValueError, match="prior excludes"):
        plan(Search(4, prior=prior), Evidence.of(4, good=[0, 1], bad=[2]))


def test_a_contradiction_is_a_question_and_no_culprit() -> None:
    found = plan(Search(10), Evidence.of(10, [0, 2, 6], [4, 9]))
    assert found.state is State.CONTRADICTED
    assert found.contradiction is not None
    assert (found.contradiction.bad, found.contradiction.good) == (4, 6)
    assert found.suspects == ()
    assert [probe.index for probe in found.probes] == [6]


def test_dear_tests_are_avoided_as_far_as_they_tell_little_more() -> None:
    costs = [5.0] * 65
    costs[28] = 1.0
    evidence = Evidence.of(65, [0], [64])
    [probe] = plan(Search(65), evidence, costs=costs).probes
    assert (probe.index, probe.seconds) == (28, 1.0)
    costs[28] = 4.999
    assert plan(Search(65), evidence, costs=costs).probes[0].index == 32


def test_a_heavy_candidate_is_looked_at_early() -> None:
    prior = Prior((0.0, *[1.0] * 69, 200.0, *[1.0] * 30, 0.0))
    [probe] = plan(Search(101, prior=prior), Evidence.of(101, [0], [100])).probes
    assert probe.index in (69, 70)


def test_without_a_good_end_it_gallops_back() -> None:
    size = 1826
    prior = Prior.by_age(range(size - 1, -1, -1))
    ages: list[int] = []
    bug = Bug(0)
    bug.bad = [size - 1]
    while len(ages) < 5:
        [probe] = plan(Search(size, prior=prior), bug.evidence(size)).probes
        ages.append(size - 1 - probe.index)
        bug.test(probe.index)
    assert ages[0] < 30
    assert all(1.5 < older / newer < 4 for newer, older in pairwise(ages))
    found, tests = bug.searched(Search(size, prior=prior))
    assert found.state is State.NO_CHANGE
    assert tests < 10


@pytest.mark.parametrize("jobs", [1, 2, 3, 7])
def test_rounds_cut_an_exact_range_into_even_parts(jobs: int) -> None:
    for size in (129, 366):
        least = next(count for count in range(20) if (jobs + 1) ** count >= size - 1)
        for place in (1, 37, size // 2, size - 1):
            found, rounds = Bug(place).searched(Search(size, prior=Prior.uniform(size)), jobs)
            assert found.suspects == (place,)
            assert rounds <= least


def test_candidates_of_another_search_are_refused() -> None:
    with pytest.raises(ValueError, match="outside"):
        Evidence.of(5, [5])
    for confidence in (0.5, 1.0):
        with pytest.raises(ValueError, match="confidence"):
            Search(5, confidence=confidence)


def test_what_is_told_is_consistent() -> None:
    found = plan(Search(128, KNOWN), Evidence.of(128, [40], [90]))
    [probe] = found.probes
    assert found.belief is not None
    assert probe.bits == max(found.belief.gains)
    assert 0 < probe.chance_bad < 1
    assert found.held == max(found.belief.chances)
    assert found.tests_left >= ceil(log2(30) / 2)
