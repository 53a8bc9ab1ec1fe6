"""Worlds with every app."""

import io
import re
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings

from mozregression.model.apps import (
    APPS,
    AUTOLAND,
    CENTRAL,
    Platform,
    candidate_folder,
    release_folder,
    release_names,
)
from mozregression.sandbox import World, WorldSpec, blobs
from mozregression.sandbox.archives import Builds
from mozregression.sandbox.branches import BETA, COMM, RELEASE
from mozregression.sandbox.contents import EXAMPLE, FENIX, FENNEC, FOCUS, THUNDERBIRD, contents_of
from mozregression.sandbox.history import Kind
from mozregression.sandbox.texts import written
from mozregression.sandbox.world import Condition
from tests.sandbox.helpers import Asker
from tests.sandbox.test_world import ancestors, small_specs

SPEC = WorldSpec(seed=3, first=date(2026, 7, 1), days=70, pushes_a_day=6, all_apps=True)


@pytest.fixture(scope="module")
def full() -> World:
    return World(SPEC)


@pytest.fixture(scope="module")
def ask_full(full: World) -> Asker:
    return Asker(full)


@given(small_specs)
@settings(deadline=None, max_examples=20)
def test_other_apps_change_nothing_for_firefox(spec: WorldSpec) -> None:
    small, full = World(spec), World(replace(spec, all_apps=True))
    assert full.nightlies == small.nightlies
    assert full.culprit == small.culprit
    for branch in (CENTRAL, AUTOLAND):
        assert list(full.pushes(branch)) == list(small.pushes(branch))


@pytest.mark.parametrize("broken_on", [AUTOLAND, COMM, BETA, RELEASE])
def test_a_build_is_bad_exactly_if_the_culprit_is_among_its_ancestors(broken_on: str) -> None:
    world = World(
        WorldSpec(
            seed=3,
            first=date(2026, 7, 25),
            days=20,
            pushes_a_day=4,
            all_apps=True,
            broken_on=broken_on,
        )
    )
    assert world.culprit.push.branch == broken_on
    for branch in (COMM, BETA, RELEASE):
        for push in world.pushes(branch):
            held = ancestors(world, world.numbers[push.tip])
            platform = world.platform(push)
            if platform:
                held |= ancestors(world, world.numbers[platform.tip])
            assert world.is_bad(push) == (world.change in held)
    if broken_on in (COMM, AUTOLAND):
        verdicts = [world.is_bad(nightly) for nightly in world.comm_nightlies]
        assert (verdicts[0], verdicts[-1]) == (False, True)
        assert verdicts == sorted(verdicts)
    assert any(world.is_bad(nightly) for nightly in world.nightlies) == (broken_on == AUTOLAND)


def test_gecko_in_thunderbird_is_what_there_was_when_it_was_pushed(full: World) -> None:
    seen = set()
    for push in list(full.pushes(COMM))[8:-8]:
        platform = full.platform(push)
        assert platform
        newer = full.push(CENTRAL, full.index(platform) + 1)
        assert platform.time <= push.time < newer.time
        seen.add(platform.id)
    assert 1 < len(seen) < len(full.logs[COMM]) - 16
    assert full.platform(full.nightlies[0]) is None


def test_nightlies_of_thunderbird_may_differ_by_gecko_alone(full: World) -> None:
    pairs = [
        (full.source(one) == full.source(other), full.platform(one) == full.platform(other))
        for one, other in pairwise(full.comm_nightlies)
    ]
    assert set(pairs) == {(False, False), (True, False)}


def test_cycles_take_central_to_beta_and_beta_to_release(full: World) -> None:
    merges = [n for n, kind in enumerate(full.history.kinds) if kind is Kind.CYCLE_MERGE]
    told = [written(full, number).desc for number in merges]
    assert set(told) == {
        "Merge mozilla-central to mozilla-beta a=merge",
        "Merge mozilla-beta to mozilla-release a=merge",
    }
    tags = full.tags_of(BETA)
    base = next(name for name in tags if name.endswith("_BASE") and "BETA" in name)
    version = int(base.split("_")[2])
    end = full.tags[f"FIREFOX_NIGHTLY_{version}_END"]
    assert end in ancestors(full, tags[base])
    shipped = full.tags_of(RELEASE)[f"FIREFOX_{version}_0_RELEASE"]
    assert tags[base] in ancestors(full, shipped)


