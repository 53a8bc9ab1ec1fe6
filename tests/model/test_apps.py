"""Apps, platforms and days, and what their builds are called: both sides of every era."""

import re
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mozregression.model.apps import (
    APPS,
    BRANCHES,
    App,
    Branch,
    Platform,
    UnknownPlatformError,
    architectures,
    artifact_names,
    branch_named,
    build_file,
    build_types,
    candidate_folder,
    choose_platform,
    has_push_builds,
    index_day,
    index_routes,
    integration_file,
    integration_folder,
    integration_note,
    nightly_folder,
    note_file,
    note_folder,
    release_folder,
    release_names,
    why_unusable,
)
from mozregression.model.builds import Push

NODE = "0123456789abcdef0123456789abcdef01234567"
DAY = date(2026, 5, 1)


def platform(text: str) -> Platform:
    os, _, arch = text.partition("-")
    return Platform(os, arch)


def push(branch: str, *when: int) -> Push:
    moment = datetime(*when, tzinfo=timezone.utc)  # type: ignore[misc, arg-type]
    return Push(branch, 7, int(moment.timestamp()), (NODE,))


def lang_of(app: App) -> str | None:
    return None if app.lang else "de"


def every_platform() -> list[tuple[App, Platform]]:
    return [(app, platform) for app in APPS.values() for platform in app.platforms]


# Nightlies: folder and file, on both sides of each border

FIREFOX_X64 = "firefox-9.0a1.en-US.linux-x86_64"


