"""The clients against the sandbox, which stands in for the real services."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from mozregression.model.apps import AUTOLAND, CENTRAL
from mozregression.model.bounds import parse_bound
from mozregression.model.builds import MissingReason, Revision
from mozregression.model.facts import (
    BuildMissing,
    ChangesetLocated,
    CommitTranslated,
    Fact,
    LandingsDescribed,
    NightliesListed,
    PushesDuring,
    PushesListed,
    RetentionChecked,
    SourceIdentified,
    VersionLookedUp,
)
from mozregression.model.request import Request
from mozregression.model.steps import (
    CheckRetention,
    DescribeLandings,
    FindBuild,
    Finish,
    IdentifySource,
    ListNightlies,
    ListPushes,
    ListPushesDuring,
    LocateChangeset,
    LookUpVersion,
    Question,
    TestBuild,
    TranslateCommit,
)
from mozregression.sandbox import Faults, Manners, WorldSpec
from mozregression.services.commit_map import CommitMap
from mozregression.session import next_step, understand
from tests.services.asking import asking, found

FIRST = date(2026, 8, 20)
SPEC = WorldSpec(seed=3, first=FIRST, days=20, pushes_a_day=8, dontbuild_rate=0.1)
LAST = SPEC.last


@pytest.mark.parametrize(
    "first", [date(2026, 8, 20), date(2024, 11, 15), date(2010, 6, 20), date(2008, 6, 5)]
)
def test_nightlies_their_builds_and_sources(first: date) -> None:
    spec = WorldSpec(seed=1, first=first, days=25, pushes_a_day=4)
    with asking(spec) as asked:
        world, services = asked.world, asked.services
        listed = services.perform(ListNightlies(CENTRAL, spec.first, spec.last))
        assert listed == NightliesListed(CENTRAL, spec.first, spec.last, world.nightlies)
        for nightly in world.nightlies[::10]:
            build = found(services, nightly)
            with services.http.stream(build.url, headers={}) as answer:
                assert answer.status == 200
            push = world.source(nightly)
            assert services.perform(IdentifySource(build)) == SourceIdentified(
                nightly.key, Revision(push.branch, push.tip)
            )
            checksum = services.checksum_of(build)
            assert checksum is not None
            assert checksum.algorithm == "sha512"


@pytest.mark.parametrize("hg_redirect", [False, True])
def test_pushes(*, hg_redirect: bool) -> None:
    with asking(SPEC, manners=Manners(hg_redirect=hg_redirect)) as asked:
        world, services = asked.world, asked.services
        pushes = list(world.pushes(AUTOLAND))
        low, high = pushes[10], pushes[100]
        listed = services.perform(ListPushes(AUTOLAND, low.tip, high.changesets[0]))
        assert listed == PushesListed(AUTOLAND, low.tip, high.changesets[0], tuple(pushes[11:101]))
        during = services.perform(ListPushesDuring(AUTOLAND, low.time, high.time))
        inside = tuple(push for push in pushes if low.time < push.time < high.time)
        assert during == PushesDuring(AUTOLAND, low.time, high.time, inside)
        located = services.perform(LocateChangeset(AUTOLAND, high.changesets[0][:12]))
        assert located == ChangesetLocated(AUTOLAND, high.changesets[0][:12], high)
        unknown = services.perform(LocateChangeset(AUTOLAND, "f" * 40))
        assert unknown == ChangesetLocated(AUTOLAND, "f" * 40, None)
        nowhere = services.perform(ListPushes(AUTOLAND, low.tip, "f" * 40))
        assert nowhere == PushesListed(AUTOLAND, low.tip, "f" * 40, None)


@pytest.mark.parametrize("hg_redirect", [False, True])
def test_tags_are_located_like_changesets(*, hg_redirect: bool) -> None:
    spec = WorldSpec(seed=1, first=date(2026, 7, 1), days=60, pushes_a_day=4)
    with asking(spec, manners=Manners(hg_redirect=hg_redirect)) as asked:
        world, services = asked.world, asked.services
        assert len(world.tags) > 1
        for tag, number in world.tags.items():
            push = world.push_with(CENTRAL, world.nodes[number])
            located = services.perform(LocateChangeset(CENTRAL, tag))
            assert located == ChangesetLocated(CENTRAL, tag, push)
        unknown = services.perform(LocateChangeset(CENTRAL, "NO_TAG"))
        assert unknown == ChangesetLocated(CENTRAL, "NO_TAG", None)


def test_bounds_of_every_kind_are_understood() -> None:
    """A session and the services alone, up to where the first build would be fetched."""
    spec = WorldSpec(seed=1, first=date(2026, 7, 1), days=60, pushes_a_day=4)
    with asking(spec) as asked:
        world = asked.world
        tag, number = next(iter(world.tags.items()))
        release = tag.split("_")[2]
        end = world.push_with(CENTRAL, world.nodes[number])
        assert end is not None
        last = f"release {release}, whose last nightly is of {end.day}: "
        git = world.git(number)
        for good, told in {
            release: last,
            f"{release}.0": last,
            f"esr{release}": last,
            tag: f"tag {tag}, pushed on {end.day}: ",
            f"FIREFOX_BETA_{release}_BASE": f"FIREFOX_BETA_{release}_BASE was made from",
            git[:12]: f"git commit {git[:12]} (changeset {world.nodes[number][:12]}), pushed on ",
            world.nodes[number][:12]: f"changeset {world.nodes[number][:12]}, pushed on ",
            "20260710": "20260710 is no known changeset, so the date 2026-07-10: ",
            "3 weeks ago": "2026-08-08: ",
            world.nightlies[9].stamp: f"build id {world.nightlies[9].stamp}: ",
        }.items():
            request = Request(
                *("firefox", "linux", "x86_64", "shippable"),
                parse_bound(good, spec.today),
                parse_bound("today", spec.today),
                world.now - 1,
            )
            facts: list[Fact] = []
            while (read := understand(request, facts)) is None:
                step = next_step(request, facts)
                assert not isinstance(step, Finish | TestBuild), step
                facts.append(asked.services.perform(step))
            assert read.good.startswith(told)


def test_git_commits_are_translated() -> None:
    with asking(SPEC) as asked:
        world, services = asked.world, asked.services
        node = world.culprit.node
        git = world.git(world.numbers[node])
        for digits in (12, 40):
            fact = services.perform(TranslateCommit(git[:digits]))
            assert fact == CommitTranslated(git[:digits], node)
        assert services.perform(TranslateCommit("0" * 40)) == CommitTranslated("0" * 40, None)
        of_hg = services.perform(TranslateCommit(node))
        assert of_hg == CommitTranslated(node, None)


@pytest.mark.parametrize("version", ["136.0", "136.0.1", "136.0.1.0", "136.0b1", "128.8.0esr"])
def test_versions_that_were_released(version: str) -> None:
    spec = WorldSpec(first=date(2025, 3, 1), days=40, pushes_a_day=2)
    with asking(spec) as asked:
        fact = asked.services.perform(LookUpVersion(version))
        assert isinstance(fact, VersionLookedUp)
        assert fact.released is not None
        assert date(2025, 1, 1) < fact.released <= spec.today


def test_versions_that_were_not() -> None:
    spec = WorldSpec(first=date(2025, 3, 1), days=40, pushes_a_day=2)
    with asking(spec) as asked:
        fact = asked.services.perform(LookUpVersion("136.0.7"))
        assert fact == VersionLookedUp("136.0.7", None, ("136.0", "136.0.1"))
        beta = asked.services.perform(LookUpVersion("136.0b77"))
        assert beta == VersionLookedUp("136.0b77", None, ("136.0b1",))
        assert asked.services.perform(LookUpVersion("7.0")) == VersionLookedUp("7.0", None)


def test_landings() -> None:
    with asking(SPEC) as asked:
        world, services = asked.world, asked.services
        culprit = world.culprit
        fact = services.perform(DescribeLandings(AUTOLAND, culprit.push.id, culprit.push.id))
        assert isinstance(fact, LandingsDescribed)
        assert tuple(landing.node for landing in fact.landings) == culprit.push.changesets
        landing = next(each for each in fact.landings if each.node == culprit.node)
        assert landing.git == world.git(world.numbers[culprit.node])
        assert landing.bugs
        assert f"Bug {landing.bugs[0]}" in landing.summary
        assert "@" in landing.author
        assert len(asked.requests) == 1


def test_landings_from_before_git() -> None:
    spec = WorldSpec(seed=2, first=date(2025, 3, 1), days=5, pushes_a_day=4)
    with asking(spec) as asked:
        world, services = asked.world, asked.services
        push = world.culprit.push
        fact = services.perform(DescribeLandings(AUTOLAND, push.id, push.id))
        assert isinstance(fact, LandingsDescribed)
        assert fact.landings[-1].git == world.git(world.numbers[push.tip])
        commit_map = CommitMap(services.http, asked.root)
        assert commit_map.hg_of(world.git(world.numbers[push.tip])[:12]) == (push.tip, False)


def test_builds_of_pushes() -> None:
    with asking(SPEC) as asked:
        world, services = asked.world, asked.services
        pushes = list(world.pushes(AUTOLAND))
        unbuilt = next(push for push in pushes if not world.scheduled(push))
        fact = services.perform(FindBuild(unbuilt))
        assert isinstance(fact, BuildMissing)
        assert fact.missing.reason is MissingReason.NOT_BUILT
        push = next(push for push in pushes[50:] if world.testable(push))
        build = found(services, push)
        assert build.build_type == "shippable"
        with services.http.stream(build.url, headers={}) as answer:
            assert answer.status == 200
            assert sum(map(len, answer.chunks(1 << 16))) == int(answer.headers["Content-Length"])
        assert services.perform(IdentifySource(build)) == SourceIdentified(
            push.key, Revision(AUTOLAND, push.tip)
        )


@pytest.mark.parametrize("page_limit", [1000, 3])
def test_builds_of_pushes_from_the_days_of_bz2(page_limit: int) -> None:
    spec = WorldSpec(seed=2, first=date(2024, 11, 18), days=5, pushes_a_day=4)
    with asking(spec, manners=Manners(page_limit=page_limit)) as asked:
        world, services = asked.world, asked.services
        push = next(push for push in world.pushes(AUTOLAND) if world.testable(push))
        build = found(services, push)
        assert build.file_name == "target.tar.bz2"
        with services.http.stream(build.url, headers={}) as answer:
            assert answer.status == 200


def test_archived_builds_of_pushes() -> None:
    spec = WorldSpec(
        seed=2, first=date(2025, 12, 1), days=30, pushes_a_day=4, now=date(2027, 12, 1)
    )
    with asking(spec) as asked:
        world, services = asked.world, asked.services
        for push in [push for push in world.pushes(AUTOLAND) if world.testable(push)][::40]:
            before = len(asked.requests)
            build = found(services, push)
            assert len(asked.requests) == before + 1
            assert build.build_type == "opt"
            assert services.perform(IdentifySource(build)) == SourceIdentified(
                push.key, Revision(AUTOLAND, push.tip)
            )


def test_who_keeps_builds() -> None:
    spec = WorldSpec(
        seed=2, first=date(2025, 11, 1), days=40, pushes_a_day=4, now=date(2026, 11, 25)
    )
    with asking(spec) as asked:
        services = asked.services
        days = [spec.first + timedelta(days=number) for number in (5, 22, 35)]
        kept = [services.perform(CheckRetention(AUTOLAND, day)) for day in days]
        assert kept == [
            RetentionChecked(AUTOLAND, day, by)
            for day, by in zip(days, ["", "archive", "taskcluster"], strict=True)
        ]


def test_old_answers_are_asked_for_once(tmp_path: Path) -> None:
    spec = WorldSpec(seed=1, first=date(2026, 8, 1), days=40, pushes_a_day=4)
    with asking(spec, cache=tmp_path) as asked:
        world, services = asked.world, asked.services
        pushes = list(world.pushes(AUTOLAND))
        steps: list[Question] = [
            ListNightlies(CENTRAL, date(2026, 8, 1), date(2026, 8, 31)),
            ListPushes(AUTOLAND, pushes[3].tip, pushes[30].tip),
            LocateChangeset(AUTOLAND, pushes[3].tip),
            IdentifySource(found(services, world.nightlies[3])),
        ]
        facts = [services.perform(step) for step in steps]
        before = len(asked.requests)
        assert [services.perform(step) for step in steps] == facts
        assert len(asked.requests) == before


@pytest.mark.parametrize("seed", range(3))
def test_the_same_facts_from_services_in_trouble(seed: int) -> None:
    faults = Faults(
        seed, error=0.1, throttle=0.05, reset=0.1, cut=0.2, wrong_length=0.05, wrong_type=0.05
    )
    with asking(SPEC, faults=faults) as asked:
        world, services = asked.world, asked.services
        pushes = list(world.pushes(AUTOLAND))
        listed = services.perform(ListNightlies(CENTRAL, FIRST, LAST))
        assert listed == NightliesListed(CENTRAL, FIRST, LAST, world.nightlies)
        between = services.perform(ListPushes(AUTOLAND, pushes[2].tip, pushes[90].tip))
        assert between == PushesListed(AUTOLAND, pushes[2].tip, pushes[90].tip, tuple(pushes[3:91]))
        for nightly in world.nightlies[::4]:
            push = world.source(nightly)
            build = found(services, nightly)
            assert services.perform(IdentifySource(build)) == SourceIdentified(
                nightly.key, Revision(push.branch, push.tip)
            )
            assert services.checksum_of(build) is not None
        for push in [push for push in pushes if world.testable(push)][::20]:
            assert found(services, push).build_type == "shippable"
        assert any(request.status != 200 for request in asked.requests)


def test_requests_of_a_whole_bisection(tmp_path: Path) -> None:
    """What a session of 90 days asks, apart from the builds, stays far below its budget of 60."""
    spec = WorldSpec(seed=5, first=date(2026, 8, 1), days=90, pushes_a_day=24)
    with asking(spec, cache=tmp_path, manners=Manners(hg_redirect=True)) as asked:
        world, services = asked.world, asked.services
        services.perform(CheckRetention(AUTOLAND, spec.first))
        services.perform(ListNightlies(CENTRAL, spec.first, spec.last))
        builds = [found(services, nightly) for nightly in world.nightlies[::20]]
        for build in builds[:2]:
            services.perform(IdentifySource(build))
        low, high = (world.source(nightly).tip for nightly in world.nightlies[20:22])
        services.perform(ListPushes(AUTOLAND, low, high))
        pushes = [push for push in world.pushes(AUTOLAND) if world.testable(push)]
        for push in pushes[:5]:
            found(services, push)
        culprit = world.culprit.push
        services.perform(DescribeLandings(AUTOLAND, culprit.id, culprit.id))
        assert len(asked.requests) == 1 + 3 + len(builds) + 2 + 2 + 5 + 2
