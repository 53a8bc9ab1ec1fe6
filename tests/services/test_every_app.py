"""Each app on each platform, from its list of nightlies down to the program in a build."""

import io
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone

import pytest

from mozregression.model.apps import APPS, CENTRAL, Platform
from mozregression.model.builds import Candidate, Missing, MissingReason, Nightly, Push, Revision
from mozregression.model.facts import NightliesListed, RetentionChecked, SourceIdentified
from mozregression.model.steps import CheckRetention, IdentifySource, ListNightlies
from mozregression.sandbox import World, WorldSpec
from tests.services.asking import Asked, asking, fetched, found, missing

SPEC = WorldSpec(seed=4, first=date(2026, 8, 20), days=12, pushes_a_day=6, all_apps=True)
FENNEC = WorldSpec(seed=4, first=date(2016, 1, 24), days=12, pushes_a_day=6, all_apps=True)

# By platform: the end of a nightly's name, the artifact of a task, the program inside.
DESKTOP = {
    "linux-x86_64": ("linux-x86_64.tar.xz", "target.tar.xz", "{0}/{0}"),
    "linux-x86": ("linux-i686.tar.xz", "target.tar.xz", "{0}/{0}"),
    "linux-aarch64": ("linux-aarch64.tar.xz", "target.tar.xz", "{0}/{0}"),
    "win-x86_64": ("win64.zip", "target.zip", "{0}/{0}.exe"),
    "win-x86": ("win32.zip", "target.zip", "{0}/{0}.exe"),
    "win-aarch64": ("win64-aarch64.zip", "target.zip", "{0}/{0}.exe"),
    "mac-universal": ("mac.dmg", "target.dmg", "{1} Nightly.app/Contents/MacOS/{0}"),
}
SHELL = {
    "linux-x86_64": ("linux-x86_64.zip", "js"),
    "linux-x86": ("linux-i686.zip", "js"),
    "linux-aarch64": ("linux-aarch64.zip", "js"),
    "win-x86_64": ("win64.zip", "js.exe"),
    "win-x86": ("win32.zip", "js.exe"),
    "win-aarch64": ("win64-aarch64.zip", "js.exe"),
    "mac-universal": ("mac.zip", "js"),
}
ABIS = {
    "android-aarch64": "arm64-v8a",
    "android-arm": "armeabi-v7a",
    "android-x86": "x86",
    "android-x86_64": "x86_64",
}

Row = tuple[str, str, str, str, str]


def rows() -> Iterator[Row]:
    """App, platform, nightly, artifact, program; "" where there are no such builds."""
    for platform, (nightly, artifact, program) in DESKTOP.items():
        firefox = program.format("firefox", "Firefox")
        yield "firefox", platform, f".en-US.{nightly}", artifact, firefox
        yield "firefox-l10n", platform, f".de.{nightly}", "", firefox
        yield "devedition", platform, "", artifact, firefox
        thunderbird = program.format("thunderbird", "Thunderbird")
        yield "thunderbird", platform, f".en-US.{nightly}", artifact, thunderbird
        yield "thunderbird-l10n", platform, f".de.{nightly}", "", thunderbird
    for platform, (nightly, program) in SHELL.items():
        yield "jsshell", platform, f"jsshell-{nightly}", "target.jsshell.zip", program
    for platform, abi in ABIS.items():
        for app in ("fenix", "focus"):
            nightly = f".multi.android-{abi}.apk"
            yield app, platform, nightly, f"target.{abi}.apk", "assets/check"
    for platform in ("android-arm", "android-aarch64", "android-x86_64"):
        yield "gve", platform, "", "geckoview_example.apk", "assets/check"
    yield "fennec", "android-arm", ".multi.android-arm.apk", "target.apk", "assets/check"


ROWS = sorted(rows())


@contextmanager
def asking_for(app: str, platform: str) -> Iterator[Asked]:
    lang = "de" if APPS[app].lang is None else None
    spec = FENNEC if app == "fennec" else SPEC
    with asking(spec, app=app, platform=Platform(*platform.split("-", 1)), lang=lang) as asked:
        yield asked