@pytest.mark.parametrize(
    ("app", "where", "day", "folder", "file"),
    [
        ("firefox", "linux-x86_64", "2004-04-01", "2004-04-01-05-trunk", f"{FIREFOX_X64}.tar.bz2"),
        ("firefox", "linux-x86", "2008-06-16", "2008-06-16-04-trunk",
         "firefox-3.0pre.en-US.linux-i686.tar.bz2"),
        ("firefox", "linux-x86", "2008-06-17", "2008-06-17-04-mozilla-central",
         "firefox-3.1a1pre.en-US.linux-i686.tar.bz2"),
        ("firefox", "linux-x86_64", "2011-05-05", "2011-05-05-03-mozilla-central",
         f"{FIREFOX_X64}.tar.bz2"),
        ("firefox", "linux-x86_64", "2011-08-05", "2011-08-05-03-02-04-mozilla-central",
         f"{FIREFOX_X64}.tar.bz2"),
        ("firefox", "linux-x86_64", "2024-11-26", "2024-11-26-09-20-11-mozilla-central",
         f"{FIREFOX_X64}.tar.bz2"),
        ("firefox", "linux-x86_64", "2024-11-26", "2024-11-26-21-20-11-mozilla-central",
         f"{FIREFOX_X64}.tar.xz"),
        ("firefox", "linux-x86_64", "2026-05-01", "2026-05-01-09-20-11-mozilla-central",
         f"{FIREFOX_X64}.tar.xz"),
        ("firefox", "linux-aarch64", "2026-05-01", "2026-05-01-09-20-11-mozilla-central",
         "firefox-152.0a1.en-US.linux-aarch64.tar.xz"),
        ("firefox", "win-x86", "2026-05-01", "2026-05-01-09-20-11-mozilla-central",
         "firefox-152.0a1.en-US.win32.zip"),
        ("firefox", "win-x86_64", "2013-05-01", "2013-05-01-03-02-04-mozilla-central",
         "firefox-23.0a1.en-US.win64-x86_64.zip"),
        ("firefox", "win-x86_64", "2015-12-31", "2015-12-31-03-02-04-mozilla-central",
         "firefox-46.0a1.en-US.win64-x86_64.zip"),
        ("firefox", "win-x86_64", "2015-12-31", "2015-12-31-03-02-04-mozilla-central",
         "firefox-46.0a1.en-US.win64.zip"),
        ("firefox", "win-x86_64", "2016-01-01", "2016-01-01-03-02-04-mozilla-central",
         "firefox-46.0a1.en-US.win64.zip"),
        ("firefox", "win-aarch64", "2026-05-01", "2026-05-01-09-20-11-mozilla-central",
         "firefox-152.0a1.en-US.win64-aarch64.zip"),
        ("firefox", "mac-universal", "2010-12-31", "2010-12-31-03-mozilla-central",
         "firefox-4.0b9pre.en-US.mac64.dmg"),
        ("firefox", "mac-universal", "2011-12-31", "2011-12-31-03-01-02-mozilla-central",
         "firefox-12.0a1.en-US.mac.dmg"),
        ("firefox", "mac-universal", "2012-01-01", "2012-01-01-03-01-02-mozilla-central",
         "firefox-12.0a1.en-US.mac.dmg"),
        ("firefox-l10n", "linux-x86_64", "2015-10-19", "2015-10-19-03-02-04-mozilla-central-l10n",
         "firefox-44.0a1.de.linux-x86_64.tar.bz2"),
        ("firefox-l10n", "win-x86_64", "2026-05-01", "2026-05-01-09-20-11-mozilla-central-l10n",
         "firefox-152.0a1.de.win64.zip"),
        ("thunderbird", "linux-x86", "2008-07-25", "2008-07-25-03-trunk",
         "thunderbird-3.0a2pre.en-US.linux-i686.tar.bz2"),
        ("thunderbird", "linux-x86", "2008-07-26", "2008-07-26-03-comm-central",
         "thunderbird-3.0a2pre.en-US.linux-i686.tar.bz2"),
        ("thunderbird", "linux-x86", "2009-01-08", "2009-01-08-03-comm-central",
         "thunderbird-3.0b2pre.en-US.linux-i686.tar.bz2"),
        ("thunderbird", "linux-x86", "2009-01-09", "2009-01-09-03-comm-central-trunk",
         "thunderbird-3.0b2pre.en-US.linux-i686.tar.bz2"),
        ("thunderbird", "win-x86", "2010-03-18", "2010-03-18-03-comm-central-trunk",
         "thunderbird-3.2a1pre.en-US.win32.zip"),
        ("thunderbird", "linux-x86", "2010-08-20", "2010-08-20-03-comm-central-trunk",
         "thunderbird-3.3a1pre.en-US.linux-i686.tar.bz2"),
        ("thunderbird", "linux-x86", "2010-08-21", "2010-08-21-03-comm-central",
         "thunderbird-3.3a1pre.en-US.linux-i686.tar.bz2"),
        ("thunderbird", "mac-universal", "2026-05-01", "2026-05-01-10-05-19-comm-central",
         "thunderbird-152.0a1.en-US.mac.dmg"),
        ("thunderbird-l10n", "linux-x86_64", "2015-10-08", "2015-10-08-03-02-04-comm-central-l10n",
         "thunderbird-44.0a1.de.linux-x86_64.tar.bz2"),
        ("fenix", "android-x86_64", "2022-06-10",
         "2022-06-10-17-01-58-fenix-103.0.0-android-x86_64",
         "fenix-103.0.0.multi.android-x86_64.apk"),
        ("fenix", "android-x86", "2022-06-10", "2022-06-10-17-01-58-fenix-103.0.0-android-x86",
         "fenix-103.0.0.multi.android-x86.apk"),
        ("fenix", "android-aarch64", "2022-11-14",
         "2022-11-14-17-01-36-fenix-108.0b1-android-arm64-v8a",
         "fenix-108.0b1.multi.android-arm64-v8a.apk"),
        ("fenix", "android-aarch64", "2025-12-01",
         "2025-12-01-10-27-59-fenix-147.0a1-android-arm64-v8a",
         "fenix-147.0a1.multi.android-arm64-v8a.apk"),
        ("focus", "android-arm", "2025-12-01",
         "2025-12-01-10-27-59-focus-147.0a1-android-armeabi-v7a",
         "focus-147.0a1.multi.android-armeabi-v7a.apk"),
        ("jsshell", "linux-x86_64", "2026-05-01", "2026-05-01-09-20-11-mozilla-central",
         "jsshell-linux-x86_64.zip"),
        ("jsshell", "win-aarch64", "2026-05-01", "2026-05-01-09-20-11-mozilla-central",
         "jsshell-win64-aarch64.zip"),
        ("jsshell", "mac-universal", "2026-05-01", "2026-05-01-09-20-11-mozilla-central",
         "jsshell-mac.zip"),
    ],
)  # fmt: skip
def test_nightlies(app: str, where: str, day: str, folder: str, file: str) -> None:
    about, when = APPS[app], date.fromisoformat(day)
    expected = nightly_folder(about, platform(where), when)
    assert expected is not None
    match = expected.fullmatch(folder)
    assert match
    assert match["stamp"] == re.match(r"[\d-]*\d(?=-)", folder)[0]  # type: ignore[index]
    assert build_file(about, platform(where), when, lang_of(about)).fullmatch(file)


@pytest.mark.parametrize(
    ("day", "part"),
    [
        ("2014-12-05", "android"),
        ("2014-12-06", "android-api-10"),
        ("2014-12-12", "android-api-10"),
        ("2014-12-13", "android-api-11"),
        ("2016-01-28", "android-api-11"),
        ("2016-01-29", "android-api-15"),
        ("2017-08-29", "android-api-15"),
        ("2017-08-30", "android-api-16"),
    ],
)
def test_fennec_nightlies(day: str, part: str) -> None:
    fennec, arm, when = APPS["fennec"], platform("android-arm"), date.fromisoformat(day)
    pattern = nightly_folder(fennec, arm, when)
    assert pattern is not None
    for each in ("android", "android-api-10", "android-api-11", "android-api-15", "android-api-16"):
        folder = f"{day}-03-02-04-mozilla-central-{each}"
        assert bool(pattern.fullmatch(folder)) == (each == part)
    assert build_file(fennec, arm, when).fullmatch("fennec-37.0a1.multi.android-arm.apk")


