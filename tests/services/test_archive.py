from datetime import date
from pathlib import Path

import pytest

from mozregression.model.apps import APPS, AUTOLAND, CENTRAL, LINUX_X86_64, Platform
from mozregression.model.builds import (
    Build,
    Checksum,
    Missing,
    MissingReason,
    Nightly,
    Push,
    Revision,
)
from mozregression.services.answers import Answers
from mozregression.services.archive import Archive
from mozregression.services.errors import ServiceError
from mozregression.services.http import Http
from tests.services.conftest import Pauses
from tests.services.faulty import FaultyServer, as_text
from tests.services.test_listing import page

FIREFOX = APPS["firefox"]

NODE = "0123456789abcdef0123456789abcdef01234567"
NIGHTLIES = "/pub/firefox/nightly"
FOLDER = f"{NIGHTLIES}/2026/05/2026-05-01-09-30-12-mozilla-central/"
NIGHTLY = Nightly(CENTRAL, "20260501093012", FOLDER)
STEM = "firefox-152.0a1.en-US.linux-x86_64"
PUSH = Push(AUTOLAND, 7, 1777631412, (NODE,))  # 2026-05-01 10:30:12
INTEGRATION = f"/pub/firefox/integration/autoland/2026/05/01/{NODE}/"


@pytest.fixture
def archive(http: Http, server: FaultyServer) -> Archive:
    return Archive(http, f"{server.root}/pub", today=date(2026, 6, 1))


def month(server: FaultyServer, year_month: str, *names: str) -> None:
    path = f"{NIGHTLIES}/{year_month}/"
    server.on(path, as_text(page(list(names), {}, path)))


def test_nightlies_of_a_range(archive: Archive, server: FaultyServer) -> None:
    month(
        server,
        "2026/04",
        "2026-04-29-21-40-00-mozilla-central",
        "2026-04-30-09-40-00-mozilla-central",
        "2026-04-30-21-40-00-mozilla-central-l10n",
        "2026-04-30-mozilla-central-debug",
        "2026-04-30-21-40-00-oak",
        "2026-04-31-21-40-00-mozilla-central",
        "2026-04-30-21-40-00-not-mozilla-central",
        "latest-mozilla-central",
    )
    month(
        server,
        "2026/05",
        "2026-05-01-21-40-00-mozilla-central",
        "2026-05-01-09-30-12-mozilla-central",
        "2026-05-02-09-30-12-mozilla-central",
    )
    found = archive.nightlies(FIREFOX, LINUX_X86_64, CENTRAL, date(2026, 4, 30), date(2026, 5, 1))
    assert [nightly.stamp for nightly in found] == [
        "20260430094000",
        "20260501093012",
        "20260501214000",
    ]
    assert found[1] == NIGHTLY
    assert sorted(server.paths) == [f"{NIGHTLIES}/2026/04/", f"{NIGHTLIES}/2026/05/"]


def test_nightlies_of_early_years(archive: Archive, server: FaultyServer) -> None:
    month(
        server,
        "2008/06",
        "2008-06-16-04-trunk",
        "2008-06-16-05-mozilla-central",
        "2008-06-17-04-trunk",
        "2008-06-17-05-mozilla-central",
    )
    found = archive.nightlies(FIREFOX, LINUX_X86_64, CENTRAL, date(2008, 6, 1), date(2008, 6, 30))
    assert [nightly.stamp for nightly in found] == ["2008061604", "2008061705"]


def test_a_month_without_a_page_has_no_nightlies(archive: Archive) -> None:
    assert (
        archive.nightlies(FIREFOX, LINUX_X86_64, CENTRAL, date(2026, 4, 30), date(2026, 5, 1)) == ()
    )


