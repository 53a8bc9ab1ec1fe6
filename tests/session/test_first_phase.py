"""Pushes as the first phase: builds without nightlies, branches that somebody chose."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mozregression.model.bounds import (
    Bound,
    BuildIdBound,
    ChangesetBound,
    DateBound,
    ReleaseBound,
    TagBound,
    YearBefore,
)
from mozregression.model.builds import Nightly, Push
from mozregression.model.facts import Fact
from mozregression.model.report import Outcome, Report
from mozregression.model.request import Request
from mozregression.model.steps import CheckRetention, Finish, ListNightlies, TestBuild
from mozregression.model.verdicts import Purpose
from mozregression.session import candidates, next_step
from tests.session.paper_world import HOUR, START, PaperWorld, day, node
from tests.session.test_readings import found, understood

BETA = "mozilla-beta"


def beta_world(**settings: object) -> PaperWorld:
    """A beta branch with a push every second day, each with its tag; the sixth brings the bug."""
    start = int(START.timestamp())
    pushes = [Push(BETA, 70 + i, start + i * 48 * HOUR, (node("b", i),)) for i in range(10)]
    world = PaperWorld(days=20, culprit=10_000, others={BETA: pushes}, **settings)  # type: ignore[arg-type]
    world.bad.update(push.tip for push in pushes[6:])
    world.tags = {f"FIREFOX_151_0b{i}_RELEASE": push.tip for i, push in enumerate(pushes, 1)}
    world.tags["FIREFOX_RELEASE_151_BASE"] = pushes[9].tip
    world.versions = {f"151.0b{i}": push.day for i, push in enumerate(pushes, 1)}
    return world


def refused(world: PaperWorld, request: Request) -> str:
    report = world.run(request)
    assert report.outcome is Outcome.BAD_BOUND
    assert not world.tests
    return report.detail


# Builds without nightlies


@pytest.mark.parametrize(
    ("app", "build_type"),
    [("gve", "shippable"), ("firefox", "debug"), ("firefox", "tsan"), ("firefox", "asan")],
)
def test_builds_without_nightlies_begin_with_pushes_of_the_landing_branch(
    app: str, build_type: str
) -> None:
    world = PaperWorld()
    report = world.run(world.request(app=app, build_type=build_type))
    assert found(world, report)
    assert not any(isinstance(step, ListNightlies) for step in world.asked)
    assert [test.purpose for test in world.tests[:2]] == [Purpose.GOOD_END, Purpose.BAD_END]
    assert len(world.tests) <= 2 + 8  # 240 pushes


def test_a_day_means_all_its_pushes() -> None:
    world = PaperWorld(culprit=24)
    request = world.request(DateBound(day(1)), DateBound(day(1)), build_type="debug")
    read = understood(world, request)
    before, last = world.autoland[23], world.autoland[47]
    assert read.good == f"2026-05-02, as that day began: {before}"
    assert read.bad == f"2026-05-02, as that day ended: {last}"
    assert read.candidates == 25
    assert read.granularity == "one push: autoland builds of these days are kept by taskcluster"
    world.asked.clear()
    assert found(world, world.run(request))


def test_where_a_branch_begins_a_day_means_its_first_push() -> None:
    world = PaperWorld(culprit=1)
    report = world.run(world.request(DateBound(day(0)), DateBound(day(3)), build_type="debug"))
    assert found(world, report)
    assert world.tests[0].candidate == world.autoland[0]


def test_a_build_id_is_the_time_of_its_push() -> None:
    world = PaperWorld()
    good, bad = world.autoland[30], world.autoland[150]
    ends = [BuildIdBound(f"{push.moment:%Y%m%d%H%M%S}") for push in (good, bad)]
    report = world.run(world.request(*ends, build_type="debug"))
    assert found(world, report)
    assert [test.candidate for test in world.tests[:2]] == [good, bad]
    detail = refused(
        PaperWorld(), world.request(BuildIdBound("20260502003000"), ends[1], build_type="debug")
    )
    assert "no push of autoland with build id 20260502003000" in detail


def test_a_date_and_a_changeset_are_pushes_of_one_branch() -> None:
    world = PaperWorld()
    good, bad = world.autoland[30], world.central[-2]
    for older, newer in (
        (ChangesetBound(good.tip), DateBound(day(8))),
        (DateBound(day(1)), ChangesetBound(bad.tip)),
        (ReleaseBound("149"), ChangesetBound(bad.tip)),
    ):
        world = PaperWorld(tags={"FIREFOX_NIGHTLY_149_END": node("a", 40)})
        assert found(world, world.run(world.request(older, newer, build_type="debug")))


def test_pushes_of_the_main_branch_lead_on_to_where_their_landings_came_from() -> None:
    """A merge changeset is on the main branch alone."""
    world = PaperWorld(merges=1)
    good, bad = world.central[3], world.central[-3]
    for build_type in ("shippable", "debug"):
        world = PaperWorld(merges=1)
        ends = ChangesetBound(good.tip), ChangesetBound(bad.tip)
        report = world.run(world.request(*ends, build_type=build_type))
        assert found(world, report)
        assert report.good is not None
        assert report.good.candidate == world.autoland[world.culprit - 1]


def test_a_fix_among_pushes_of_days() -> None:
    world = PaperWorld(fixes=True)
    request = world.request(DateBound(day(9)), DateBound(day(0)), build_type="debug")
    assert understood(world, request).sought
    world.asked.clear()
    report = world.run(request)
    assert report.fixed
    assert found(world, report)


def test_a_day_without_a_push_is_no_range() -> None:
    world = beta_world()
    request = world.request(DateBound(day(3)), DateBound(day(3)), branch=BETA)
    detail = refused(world, request)
    assert "got no pushes from 2026-05-04 to 2026-05-04" in detail


# What is kept


def test_a_range_that_is_partly_kept_begins_there_and_says_so() -> None:
    world = PaperWorld(kept_since=day(3), culprit=110)
    request = world.request(build_type="debug")
    read = understood(world, request)
    first = world.autoland[3 * 24]
    assert read.good == (
        f"2026-05-01; builds of that time are no longer kept, so the oldest that are: {first}"
    )
    assert read.candidates == 7 * 24
    world.asked.clear()
    assert found(world, world.run(request))
    assert world.tests[0].candidate == first


def test_a_good_bound_from_years_ago_costs_no_list_of_years() -> None:
    world = PaperWorld()
    for good in (DateBound(date(2020, 1, 1)), ReleaseBound("40"), YearBefore()):
        request = world.request(good, DateBound(day(8)), build_type="debug")
        read = understood(world, request)
        assert "no longer kept" in read.good or good == YearBefore()
        assert str(world.autoland[0]) in read.good
        world.asked.clear()
        assert found(world, world.run(request))
        world = PaperWorld()


def test_a_range_that_is_not_kept_is_refused_without_asking_anybody() -> None:
    world = PaperWorld()
    old = (DateBound(date(2023, 1, 1)), DateBound(date(2023, 2, 1)))
    detail = refused(world, world.request(*old, build_type="debug"))
    assert "debug builds of autoland pushes from 2023-01-01 to 2023-02-01" in detail
    assert "from 2025-05-10 on" in detail
    assert "There are no debug nightlies of firefox, but shippable" in detail
    assert "another build type" in detail
    assert not world.asked


def test_a_range_of_which_nothing_is_kept_any_more_is_refused() -> None:
    world = PaperWorld(kept=False)
    assert "are no longer kept" in refused(world, world.request(build_type="debug"))
    asked = [step for step in world.asked if isinstance(step, CheckRetention)]
    assert len(asked) == 1


def test_archived_builds_reach_back_further_for_types_that_they_will_do_for() -> None:
    world = PaperWorld()
    bounds = (DateBound(date(2025, 5, 1)), DateBound(date(2025, 5, 2)))
    asked_at = int(START.timestamp()) + 900 * 86_400
    for build_type, says in (("shippable", "2025-11-01"), ("debug", "2027-10-17")):
        request = world.request(*bounds, app="gve", build_type=build_type)
        late = replace(request, asked_at=asked_at)
        assert f"from {says} on" in refused(PaperWorld(), late)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_culprit_is_inside_the_range_whatever_is_missing(data: st.DataObject) -> None:
    world = PaperWorld(
        days=8,
        culprit=data.draw(st.integers(60, 150)),
        fixes=data.draw(st.booleans()),
        kept_since=day(data.draw(st.integers(0, 1))),
    )
    keys = [push.key for push in world.autoland]
    world.missing = data.draw(st.sets(st.sampled_from(keys), max_size=len(keys) // 3))
    world.skipped = data.draw(st.sets(st.sampled_from(keys), max_size=8))
    older: Bound = DateBound(day(data.draw(st.integers(0, 1))))
    newer: Bound = DateBound(day(7))
    ends = data.draw(st.permutations([older, newer]))
    report = world.run(world.request(*ends, build_type="debug", confirm=data.draw(st.booleans())))
    if report.outcome in {Outcome.GOOD_END_BAD, Outcome.BAD_END_GOOD, Outcome.NOTHING_TO_TEST}:
        return
    assert report.fixed is world.fixes
    assert world.culprit_push in report.suspects
    assert (report.outcome is Outcome.FOUND) is (len(report.suspects) == 1)


# Branches that somebody chose


def found_on_beta(world: PaperWorld, report: Report) -> bool:
    return report.outcome is Outcome.FOUND and report.suspects == (world.others[BETA][6],)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (DateBound(day(0)), DateBound(day(18))),
        (ReleaseBound("151.0b2"), ReleaseBound("151.0b9")),
        (ReleaseBound("151.0b2"), ReleaseBound("151")),
        (TagBound("FIREFOX_151_0b2_RELEASE"), DateBound(day(15))),
        (ChangesetBound(node("b", 1)), ChangesetBound(node("b", 9))),
        (BuildIdBound("20260503000000"), ReleaseBound("151.0b8")),
    ],
)
def test_a_chosen_branch_is_bisected_by_itself(good: Bound, bad: Bound) -> None:
    world = beta_world()
    assert found_on_beta(world, world.run(world.request(good, bad, branch=BETA)))
    assert {test.candidate.branch for test in world.tests} == {BETA}
    assert not any(isinstance(step, ListNightlies) for step in world.asked)


def test_days_without_pushes_are_kept_all_the_same() -> None:
    world = beta_world()
    request = world.request(DateBound(day(4)), DateBound(day(17)), branch=BETA)
    read = understood(world, request)
    assert str(world.others[BETA][1]) in read.good
    assert str(world.others[BETA][8]) in read.bad


def test_the_developer_edition_is_bisected_on_its_branch() -> None:
    world = beta_world()
    world.tags["DEVEDITION_151_0b1_RELEASE"] = world.others[BETA][2].tip
    request = world.request(ReleaseBound("151.0b1"), ReleaseBound("151.0b9"), app="devedition")
    assert "DEVEDITION_151_0b1_RELEASE" in understood(world, request).good
    world.asked.clear()
    assert found_on_beta(world, world.run(request))
    assert world.tests[0].candidate == world.others[BETA][2]


def test_the_apps_own_branch_may_be_named() -> None:
    world = PaperWorld()
    assert found(world, world.run(world.request(branch="mozilla-central")))
    assert isinstance(world.tests[0].candidate, Nightly)


def test_the_integration_branch_may_be_chosen() -> None:
    world = PaperWorld()
    assert found(world, world.run(world.request(branch="autoland")))
    assert all(isinstance(test.candidate, Push) for test in world.tests)


def test_another_branch_with_nightlies_is_bisected_by_them() -> None:
    world = PaperWorld(culprit=100)
    esr = "mozilla-esr45"
    pushes = [Push(esr, push.id, push.time, push.changesets) for push in world.central]
    world.others[esr] = pushes
    for nightly in list(world.nightlies):
        moved = Nightly(esr, nightly.stamp, nightly.path)
        world.nightlies.append(moved)
        world.tips[moved.key] = world.tips[nightly.key]
    report = world.run(world.request(branch=esr))
    assert report.bad is not None
    assert isinstance(report.bad.candidate, Push)
    assert report.bad.candidate.branch == esr
    assert world.culprit_push.tip in report.bad.candidate.changesets
    assert isinstance(world.tests[0].candidate, Nightly)
    assert world.tests[0].candidate.branch == esr


def test_another_branch_without_nightlies_of_these_days_is_bisected_by_pushes() -> None:
    world = PaperWorld()
    world.others["mozilla-esr140"] = [
        Push("mozilla-esr140", push.id, push.time, push.changesets) for push in world.autoland
    ]
    report = world.run(world.request(branch="mozilla-esr140"))
    assert report.bad is not None
    assert report.bad.candidate == world.others["mozilla-esr140"][world.culprit]


@pytest.mark.parametrize(
    ("app", "branch", "says"),
    [
        ("thunderbird", "autoland", "There are no thunderbird builds of autoland."),
        ("firefox", "comm-central", "There are no firefox builds of comm-central."),
        ("firefox", "elm", "There is no known branch 'elm'."),
        ("firefox", "try", "do not build on each other"),
        ("fenix", "mozilla-beta", "mozilla-central, autoland, try"),
    ],
)
def test_a_branch_that_makes_no_sense_is_refused(app: str, branch: str, says: str) -> None:
    world = PaperWorld()
    assert says in refused(world, world.request(app=app, branch=branch))
    assert not world.asked


@pytest.mark.parametrize(
    ("bound", "branch", "says"),
    [
        (ReleaseBound("151.0.1"), BETA, "It would be on mozilla-release."),
        (ReleaseBound("140.3.0esr"), BETA, "It would be on mozilla-esr140."),
        (ReleaseBound("151.0b99"), BETA, "no tag FIREFOX_151_0b99_RELEASE"),
        (TagBound("FIREFOX_99_0b3_RELEASE"), BETA, "There is no tag FIREFOX_99_0b3_RELEASE"),
        (ChangesetBound(node("a", 5)), BETA, "It is on autoland, which --repo autoland"),
        (ChangesetBound(node("b", 5)), None, "It is on mozilla-beta, which --repo mozilla-beta"),
        (ChangesetBound("9" + "e" * 39), BETA, "It is on autoland"),
        (ChangesetBound("f" * 40), BETA, "No single changeset on mozilla-beta begins"),
    ],
)
def test_what_is_not_on_the_branch_is_refused_and_where_it_is_told(
    bound: Bound, branch: str | None, says: str
) -> None:
    world = beta_world(commits={"9" + "e" * 39: node("a", 5)})
    detail = refused(world, world.request(DateBound(day(0)), bound, branch=branch))
    assert says in detail
    assert str(bound) in detail


@pytest.mark.parametrize(
    ("good", "bad", "advice"),
    [
        ("151.0b2", "151.0b3", "--repo mozilla-beta"),
        ("151.0b2", "151", "--repo mozilla-beta"),
        ("60.0", "60.0.1", "--repo mozilla-release"),
        ("60.0", "60.0esr", "Give bounds of different releases"),
        ("60.0", "esr60", "Give bounds of different releases"),
        ("151.0b2", "151.0.1", "Give bounds of different releases"),
        ("esr60", "60.4.0esr", "--repo mozilla-esr60"),
    ],
)
def test_versions_of_one_release_are_a_range_on_their_branch(
    good: str, bad: str, advice: str
) -> None:
    versions = dict.fromkeys((good, bad), date(2026, 5, 1))
    ends = dict.fromkeys(("FIREFOX_NIGHTLY_151_END", "FIREFOX_NIGHTLY_60_END"), node("a", 40))
    world = PaperWorld(versions=versions, tags=ends)
    assert advice in refused(world, world.request(ReleaseBound(good), ReleaseBound(bad)))


# All that is chosen from


def test_the_candidates_of_each_phase_can_be_told() -> None:
    world = PaperWorld()
    request = world.request()
    facts: list[Fact] = []
    assert candidates(request, facts) == ()
    seen = []
    while not isinstance(step := next_step(request, facts), Finish):
        if isinstance(step, TestBuild):
            line = candidates(request, facts)
            assert step.candidate in line
            if step.span:
                assert line[step.span.probe] == step.candidate
            seen.append(line)
        facts.append(world.answer(step))
    assert seen[0] == tuple(world.nightlies)
    assert all(isinstance(candidate, Push) for candidate in seen[-1])
    assert candidates(request, facts) == ()


def test_days_between_bounds_are_counted_in_utc() -> None:
    """The newest push of a day is inside, the first of the next one is not."""
    world = PaperWorld()
    read = understood(world, world.request(bad=DateBound(day(2)), build_type="debug"))
    assert str(world.autoland[71]) in read.bad
    assert world.autoland[72].moment == START + timedelta(days=3)