@pytest.mark.parametrize(
    ("app", "where", "day", "folder"),
    [
        ("firefox", "linux-x86_64", "2008-06-16", "2008-06-16-04-mozilla-central"),
        ("firefox", "linux-x86_64", "2008-06-17", "2008-06-17-04-trunk"),
        ("firefox", "linux-x86_64", "2026-05-01", "2026-05-01-09-mozilla-central"),
        ("firefox", "linux-x86_64", "2014-12-10", "2014-12-10-mozilla-central-debug"),
        ("firefox", "linux-x86_64", "2026-05-01", "2026-05-01-09-20-11-mozilla-central-l10n"),
        ("firefox", "linux-x86_64", "2026-05-01", "2026-05-01-09-20-11-oak"),
        ("firefox", "linux-x86_64", "2026-05-01", "2026-05-01-09-20-11-mozilla-aurora"),
        ("firefox", "linux-x86_64", "2026-05-01", "2026-05-01-09-20-11-not-mozilla-central"),
        ("firefox", "linux-x86_64", "2026-05-01", "latest-mozilla-central"),
        ("firefox-l10n", "linux-x86_64", "2026-05-01", "2026-05-01-09-20-11-mozilla-central"),
        ("thunderbird", "linux-x86_64", "2009-01-09", "2009-01-09-03-comm-central"),
        ("thunderbird", "linux-x86_64", "2010-08-21", "2010-08-21-03-comm-central-trunk"),
        ("thunderbird", "linux-x86_64", "2026-05-01", "2026-05-01-09-20-11-comm-central-l10n"),
        ("fenix", "android-x86", "2022-06-10", "2022-06-10-17-01-58-fenix-103.0.0-android-x86_64"),
        ("fenix", "android-x86", "2025-07-01", "2025-07-01-09-15-43-fenix-142.0a1-android"),
        ("fenix", "android-x86", "2025-07-01", "2025-07-01-09-15-43-focus-142.0a1-android-x86"),
    ],
)  # fmt: skip
def test_other_folders_are_no_nightlies(app: str, where: str, day: str, folder: str) -> None:
    pattern = nightly_folder(APPS[app], platform(where), date.fromisoformat(day))
    assert pattern is not None
    assert not pattern.fullmatch(folder)


def test_eras_are_those_of_the_own_branch() -> None:
    firefox = APPS["firefox"]
    where = platform("linux-x86_64")
    pattern = nightly_folder(firefox, where, date(2008, 1, 1), "mozilla-aurora")
    assert pattern is not None
    assert pattern.fullmatch("2008-01-01-04-mozilla-aurora")


DECOYS = [
    "{stem}.tar.xz.asc",
    "{stem}.zip.asc",
    "{stem}.dmg.asc",
    "{stem}.apk.asc",
    "{stem}.txt",
    "{stem}_info.txt",
    "{stem}.json",
    "{stem}.checksums",
    "{stem}.complete.mar",
    "{stem}.crashreporter-symbols.zip",
    "{stem}.common.tests.tar.gz",
    "{stem}.common.tests.tar.xz",
    "{stem}.common.tests.zip",
    "{stem}.mochitest.tests.tar.zst",
    "{stem}.langpack.xpi",
    "{stem}.installer.exe",
    "{stem}.pkg",
    "{stem}.deb",
    "{stem}-asan-reporter.tar.bz2",
    "{stem}-asan-reporter.tar.xz",
    "{stem}-asan-reporter.zip",
    "jsshell-linux-x86_64-asan.zip",
    "mozharness.zip",
    "Firefox Installer.en-US.exe",
    "geckoview-test_runner-152.0a1.en-US.android-arm.apk",
]


@pytest.mark.parametrize("decoy", DECOYS)
@pytest.mark.parametrize("app", APPS)
def test_builds_are_not_mistaken(app: str, decoy: str) -> None:
    about = APPS[app]
    for where, files in about.platforms.items():
        patterns = [integration_file(about, where)]
        names = [*files.archive.values, files.integration]
        if about.nightlies:
            patterns.append(build_file(about, where, DAY, lang_of(about)))
            patterns.append(build_file(about, where, date(2010, 5, 1), lang_of(about)))
        for name in {name for each in names for name in each}:
            for stem in (f"{about.stem}-152.0a1.{about.lang or 'de'}.{name}", f"jsshell-{name}"):
                for pattern in filter(None, patterns):
                    assert not pattern.fullmatch(decoy.format(stem=stem))


@pytest.mark.parametrize("app", ["firefox", "firefox-l10n", "thunderbird", "thunderbird-l10n"])
def test_languages_are_not_mistaken(app: str) -> None:
    about = APPS[app]
    pattern = build_file(about, platform("linux-x86_64"), DAY, lang_of(about))
    for lang in ("en-US", "de", "fr", "es-AR"):
        file = f"{about.stem}-152.0a1.{lang}.linux-x86_64.tar.xz"
        assert bool(pattern.fullmatch(file)) == (lang == (about.lang or "de"))


@given(st.sampled_from(every_platform()), st.dates(date(2004, 4, 1), date(2027, 1, 1)))
def test_no_build_of_a_platform_is_one_of_another(where: tuple[App, Platform], day: date) -> None:
    app, own = where
    if app.nightlies is None:
        return
    pattern = build_file(app, own, day, lang_of(app))
    for other, files in app.platforms.items():
        name = files.archive.at(day)[0]
        file = app.nightlies.file.format(
            stem=app.stem, version="9.0a1", lang=app.lang or "de", platform=name,
            suffix=files.suffixes[0],
        )  # fmt: skip
        assert bool(pattern.fullmatch(file)) == (other == own)