def test_years_of_nightlies_are_listed_in_order(archive: Archive, server: FaultyServer) -> None:
    months = [f"{year}/{number:02}" for year in range(2020, 2026) for number in range(1, 13)]
    for each in months:
        month(server, each, f"{each.replace('/', '-')}-03-09-00-00-mozilla-central")
    found = archive.nightlies(FIREFOX, LINUX_X86_64, CENTRAL, date(2020, 1, 1), date(2025, 12, 31))
    assert [f"{nightly.day:%Y/%m}" for nightly in found] == months
    assert len(server.received) == len(months)


def test_one_lost_month_is_an_error(archive: Archive, server: FaultyServer) -> None:
    month(server, "2026/04")
    server.on(f"{NIGHTLIES}/2026/05/", as_text("no", 403))
    with pytest.raises(ServiceError, match="403"):
        archive.nightlies(FIREFOX, LINUX_X86_64, CENTRAL, date(2026, 4, 1), date(2026, 5, 31))


@pytest.mark.parametrize(
    ("today", "requests"),
    [(date(2026, 6, 1), 2), (date(2026, 6, 2), 2), (date(2026, 6, 3), 1), (date(2026, 5, 20), 2)],
)
def test_only_months_long_past_are_kept(
    server: FaultyServer, tmp_path: Path, pauses: Pauses, today: date, requests: int
) -> None:
    http = Http(answers=Answers(tmp_path), sleep=pauses)
    archive = Archive(http, f"{server.root}/pub", today=today)
    month(server, "2026/05", "2026-05-01-09-30-12-mozilla-central")
    for _ in range(2):
        assert archive.nightlies(
            FIREFOX, LINUX_X86_64, CENTRAL, date(2026, 5, 1), date(2026, 5, 31)
        ) == (NIGHTLY,)
    assert len(server.received) == requests
    http.close()


def folder(server: FaultyServer, path: str, **files: str) -> None:
    server.on(path, as_text(page([], files, path)))


def test_the_build_of_a_nightly(archive: Archive, server: FaultyServer) -> None:
    names = [
        ".complete.mar",
        ".checksums",
        ".tar.xz",
        ".tar.xz.asc",
        ".txt",
        "_info.txt",
        ".common.tests.tar.xz",
    ]
    files = {STEM + name: "80M" for name in names}
    others = {
        "firefox-152.0a1.en-US.linux-x86_64-asan-reporter.tar.xz": "90M",
        "firefox-152.0a1.de.linux-x86_64.tar.xz": "80M",
        "firefox-152.0a1.en-US.linux-i686.tar.xz": "80M",
    }
    folder(server, FOLDER, **files, **others)
    build = archive.build_of_nightly(FIREFOX, LINUX_X86_64, NIGHTLY, "shippable")
    assert build == Build(
        candidate=NIGHTLY.key,
        app="firefox",
        platform="linux-x86_64",
        build_type="shippable",
        url=f"{server.root}{FOLDER}{STEM}.tar.xz",
        file_name=f"{STEM}.tar.xz",
        checksums_url=f"{server.root}{FOLDER}{STEM}.checksums",
        source_url=f"{server.root}{FOLDER}{STEM}.txt",
    )
    assert len(server.received) == 1


def test_a_bare_old_build(archive: Archive, server: FaultyServer) -> None:
    folder(server, FOLDER, **{f"{STEM}.tar.bz2": "900", f"{STEM}_info.txt": "30"})
    build = archive.build_of_nightly(FIREFOX, LINUX_X86_64, NIGHTLY, "shippable")
    assert isinstance(build, Build)
    assert build.file_name == f"{STEM}.tar.bz2"
    assert build.size == 900
    assert build.source_url is None
    assert build.checksums_url is None


def test_of_two_builds_the_one_with_the_newer_suffix_is_taken(
    archive: Archive, server: FaultyServer
) -> None:
    folder(server, FOLDER, **{f"{STEM}.tar.bz2": "1K", f"{STEM}.tar.xz": "1K"})
    build = archive.build_of_nightly(FIREFOX, LINUX_X86_64, NIGHTLY, "shippable")
    assert isinstance(build, Build)
    assert build.file_name == f"{STEM}.tar.xz"


