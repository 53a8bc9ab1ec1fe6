"""Retention: what must hold whatever people ask for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mozpipeline.retention.archive import DAYS_A_MONTH, Archive, cost, gigabytes
from mozpipeline.retention.demand import Demand, result
from mozpipeline.retention.plan import by_segment, compare, curve, recommended
from mozpipeline.retention.policies import (
    KEEP_ALL,
    fade,
    keep,
    nightlies_after,
    thin,
    usual,
)

ARCHIVE = Archive()
AGES = st.integers(0, 95)
MONTHS = st.integers(1, 95)
EVERY = st.sampled_from([2, 4, 8, 16])
DEMANDS = st.lists(
    st.builds(
        Demand,
        client=st.sampled_from("abcdef"),
        app=st.sampled_from(["firefox", "fenix"]),
        build_type=st.just("shippable"),
        age=AGES,
        uses=st.integers(1, 5),
    ),
    min_size=1,
    max_size=30,
)


def test_everything_is_what_its_parts_add_up_to() -> None:
    archive = Archive(
        pushes_a_day=10, push_size=100, nightlies_a_day=2, nightly_size=50, price=0.5, horizon=12
    )
    assert gigabytes(archive, KEEP_ALL) == pytest.approx(1.1 * DAYS_A_MONTH * 12)
    assert cost(archive, KEEP_ALL) == pytest.approx(1.1 * DAYS_A_MONTH * 6)
    assert gigabytes(archive, nightlies_after(0)) == pytest.approx(0.1 * DAYS_A_MONTH * 12)
    assert gigabytes(archive, keep(3)) == pytest.approx(1.1 * DAYS_A_MONTH * 3)
    assert gigabytes(archive, thin(6, 4)) == pytest.approx(
        1.1 * DAYS_A_MONTH * 6 + (1.0 / 4 + 0.1) * DAYS_A_MONTH * 6
    )


def test_a_policy_by_age() -> None:
    fading = fade(6)
    assert [fading.at(age).every for age in (0, 5, 6, 11, 12, 24, 47, 48, 95)] == [
        1, 1, 2, 2, 4, 8, 8, 16, 16,
    ]  # fmt: skip
    assert keep(12).at(11).every == 1
    assert keep(12).at(12) == keep(12).at(90)
    assert not keep(12).at(12).nightlies


@given(DEMANDS)
def test_with_everything_kept_nothing_is_lost(demands: list[Demand]) -> None:
    (outcome,) = compare(ARCHIVE, [KEEP_ALL], demands)
    assert (outcome.failed.value, outcome.wider.value, outcome.width.value) == (0, 0, 1)
    assert outcome.launches.value == 0


@given(DEMANDS, MONTHS, MONTHS)
def test_keeping_longer_costs_more_and_fails_less(
    demands: list[Demand], one: int, other: int
) -> None:
    shorter, longer = compare(ARCHIVE, [keep(min(one, other)), keep(max(one, other))], demands)
    assert shorter.cost <= longer.cost
    assert shorter.failed.value >= longer.failed.value


@given(DEMANDS, MONTHS, EVERY)
def test_thinning_costs_width_and_never_fails(
    demands: list[Demand], months: int, every: int
) -> None:
    deleted, thinned, kept = compare(
        ARCHIVE, [keep(months), thin(months, every), KEEP_ALL], demands
    )
    assert thinned.failed.value == 0
    assert kept.width.value <= thinned.width.value <= every
    assert thinned.wider.value == deleted.failed.value  # the same uses are concerned
    assert 0 <= thinned.launches.value <= 2
    assert deleted.cost <= thinned.cost <= kept.cost


@given(AGES, MONTHS)
def test_no_range_is_wider_than_between_nightlies(age: int, months: int) -> None:
    gap = ARCHIVE.pushes_between_nightlies
    assert result(ARCHIVE, nightlies_after(months), age).width <= gap
    assert result(ARCHIVE, thin(months, 1000), age).width <= gap


@given(DEMANDS)
def test_the_frontier_is_what_no_other_beats(demands: list[Demand]) -> None:
    outcomes = compare(ARCHIVE, usual(), demands)
    points = [(one.cost, one.failed.value, one.width.value) for one in outcomes]
    for outcome, point in zip(outcomes, points, strict=True):
        beaten = any(
            other != point and all(a <= b for a, b in zip(other, point, strict=True))
            for other in points
        )
        assert outcome.frontier is not beaten
    assert any(one.frontier for one in outcomes)


@given(DEMANDS, st.floats(0, 5000))
def test_what_is_recommended_is_within_the_budget_and_on_the_frontier(
    demands: list[Demand], budget: float
) -> None:
    outcomes = compare(ARCHIVE, usual(), demands)
    best = recommended(outcomes, budget)
    affordable = [one for one in outcomes if one.cost <= budget]
    if best is None:
        assert not affordable
        return
    assert best.cost <= budget
    assert best.frontier
    assert best.failed.value == min(one.failed.value for one in affordable)


@given(DEMANDS)
def test_intervals_hold_the_figure(demands: list[Demand]) -> None:
    for outcome in compare(ARCHIVE, usual(), demands):
        for one in (outcome.failed, outcome.wider, outcome.width, outcome.launches):
            assert one.low <= one.value <= one.high
        assert outcome.failed.low >= 0
        assert outcome.failed.high <= 1


def test_intervals_are_by_clients_not_by_uses() -> None:
    """A thousand uses of two clients tell no more than two clients can."""
    few = [Demand("a", "firefox", "opt", 0, 500), Demand("b", "firefox", "opt", 20, 500)]
    many = [Demand(str(n), "firefox", "opt", 20 * (n % 2), 1) for n in range(1000)]
    (of_few,) = compare(ARCHIVE, [keep(12)], few)
    (of_many,) = compare(ARCHIVE, [keep(12)], many)
    assert of_few.failed.value == of_many.failed.value == 0.5
    assert (of_few.failed.low, of_few.failed.high) == (0, 1)
    assert of_many.failed.high - of_many.failed.low < 0.1


def test_the_interval_is_what_theory_says() -> None:
    demands = [Demand(str(n), "firefox", "opt", 20 if n < 100 else 0, 1) for n in range(400)]
    (outcome,) = compare(ARCHIVE, [keep(12)], demands)
    spread = 1.96 * (0.25 * 0.75 / 400) ** 0.5
    assert outcome.failed.value == 0.25
    assert outcome.failed.high - outcome.failed.low == pytest.approx(2 * spread, rel=0.2)


def test_without_demand_nothing_is_lost() -> None:
    for outcome in compare(ARCHIVE, usual(), []):
        assert outcome.failed.value == 0
        assert outcome.width.value == 1


@given(DEMANDS)
def test_the_curve_falls_to_nothing(demands: list[Demand]) -> None:
    shares = [share.value for _, share in curve(ARCHIVE, demands)]
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] == 0


@given(DEMANDS)
def test_segments_are_parts(demands: list[Demand]) -> None:
    segments = by_segment(demands)
    assert sum(map(len, segments.values())) == len(demands)
    for (app, build_type), part in segments.items():
        assert {(one.app, one.build_type) for one in part} == {(app, build_type)}