@pytest.mark.parametrize(
    ("app", "build_type", "file"),
    [
        ("firefox", "asan", "firefox-100.0a1.en-US.linux-x86_64-asan-reporter.tar.bz2"),
        ("firefox", "opt", "firefox-100.0a1.en-US.linux-x86_64.tar.bz2"),
        ("jsshell", "asan", "jsshell-linux-x86_64-asan.zip"),
    ],
)
def test_nightlies_of_other_types(app: str, build_type: str, file: str) -> None:
    pattern = build_file(APPS[app], platform("linux-x86_64"), DAY, None, build_type)
    assert pattern.fullmatch(file)


def test_a_language_has_to_be_chosen() -> None:
    with pytest.raises(LookupError, match="firefox-l10n needs a language"):
        build_file(APPS["firefox-l10n"], platform("linux-x86_64"), DAY)


@pytest.mark.parametrize(
    ("app", "where", "day", "build_type", "why"),
    [
        ("firefox", "linux-x86_64", "2004-04-01", None, None),
        ("firefox", "linux-x86_64", "2026-05-01", "asan", None),
        ("firefox", "linux-x86_64", "2026-05-01", "debug", "There are no debug nightlies"),
        ("firefox-l10n", "win-x86", "2015-10-18", None, "kept since 2015-10-19"),
        ("firefox-l10n", "win-x86", "2015-10-19", None, None),
        ("thunderbird-l10n", "linux-x86", "2015-10-07", None, "kept since 2015-10-08"),
        ("thunderbird-l10n", "linux-x86", "2015-10-08", None, None),
        ("thunderbird", "win-x86", "2010-03-17", None, "without a zip"),
        ("thunderbird", "win-x86", "2010-03-18", None, None),
        ("thunderbird", "linux-x86", "2010-03-17", None, None),
        ("devedition", "linux-x86_64", "2026-05-01", None, "no nightlies, but releases"),
        ("gve", "android-arm", "2026-05-01", None, "no nightlies, but builds of pushes"),
    ],
)
def test_nightlies_that_cannot_be_used(
    app: str, where: str, day: str, build_type: str | None, why: str | None
) -> None:
    told = why_unusable(APPS[app], platform(where), date.fromisoformat(day), build_type)
    assert (told is None) == (why is None)
    assert why is None or why in (told or "")


@given(st.sampled_from(every_platform()), st.dates(date(2004, 4, 1), date(2027, 1, 1)), st.data())
def test_nightlies_have_names_or_a_reason(
    where: tuple[App, Platform], day: date, data: st.DataObject
) -> None:
    app, own = where
    build_type = data.draw(st.sampled_from([None, *app.build_types]))
    if why_unusable(app, own, day, build_type) is None:
        assert build_file(app, own, day, lang_of(app), build_type).pattern
        assert nightly_folder(app, own, day) is not None


# Where the source is told


def test_translations_tell_their_source_in_the_other_folder() -> None:
    for app, branch in (("firefox-l10n", "mozilla-central"), ("thunderbird-l10n", "comm-central")):
        about = APPS[app]
        note = note_file(about, platform("win-x86_64"), DAY)
        assert note is not None
        assert note.fullmatch(f"{about.stem}-152.0a1.en-US.win64.txt")
        assert not note.fullmatch(f"{about.stem}-152.0a1.en-US.win64_info.txt")
        assert note_folder(about, branch) == branch


def test_shells_tell_their_source_by_the_browser() -> None:
    note = note_file(APPS["jsshell"], platform("mac-universal"), DAY)
    assert note is not None
    assert note.fullmatch("firefox-152.0a1.en-US.mac.txt")
    assert not note.fullmatch("firefox-152.0a1.en-US.mac_info.txt")
    archived = integration_note(APPS["jsshell"], platform("linux-x86_64"))
    assert archived is not None
    assert archived.fullmatch("firefox-152.0a1.en-US.linux64.txt")


def test_browsers_tell_their_source_beside_them() -> None:
    firefox = APPS["firefox"]
    assert note_file(firefox, platform("mac-universal"), DAY) is None
    assert note_folder(firefox, "mozilla-central") is None
    assert integration_note(firefox, platform("linux-x86_64")) is None


# Builds of pushes

REVISION = f"revision.{NODE}"


