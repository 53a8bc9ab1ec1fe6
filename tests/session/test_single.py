"""One build on paper: which one a bound means, and what is said when there is none."""

from dataclasses import replace

import pytest

from mozregression.model.apps import AUTOLAND
from mozregression.model.bounds import (
    Bound,
    BuildIdBound,
    ChangesetBound,
    DateBound,
    ReleaseBound,
    TagBound,
)
from mozregression.model.builds import Candidate
from mozregression.model.facts import Fact
from mozregression.model.report import Outcome, Report
from mozregression.session import Found, find_single
from tests.session.paper_world import PaperWorld, day

GIT = "9" + "e" * 39


def single(world: PaperWorld, bound: Bound, **changes: str) -> Found | Report:
    """What a bound means, once the services have told what it takes."""
    request = replace(world.request(bound, bound), **changes)  # type: ignore[arg-type]
    facts: list[Fact] = []
    while not isinstance(step := find_single(request, facts), Found | Report):
        facts.append(world.answer(step))
    return step


def found(world: PaperWorld, bound: Bound) -> Candidate:
    result = single(world, bound)
    assert isinstance(result, Found), result
    assert result.build.candidate == result.candidate.key
    return result.candidate


def test_a_day_means_its_last_nightly() -> None:
    world = PaperWorld()
    that_day = [nightly for nightly in world.nightlies if nightly.day == day(3)]
    assert found(world, DateBound(day(3))) == that_day[-1]
    assert len(that_day) == 2


def test_a_build_id_means_exactly_that_build() -> None:
    world = PaperWorld()
    first, second = (nightly for nightly in world.nightlies if nightly.day == day(3))
    assert found(world, BuildIdBound(first.stamp)) == first
    result = single(PaperWorld(missing={first.key}), BuildIdBound(first.stamp))
    assert isinstance(result, Report)
    assert result.outcome is Outcome.NOTHING_TO_TEST
    assert first.stamp in result.detail
    result = single(PaperWorld(), BuildIdBound(f"{first.stamp[:8]}000001"))
    assert isinstance(result, Report)
    assert second.stamp in result.detail


def test_a_day_without_a_build_means_the_nearest() -> None:
    world = PaperWorld()
    gone = {nightly.key for nightly in world.nightlies if nightly.day == day(3)}
    before = [nightly for nightly in world.nightlies if nightly.day == day(2)][-1]
    world = PaperWorld(missing=gone)
    result = single(world, DateBound(day(3)))
    assert isinstance(result, Found)
    assert result.candidate == before
    assert "the nearest is" in result.told


def test_today_before_its_nightly_means_the_latest() -> None:
    world = PaperWorld()
    world.nightlies = [nightly for nightly in world.nightlies if nightly.day < day(9)]
    assert found(world, DateBound(day(9))) == world.nightlies[-1]


@pytest.mark.parametrize("bound", ["hg", "git", "tag"])
def test_a_changeset_means_its_push(bound: str) -> None:
    push = PaperWorld().autoland[50]
    world = PaperWorld(commits={GIT: push.tip}, tags={"SOME_TAG": push.tip})
    if bound == "tag":  # known on the main branch
        expected = next(each for each in world.central if push.tip in each.changesets)
        assert found(world, TagBound("SOME_TAG")) == expected
    else:
        node = push.tip if bound == "hg" else GIT[:12]
        assert found(world, ChangesetBound(node)) == push


def test_a_changeset_without_a_build_means_the_first_nightly_that_has_it() -> None:
    push = PaperWorld().autoland[50]
    world = PaperWorld(missing={push.key})
    result = single(world, ChangesetBound(push.tip))
    assert isinstance(result, Found)
    assert result.candidate == next(one for one in world.nightlies if one.moment > push.moment)
    assert "no build to run" in result.told


def test_a_release_means_the_last_nightly_of_its_cycle() -> None:
    landed = PaperWorld().central[20]
    world = PaperWorld(tags={"FIREFOX_NIGHTLY_152_END": landed.tip})
    that_day = [nightly for nightly in world.nightlies if nightly.day == landed.day]
    assert found(world, ReleaseBound("152")) == that_day[-1]


@pytest.mark.parametrize(
    ("bound", "says"),
    [
        (DateBound(day(100)), "in the future"),
        (ChangesetBound("f" * 12), "No single changeset"),
        (TagBound("NO_SUCH_TAG"), "There is no tag"),
        (ReleaseBound("999"), "is not known"),
    ],
)
def test_what_cannot_be_used_is_told(bound: Bound, says: str) -> None:
    result = single(PaperWorld(), bound)
    assert isinstance(result, Report)
    assert result.outcome is Outcome.BAD_BOUND
    assert says in result.detail


def test_of_an_app_without_nightlies_a_day_means_its_last_push() -> None:
    world = PaperWorld()
    result = single(world, DateBound(day(3)), app="gve", os="android", arch="arm")
    assert isinstance(result, Found)
    assert result.candidate == [push for push in world.autoland if push.day == day(3)][-1]
    assert result.candidate.branch == AUTOLAND


def test_after_some_that_are_missing_it_is_given_up() -> None:
    world = PaperWorld(missing={nightly.key for nightly in PaperWorld().nightlies})
    result = single(world, DateBound(day(5)))
    assert isinstance(result, Report)
    assert result.outcome is Outcome.NOTHING_TO_TEST
    assert len(result.missing) == 10
