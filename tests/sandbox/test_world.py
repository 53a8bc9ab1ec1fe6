import re
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mozregression.model.apps import AUTOLAND, CENTRAL
from mozregression.sandbox.history import MERGES, ROOT, Kind, LandingStyle
from mozregression.sandbox.texts import written
from mozregression.sandbox.world import BuildType, Condition, World, WorldSpec

BUSY = LandingStyle(merge=0.2, direct=0.3, back_merge=0.3, clock_slip=0.05, hidden=0.1)
small_specs = st.builds(
    WorldSpec,
    seed=st.integers(0, 10_000),
    days=st.integers(1, 12),
    pushes_a_day=st.integers(1, 12),
    nightlies_a_day=st.integers(1, 3),
    style=st.sampled_from([LandingStyle(), BUSY]),
)


def ancestors(world: World, number: int) -> set[int]:
    found, todo = set(), [number]
    while todo:
        each = todo.pop()
        if each not in found:
            found.add(each)
            todo.extend(world.history.parents[each])
    return found


@given(small_specs)
@settings(deadline=None, max_examples=40)
def test_a_state_is_bad_exactly_if_the_culprit_is_an_ancestor_of_it(spec: WorldSpec) -> None:
    world = World(spec)
    for branch in (CENTRAL, AUTOLAND):
        for push in world.pushes(branch):
            held = ancestors(world, world.logs[branch].tip(world.index(push)))
            assert world.is_bad(push) == (world.change in held)
    for nightly in world.nightlies:
        held = ancestors(world, world.numbers[world.source(nightly).tip])
        assert world.is_bad(nightly) == (world.change in held)


@given(small_specs)
@settings(deadline=None, max_examples=40)
def test_a_push_holds_what_its_branch_lacked_with_ancestors_first(spec: WorldSpec) -> None:
    world = World(spec)
    for branch, log in world.logs.items():
        known = {ROOT}
        for index in range(len(log)):
            changesets = log.of(index)
            if changesets:
                assert set(changesets) == ancestors(world, log.tip(index)) - known, branch
            for changeset in changesets:
                assert known.issuperset(world.history.parents[changeset])
                known.add(changeset)


@given(small_specs)
@settings(deadline=None, max_examples=20)
def test_a_spec_always_unfolds_to_the_same_world(spec: WorldSpec) -> None:
    one, other = World(spec), World(spec)
    assert list(one.pushes(AUTOLAND)) == list(other.pushes(AUTOLAND))
    assert one.nightlies == other.nightlies
    assert one.culprit == other.culprit


@given(st.integers(0, 10_000))
@settings(deadline=None, max_examples=40)
def test_the_first_nightly_is_good_and_the_last_is_bad(seed: int) -> None:
    world = World(WorldSpec(seed=seed, days=8))
    verdicts = [world.is_bad(nightly) for nightly in world.nightlies]
    assert not verdicts[0]
    assert verdicts[-1]
    assert verdicts == sorted(verdicts)


def test_most_landings_reach_central_by_fast_forward_and_some_merges_ride_along() -> None:
    world = World(WorldSpec(seed=1, days=90))
    log, kinds = world.history.central, world.history.kinds
    pushes = [log.of(index) for index in range(len(log))]
    with_merge = [each for each in pushes if any(kinds[number] in MERGES for number in each)]
    assert 0.05 < len(with_merge) / len(pushes) < 0.3
    assert any(kinds[number] is Kind.BACK_MERGE for each in pushes for number in each[:-1])
    assert any(kinds[each[-1]] is Kind.MERGE for each in pushes)
    assert any(kinds[each[-1]] is Kind.DIRECT for each in pushes)
    assert any(len(each) > 10 for each in pushes)


def test_changesets_have_the_same_hash_on_both_branches(world: World) -> None:
    central = {node for push in world.pushes(CENTRAL) for node in push.changesets}
    autoland = {node for push in world.pushes(AUTOLAND) for node in push.changesets}
    assert len(central & autoland) > 0.9 * len(central)


def test_merge_messages_may_point_the_wrong_way(world: World) -> None:
    kinds = world.history.kinds
    summaries = {
        kinds[number]: written(world, number).desc.splitlines()[0]
        for number in world.history.central.changesets
        if kinds[number] in MERGES
    }
    assert summaries[Kind.BACK_MERGE].startswith(("Merge mozilla-central to", "Merge firefox-main"))
    assert summaries[Kind.MERGE].startswith(("Merge autoland to", "Merge firefox-autoland to"))


def test_push_ids_gain_a_digit_near_the_culprit(world: World) -> None:
    ids = [push.id for push in world.pushes(AUTOLAND)]
    assert ids == list(range(ids[0], ids[0] + len(ids)))
    assert abs(world.culprit.push.id - 10_000) <= 8


def test_dates_may_run_backwards_but_are_unique() -> None:
    world = World(WorldSpec(days=30, style=LandingStyle(clock_slip=0.05)))
    times = world.history.autoland.times
    assert times != sorted(times)
    assert len(set(times)) == len(times)


def test_pushes_may_be_hidden() -> None:
    world = World(WorldSpec(days=10, style=LandingStyle(hidden=0.2)))
    hidden = [push for push in world.pushes(AUTOLAND) if not push.changesets]
    assert hidden
    assert not any(world.testable(push) for push in hidden)
    assert world.culprit.push not in hidden