@pytest.mark.parametrize(
    ("app", "where", "built", "build_type", "routes"),
    [
        ("firefox", "linux-x86_64", push("autoland", 2026, 5, 1), "shippable",
         [f"gecko.v2.autoland.shippable.{REVISION}.firefox.linux64-opt",
          f"gecko.v2.autoland.{REVISION}.firefox.linux64-opt"]),
        ("firefox", "linux-x86_64", push("autoland", 2026, 5, 1), "opt",
         [f"gecko.v2.autoland.{REVISION}.firefox.linux64-opt",
          f"gecko.v2.autoland.shippable.{REVISION}.firefox.linux64-opt"]),
        ("firefox", "linux-x86", push("mozilla-central", 2020, 5, 31), "shippable",
         [f"gecko.v2.mozilla-central.shippable.{REVISION}.firefox.linux-opt",
          f"gecko.v2.mozilla-central.{REVISION}.firefox.linux-opt",
          f"gecko.v2.mozilla-central.{REVISION}.firefox.linux-pgo"]),
        ("firefox", "linux-x86", push("mozilla-central", 2020, 6, 1), "shippable",
         [f"gecko.v2.mozilla-central.shippable.{REVISION}.firefox.linux-opt",
          f"gecko.v2.mozilla-central.{REVISION}.firefox.linux-opt"]),
        ("firefox", "linux-x86_64", push("autoland", 2020, 6, 1), "pgo", []),
        ("firefox", "linux-aarch64", push("autoland", 2026, 5, 1), "opt",
         [f"gecko.v2.autoland.{REVISION}.firefox.linux64-aarch64-opt",
          f"gecko.v2.autoland.shippable.{REVISION}.firefox.linux64-aarch64-opt"]),
        ("firefox", "win-x86", push("autoland", 2020, 5, 31), "pgo",
         [f"gecko.v2.autoland.{REVISION}.firefox.win32-pgo"]),
        ("firefox", "win-x86_64", push("autoland", 2026, 5, 1), "asan",
         [f"gecko.v2.autoland.{REVISION}.firefox.win64-asan-opt"]),
        ("firefox", "win-aarch64", push("try", 2026, 5, 1), "debug",
         [f"gecko.v2.try.{REVISION}.firefox.win64-aarch64-debug"]),
        ("firefox", "mac-universal", push("mozilla-beta", 2026, 5, 1), "shippable",
         [f"gecko.v2.mozilla-beta.shippable.{REVISION}.firefox.macosx64-opt",
          f"gecko.v2.mozilla-beta.{REVISION}.firefox.macosx64-opt"]),
        ("firefox", "mac-universal", push("autoland", 2019, 5, 1), "pgo", []),
        ("firefox", "mac-universal", push("autoland", 2026, 5, 1), "asan", []),
        ("firefox", "mac-universal", push("autoland", 2026, 5, 1), "fuzzing",
         [f"gecko.v2.autoland.{REVISION}.firefox.macosx64-aarch64-fuzzing-debug"]),
        ("firefox", "linux-x86_64", push("autoland", 2026, 5, 1), "fuzzing",
         [f"gecko.v2.autoland.{REVISION}.firefox.linux64-fuzzing-debug"]),
        ("firefox", "linux-x86_64", push("autoland", 2026, 5, 1), "fuzzing-asan",
         [f"gecko.v2.autoland.{REVISION}.firefox.linux64-fuzzing-asan-opt"]),
        ("firefox", "linux-x86_64", push("autoland", 2026, 5, 1), "asan-opt",
         [f"gecko.v2.autoland.{REVISION}.firefox.linux64-asan-opt"]),
        ("firefox", "linux-x86_64", push("autoland", 2026, 5, 1), "asan-debug",
         [f"gecko.v2.autoland.{REVISION}.firefox.linux64-asan-debug"]),
        ("firefox", "linux-x86_64", push("mozilla-esr140", 2026, 5, 1), "tsan",
         [f"gecko.v2.mozilla-esr140.{REVISION}.firefox.linux64-tsan-opt"]),
        ("firefox", "linux-x86_64", push("autoland", 2026, 5, 1), "ccov",
         [f"gecko.v2.autoland.{REVISION}.firefox.linux64-ccov-opt"]),
        ("firefox-l10n", "linux-x86_64", push("autoland", 2026, 5, 1), "opt", []),
        ("thunderbird", "linux-x86_64", push("comm-central", 2026, 5, 1), "opt",
         [f"comm.v2.comm-central.{REVISION}.thunderbird.linux64-opt",
          f"comm.v2.comm-central.shippable.{REVISION}.thunderbird.linux64-opt"]),
        ("thunderbird-l10n", "linux-x86_64", push("comm-central", 2026, 5, 1), "opt", []),
        ("devedition", "linux-x86_64", push("mozilla-beta", 2026, 5, 1), "shippable",
         [f"gecko.v2.mozilla-beta.shippable.{REVISION}.devedition.linux64-opt"]),
        ("fennec", "android-arm", push("mozilla-central", 2016, 1, 29, 0, 30, 12), "debug",
         [f"gecko.v2.mozilla-central.{REVISION}.mobile.android-api-11-debug"]),
        ("fennec", "android-arm", push("mozilla-central", 2016, 1, 29, 0, 30, 13), "debug",
         [f"gecko.v2.mozilla-central.{REVISION}.mobile.android-api-15-debug"]),
        ("fennec", "android-arm", push("mozilla-central", 2017, 8, 29, 18, 28, 35), "debug",
         [f"gecko.v2.mozilla-central.{REVISION}.mobile.android-api-15-debug"]),
        ("fennec", "android-arm", push("mozilla-central", 2017, 8, 29, 18, 28, 36), "debug",
         [f"gecko.v2.mozilla-central.{REVISION}.mobile.android-api-16-debug"]),
        ("gve", "android-arm", push("autoland", 2021, 6, 5, 3, 56, 18), "shippable",
         [f"gecko.v2.autoland.shippable.{REVISION}.mobile.android-api-16-opt",
          f"gecko.v2.autoland.{REVISION}.mobile.android-api-16-opt"]),
        ("gve", "android-arm", push("autoland", 2021, 6, 5, 3, 56, 19), "shippable",
         [f"gecko.v2.autoland.shippable.{REVISION}.mobile.android-arm-opt",
          f"gecko.v2.autoland.{REVISION}.mobile.android-arm-opt"]),
        ("gve", "android-arm", push("autoland", 2016, 1, 29, 0, 30, 12), "debug",
         [f"gecko.v2.autoland.{REVISION}.mobile.android-api-11-debug"]),
        ("gve", "android-arm", push("autoland", 2017, 8, 29, 18, 28, 35), "debug",
         [f"gecko.v2.autoland.{REVISION}.mobile.android-api-15-debug"]),
        ("gve", "android-arm", push("autoland", 2017, 8, 29, 18, 28, 36), "debug",
         [f"gecko.v2.autoland.{REVISION}.mobile.android-api-16-debug"]),
        ("gve", "android-aarch64", push("autoland", 2026, 5, 1), "debug",
         [f"gecko.v2.autoland.{REVISION}.mobile.android-aarch64-debug"]),
        ("gve", "android-x86_64", push("autoland", 2026, 5, 1), "opt",
         [f"gecko.v2.autoland.{REVISION}.mobile.android-x86_64-opt",
          f"gecko.v2.autoland.shippable.{REVISION}.mobile.android-x86_64-opt"]),
        ("fenix", "android-aarch64", push("autoland", 2026, 5, 1), "shippable",
         [f"gecko.v2.autoland.{REVISION}.mobile.fenix-nightly",
          f"gecko.v2.autoland.{REVISION}.mobile.fenix-nightly-simulation"]),
        ("fenix", "android-x86", push("autoland", 2026, 5, 1), "debug",
         [f"gecko.v2.autoland.{REVISION}.mobile.fenix-debug"]),
        ("focus", "android-aarch64", push("autoland", 2026, 5, 1), "shippable",
         [f"gecko.v2.autoland.{REVISION}.mobile.focus-nightly"]),
        ("jsshell", "linux-x86_64", push("autoland", 2026, 5, 1), "debug",
         [f"gecko.v2.autoland.{REVISION}.firefox.linux64-debug"]),
    ],
)  # fmt: skip
def test_routes(app: str, where: str, built: Push, build_type: str, routes: list[str]) -> None:
    found = index_routes(APPS[app], platform(where), built, build_type)
    assert [route.namespace for route in found] == routes