def test_a_nightly_without_a_build(archive: Archive, server: FaultyServer) -> None:
    url = server.root + FOLDER
    assert archive.build_of_nightly(FIREFOX, LINUX_X86_64, NIGHTLY, "shippable") == Missing(
        NIGHTLY.key, MissingReason.NOT_BUILT, (url,)
    )
    folder(server, FOLDER, **{"firefox-152.0a1.en-US.mac.dmg": "90M"})
    assert archive.build_of_nightly(FIREFOX, LINUX_X86_64, NIGHTLY, "shippable") == Missing(
        NIGHTLY.key, MissingReason.NO_FILE, (url,)
    )


@pytest.mark.parametrize("platform", ["linux64", "linux64-x86_64"])
def test_an_archived_integration_build(
    archive: Archive, server: FaultyServer, platform: str
) -> None:
    name = f"firefox-152.0a1.en-US.{platform}"
    folder(server, INTEGRATION, **{f"{name}.tar.xz": "80M", f"{name}.txt": "99"})
    build = archive.integration_build(FIREFOX, LINUX_X86_64, PUSH)
    assert isinstance(build, Build)
    assert build.url == f"{server.root}{INTEGRATION}{name}.tar.xz"
    assert build.candidate == PUSH.key
    assert build.build_type == "opt"


def test_integration_builds_are_asked_for_where_they_can_be(
    archive: Archive, server: FaultyServer
) -> None:
    early = Push(AUTOLAND, 7, 1761900000, (NODE,))  # 2025-10-31
    central = Push(CENTRAL, 7, PUSH.time, (NODE,))
    for push in (early, central):
        missing = archive.integration_build(FIREFOX, LINUX_X86_64, push)
        assert missing == Missing(push.key, MissingReason.NOT_BUILT)
    assert not archive.integration_kept(FIREFOX, AUTOLAND, date(2025, 10, 31))
    assert not archive.integration_kept(FIREFOX, CENTRAL, date(2026, 5, 1))
    assert server.received == []


def test_days_of_integration_builds(archive: Archive, server: FaultyServer) -> None:
    day = "/pub/firefox/integration/autoland/2026/05/01/"
    server.on(day, as_text(page([NODE], {}, day)))
    assert archive.integration_kept(FIREFOX, AUTOLAND, date(2026, 5, 1))
    assert not archive.integration_kept(FIREFOX, AUTOLAND, date(2026, 5, 2))


def build_with(server: FaultyServer, note: str) -> Build:
    url = server.on("/note", as_text(note))
    return Build(
        NIGHTLY.key, "firefox", "linux-x86_64", "shippable", server.root, "a.tar.xz",
        checksums_url=url, source_url=url,
    )  # fmt: skip


def test_the_source_of_a_build(archive: Archive, server: FaultyServer) -> None:
    text = f"20260501093012\nhttps://hg.mozilla.org/mozilla-central/rev/{NODE}\n"
    assert archive.sources_of(build_with(server, text)) == (Revision(CENTRAL, NODE),)


def test_the_checksum_of_a_build(archive: Archive, server: FaultyServer) -> None:
    build = build_with(server, f"{'a' * 128} sha512 12 a.tar.xz\n")
    assert archive.checksum_of(build) == Checksum("sha512", "a" * 128)


@pytest.mark.parametrize("note", ["<html>no</html>\n", "a cut", ""])
def test_notes_that_cannot_be_understood_tell_nothing(
    archive: Archive, server: FaultyServer, note: str
) -> None:
    build = build_with(server, note)
    assert archive.sources_of(build) == ()
    assert archive.checksum_of(build) is None


def test_without_notes_nothing_is_asked(archive: Archive, server: FaultyServer) -> None:
    build = Build(NIGHTLY.key, "firefox", "linux-x86_64", "shippable", server.root, "a.tar.xz")
    assert archive.sources_of(build) == ()
    assert archive.checksum_of(build) is None
    assert server.received == []