def nightlies_of(world: World, branch: str) -> tuple[Nightly, ...]:
    return world.nightlies if branch == CENTRAL else world.comm_nightlies


def program_in(package: bytes, path: str) -> str:
    file = io.BytesIO(package)
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            return archive.read(path).decode()
    with tarfile.open(fileobj=io.BytesIO(package)) as tar:
        member = tar.extractfile(path)
        assert member
        return member.read().decode()


def sources(world: World, candidate: Candidate) -> SourceIdentified:
    push, platform = world.source(candidate), world.platform(candidate)
    gecko = Revision(CENTRAL, platform.tip) if platform else None
    return SourceIdentified(candidate.key, Revision(push.branch, push.tip), gecko)


def test_the_table_has_each_app_on_each_platform_once() -> None:
    expected = [(app.name, str(platform)) for app in APPS.values() for platform in app.platforms]
    assert [row[:2] for row in ROWS] == sorted(expected)


@pytest.mark.covers(*(f"{app} on {platform}" for app, platform, *_ in ROWS))
@pytest.mark.parametrize(("app", "platform", "name", "artifact", "program"), ROWS)
def test_nightlies(app: str, platform: str, name: str, artifact: str, program: str) -> None:
    branch = APPS[app].branch
    with asking_for(app, platform) as asked:
        world, services = asked.world, asked.services
        first, last = world.spec.first, world.spec.last
        listed = services.perform(ListNightlies(branch, first, last))
        assert isinstance(listed, NightliesListed)
        expected = nightlies_of(world, branch) if name else ()
        assert [each.stamp for each in listed.nightlies] == [each.stamp for each in expected]
        for nightly in (listed.nightlies[:1] + listed.nightlies[-1:]) if name else ():
            build = found(services, nightly)
            assert build.file_name.endswith(name)
            script = program_in(fetched(services, build), program)
            assert f"exit {int(world.is_bad(nightly))}\n" in script
            assert services.perform(IdentifySource(build)) == sources(world, nightly)


@pytest.mark.covers(*(f"{app} on {platform}" for app, platform, *_ in ROWS))
@pytest.mark.parametrize(("app", "platform", "name", "artifact", "program"), ROWS)
def test_builds_of_pushes(app: str, platform: str, name: str, artifact: str, program: str) -> None:
    branch = APPS[app].integration
    with asking_for(app, platform) as asked:
        world, services = asked.world, asked.services
        day = world.spec.first
        kept = services.perform(CheckRetention(branch, day))
        assert kept == RetentionChecked(branch, day, "taskcluster" if artifact else "")
        testable = [push for push in world.pushes(branch) if world.testable(push)]
        for push in (testable[0], testable[-1]) if artifact else ():
            build = found(services, push)
            assert (build.file_name, build.build_type) == (artifact, kind_of(app))
            script = program_in(fetched(services, build), program)
            assert f"exit {int(world.is_bad(push))}\n" in script
            if app not in ("fenix", "focus"):  # nothing beside them tells
                assert services.perform(IdentifySource(build)) == sources(world, push)


def kind_of(app: str) -> str:
    return {"fenix": "nightly", "focus": "nightly", "thunderbird": "opt"}.get(app, "shippable")


ARCHIVED = [
    ("firefox", "linux-x86_64", ".en-US.linux64.tar.xz", "firefox/firefox"),
    ("firefox", "win-x86_64", ".en-US.win64.zip", "firefox/firefox.exe"),
    ("firefox", "win-x86", ".en-US.win32.zip", "firefox/firefox.exe"),
    ("firefox", "mac-universal", ".en-US.mac.dmg", "Firefox Nightly.app/Contents/MacOS/firefox"),
    ("jsshell", "linux-x86_64", "jsshell-linux64.zip", "js"),
    ("jsshell", "win-x86_64", "jsshell-win64.zip", "js.exe"),
    ("jsshell", "mac-universal", "jsshell-mac.zip", "js"),
    ("gve", "android-arm", ".en-US.android-arm.apk", "assets/check"),
    ("gve", "android-aarch64", ".en-US.android-aarch64.apk", "assets/check"),
    ("gve", "android-x86_64", ".en-US.android-x86_64.apk", "assets/check"),
]


