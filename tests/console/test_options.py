"""Options whose effect is seen in a whole run."""

import json
import re
import threading
from pathlib import Path

import pytest

from mozregression.model.apps import APPS
from mozregression.model.releases import MERGE_DAYS
from mozregression.settings.file import location
from tests.console.conftest import Console


@pytest.mark.covers("--list-build-types")
def test_build_types_are_listed(console: Console) -> None:
    result = console.run("--list-build-types")
    assert result.returncode == 0
    sections = re.findall(r"^(\S+):\n((?:  .+\n)+)", result.stdout, re.MULTILINE)
    assert [name for name, _ in sections] == list(APPS)
    for name, lines in sections:
        assert re.findall(r"^  (\S+)", lines, re.MULTILINE) == list(APPS[name].build_types)
    assert "  shippable (default)\n" in result.stdout
    assert "  tsan (linux-x86_64)\n" in result.stdout


@pytest.mark.covers("--list-releases")
def test_releases_are_listed(console: Console) -> None:
    result = console.run("--good", "nonsense", "--list-releases")
    assert result.returncode == 0
    assert re.findall(r"^ +(\d+)  (\S+)$", result.stdout, re.MULTILINE) == [
        (str(release), str(day)) for release, day in MERGE_DAYS.items()
    ]


@pytest.mark.covers("--preferences", "--pref", "--profile", "--profile-persistence")
def test_preferences_of_files_come_before_single_ones(console: Console, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps({"a.one": 1, "a.two": 1, "a.three": 1}))
    (tmp_path / "two.ini").write_text("[mine]\na.two = 2\na.three = 2\n")
    profile = tmp_path / "profile"
    arguments = (
        *("--preferences", str(tmp_path / "one.json"), f"{tmp_path / 'two.ini'}:mine"),
        *("--pref", "a.three:3", "a.four:4"),
        *("--profile", str(profile), "--profile-persistence", "reuse"),
    )
    result = console.run(*console.bounds, *arguments, typed="e\n")
    assert result.returncode == 3, result.stderr
    prefs = (profile / "user.js").read_text()
    for name, number in (("one", 1), ("two", 2), ("three", 3), ("four", 4)):
        assert f'user_pref("a.{name}", {number});' in prefs


@pytest.mark.covers("--archive-base-url", "--debug")
def test_another_archive(console: Console) -> None:
    root = console.sandbox.root
    console.variables["MOZREGRESSION_SERVICES"] = "http://127.0.0.1:9"
    result = console.run(*console.bounds, "--archive-base-url", f"{root}/pub", "-d", typed="e\n")
    assert f"GET {root}/pub/firefox/nightly/" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--bits", "32", "--arch", "x86_64"), "--arch x86_64 and --bits 32 contradict"),
        (("--preferences", "nowhere.json"), "nowhere.json cannot be read"),
        (("--archive-base-url", "pub"), "'pub' is not an http or https URL"),
        (("--background-dl-policy", "hold"), "'hold' is not one of cancel, keep"),
        (("--pref",), "expected at least one argument"),
    ],
)
def test_mistakes_name_what_is_allowed(
    console: Console, arguments: tuple[str, ...], says: str
) -> None:
    result = console.run("--good", "2026-05-01", *arguments)
    assert result.returncode == 2
    assert says in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_mistake_in_the_config_file_is_one_line(console: Console) -> None:
    location().parent.mkdir(parents=True)
    location().write_text("mode = clasic\n")
    result = console.run(*console.bounds)
    assert result.returncode == 2
    assert result.stderr == (
        f"mozregression: {location()}, line 1: mode: 'clasic' is not one of classic, "
        "no-first-check. Did you mean classic?\n"
    )


@pytest.mark.covers("--process-output", "--arg")
def test_the_output_of_the_browser_on_the_console(console: Console) -> None:
    arguments = (*console.bounds, "--arg=--version")
    assert "Mozilla Firefox " not in console.run(*arguments, typed="g\ne\n").stdout
    process = console.start(*arguments, "--process-output", "stdout")
    assert process.stdout
    guard = threading.Timer(60, process.kill)
    guard.start()
    assert any("Mozilla Firefox " in line for line in process.stdout)
    process.communicate("e\n")
    guard.cancel()
    assert process.returncode == 3