def test_routes_tell_the_kind_of_build() -> None:
    built = push("autoland", 2020, 5, 31)
    found = index_routes(APPS["firefox"], platform("linux-x86_64"), built, "shippable")
    assert [route.kind for route in found] == ["shippable", "opt", "pgo"]


def test_days_in_the_index() -> None:
    assert index_day("autoland", DAY) == "gecko.v2.autoland.pushdate.2026.05.01"
    assert index_day("comm-central", DAY) == "comm.v2.comm-central.pushdate.2026.05.01"


@pytest.mark.parametrize(
    ("app", "where", "day", "names"),
    [
        ("firefox", "linux-x86_64", date(2024, 11, 13), ("target.tar.bz2",)),
        ("firefox", "linux-x86_64", date(2024, 11, 14), ("target.tar.xz", "target.tar.bz2")),
        ("firefox", "linux-x86_64", date(2024, 11, 30), ("target.tar.xz", "target.tar.bz2")),
        ("firefox", "linux-x86_64", date(2024, 12, 1), ("target.tar.xz",)),
        ("firefox", "linux-x86", date(2024, 12, 1), ("target.tar.xz",)),
        ("firefox", "linux-aarch64", date(2024, 11, 13), ("target.tar.bz2",)),
        ("thunderbird", "linux-x86_64", None, ("target.tar.xz", "target.tar.bz2")),
        ("devedition", "mac-universal", DAY, ("target.dmg",)),
        ("firefox", "win-x86", DAY, ("target.zip",)),
        ("firefox", "win-aarch64", None, ("target.zip",)),
        ("fennec", "android-arm", DAY, ("target.apk",)),
        ("fenix", "android-aarch64", DAY, ("target.arm64-v8a.apk",)),
        ("fenix", "android-arm", DAY, ("target.armeabi-v7a.apk",)),
        ("focus", "android-x86", DAY, ("target.x86.apk",)),
        ("focus", "android-x86_64", DAY, ("target.x86_64.apk",)),
        ("gve", "android-arm", DAY, ("geckoview_example.apk",)),
        ("jsshell", "linux-x86_64", date(2024, 11, 13), ("target.jsshell.zip",)),
    ],
)
def test_artifacts(app: str, where: str, day: date | None, names: tuple[str, ...]) -> None:
    assert artifact_names(APPS[app], platform(where), day) == names