@pytest.mark.parametrize(("app", "platform", "name", "program"), ARCHIVED)
def test_archived_builds_when_taskcluster_has_none_any_more(
    app: str, platform: str, name: str, program: str
) -> None:
    spec = WorldSpec(
        seed=4, first=date(2026, 3, 1), days=6, pushes_a_day=6, now=date(2028, 1, 1), all_apps=True
    )
    with asking(spec, app=app, platform=Platform(*platform.split("-", 1))) as asked:
        world, services = asked.world, asked.services
        branch, day = APPS[app].integration, spec.first
        kept = services.perform(CheckRetention(branch, day))
        assert kept == RetentionChecked(branch, day, "archive")
        push = next(push for push in world.pushes(branch) if world.testable(push))
        build = found(services, push)
        assert (build.build_type, build.task_id) == ("opt", None)
        assert build.file_name.endswith(name)
        assert f"exit {int(world.is_bad(push))}\n" in program_in(fetched(services, build), program)
        assert services.perform(IdentifySource(build)) == sources(world, push)


@pytest.mark.parametrize("build_type", list(APPS["firefox"].build_types))
def test_build_types_by_index(build_type: str) -> None:
    first = date(2019, 5, 1) if build_type == "pgo" else SPEC.first
    spec = WorldSpec(seed=4, first=first, days=3, pushes_a_day=4, all_apps=True)
    with asking(spec, build_type=build_type) as asked:
        push = next(push for push in asked.world.pushes("autoland") if asked.world.testable(push))
        build = found(asked.services, push)
        assert build.build_type == APPS["firefox"].build_types[build_type][0]
        assert fetched(asked.services, build)


def nightlies_listed(asked: Asked, branch: str) -> tuple[Nightly, ...]:
    spec = asked.world.spec
    listed = asked.services.perform(ListNightlies(branch, spec.first, spec.last))
    assert isinstance(listed, NightliesListed)
    return listed.nightlies


LINUX, MAC = "linux-x86_64", "mac-universal"
ERAS = [  # app, platform, build type, the first day after a border; ends of names on both sides
    (("firefox", LINUX, "shippable", "2024-11-26"), (".tar.bz2", ".tar.xz")),
    (("firefox", "win-x86_64", "shippable", "2015-01-01"), (".win64-x86_64.zip", ".win64.zip")),
    (("firefox", MAC, "shippable", "2010-07-01"), (".mac.dmg", ".mac64.dmg")),
    (("firefox", MAC, "shippable", "2011-07-01"), (".mac64.dmg", ".mac.dmg")),
    (("firefox", LINUX, "asan", "2020-03-01"), ("-asan-reporter.tar.bz2",) * 2),
    (("jsshell", LINUX, "asan", "2020-03-01"), ("jsshell-linux-x86_64-asan.zip",) * 2),
    (("thunderbird", LINUX, "opt", "2008-07-26"), (".tar.bz2",) * 2),
    (("thunderbird", LINUX, "opt", "2009-01-09"), (".tar.bz2",) * 2),
    (("thunderbird", LINUX, "opt", "2010-08-21"), (".tar.bz2",) * 2),
    (("fennec", "android-arm", "shippable", "2014-12-06"), (".apk", ".apk")),
    (("fennec", "android-arm", "shippable", "2014-12-13"), (".apk", ".apk")),
    (("fennec", "android-arm", "shippable", "2017-08-30"), (".apk", ".apk")),
]


