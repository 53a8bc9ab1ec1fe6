"""A stand-in of the command of mozilla-central, which calls the package as the real one does."""

import argparse
import importlib
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mozregression.driver.places import places
from mozregression.driver.release import is_newer
from mozregression.sandbox import github
from mozregression.sandbox.sandbox import Sandbox
from tests.driver.conftest import make_world
from tests.settings.conftest import Configure, configure

__all__ = ["configure"]


class Mach:
    """What mach does with a tool that it installs: find it, ask for a release, parse, run."""

    def __init__(self) -> None:
        self.wanted: str | None = None

    def create_parser(self) -> argparse.ArgumentParser:
        tool = importlib.import_module("mozregression.mach_interface")
        self.wanted = tool.new_release_on_pypi()
        parser = tool.parser()
        assert isinstance(parser, argparse.ArgumentParser)
        return parser

    def run(self, *arguments: str, **more: Any) -> Any:
        """The exit status. more: options that this version does not know."""
        options, rest = self.create_parser().parse_known_args(arguments)
        assert not rest
        return self.call({**vars(options), **more})

    def call(self, options: dict[str, Any]) -> Any:
        with pytest.raises(SystemExit) as leaving:
            importlib.import_module("mozregression.mach_interface").run(options)
        return leaving.value.code


@pytest.fixture
def mach(monkeypatch: pytest.MonkeyPatch) -> Mach:
    """The command on a machine without a network."""
    monkeypatch.setenv("MOZREGRESSION_SERVICES", "http://127.0.0.1:9")
    monkeypatch.setattr(sys, "argv", ["mach", "mozregression", "--nonsense"])
    return Mach()


