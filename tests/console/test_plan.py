"""What options ask for: the request and the settings of a session, before any service is asked."""

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from mozregression.console import arguments
from mozregression.faces import plan
from mozregression.model.apps import APPS, Platform, build_types
from mozregression.model.bounds import BuildIdBound, DateBound, SomeTimeBefore
from mozregression.model.certainty import Ages, Certainty, Kind
from mozregression.settings.table import BY_NAME

LINUX = Platform("linux", "x86_64")
BIG = Platform("linux", "aarch64")
MAC = Platform("mac", "aarch64")
DAY = DateBound(datetime(2026, 5, 1, tzinfo=timezone.utc).date())

# For each option: what is typed, which attribute of the request or the settings that sets, to what.
OBEYED: dict[str, tuple[tuple[str, ...], str, Any]] = {
    "--good": ((), "good", DAY),
    "--bad": (("--bad", "20260601093012"), "bad", BuildIdBound("20260601093012")),
    "--mode": (("--mode", "no-first-check"), "check_ends", False),
    "--find-fix": (("--find-fix",), "good", DAY),
    "--app": (("--app", "jsshell"), "app", "jsshell"),
    "--build-type": (("-B", "debug"), "build_type", "debug"),
    "--arch": (("--arch", "i686"), "arch", "x86"),
    "--bits": (("--bits", "32"), "arch", "x86"),
    "--lang": (("--app", "firefox-l10n", "--lang", "pt-BR"), "lang", "pt-BR"),
    "--repo": (("--repo", "m-i"), "branch", "mozilla-inbound"),
    "--command": (("-c", "{binary} -x"), "command", "{binary} -x"),
    "--test-timeout": (("--test-timeout", "1.5"), "test_timeout", 1.5),
    "--timeout-verdict": (("--timeout-verdict", "bad"), "timeout_verdict", "bad"),
    "--no-confirm": (("-c", "x", "--no-confirm"), "confirm", False),
    "--profile": (("-p", "/mine"), "profile", "/mine"),
    "--profile-persistence": (
        ("--profile-persistence", "clone-first"),
        "profile_persistence",
        "clone-first",
    ),
    "--pref": (("--pref", "a:1", "b:2", "--pref", "c:3"), "prefs", ("a:1", "b:2", "c:3")),
    "--arg": (("-a", "one", "--arg=--two"), "arguments", ("one", "--two")),
    "--adb-profile-dir": (("--adb-profile-dir", "/sdcard/x"), "adb_profile_dir", "/sdcard/x"),
    "--process-output": (("-P", "stdout"), "show_output", True),
    "--persist": (("--persist", "/builds"), "persist", "/builds"),
    "--persist-size-limit": (("--persist-size-limit", "0.5"), "persist_limit", 0.5),
    "--http-timeout": (("--http-timeout", "9"), "http_timeout", 9.0),
    "--no-background-dl": (("--no-background-dl",), "work_ahead", False),
    "--background-dl-policy": (("--background-dl-policy", "keep"), "keep_guesses", True),
    "--approx-policy": (("--approx-policy", "none"), "prefer_kept", False),
    "--jobs": (("-c", "x", "-j", "3"), "jobs", 3),
    "--intermittent": (("--intermittent",), "certainty", Certainty(Kind.INTERMITTENT)),
    "--flaky": (("--flaky",), "certainty", Certainty(Kind.FLAKY)),
    "--miss-rate": (("--miss-rate", "0.3"), "certainty", Certainty(Kind.KNOWN, 0.3)),
    "--false-rate": (
        ("--flaky", "--false-rate", "0.1"),
        "certainty",
        Certainty(Kind.FLAKY, None, 0.1),
    ),
    "--confidence": (("--confidence", "0.8"), "certainty", Certainty(confidence=0.8)),
    "--max-tests": (("--max-tests", "9"), "certainty", Certainty(max_tests=9)),
    "--suspect": (
        ("--suspect", "./dom/media/", "--suspect", "js"),
        "suspects",
        ("dom/media", "js"),
    ),
    "--prior": (("--prior", "uniform"), "prior", Ages(uniform=True)),
    "--explain": (("--explain",), "explain", True),
    "--reference": (("--reference",), "reference", True),
    "--archive-base-url": (
        ("--archive-base-url", "http://127.0.0.1/pub/"),
        "archive",
        "http://127.0.0.1/pub",
    ),
}


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_on(LINUX, monkeypatch)


def stand_on(machine: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "this_machine", lambda: machine)


def planned(*words: str) -> dict[str, Any]:
    request, settings = plan.plan(arguments.parse(words))
    return {
        name: getattr(part, name) for part in (settings, request) for name in part.__slots__
    }  # fmt: skip


def refusal(*words: str) -> str:
    with pytest.raises(plan.UsageError) as refused:
        planned("--good", "2026-05-01", *words)
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.covers(*OBEYED)
@pytest.mark.parametrize("option", OBEYED)
@pytest.mark.usefixtures("here")
def test_each_option_is_obeyed(option: str) -> None:
    words, name, value = OBEYED[option]
    assert planned("--good", "2026-05-01", *words)[name] == value


@pytest.mark.covers("--addon", "--preferences", "--profile")
@pytest.mark.usefixtures("here")
def test_files_are_found_from_other_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prefs.json").write_text("{}")
    (tmp_path / "folder").mkdir()
    words = ("--addon", "folder", "-e", "folder", "--preferences", "prefs.json", "-p", "mine")
    result = planned("--good", "2026-05-01", *words)
    assert result["addons"] == (str(tmp_path / "folder"),) * 2
    assert result["prefs_files"] == ("prefs.json",)
    assert result["profile"] == str(tmp_path / "mine")