@pytest.mark.parametrize(
    ("app", "where", "file"),
    [
        ("firefox", "linux-x86_64", "firefox-147.0a1.en-US.linux64-x86_64.tar.xz"),
        ("firefox", "linux-x86_64", "firefox-152.0a1.en-US.linux64.tar.xz"),
        ("firefox", "linux-x86", "firefox-147.0a1.en-US.linux-i686.tar.xz"),
        ("firefox", "win-x86", "firefox-152.0a1.en-US.win32.zip"),
        ("firefox", "win-x86_64", "firefox-152.0a1.en-US.win64.zip"),
        ("firefox", "mac-universal", "firefox-152.0a1.en-US.mac.dmg"),
        ("gve", "android-arm", "geckoview_example-152.0a1.en-US.android-arm.apk"),
        ("gve", "android-aarch64", "geckoview_example-152.0a1.en-US.android-aarch64.apk"),
        ("jsshell", "linux-x86_64", "jsshell-linux64-x86_64.zip"),
        ("jsshell", "linux-x86_64", "jsshell-linux64.zip"),
        ("jsshell", "mac-universal", "jsshell-mac.zip"),
    ],
)
def test_archived_builds(app: str, where: str, file: str) -> None:
    pattern = integration_file(APPS[app], platform(where))
    assert pattern is not None
    assert pattern.fullmatch(file)


@pytest.mark.parametrize(
    ("app", "branch", "day", "folder"),
    [
        ("firefox", "autoland", date(2025, 10, 31), None),
        ("firefox", "autoland", date(2025, 11, 1), "firefox/integration/autoland/2025/11/01/"),
        ("firefox", "mozilla-central", DAY, None),
        ("gve", "autoland", DAY, "mobile/integration/autoland/2026/05/01/"),
        ("jsshell", "autoland", DAY, "firefox/integration/autoland/2026/05/01/"),
        ("thunderbird", "comm-central", DAY, None),
        ("fenix", "autoland", DAY, None),
    ],
)
def test_days_of_archived_builds(app: str, branch: str, day: date, folder: str | None) -> None:
    assert integration_folder(APPS[app], branch, day) == folder


def test_platforms_without_archived_builds() -> None:
    for where in ("win-aarch64", "linux-aarch64"):
        assert integration_file(APPS["firefox"], platform(where)) is None
    assert integration_file(APPS["thunderbird"], platform("linux-x86_64")) is None


# Releases


@pytest.mark.parametrize(
    ("app", "where", "version", "folder", "name"),
    [
        ("firefox", "linux-x86_64", "134.0", "firefox/releases/134.0/linux-x86_64/en-US/",
         "firefox-134.0.tar.bz2"),
        ("firefox", "linux-x86_64", "135.0", "firefox/releases/135.0/linux-x86_64/en-US/",
         "firefox-135.0.tar.xz"),
        ("firefox", "win-x86_64", "57.0", "firefox/releases/57.0/win64/en-US/",
         "Firefox Setup 57.0.exe"),
        ("devedition", "mac-universal", "55.0b3", "devedition/releases/55.0b3/mac/en-US/",
         "Firefox 55.0b3.dmg"),
        ("thunderbird", "win-x86", "136.0", "thunderbird/releases/136.0/win32/en-US/",
         "Thunderbird Setup 136.0.exe"),
        ("thunderbird-l10n", "linux-x86_64", "136.0",
         "thunderbird/releases/136.0/linux-x86_64/de/", "thunderbird-136.0.tar.xz"),
        ("fenix", "android-aarch64", "120.0b9",
         "fenix/releases/120.0b9/android/fenix-120.0b9-android-arm64-v8a/",
         "fenix-120.0b9.multi.android-arm64-v8a.apk"),
    ],
)  # fmt: skip
def test_releases(app: str, where: str, version: str, folder: str, name: str) -> None:
    about = APPS[app]
    assert release_folder(about, platform(where), version, lang_of(about)) == folder
    assert name in release_names(about, platform(where), version, lang_of(about))


def test_candidates() -> None:
    for app in ("firefox", "devedition", "thunderbird"):
        folder = candidate_folder(APPS[app], platform("win-x86_64"), "57.0b3", 2)
        assert folder == f"{app}/candidates/57.0b3-candidates/build2/win64/en-US/"
        names = release_names(APPS[app], platform("win-x86_64"), "57.0b3")
        assert names[0] == f"{APPS[app].stem}-57.0b3.zip"


def test_apps_without_releases() -> None:
    with pytest.raises(LookupError, match="no folder of gve releases"):
        release_folder(APPS["gve"], platform("android-arm"), "57.0")
    with pytest.raises(LookupError, match="no candidate of fenix releases"):
        candidate_folder(APPS["fenix"], platform("android-arm"), "120.0b9", 1)
    assert release_names(APPS["gve"], platform("android-arm"), "57.0") == ()


# Branches


