"""Every kind of bound on paper: what is asked, what it is taken for, what is refused."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from mozregression.model.bounds import (
    Bound,
    BuildIdBound,
    ChangesetBound,
    DateBound,
    ReleaseBound,
    TagBound,
    YearBefore,
)
from mozregression.model.builds import Nightly
from mozregression.model.facts import ChangesetLocated, Fact, NightliesListed, RetentionChecked
from mozregression.model.report import Outcome, Report
from mozregression.model.request import Request
from mozregression.model.steps import (
    CheckRetention,
    Finish,
    ListNightlies,
    LocateChangeset,
    LookUpVersion,
    Step,
    TranslateCommit,
)
from mozregression.session import Understanding, next_step, understand
from tests.session.paper_world import PaperWorld, day

GIT = "9" + "e" * 39


def understood(world: PaperWorld, request: Request) -> Understanding:
    """How the request is read, once the services have told what it takes."""
    facts: list[Fact] = []
    while (understanding := understand(request, facts)) is None:
        step = next_step(request, facts)
        assert not isinstance(step, Finish), step.report.detail
        facts.append(world.answer(step))
    return understanding


def refusal(world: PaperWorld, bound: Bound) -> str:
    report = world.run(world.request(DateBound(day(0)), bound))
    assert report.outcome is Outcome.BAD_BOUND
    assert str(bound) in report.detail
    assert not world.tests
    return report.detail


def found(world: PaperWorld, report: Report) -> bool:
    return (
        report.outcome is Outcome.FOUND
        and report.bad is not None
        and report.bad.candidate == world.culprit_push
    )


# Git and hg hashes


@pytest.mark.covers("bound: git hash")
@pytest.mark.parametrize("digits", [7, 12, 40])
def test_a_git_hash_stands_for_its_changeset(digits: int) -> None:
    world = PaperWorld()
    good = world.autoland[30]
    world.commits = {GIT: good.tip, "0" * 40: world.autoland[31].tip}
    request = world.request(ChangesetBound(GIT[:digits]), DateBound(day(8)))
    told = understood(world, request).good
    assert told == (
        f"git commit {GIT[:digits]} (changeset {good.tip[:12]}), pushed on {good.day}: {good}"
    )
    world.asked.clear()
    assert found(world, world.run(request))
    assert world.tests[0].candidate == good


def test_two_git_hashes_are_bisected_as_pushes() -> None:
    world = PaperWorld()
    good, bad = world.autoland[30], world.autoland[150]
    world.commits = {GIT: good.tip, "d" * 40: bad.tip}
    report = world.run(world.request(ChangesetBound(GIT), ChangesetBound("d" * 9)))
    assert found(world, report)
    assert not any(isinstance(step, ListNightlies) for step in world.asked)


@pytest.mark.covers("bound: hg hash")
def test_lando_is_asked_only_for_what_hg_does_not_know() -> None:
    world = PaperWorld()
    request = world.request(ChangesetBound(world.autoland[30].tip), DateBound(day(8)))
    assert understood(world, request).good.startswith("changeset 0000")
    assert not any(isinstance(step, TranslateCommit) for step in world.asked)


def test_a_commit_of_another_branch_is_refused() -> None:
    world = PaperWorld(commits={GIT: "f" * 40})
    assert f"is changeset {'f' * 40}, which is not on" in refusal(world, ChangesetBound(GIT))


@pytest.mark.covers("bound: ambiguous")
def test_a_hash_that_several_commits_begin_with_is_refused() -> None:
    world = PaperWorld(commits={GIT: "f" * 40, GIT[:-1] + "0": "e" * 40})
    assert "more digits" in refusal(world, ChangesetBound(GIT[:10]))


@pytest.mark.covers("bound: unknown", "bound: bug number")
def test_seven_digits_that_are_no_changeset_may_be_a_bug() -> None:
    assert "number of a bug" in refusal(PaperWorld(), ChangesetBound("1933103"))
    assert "number of a bug" not in refusal(PaperWorld(), ChangesetBound("abcdef1"))


def test_the_number_of_a_revision_is_no_hash() -> None:
    world = PaperWorld()
    assert world._holder("autoland", "0000017") == world.autoland[17]
    assert "No single changeset" in refusal(world, ChangesetBound("0000017"))


@pytest.mark.covers("bound: digits that mean two things")
def test_digits_of_a_day_mean_the_day_when_they_are_no_changeset() -> None:
    world = PaperWorld()
    request = world.request(ChangesetBound(f"{day(1):%Y%m%d}"), DateBound(day(8)))
    told = understood(world, request).good
    assert told.startswith("20260502 is no known changeset, so the date 2026-05-02: ")
    assert world.nightlies[2].stamp in told


# Tags


@pytest.mark.covers("bound: hg tag")
def test_a_tag_stands_for_its_push() -> None:
    world = PaperWorld()
    push = world.central[10]
    world.tags = {"SOME_TAG": push.tip}
    request = world.request(TagBound("SOME_TAG"), DateBound(day(8)))
    assert understood(world, request).good == f"tag SOME_TAG, pushed on {push.day}: {push}"
    world.asked.clear()
    assert found(world, world.run(request))
    assert world.tests[0].candidate == push


@pytest.mark.covers("bound: unknown")
def test_an_unknown_tag_is_refused() -> None:
    assert "There is no tag NO_TAG on" in refusal(PaperWorld(), TagBound("NO_TAG"))


# Releases


@dataclass
class LongAgo(PaperWorld):
    """Two nightlies every day from 2011 to 2026, and nothing but the questions about bounds."""

    ends: dict[str, date] = field(default_factory=dict)

    def answer(self, step: Step) -> Fact:
        match step:
            case ListNightlies(branch, first, last):
                days = range((last - first).days + 1)
                return NightliesListed(
                    branch,
                    first,
                    last,
                    tuple(
                        Nightly(branch, f"{first + timedelta(days=n):%Y%m%d}{hour}0000", "/")
                        for n in days
                        for hour in ("03", "15")
                    ),
                )
            case CheckRetention(branch, on):
                return RetentionChecked(branch, on, "")
            case LocateChangeset(branch, node) if node in self.ends:
                push = self.central[0]
                time = int(push.time) + (self.ends[node] - push.day).days * 86_400
                known = branch == "mozilla-central"
                at = type(push)(branch, 1, time, push.changesets) if known else None
                return ChangesetLocated(branch, node, at)
            case LocateChangeset() | LookUpVersion():
                return super().answer(step)
            case _:
                raise AssertionError(step)


ENDS = {
    "FIREFOX_NIGHTLY_57_END": date(2017, 9, 20),
    "FIREFOX_NIGHTLY_60_END": date(2018, 3, 11),
    "FIREFOX_NIGHTLY_149_END": date(2026, 3, 20),
}
VERSIONS = {
    "60.0": date(2018, 5, 9),
    "60.0.1": date(2018, 5, 16),
    "60.4.0": date(2018, 12, 11),
    "149.0b3": date(2026, 4, 1),
}


@pytest.mark.covers(
    "bound: release",
    "bound: dot release",
    "bound: beta",
    "bound: ESR",
    "bound: tag of a release branch",
)
@pytest.mark.parametrize(
    ("bound", "on", "says"),
    [
        (ReleaseBound("5"), date(2011, 4, 12), "release 5, whose last nightly is of 2011-04-12"),
        (ReleaseBound("56"), date(2017, 8, 2), "release 56,"),
        (ReleaseBound("57"), date(2017, 9, 20), "release 57,"),  # the tag, not the plan
        (ReleaseBound("58"), date(2017, 11, 13), "release 58,"),  # the plan, as there is no tag
        (ReleaseBound("60.0"), date(2018, 3, 11), "release 60,"),
        (ReleaseBound("60.0.1"), date(2018, 3, 11), "60.0.1 was made from the nightlies of"),
        (ReleaseBound("60.4.0esr"), date(2018, 3, 11), "60.4.0esr was made from the nightlies"),
        (ReleaseBound("149.0b3"), date(2026, 3, 20), "149.0b3 was made from the nightlies of"),
        (ReleaseBound("esr60"), date(2018, 3, 11), "release 60,"),
        (TagBound("FIREFOX_60_0_1_RELEASE"), date(2018, 3, 11), "FIREFOX_60_0_1_RELEASE was made"),
        (TagBound("FIREFOX_BETA_60_BASE"), date(2018, 3, 11), "FIREFOX_BETA_60_BASE was made"),
    ],
)
def test_a_release_means_the_last_nightly_of_its_cycle(bound: Bound, on: date, says: str) -> None:
    versions = {**VERSIONS, "60.4.0esr": date(2018, 12, 11)}
    world = LongAgo(ends=ENDS, versions=versions)
    read = understood(world, world.request(bound, DateBound(day(8))))
    assert says in read.good
    assert f"{on:%Y%m%d}03" in read.good
    world = LongAgo(ends=ENDS, versions=versions)
    read = understood(world, world.request(DateBound(date(2011, 3, 1)), bound))
    assert f"{on:%Y%m%d}15" in read.bad


@pytest.mark.covers("bound: unknown")
@pytest.mark.parametrize(
    ("version", "says"),
    [
        ("3.6", "There is no release 3.6 on the list"),
        ("4", "older than 5"),
        ("300", "has no tag FIREFOX_NIGHTLY_300_END"),
        ("60.0.9", "There are 60.0, 60.0.1, 60.4.0."),
        ("149.0b99", "149.0b3"),
    ],
)
def test_a_release_that_is_not_known_is_refused(version: str, says: str) -> None:
    assert says in refusal(LongAgo(ends=ENDS, versions=VERSIONS), ReleaseBound(version))


def test_two_versions_of_one_release_are_refused() -> None:
    world = LongAgo(ends=ENDS, versions=VERSIONS)
    report = world.run(world.request(ReleaseBound("60.0"), ReleaseBound("60.0.1")))
    assert report.outcome is Outcome.BAD_BOUND
    assert report.detail.startswith("60.0 and 60.0.1 were made from the same nightlies.")


# Only --bad


def test_in_older_sessions_a_good_bound_that_nobody_gave_is_a_year_before() -> None:
    world = LongAgo()
    read = understood(world, world.request(YearBefore(), DateBound(day(8))))
    assert read.good.startswith("2025-05-09, a year before the bad bound: ")
    assert "20250509" in read.good
    world = LongAgo(ends=ENDS)
    read = understood(world, world.request(YearBefore(), ReleaseBound("149")))
    assert read.good.startswith("2025-03-20, a year before the bad bound")


def test_a_bad_bound_cannot_be_left_out() -> None:
    world = PaperWorld()
    report = world.run(world.request(DateBound(day(0)), YearBefore()))
    assert report.outcome is Outcome.BAD_BOUND
    assert "say when it was bad" in report.detail


# Bounds in the other order


@pytest.mark.covers("bound: reversed", "--find-fix")
@pytest.mark.parametrize("kept", [True, False])
def test_a_good_bound_newer_than_the_bad_one_asks_for_the_fix(*, kept: bool) -> None:
    world = PaperWorld(fixes=True, kept=kept)
    request = world.request(DateBound(day(9)), DateBound(day(0)))
    read = understood(world, request)
    assert read.sought == "the fix: the good bound is newer than the bad one"
    assert world.nightlies[-1].stamp in read.good
    assert world.nightlies[0].stamp in read.bad
    world.asked.clear()
    report = world.run(request, [])
    assert report.fixed
    assert world.culprit_push.tip in {landing.node for landing in report.landings}
    assert [test.purpose.value for test in world.tests[:2]] == [
        "check the bad end",
        "check the good end",
    ]
    assert all(test.chance_bad > 0.5 for test in world.tests[:1])


@pytest.mark.parametrize(
    ("good", "bad"),
    [(180, 20), (20, 180)],
)
def test_ends_that_are_each_others_opposite_lead_to_the_fix_or_the_change(
    good: int, bad: int
) -> None:
    """Where the verdicts contradict the order of the bounds, the verdicts count."""
    for fixes in (False, True):
        world = PaperWorld(fixes=fixes)
        request = world.request(
            ChangesetBound(world.autoland[good].tip), ChangesetBound(world.autoland[bad].tip)
        )
        report = world.run(request)
        assert found(world, report)
        assert report.fixed is fixes
        assert report.detail.startswith("The fix is in" if fixes else "The change is in")


@pytest.mark.parametrize("confirm", [True, False])
def test_builds_that_got_fixed_are_noticed_from_the_ends(*, confirm: bool) -> None:
    world = PaperWorld(fixes=True)
    facts: list[Fact] = []
    request = world.request(confirm=confirm)
    told = understood(world, request)
    assert not told.sought
    world.asked.clear()
    report = world.run(request, facts)
    assert found(world, report)
    assert report.fixed
    assert report.confirmed is (True if confirm else None)
    assert [tested.verdict.value for tested in report.tested[:2]] == ["bad", "good"]
    turned = understand(request, facts)
    assert turned is not None
    assert turned.sought == "the fix: the good end shows the bug and the bad end does not"


def test_two_bad_or_two_good_ends_are_still_a_contradiction() -> None:
    world = PaperWorld(culprit=10_000, fixes=True)  # never fixed
    report = world.run(world.request())
    assert report.outcome is Outcome.GOOD_END_BAD
    assert "Try an older good end" in report.detail
    world = PaperWorld(culprit=10_000, fixes=True)
    report = world.run(world.request(DateBound(day(8)), DateBound(day(2))))
    assert report.outcome is Outcome.GOOD_END_BAD
    assert "Try a newer good end" in report.detail
    world = PaperWorld(culprit=10_000)
    report = world.run(world.request(DateBound(day(8)), DateBound(day(2))))
    assert report.outcome is Outcome.BAD_END_GOOD
    assert "Try an older bad end" in report.detail


def test_build_ids_of_one_day_in_the_other_order_ask_for_the_fix() -> None:
    world = PaperWorld(fixes=True, culprit=13)
    one, other = world.nightlies[:2]
    assert one.day == other.day
    report = world.run(world.request(BuildIdBound(other.stamp), BuildIdBound(one.stamp)))
    assert report.fixed
    assert found(world, report)


# Both in one push


@pytest.mark.covers("bound: both in one push")
def test_both_bounds_in_one_push_are_a_result() -> None:
    world = PaperWorld()
    push = world.autoland[50]
    report = world.run(world.request(ChangesetBound(push.tip), ChangesetBound(push.tip[-40:])))
    assert report.outcome is Outcome.ONE_PUSH
    assert report.suspects == (push,)
    assert [landing.node for landing in report.landings] == list(push.changesets)
    assert str(push) in report.detail


def test_bounds_that_cross_within_a_day_are_refused() -> None:
    world = PaperWorld()
    late = world.autoland[47]
    world.nightlies.pop(3)  # that evening's
    assert late.moment > max(n.moment for n in world.nightlies if n.day == late.day)
    report = world.run(world.request(ChangesetBound(late.tip), DateBound(late.day)))
    assert report.outcome is Outcome.BAD_BOUND
    assert "further apart" in report.detail