@pytest.mark.covers("bound: looked for, when left out", "bound: today and yesterday")
@pytest.mark.usefixtures("here")
def test_what_is_left_out() -> None:
    result = planned("--bad", "2026-05-01")
    assert result["good"] == SomeTimeBefore()
    assert planned("--good", "yesterday")["bad"].day - timedelta(days=1) == (
        planned("--good", "yesterday")["good"].day
    )
    assert (result["build_type"], result["branch"], result["lang"]) == ("shippable", None, None)
    assert planned("--good", "1", "--app", "thunderbird")["build_type"] == "opt"


# Apps and platforms

EVERYWHERE = [(app.name, platform) for app in APPS.values() for platform in app.platforms]


@pytest.mark.covers(*(f"{app} on {platform}" for app, platform in EVERYWHERE))
@pytest.mark.parametrize(("app", "platform"), EVERYWHERE, ids=str)
def test_each_app_on_each_platform(
    app: str, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_on(Platform("linux" if platform.os == "android" else platform.os, "x86_64"), monkeypatch)
    language = () if APPS[app].lang else ("--lang", "de")
    words = ("--good", "2026-05-01", "--app", app, "--arch", platform.arch, *language)
    for build_type in build_types(APPS[app], platform):
        result = planned(*words, "--build-type", build_type)
        assert (result["app"], result["os"], result["arch"]) == (app, platform.os, platform.arch)
        assert result["build_type"] == build_type
    assert planned(*words)["build_type"] == build_types(APPS[app], platform)[0]


@pytest.mark.covers("--arch", "--bits")
@pytest.mark.parametrize(
    ("machine", "words", "chosen"),
    [
        (LINUX, ("--bits", "64"), "linux-x86_64"),
        (BIG, ("--bits", "64"), "linux-aarch64"),
        (BIG, ("--bits", "32"), "linux-x86"),
        (MAC, ("--bits", "64"), "mac-universal"),
        (MAC, ("--bits", "32"), "mac-universal"),
        (LINUX, ("--arch", "arm64"), "linux-aarch64"),
        (LINUX, ("--app", "fenix", "--arch", "arm64-v8a"), "android-aarch64"),
        (LINUX, ("--app", "gve", "--bits", "32"), "android-arm"),
    ],
)
def test_spellings_of_architectures(
    machine: Platform, words: tuple[str, ...], chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_on(machine, monkeypatch)
    result = planned("--good", "2026-05-01", *words)
    assert f"{result['os']}-{result['arch']}" == chosen


@pytest.mark.covers("--repo")
@pytest.mark.parametrize(
    ("wanted", "branch"),
    [
        ("m-c", None),
        ("central", None),
        ("mozilla-central", None),
        ("inbound", "mozilla-inbound"),
        ("m-i", "mozilla-inbound"),
        ("m-b", "mozilla-beta"),
        ("beta", "mozilla-beta"),
        ("m-r", "mozilla-release"),
        ("release", "mozilla-release"),
        ("releases/mozilla-esr140", "mozilla-esr140"),
        ("integration/autoland", "autoland"),
    ],
)
@pytest.mark.usefixtures("here")
def test_branches_by_all_their_names(wanted: str, branch: str | None) -> None:
    assert planned("--good", "2026-05-01", "--repo", wanted)["branch"] == branch


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("-B", "asan", "--app", "thunderbird"), "no asan builds of thunderbird for linux-x86_64"),
        (("-B", "asan-opt", "--arch", "x86"), "but shippable, opt, pgo, debug. Did you mean opt?"),
        (("--app", "firefox-l10n"), "firefox-l10n needs a language"),
        (("--app", "firefox-l10n", "--lang", "../x"), "'../x' is no language"),
        (("--lang", "de"), "--lang is for --app firefox-l10n or thunderbird-l10n"),
        (("--repo", "mozila-beta"), "Did you mean mozilla-beta?"),
        (("--repo", "x" * 5000), f"There is no known branch '{'x' * 80}'."),
        (("--repo", "comm-beta"), "comm-beta"),
        (("--repo", "try"), "do not build on each other"),
        (("--app", "fenix"), "choose one with --arch"),
        (("--app", "gve", "--bits", "64"), "no gve builds for android on 64"),
        (("--arch", "x86", "--bits", "64"), "contradict each other"),
        (("--arch", "sparc"), "for linux on sparc"),
    ],
)
@pytest.mark.usefixtures("here")
def test_what_does_not_fit_is_refused(words: tuple[str, ...], says: str) -> None:
    assert says in refusal(*words)


@pytest.mark.usefixtures("here")
def test_a_single_build_may_be_of_a_branch_that_is_no_line() -> None:
    options = arguments.parse(["--launch", "3f2b5c81aa40", "--repo", "try"])
    ((request,), _) = plan.plan_launch(options)
    assert request.branch == "try"
    assert request.good == request.bad


def test_there_is_a_test_for_each_option() -> None:
    """But for those whose effect is elsewhere: see tests/promises.py."""
    elsewhere = {"--launch", "--preferences", "--addon", "--debug"} | {
        "--no-telemetry",
        "--telemetry-endpoint",
        "--no-update-check",
    }
    options = {setting.options[-1] for setting in BY_NAME.values() if setting.options}
    assert options == OBEYED.keys() | elsewhere
