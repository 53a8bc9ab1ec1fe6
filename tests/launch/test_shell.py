"""JavaScript shells: here a script that tells how it was run."""

import os
from pathlib import Path

import pytest

from mozregression.launch.kinds import LaunchOptions, launcher_for
from mozregression.launch.launcher import Installed, Unusable
from mozregression.launch.process import Ended
from mozregression.launch.workdirs import WorkDirs
from mozregression.model.apps import APPS, LINUX_X86_64, Platform

WINDOWS = Platform("win", "x86_64")
MAC = Platform("mac", "universal")


def prepared(folder: Path, platform: Platform = LINUX_X86_64) -> Installed | Unusable:
    work = WorkDirs(folder.parent / "work")
    return launcher_for(APPS["jsshell"], platform, work, LaunchOptions()).prepare(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An unpacked shell, whose archive did not say what is executable."""
    folder = tmp_path / "unpacked"
    folder.mkdir()
    (folder / "js").write_text('#!/bin/sh\npwd; echo "$LD_LIBRARY_PATH"; echo "$@"; exit 3\n')
    (folder / "js.exe").touch()
    (folder / "libnspr4.so").touch()
    return folder


def test_a_shell_runs_with_its_arguments_where_its_libraries_are(
    folder: Path, tmp_path: Path
) -> None:
    options = LaunchOptions(arguments=("-e", "print(1)"))
    shell = launcher_for(APPS["jsshell"], LINUX_X86_64, WorkDirs(tmp_path / "work"), options)
    shell.check()
    installed = shell.prepare(folder)
    assert isinstance(installed, Installed)
    opened = shell.open(installed, tmp_path / "log")
    assert opened.running.wait(30) == Ended(code=3)
    assert (opened.what, opened.lingers, opened.grace) == ("shell", True, 0)
    lines = (tmp_path / "log").read_text().splitlines()
    assert lines == [str(folder), str(folder), "-e print(1)"]
    opened.discard()
    shell.close()
    assert not (tmp_path / "work").exists()  # it has no profile


@pytest.mark.parametrize(
    ("platform", "variable", "name"),
    [
        (LINUX_X86_64, "LD_LIBRARY_PATH", "js"),
        (MAC, "DYLD_LIBRARY_PATH", "js"),
        (WINDOWS, "PATH", "js.exe"),
    ],
)
def test_libraries_are_found_beside_what_was_found_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch, platform: Platform, variable: str, name: str
) -> None:
    monkeypatch.setenv(variable, "/before")
    installed = prepared(folder, platform)
    assert isinstance(installed, Installed)
    assert installed.binary == folder / name
    assert installed.environment == {variable: f"{folder}{os.pathsep}/before"}


def test_a_folder_without_shell(tmp_path: Path) -> None:
    assert prepared(tmp_path) == Unusable(f"there is no program called js in {tmp_path}")