@pytest.mark.parametrize(("asked_for", "endings"), ERAS)
def test_nightlies_on_both_sides_of_a_border(
    asked_for: tuple[str, str, str, str], endings: tuple[str, str]
) -> None:
    app, platform, build_type, day = asked_for
    border = date.fromisoformat(day)
    first = border - timedelta(days=3)
    spec = WorldSpec(seed=2, first=first, days=6, pushes_a_day=4, all_apps=True)
    where = Platform(*platform.split("-", 1))
    with asking(spec, app=app, platform=where, build_type=build_type) as asked:
        world, services, branch = asked.world, asked.services, APPS[app].branch
        listed = nightlies_listed(asked, branch)
        expected = nightlies_of(world, branch)
        assert [each.stamp for each in listed] == [each.stamp for each in expected]
        assert listed[0].day < border <= listed[-1].day
        for nightly in listed:
            build = found(services, nightly)
            assert build.file_name.endswith(endings[nightly.day >= border])
            push = world.source(nightly)
            identified = services.perform(IdentifySource(build))
            assert isinstance(identified, SourceIdentified)
            assert identified.revision == Revision(push.branch, push.tip)


def test_jobs_of_phones_change_their_name_with_the_level_of_the_interface() -> None:
    with asking_for("fennec", "android-arm") as asked:
        pushes = list(asked.world.pushes("autoland"))
        assert pushes[0].day < date(2016, 1, 29) < pushes[-1].day
        for push in (pushes[0], pushes[-1]):
            found(asked.services, push)
        assert [each.url.rsplit(".", 1)[1] for each in asked.requests] == [
            "android-api-11-opt", "android-api-15-opt",
        ]  # fmt: skip


@pytest.mark.parametrize("app", ["fenix", "focus"])
def test_nightlies_without_a_note_are_known_by_the_second_of_their_push(app: str) -> None:
    spec = WorldSpec(seed=2, first=date(2024, 3, 15), days=6, pushes_a_day=4, all_apps=True)
    with asking(spec, app=app, platform=Platform("android", "x86")) as asked:
        world, services = asked.world, asked.services
        listed = nightlies_listed(asked, CENTRAL)
        assert [each.stamp for each in listed] == [each.stamp for each in world.nightlies]
        for nightly in listed:
            identified = services.perform(IdentifySource(found(services, nightly)))
            known = nightly.day >= date(2024, 3, 18)
            expected = Revision(CENTRAL, world.source(nightly).tip) if known else None
            assert identified == SourceIdentified(nightly.key, expected)


def test_a_lost_note_is_made_up_for_by_the_pushlog() -> None:
    spec = WorldSpec(seed=2, days=6, pushes_a_day=4, no_txt_rate=1)
    with asking(spec) as asked:
        world, services = asked.world, asked.services
        build = found(services, world.nightlies[3])
        assert build.source_url is None
        assert services.perform(IdentifySource(build)) == sources(world, world.nightlies[3])


def test_a_push_of_thunderbird_may_bring_another_gecko() -> None:
    with asking_for("thunderbird", "linux-x86_64") as asked:
        world, services = asked.world, asked.services
        told = [
            services.perform(IdentifySource(found(services, push)))
            for push in list(world.pushes("comm-central"))[:12]
        ]
        gecko = {each.platform for each in told if isinstance(each, SourceIdentified)}
        assert None not in gecko
        assert 1 < len(gecko) < len(told)


def nightly_on(app: str, day: str) -> Nightly:
    folder = f"/pub/{APPS[app].archive_dir}/nightly/{day[:4]}/{day[5:7]}/{day}-09-00-00-nowhere/"
    return Nightly(APPS[app].branch, f"{day.replace('-', '')}090000", folder)