def test_a_bisection(
    mach: Mach, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Sandbox(make_world()) as sandbox:
        monkeypatch.setenv("MOZREGRESSION_SERVICES", sandbox.root)
        spec = sandbox.world.spec
        bounds = ("--good", str(spec.first), "--bad", str(spec.last))
        status = mach.run(*bounds, "--command", "{binary} --check", something_new=[1])
    assert status == 0
    assert sandbox.world.culprit.push.tip in capsys.readouterr().out


def test_importing_has_no_side_effects_and_loads_nothing_heavy() -> None:
    code = (
        "import sys; before = set(sys.modules); import mozregression.mach_interface;"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    heavy = {"requests", "rich", "cattrs", "psutil", "mozprofile", "shtab", "sqlite3"}
    assert not heavy & set(loaded)
    assert not list(Path.home().glob("*/mozregression"))


def test_no_release_without_a_network(mach: Mach) -> None:
    mach.create_parser()
    assert mach.wanted is None


def test_a_newer_release_is_asked_for_once_a_day(
    mach: Mach, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox(make_world()) as sandbox:
        monkeypatch.setenv("MOZREGRESSION_SERVICES", sandbox.root)
        mach.create_parser()
        assert mach.wanted == github.VERSION
    mach.create_parser()  # the sandbox is gone
    assert mach.wanted == github.VERSION


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"url": 1, "at": 2, "version": 3}', "\0"])
def test_a_damaged_note_does_no_harm(mach: Mach, damage: str) -> None:
    mach.create_parser()
    note = places().cache / "release.json"
    assert json.loads(note.read_text())["version"] == ""
    note.write_text(damage)
    mach.create_parser()
    assert mach.wanted is None


@pytest.mark.parametrize(
    ("release", "own", "newer"),
    [
        ("7.0.1", "7.0.0", True),
        ("7.1", "7.0.9", True),
        ("10.0", "9.9", True),
        ("7.0.0", "7.0.0", False),
        ("7.0", "7.0.0", False),
        ("6.2.2", "7.0.0.dev0", False),
        ("7.0.0", "7.0.0.dev0", True),
    ],
)
def test_what_is_newer(release: str, own: str, newer: bool) -> None:
    assert is_newer(release, own) is newer


def test_defaults_come_from_the_config_file(mach: Mach, configure: Configure) -> None:
    configure("persist = /builds\n")
    options = mach.create_parser().parse_args(["--persist-size-limit=1"])
    assert options.persist == "/builds"
    assert options.persist_size_limit == 1.0
    assert isinstance(options.persist_size_limit, float)


def test_a_few_options_and_unknown_ones_are_enough(
    mach: Mach, capsys: pytest.CaptureFixture[str]
) -> None:
    assert mach.call({"persist": "foo", "bits": 64, "unheard_of": object()}) == 2
    assert "--good is missing" in capsys.readouterr().err
    assert mach.call({"list_build_types": True}) == 0
    assert "firefox:\n  shippable (default)\n" in capsys.readouterr().out


def test_the_names_that_scripts_use(mach: Mach) -> None:
    line = """
        -g 1 -b 2 -n fenix --lang de --repo m-c --find-fix --launch 3 --launch 4 -B opt -e x.xpi
        -e y.xpi -p dir --profile-persistence reuse -a one -a=--two --pref a:1 b:2 --preferences
        f.json g.ini:s --bits 64 --arch x86_64 -c cmd --persist p --persist-size-limit 2.5
        --http-timeout 9 --no-background-dl --background-dl-policy keep --approx-policy none
        --adb-profile-dir /sdcard/x -P stdout -M no-first-check -d
        --archive-base-url http://127.0.0.1/pub
    """
    given = mach.create_parser().parse_args(line.split())
    expected = {
        "good": "1",
        "bad": "2",
        "app": "fenix",
        "lang": "de",
        "repo": "m-c",
        "find_fix": True,
        "launch": ["3", "4"],
        "approx_policy": "none",
        "adb_profile_dir": "/sdcard/x",
        "build_type": "opt",
        "addons": ["x.xpi", "y.xpi"],
        "profile": "dir",
        "profile_persistence": "reuse",
        "cmdargs": ["one", "--two"],
        "prefs": ["a:1", "b:2"],
        "prefs_files": ["f.json", "g.ini:s"],
        "bits": 64,
        "arch": "x86_64",
        "command": "cmd",
        "persist": "p",
        "persist_size_limit": 2.5,
        "http_timeout": 9,
        "background_dl": False,
        "background_dl_policy": "keep",
        "process_output": "stdout",
        "mode": "no-first-check",
        "debug": True,
        "archive_base_url": "http://127.0.0.1/pub",
    }
    assert {name: getattr(given, name) for name in expected} == expected


NAMES = """
--bad -b --good -g --list-releases --build-type -B --list-build-types --find-fix --addon -e
--profile -p --adb-profile-dir --profile-persistence --arg -a --pref --preferences --app -n --lang
--repo --bits --arch --command -c --persist --persist-size-limit --http-timeout --no-background-dl
--background-dl-policy --approx-policy --launch --process-output -P --mode -M --archive-base-url
--write-config --debug -d --version --help -h
"""


def test_no_option_of_before_is_missing(mach: Mach) -> None:
    known = {option for action in mach.create_parser()._actions for option in action.option_strings}
    assert not set(NAMES.split()) - known


@pytest.mark.covers("--version", "--list-releases", "--help", "--write-config")
@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("--version", "mozregression "),
        ("--list-releases", "   56  2017-08-02\n"),
        ("--help", "--list-releases"),
        ("--write-config", "Nothing to change."),
    ],
)
def test_options_that_leave_while_parsing(
    mach: Mach,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: str,
    says: str,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n" * 20))
    parser = mach.create_parser()
    with pytest.raises(SystemExit) as leaving:
        parser.parse_known_args([option])
    assert leaving.value.code == 0
    assert says in capsys.readouterr().out


def test_a_build_is_launched(
    mach: Mach, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Sandbox(make_world()) as sandbox:
        monkeypatch.setenv("MOZREGRESSION_SERVICES", sandbox.root)
        assert mach.run("--launch", "today", "--arg=--check") == 1
    assert "Is:     Firefox" in capsys.readouterr().out


def test_every_kind_of_mistake_leaves_with_a_usage_error(
    mach: Mach, capsys: pytest.CaptureFixture[str]
) -> None:
    for options in (
        {},
        {"good": "nonsense"},
        {"good": "2026-05-01", "lang": "de"},
        {"good": "2026-05-01", "repo": "nowhere"},
        {"launch": ["nonsense"]},
        {"launch": ["2026-05-01"], "good": "2026-05-01"},
    ):
        assert mach.call(options) == 2, options
        assert capsys.readouterr().err.count("\n") == 1