def test_tags_of_release_branches_are_told_by_hg(ask_full: Asker, full: World) -> None:
    for branch in (BETA, RELEASE):
        told = ask_full.get(f"/releases/{branch}/json-tags").json["tags"]
        names = {each["tag"]: each["node"] for each in told}
        assert names == {n: full.nodes[at] for n, at in full.tags_of(branch).items()}
        name = next(name for name in names if re.fullmatch(r"FIREFOX_\d+_0(b\d)?_RELEASE", name))
        answer = ask_full.get(f"/releases/{branch}/json-pushes?version=2&changeset={name}").json
        (push,) = answer["pushes"].values()
        assert push["changesets"][-1] == names[name]
    assert (
        ask_full.get("/mozilla-central/json-pushes?changeset=FIREFOX_156_0_RELEASE").status == 404
    )


def test_thunderbird_is_not_in_git(ask_full: Asker, full: World) -> None:
    push = full.push(COMM, 5)
    pushed = ask_full.get(f"/comm-central/json-pushes?changeset={push.tip}").json
    assert pushed[str(push.id)]["git_changesets"] == [None]
    assert ask_full.get(f"/api/hg2git/firefox/{push.tip}").status == 404
    assert ask_full.get(f"/comm-central/json-rev/{full.push(CENTRAL, 5).tip}").status == 404


@pytest.mark.parametrize(
    ("app", "branch"),
    [("firefox", BETA), ("firefox", RELEASE), ("devedition", BETA), ("fenix", RELEASE)],
)
def test_releases_are_where_the_table_says(
    ask_full: Asker, full: World, app: str, branch: str
) -> None:
    tag = [name for name in full.tags_of(branch) if re.fullmatch(r"FIREFOX_\d+_0.*_RELEASE", name)][
        -1
    ]
    version = tag.removeprefix("FIREFOX_").removesuffix("_RELEASE").replace("_", ".")
    for platform in APPS[app].platforms:
        if platform == Platform("win", "aarch64"):
            continue
        folder = f"/pub/{release_folder(APPS[app], platform, version)}"
        names = release_names(APPS[app], platform, version)
        assert any(ask_full.get(folder + name.replace(" ", "%20")).status == 200 for name in names)
        if app != "fenix":
            folder = f"/pub/{candidate_folder(APPS[app], platform, version, 1)}"
            assert ask_full.get(folder + names[0].replace(" ", "%20")).status == 200
            note = ask_full.get(f"{folder}firefox-{version}.txt").text
            assert f"/rev/{full.nodes[full.tags_of(branch)[tag]]}\n" in note


def test_what_no_world_has_is_refused() -> None:
    for branch, all_apps in ((COMM, False), ("oak", True)):
        with pytest.raises(ValueError, match="cannot be broken on"):
            WorldSpec(broken_on=branch, all_apps=all_apps)


# Packages


def zipped(package: blobs.Blob) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(blobs.read(package)))


def test_apks_hold_what_those_of_their_time_do(full: World) -> None:
    builds, nightly = Builds(full), full.nightlies[0]
    for product in (FENIX, FOCUS, EXAMPLE, FENNEC):
        with zipped(builds.apk(nightly, product)) as apk:
            manifest = apk.read("AndroidManifest.xml").decode()
            assert f'package="{product.package}"' in manifest
            old = {"application.ini", "platform.ini", "package-name.txt"}
            assert (old <= set(apk.namelist())) == (product is FENNEC)


@pytest.mark.parametrize("bad", [False, True])
def test_a_shell_runs_scripts_that_show_the_bug(full: World, tmp_path: Path, bad: bool) -> None:
    nightly = next(each for each in full.nightlies if full.is_bad(each) == bad)
    with zipped(Builds(full).shell(nightly, windows=False)) as archive:
        path = Path(archive.extract("js", tmp_path))
        assert archive.getinfo("js").external_attr >> 16 == 0o100755
    path.chmod(0o755)
    for arguments in (["test.js"], ["-e", "1"], ["--check"]):
        assert subprocess.run([path, *arguments], check=False).returncode == int(bad)


