"""Signing macOS applications, by a stand-in for codesign."""

import os
import plistlib
import sys
from pathlib import Path

import pytest

from mozregression.launch.desktop import DesktopLauncher
from mozregression.launch.launcher import Installed
from mozregression.launch.profiles import ProfileOptions, Profiles
from mozregression.launch.signing import make_runnable
from mozregression.launch.workdirs import WorkDirs
from mozregression.model.apps import APPS, Platform

CODESIGN = """\
import sys
from pathlib import Path
here = Path(__file__).parent
with open(here / "calls", "a") as calls:
    print(*sys.argv[1:], file=calls)
answer = here / ("sign" if "--sign" in sys.argv else "check")
if answer.exists():
    code, _, text = answer.read_text().partition(" ")
    print(text, file=sys.stderr)
    sys.exit(int(code))
"""
UNSIGNED = "1 X.app: code object is not signed at all"
BROKEN = "1 X.app: a sealed resource is missing or invalid"
SIGN = "--force --deep --sign -"


@pytest.fixture
def codesign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a codesign that answers what stands in `check` and `sign` beside it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "codesign"
    program.write_text(f"#!{sys.executable} -IS\n{CODESIGN}")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def calls(codesign: Path) -> list[str]:
    return (codesign / "calls").read_text().splitlines()


@pytest.mark.parametrize(
    ("answer", "system", "signs"),
    [
        ("", "15.1", False),
        (UNSIGNED, "15.1", True),
        (UNSIGNED, "10.15.7", True),
        (BROKEN, "15.1", True),
        (BROKEN, "13.0", True),
        (BROKEN, "13", True),
        (BROKEN, "12.7.6", False),
        (BROKEN, "9.2", False),  # as a text it is above 13
        (BROKEN, "", False),
        ("3 no such file", "15.1", False),
    ],
)
def test_what_would_not_run_is_signed(
    codesign: Path, answer: str, system: str, signs: bool
) -> None:
    if answer:
        (codesign / "check").write_text(answer)
    assert make_runnable(Path("/A/X.app"), system or "x") == ""
    assert calls(codesign) == ["-v /A/X.app", *([f"{SIGN} /A/X.app"] if signs else [])]


def test_what_cannot_be_signed_is_told(codesign: Path) -> None:
    (codesign / "check").write_text(UNSIGNED)
    (codesign / "sign").write_text("1 no identity\nfound")
    told = make_runnable(Path("/A/X.app"), "15.1")
    assert told == "macOS may refuse to run X.app, it cannot be signed: no identity found"


def test_no_codesign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "cannot be signed" in make_runnable(Path("/A/X.app"), "15.1")


def test_an_application_is_looked_at_once_its_policies_are_written(
    codesign: Path, tmp_path: Path
) -> None:
    contents = tmp_path / "unpacked" / "Firefox Nightly.app" / "Contents"
    for name in ("MacOS", "Resources"):
        (contents / name).mkdir(parents=True)
    (contents / "MacOS" / "firefox").touch(0o755)
    (contents / "Resources" / "application.ini").touch()
    (contents / "Info.plist").write_bytes(plistlib.dumps({"CFBundleExecutable": "firefox"}))
    (codesign / "check").write_text(UNSIGNED)
    (codesign / "sign").write_text("1 no")
    profiles = Profiles(WorkDirs(tmp_path / "work"), ProfileOptions())
    platform = Platform("mac", "universal")
    launcher = DesktopLauncher(APPS["firefox"], platform, profiles)
    installed = launcher.prepare(tmp_path / "unpacked")
    assert isinstance(installed, Installed)
    assert (contents / "Resources" / "distribution" / "policies.json").exists()
    bundle = contents.parent
    assert calls(codesign) == [f"-v {bundle}", f"{SIGN} {bundle}"]
    assert installed.notes == (
        "macOS may refuse to run Firefox Nightly.app, it cannot be signed: no",
    )