def test_a_service_that_is_down_is_no_missing_note(archive: Archive, server: FaultyServer) -> None:
    build = build_with(server, "")
    server.on("/note", as_text("down", 500))
    with pytest.raises(ServiceError, match="500"):
        archive.sources_of(build)


def test_builds_that_cannot_run_are_not_asked_for(archive: Archive, server: FaultyServer) -> None:
    thunderbird, windows = APPS["thunderbird"], Platform("win", "x86")
    old = Nightly("comm-central", "2010031703", "/pub/thunderbird/nightly/x/")
    missing = archive.build_of_nightly(thunderbird, windows, old, "opt")
    assert isinstance(missing, Missing)
    assert missing.reason is MissingReason.NO_FILE
    assert "without a zip" in missing.tried[0]
    debug = archive.build_of_nightly(FIREFOX, LINUX_X86_64, NIGHTLY, "debug")
    assert isinstance(debug, Missing)
    assert (
        archive.nightlies(APPS["gve"], Platform("android", "arm"), CENTRAL, *[date.max] * 2) == ()
    )
    assert server.received == []


def test_a_translated_build(archive: Archive, server: FaultyServer) -> None:
    german = Nightly(CENTRAL, NIGHTLY.stamp, FOLDER.replace("-central/", "-central-l10n/"))
    translated = STEM.replace("en-US", "de")
    folder(server, german.path, **{f"{translated}.tar.xz": "80M"})
    folder(server, FOLDER, **{f"{STEM}.txt": "99", f"{STEM}_info.txt": "30"})
    app = APPS["firefox-l10n"]
    build = archive.build_of_nightly(app, LINUX_X86_64, german, "opt", "de")
    assert isinstance(build, Build)
    assert build.url == f"{server.root}{german.path}{translated}.tar.xz"
    assert build.source_url == f"{server.root}{FOLDER}{STEM}.txt"
    french = archive.build_of_nightly(app, LINUX_X86_64, german, "opt", "fr")
    assert isinstance(french, Missing)


def test_a_shell(archive: Archive, server: FaultyServer) -> None:
    names = ["jsshell-linux-x86_64.zip", "jsshell-linux-x86_64-asan.zip", f"{STEM}.txt"]
    folder(server, FOLDER, **dict.fromkeys(names, "1K"))
    build = archive.build_of_nightly(APPS["jsshell"], LINUX_X86_64, NIGHTLY, "shippable")
    assert isinstance(build, Build)
    assert build.file_name == "jsshell-linux-x86_64.zip"
    assert build.source_url == f"{server.root}{FOLDER}{STEM}.txt"


@pytest.mark.parametrize(
    ("platform", "ending"),
    [
        ("linux-x86", "linux-i686.tar.xz"),
        ("linux-aarch64", "linux-aarch64.tar.xz"),
        ("win-x86", "win32.zip"),
        ("win-x86_64", "win64.zip"),
        ("win-aarch64", "win64-aarch64.zip"),
        ("mac-universal", "mac.dmg"),
    ],
)
@pytest.mark.parametrize("app", ["firefox", "thunderbird"])
def test_builds_of_other_platforms(
    archive: Archive, server: FaultyServer, app: str, platform: str, ending: str
) -> None:
    about = APPS[app]
    where = next(each for each in about.platforms if str(each) == platform)
    files = {
        f"{app}-152.0a1.en-US.{files.archive.latest[0]}{suffix}": "80M"
        for files in about.platforms.values()
        for suffix in (files.suffixes[0], ".txt")
    }
    folder(server, FOLDER, **files)
    build = archive.build_of_nightly(about, where, NIGHTLY, about.default_build_type)
    assert isinstance(build, Build)
    assert build.file_name == f"{app}-152.0a1.en-US.{ending}"
    assert build.platform == platform
    assert build.source_url == f"{build.url.rpartition('.')[0].removesuffix('.tar')}.txt"