@pytest.mark.parametrize(
    ("text", "branch"),
    [
        ("m-c", Branch("mozilla-central", "mozilla-central", "main")),
        ("central", Branch("mozilla-central", "mozilla-central", "main")),
        ("firefox-main", Branch("mozilla-central", "mozilla-central", "main")),
        ("integration/autoland", Branch("autoland", "integration/autoland", "autoland")),
        ("firefox-autoland", Branch("autoland", "integration/autoland", "autoland")),
        ("inbound", Branch("mozilla-inbound", "integration/mozilla-inbound")),
        ("mozilla inbound", Branch("mozilla-inbound", "integration/mozilla-inbound")),
        ("m-i", Branch("mozilla-inbound", "integration/mozilla-inbound")),
        ("beta", Branch("mozilla-beta", "releases/mozilla-beta", "beta")),
        ("m-r", Branch("mozilla-release", "releases/mozilla-release", "release")),
        ("releases/mozilla-esr140", Branch("mozilla-esr140", "releases/mozilla-esr140", "esr140")),
        ("esr45", Branch("mozilla-esr45", "releases/mozilla-esr45", "esr45")),
        ("try", Branch("try", "try", is_line=False)),
        ("comm-central", Branch("comm-central", "comm-central", None, "comm")),
        ("comm-beta", Branch("comm-beta", "releases/comm-beta", None, "comm")),
        ("comm-esr128", Branch("comm-esr128", "releases/comm-esr128", None, "comm")),
        (
            "try-comm-central",
            Branch("try-comm-central", "try-comm-central", None, "comm", is_line=False),
        ),
        ("elm", None),
        ("esr", None),
        ("esr{n}", None),
        ("", None),
    ],
)
def test_branches(text: str, branch: Branch | None) -> None:
    assert branch_named(text) == branch


def test_branches_of_apps_are_known() -> None:
    for app in APPS.values():
        assert app.branch in BRANCHES
        assert app.integration in BRANCHES


# Platforms and build types

LINUX = Platform("linux", "x86_64")
MAC = Platform("mac", "aarch64")


@pytest.mark.parametrize(
    ("app", "here", "arch", "chosen"),
    [
        ("firefox", LINUX, None, "linux-x86_64"),
        ("firefox", LINUX, "i686", "linux-x86"),
        ("firefox", LINUX, "32", "linux-x86"),
        ("firefox", LINUX, "64", "linux-x86_64"),
        ("firefox", LINUX, "ARM64", "linux-aarch64"),
        ("firefox", MAC, None, "mac-universal"),
        ("firefox", MAC, "x86_64", "mac-universal"),
        ("firefox", Platform("win", "aarch64"), "x86", "win-x86"),
        ("gve", LINUX, None, "android-arm"),
        ("gve", MAC, "arm64-v8a", "android-aarch64"),
        ("fenix", LINUX, "armeabi-v7a", "android-arm"),
        ("fenix", LINUX, "x86_64", "android-x86_64"),
        ("jsshell", LINUX, None, "linux-x86_64"),
    ],
)
def test_platforms(app: str, here: Platform, arch: str | None, chosen: str) -> None:
    assert str(choose_platform(APPS[app], here, arch)) == chosen


@pytest.mark.parametrize(
    ("app", "here", "arch", "message"),
    [
        ("fenix", LINUX, None, r"choose one with --arch \(aarch64, arm, x86, x86_64\)"),
        ("gve", LINUX, "x86", "no gve builds for android on x86"),
        ("firefox", LINUX, "sparc", "for linux on sparc.*linux-aarch64"),
        ("firefox", Platform("freebsd14", "x86_64"), None, "for freebsd14-x86_64.*linux-x86_64"),
    ],
)
def test_platforms_that_are_not_there(
    app: str, here: Platform, arch: str | None, message: str
) -> None:
    with pytest.raises(UnknownPlatformError, match=message):
        choose_platform(APPS[app], here, arch)


def test_architectures_can_be_chosen() -> None:
    assert architectures(APPS["firefox"], "win") == ("x86_64", "x86", "aarch64")
    for app, where in every_platform():
        assert where.arch in architectures(app, where.os)
        assert choose_platform(app, Platform(where.os, "?"), where.arch) == where


def test_build_types() -> None:
    firefox = APPS["firefox"]
    assert firefox.default_build_type == "shippable"
    assert build_types(firefox, platform("linux-x86_64")) == tuple(firefox.build_types)
    on_mac = build_types(firefox, platform("mac-universal"))
    assert on_mac == ("shippable", "opt", "debug", "fuzzing")
    assert "pgo" in build_types(firefox, platform("win-x86"))
    assert build_types(APPS["firefox-l10n"], platform("mac-universal")) == ("opt", "shippable")


def test_translations_are_nightlies_only() -> None:
    assert [name for name, app in APPS.items() if not has_push_builds(app, "shippable")] == [
        "firefox-l10n",
        "thunderbird-l10n",
    ]


@pytest.mark.covers(*(f"{app.name} on {where}" for app, where in every_platform()))
@given(st.sampled_from(every_platform()))
def test_every_platform_of_an_app_can_be_found_somewhere(where: tuple[App, Platform]) -> None:
    app, own = where
    built = push(app.integration, 2018, 5, 1)
    for build_type in build_types(app, own):
        routes = index_routes(app, own, built, build_type)
        usable = why_unusable(app, own, built.day, build_type) is None
        assert routes or usable


def test_eras_begin_after_the_first_build() -> None:
    for app in APPS.values():
        eras = [app.nightlies.folder] if app.nightlies else []
        first = datetime.combine(app.first_nightly, datetime.min.time(), timezone.utc)
        for row in (row for each in eras for row in each.rows):
            assert row.until is None or row.until - first > timedelta(days=1)