def test_a_mac_build_is_an_app(full: World) -> None:
    with zipped(Builds(full).dmg(full.comm_nightlies[0], THUNDERBIRD)) as image:
        app = "Thunderbird Nightly.app/Contents"
        assert b"<string>thunderbird</string>" in image.read(f"{app}/Info.plist")
        assert b"Name=Thunderbird\n" in image.read(f"{app}/Resources/application.ini")
        assert f"{app}/MacOS/thunderbird" in image.namelist()


def test_thunderbird_names_gecko_in_its_platform_ini(full: World) -> None:
    nightly = full.comm_nightlies[3]
    contents, platform = contents_of(full, nightly, THUNDERBIRD), full.platform(nightly)
    assert platform
    assert "/comm-central\nSourceStamp=" + full.source(nightly).tip in contents.application_ini
    assert f"/mozilla-central\nSourceStamp={platform.tip}\n" in contents.platform_ini


def test_packages_of_every_kind_may_lack_the_program() -> None:
    world = World(WorldSpec(days=30, broken_rate=1, all_apps=True))
    builds = Builds(world)
    nightly = next(n for n in world.nightlies if world.condition(n) is Condition.NO_BINARY)
    packages = (
        builds.zip(nightly),
        builds.dmg(nightly),
        builds.shell(nightly, windows=True),
        builds.apk(nightly, FENIX),
    )
    for package in packages:
        with zipped(package) as archive:
            assert not re.search(r"\.exe|MacOS|check|Manifest", " ".join(archive.namelist()))


# Places


@pytest.mark.parametrize(
    "path", ["/pub/thunderbird/nightly/", "/pub/fenix/nightly/2026/", "/pub/devedition/releases/"]
)
def test_folders_lead_down_to_files(ask_full: Asker, path: str) -> None:
    for _ in range(8):
        links = re.findall(r'<a href="([^"]*)">', ask_full.get(path).text)[1:]
        assert links
        assert all(link.startswith(path) for link in links)
        path = links[0]
        if not path.endswith("/"):
            break
    assert ask_full.get(path).status == 200
    assert not path.endswith("/")


def test_every_indexed_task_has_its_package(ask_full: Asker, full: World) -> None:
    for branch, domain in ((AUTOLAND, "gecko"), (COMM, "comm"), (BETA, "gecko")):
        push = full.push(branch, 20)
        for kind in ("revision", "shippable.revision"):
            namespace = f"{domain}.v2.{branch}.{kind}.{push.tip}"
            products = {"mobile", "firefox", "thunderbird", "devedition"}
            for product in products:
                url = f"/api/index/v1/tasks/{namespace}.{product}"
                for task in ask_full.get(url).json["tasks"]:
                    listed = f"/api/queue/v1/task/{task['taskId']}/artifacts"
                    names = [each["name"] for each in ask_full.get(listed).json["artifacts"]]
                    package = next(name for name in names if re.search(_PACKAGE, name))
                    assert ask_full.get(f"{listed}/{package}").status == 303
                    cdn = f"/cdn/{task['taskId']}/0/{package}"
                    assert ask_full.get(cdn).status == 200


_PACKAGE = r"^public/build/(target(\.[\w-]+)?\.(tar\.xz|zip|dmg|apk)|geckoview_example\.apk)$"


def test_branches_are_indexed_under_their_domain() -> None:
    asker = Asker(World(WorldSpec(days=2, pushes_a_day=2, all_apps=True)))
    for domain, branches in {
        "gecko.v2": {AUTOLAND, CENTRAL, "trunk", BETA, RELEASE},
        "comm.v2": {COMM},
    }.items():
        listed = asker.get(f"/api/index/v1/namespaces/{domain}").json["namespaces"]
        assert {each["name"] for each in listed} == branches