UNUSABLE = [
    (
        "gve",
        "android-arm",
        "2026-08-21",
        "GeckoView Example has no nightlies, but builds",
    ),
    (
        "devedition",
        "mac-universal",
        "2026-08-21",
        "Firefox Developer Edition has no nightlies, but",
    ),
    (
        "firefox-l10n",
        "win-x86",
        "2015-10-18",
        "Translated nightlies of Firefox are kept since",
    ),
    ("thunderbird-l10n", "win-x86", "2015-10-07", "Translated nightlies of Thunderbird are kept"),
    ("thunderbird", "win-x86_64", "2010-03-17", "Thunderbird nightlies for Windows from before"),
]


@pytest.mark.parametrize(("app", "platform", "day", "why"), UNUSABLE)
def test_nightlies_that_cannot_be_used_say_why(app: str, platform: str, day: str, why: str) -> None:
    with asking_for(app, platform) as asked:
        told = missing(asked.services, nightly_on(app, day))
        assert told.reason is MissingReason.NO_FILE
        assert told.tried[0].startswith(why)
        assert asked.requests == []


@pytest.mark.parametrize("app", ["firefox", "firefox-l10n", "thunderbird", "jsshell"])
def test_what_is_not_there_is_told_by_its_place(app: str) -> None:
    with asking_for(app, "linux-x86_64") as asked:
        nightly = nightly_on(app, "2026-08-21")
        told = missing(asked.services, nightly)
        assert told.reason is MissingReason.NOT_BUILT
        assert told.tried == (f"{asked.root}{nightly.path}",)


def test_platforms_that_were_not_built_for_are_told_from_days_without_builds() -> None:
    spec = WorldSpec(seed=2, first=date(2024, 12, 1), days=3, pushes_a_day=4, all_apps=True)
    with asking(spec, platform=Platform("linux", "aarch64")) as asked:
        nightly = asked.world.nightlies[0]
        told = missing(asked.services, nightly)
        assert told == Missing(nightly.key, MissingReason.NO_FILE, (f"{asked.root}{nightly.path}",))


PUSHES = [  # app, platform, what is asked for when the push has no build
    ("thunderbird", "linux-x86_64", ("comm.v2.comm-central.revision.{}.thunderbird.linux64-opt",
        "comm.v2.comm-central.shippable.revision.{}.thunderbird.linux64-opt")),
    ("devedition", "win-x86_64",
        ("gecko.v2.mozilla-beta.shippable.revision.{}.devedition.win64-opt",)),
    ("fenix", "android-x86", ("gecko.v2.autoland.revision.{}.mobile.fenix-nightly",
        "gecko.v2.autoland.revision.{}.mobile.fenix-nightly-simulation")),
    ("focus", "android-x86", ("gecko.v2.autoland.revision.{}.mobile.focus-nightly",)),
    ("gve", "android-arm", ("gecko.v2.autoland.shippable.revision.{}.mobile.android-arm-opt",
        "gecko.v2.autoland.revision.{}.mobile.android-arm-opt",
        "{root}/pub/mobile/integration/autoland/2026/08/21/{}/")),
    ("firefox-l10n", "win-x86", ("No opt builds of firefox-l10n pushes are made for win-x86.",)),
]  # fmt: skip


@pytest.mark.parametrize(("app", "platform", "tried"), PUSHES)
def test_pushes_without_builds_tell_all_that_was_tried(
    app: str, platform: str, tried: tuple[str, ...]
) -> None:
    tip, moment = "0" * 40, datetime(2026, 8, 21, tzinfo=timezone.utc)
    push = Push(APPS[app].integration, 1, int(moment.timestamp()), (tip,))
    with asking_for(app, platform) as asked:
        told = missing(asked.services, push)
        assert told.reason is MissingReason.NOT_BUILT
        assert told.tried == tuple(each.format(tip, root=asked.root) for each in tried)


def test_builds_that_taskcluster_forgot_have_expired() -> None:
    spec = WorldSpec(seed=4, days=3, pushes_a_day=6, now=date(2028, 1, 1), all_apps=True)
    with asking(spec, app="thunderbird") as asked:
        push = next(asked.world.pushes("comm-central"))
        assert missing(asked.services, push).reason is MissingReason.EXPIRED