def test_nightlies_are_stamped_with_the_time_of_their_push(world: World) -> None:
    assert 50 <= len(world.nightlies) <= 64
    for nightly in world.nightlies:
        assert nightly.moment == world.source(nightly).moment
    hours = {nightly.moment.hour for nightly in world.nightlies}
    assert {9, 21} <= hours
    assert [n.stamp for n in world.nightlies] == sorted(n.stamp for n in world.nightlies)


def test_days_may_have_no_nightly_or_three() -> None:
    style = LandingStyle(nightly_skipped=0.2, respin=0.2)
    world = World(WorldSpec(days=60, style=style))
    days = [nightly.day for nightly in world.nightlies]
    counts = {days.count(world.spec.first + timedelta(days=each)) for each in range(60)}
    assert {0, 1, 2, 3} <= counts


@pytest.mark.parametrize(
    ("first", "folder"),
    [
        (date(2026, 1, 1), r"/2026-01-01-09-\d\d-\d\d-mozilla-central/"),
        (date(2010, 7, 1), r"/2010-07-01-09-mozilla-central/"),
        (date(2008, 1, 1), r"/2008-01-01-09-trunk/"),
    ],
)
def test_nightly_folders_are_named_as_in_their_time(first: date, folder: str) -> None:
    world = World(WorldSpec(first=first, days=3, style=LandingStyle(nightly_skipped=0)))
    assert pytest.approx(len(world.nightlies), abs=1) == 6
    assert re.search(folder, world.nightlies[0].path)


def test_git_hashes_are_known_to_hg_since_git_is_the_source_of_truth() -> None:
    world = World(WorldSpec(first=date(2025, 4, 25), days=10))
    since = datetime(2025, 4, 30, tzinfo=timezone.utc).timestamp()
    for number, when in enumerate(world.history.dates):
        assert (world.recorded_git(number) is not None) == (when >= since)
        assert len(world.git(number)) == 40


def test_rates_decide_what_is_built() -> None:
    spec = WorldSpec(
        days=40,
        missing_rate=0.2,
        broken_rate=0.1,
        dontbuild_rate=0.1,
        failed_rate=0.1,
        shippable_absent_rate=0.5,
    )
    world = World(spec)
    pushes = list(world.pushes(AUTOLAND))
    conditions = [world.condition(push) for push in pushes]
    assert 0.1 < conditions.count(Condition.MISSING) / len(pushes) < 0.3
    assert set(conditions) == set(Condition)
    opt = sum(world.made(push, BuildType.OPT) for push in pushes)
    shippable = sum(world.made(push, BuildType.SHIPPABLE) for push in pushes)
    assert 0.2 < shippable / opt < 0.8
    assert 0.3 < opt / len(pushes) < 0.9
    assert any(not world.scheduled(push) for push in pushes)
    assert "DONTBUILD" in written(world, next(iter(world.history.dontbuild))).desc


def test_taskcluster_forgets_and_the_archive_keeps_what_it_has() -> None:
    spec = WorldSpec(first=date(2025, 11, 10), days=20, now=date(2026, 11, 21))
    world = World(spec)
    for push in world.pushes(AUTOLAND):
        if push.day < date(2025, 11, 20):
            assert not world.testable(push)
        elif push.day < date(2025, 11, 21):
            assert world.archived(push)
            assert not world.on_taskcluster(push, BuildType.OPT)
        elif push.day > date(2025, 11, 23):
            assert world.on_taskcluster(push, BuildType.OPT)


def test_suspects_are_bounded_by_testable_pushes() -> None:
    worlds = (World(WorldSpec(seed=seed, days=10, missing_rate=0.6)) for seed in range(100))
    world = next(world for world in worlds if len(world.suspects) > 2)
    suspects = world.suspects
    assert world.culprit.push in suspects
    assert world.testable(suspects[-1])
    assert not any(world.testable(push) for push in suspects[:-1])
    before = world.push(AUTOLAND, world.index(suspects[0]) - 1)
    assert world.testable(before)
    assert not world.is_bad(before)


def test_a_regression_can_be_chosen() -> None:
    world = World(WorldSpec(days=10, regression=100))
    assert world.culprit.push == world.push(AUTOLAND, 100)
    assert not world.is_bad(world.push(AUTOLAND, 99))
    assert world.is_bad(world.push(AUTOLAND, 100))


def test_a_regression_may_have_landed_on_central_first() -> None:
    spec = WorldSpec(days=30)
    log, kinds = World(spec).history.autoland, World(spec).history.kinds
    merging = next(i for i in range(len(log)) if kinds[log.of(i)[0]] is Kind.DIRECT)
    world = World(replace(spec, regression=merging))
    assert world.culprit.push.branch == CENTRAL
    assert world.is_bad(world.culprit.push)


def test_specs_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="before the last day"):
        WorldSpec(first=date(2026, 1, 1), days=10, now=date(2026, 1, 5))
    with pytest.raises(ValueError, match="at least one"):
        WorldSpec(days=0)
    with pytest.raises(ValueError, match="regression 99999"):
        World(WorldSpec(days=2, regression=99_999))


def test_five_years_of_landings_fit() -> None:
    world = World(WorldSpec(first=date(2021, 1, 1), days=5 * 365))
    assert len(world.history.autoland) > 40_000
    assert len(world.nightlies) > 3_500
    assert world.is_bad(world.culprit.push)
