"""What an unpacked build is, and how it is started."""

import json
import os
import plistlib
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from mozregression.launch.desktop import DesktopLauncher, command_line, find_binary
from mozregression.launch.info import BuildInfo, read_info
from mozregression.launch.launcher import Installed, Unusable
from mozregression.launch.policies import disable_updates
from mozregression.launch.process import Ended
from mozregression.launch.profiles import Profile, ProfileMode, ProfileOptions, Profiles
from mozregression.launch.workdirs import WorkDirs
from mozregression.model.apps import APPS, LINUX_X86_64, Platform
from mozregression.model.builds import Revision

FIREFOX = APPS["firefox"]

MAC = Platform("mac", "aarch64")
WINDOWS = Platform("win", "x86_64")
NODE = "a9effd9e521653405f0ffd311e8edf90bde92237"
INI = f"""\
; comment
[App]
Vendor=Mozilla
Name=Firefox
RemotingName=firefox-esr
Version=153.7.0
BuildID=20261103151912
SourceRepository=https://hg.mozilla.org/releases/mozilla-esr153
SourceStamp={NODE}
ID={{ec8030f7-c20a-464f-9b0e-13a3a9e97384}}

[Gecko]
MinVersion=153.7.0
"""


def program(file: Path, script: str = "#!/bin/sh\n") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(script)
    file.chmod(0o755)
    return file


def launcher(
    folder: Path, options: ProfileOptions | None = None, arguments: Sequence[str] = ()
) -> DesktopLauncher:
    """A launcher whose profiles are beside the folder."""
    profiles = Profiles(WorkDirs(folder.parent / "work"), options or ProfileOptions())
    return DesktopLauncher(FIREFOX, LINUX_X86_64, profiles, arguments)


def prepare(folder: Path) -> Installed | Unusable:
    return launcher(folder).prepare(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An unpacked Linux build."""
    folder = tmp_path / "unpacked"
    script = '#!/bin/sh\nprintf "%s\\n" "$@"; env; cat\n'
    program(folder / "firefox" / "firefox", script)
    program(folder / "firefox" / "firefox-bin")
    (folder / "firefox" / "application.ini").write_text(INI)
    return folder


def policies(folder: Path) -> Path:
    return folder / "firefox" / "distribution" / "policies.json"


def test_a_build_is_ready_to_start_and_will_not_update_itself(folder: Path) -> None:
    installed = prepare(folder)
    assert installed == Installed(
        folder,
        folder / "firefox" / "firefox",
        BuildInfo("Firefox", "153.7.0", "20261103151912", Revision("mozilla-esr153", NODE)),
    )
    assert json.loads(policies(folder).read_text()) == {"policies": {"DisableAppUpdate": True}}
    assert stat.S_IMODE(policies(folder).stat().st_mode) == 0o644


def test_a_folder_without_program_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "firefox" / "firefox").mkdir(parents=True)
    outcome = prepare(tmp_path)
    assert outcome == Unusable(f"there is no program called firefox in {tmp_path}")


def test_a_program_that_is_not_executable_cannot_be_used(folder: Path) -> None:
    binary = folder / "firefox" / "firefox"
    binary.chmod(0o644)
    assert prepare(folder) == Unusable(f"{binary} is not executable")


def test_the_program_nearest_to_the_top_counts_whatever_its_case(tmp_path: Path) -> None:
    program(tmp_path / "a" / "b" / "firefox")
    expected = program(tmp_path / "z" / "Firefox")
    assert find_binary(tmp_path, "firefox", LINUX_X86_64) == expected
    assert find_binary(tmp_path, "firefox", WINDOWS) is None
    expected = program(tmp_path / "z" / "FIREFOX.EXE")
    assert find_binary(tmp_path, "firefox", WINDOWS) == expected


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "firefox").symlink_to(tmp_path)
    assert find_binary(tmp_path, "firefox", LINUX_X86_64) is None


def test_a_mac_bundle_names_its_program(tmp_path: Path) -> None:
    contents = tmp_path / "Firefox Nightly.app" / "Contents"
    binary = program(contents / "MacOS" / "firefox")
    program(contents / "MacOS" / "updater.app" / "Contents" / "MacOS" / "updater")
    (contents / "Info.plist").write_bytes(plistlib.dumps({"CFBundleExecutable": "firefox"}))
    assert find_binary(tmp_path, "firefox", MAC) == binary


@pytest.mark.parametrize("plist", [b"", b"no plist", plistlib.dumps({"other": 1})])
def test_a_broken_mac_bundle_has_no_program(tmp_path: Path, plist: bytes) -> None:
    contents = tmp_path / "Minefield.app" / "Contents"
    program(contents / "MacOS" / "firefox")
    (contents / "Info.plist").write_bytes(plist)
    assert find_binary(tmp_path, "firefox", MAC) is None


@pytest.mark.parametrize(
    ("ini", "info"),
    [
        (None, BuildInfo()),
        ("", BuildInfo()),
        ("no ini", BuildInfo()),
        ("[XRE]\na=b\n", BuildInfo()),
        ("[App]\nVersion=3.0\nVersion=3.0\n", BuildInfo(version="3.0")),
        ("[App]\nSourceStamp=abc\n", BuildInfo()),
        ("[App]\nSourceRepository=https://hg.mozilla.org/mozilla-central\n", BuildInfo()),
        (
            "[App]\nSourceRepository=https://hg.mozilla.org/mozilla-central/\nSourceStamp=abc\n",
            BuildInfo(revision=Revision("mozilla-central", "abc")),
        ),
    ],
)
def test_what_old_and_broken_builds_say(tmp_path: Path, ini: str | None, info: BuildInfo) -> None:
    if ini is not None:
        (tmp_path / "application.ini").write_text(ini)
    assert read_info(tmp_path) == info


def test_bytes_that_are_no_text_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "application.ini").write_bytes(b"[App]\nVersion=\xff\n")
    assert read_info(tmp_path) == BuildInfo()


def test_policies_that_are_there_are_kept(folder: Path) -> None:
    policies(folder).parent.mkdir()
    there = {"policies": {"Certificates": {"ImportEnterpriseRoots": True}}, "note": 1}
    policies(folder).write_text(json.dumps(there))
    prepare(folder)
    there["policies"]["DisableAppUpdate"] = True  # type: ignore[index]
    assert json.loads(policies(folder).read_text()) == there
    assert [path.name for path in policies(folder).parent.iterdir()] == ["policies.json"]


def test_policies_that_say_so_already_are_not_written_again(folder: Path) -> None:
    policies(folder).parent.mkdir()
    text = '{"policies":{"DisableAppUpdate":true}}'
    policies(folder).write_text(text)
    prepare(folder)
    assert policies(folder).read_text() == text


@pytest.mark.parametrize("text", ["", "{", "[]", '{"policies": []}'])
def test_policies_that_cannot_be_read_are_left_alone(folder: Path, text: str) -> None:
    policies(folder).parent.mkdir()
    policies(folder).write_text(text)
    installed = prepare(folder)
    assert isinstance(installed, Installed)
    assert "policies.json holds no policies" in installed.notes[0]
    assert policies(folder).read_text() == text


def test_policies_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    (tmp_path / "distribution").touch()
    assert "cannot be written" in disable_updates(tmp_path)


@pytest.mark.parametrize(
    ("platform", "foreign", "expected"),
    [
        (LINUX_X86_64, False, ["-a", "url", "-profile", "/p"]),
        (LINUX_X86_64, True, ["-a", "url", "--allow-downgrade", "-profile", "/p"]),
        (MAC, False, ["-a", "url", "-foreground", "-profile", "/p"]),
        (WINDOWS, False, ["-a", "url", "--wait-for-browser", "-profile", "/p"]),
    ],
)
def test_command_lines(platform: Platform, foreign: bool, expected: list[str]) -> None:
    profile = Profile(Path("/p"), foreign=foreign)
    line = command_line(Path("/f/firefox"), platform, profile, ["-a", "url"])
    assert line == ["/f/firefox", *expected]


def test_a_launch_has_its_profile_and_takes_it_away(folder: Path, tmp_path: Path) -> None:
    desktop = launcher(folder, arguments=["a b"])
    installed = desktop.prepare(folder)
    assert isinstance(installed, Installed)
    output = tmp_path / "log"
    opened = desktop.open(installed, output)
    assert opened.running.wait(30) == Ended(code=0)
    lines = output.read_text().splitlines()
    assert lines[:2] == ["a b", "-profile"]
    assert Path(lines[2]).parent.parent == tmp_path / "work"
    assert not Path(lines[2]).exists()
    assert (opened.lingers, opened.grace) == (True, 0)
    opened.discard()
    assert {
        "MOZ_CRASHREPORTER=1",
        "MOZ_CRASHREPORTER_NO_REPORT=1",
        "GNOME_DISABLE_CRASH_DIALOG=1",
        "XRE_NO_WINDOWS_CRASH_DIALOG=1",
        "MOZ_DISABLE_SAFE_MODE_KEY=1",
        "MOZ_NO_REMOTE=1",
        f"HOME={os.environ['HOME']}",
    } <= set(lines)


def test_a_kept_profile_needs_time_and_no_other_build(folder: Path, tmp_path: Path) -> None:
    options = ProfileOptions(path=tmp_path / "mine", mode=ProfileMode.REUSE)
    desktop = launcher(folder, options)
    installed = desktop.prepare(folder)
    assert isinstance(installed, Installed)
    opened = desktop.open(installed, tmp_path / "log")
    opened.running.wait()
    opened.discard()
    assert not opened.lingers
    assert opened.grace > 0
    assert (tmp_path / "mine" / "user.js").exists()


def test_what_is_shared_goes_at_the_end(folder: Path, tmp_path: Path) -> None:
    desktop = launcher(folder, ProfileOptions(mode=ProfileMode.CLONE_FIRST))
    installed = desktop.prepare(folder)
    assert isinstance(installed, Installed)
    opened = desktop.open(installed, tmp_path / "log")
    opened.running.wait()
    opened.discard()
    assert list(tmp_path.glob("work/profile-*"))
    desktop.close()
    assert not list(tmp_path.glob("work/profile-*"))


def test_thunderbird_tells_the_gecko_inside(folder: Path) -> None:
    gecko = "https://hg.mozilla.org/mozilla-central"
    platform_ini = f"[Build]\nBuildID=1\nSourceRepository={gecko}\nSourceStamp={'b' * 40}\n"
    (folder / "firefox" / "platform.ini").write_text(platform_ini)
    info = read_info(folder / "firefox")
    assert info.revision == Revision("mozilla-esr153", NODE)
    assert info.platform == Revision("mozilla-central", "b" * 40)


def test_the_gecko_of_firefox_is_firefox(folder: Path) -> None:
    same = f"SourceRepository=https://hg.mozilla.org/releases/mozilla-esr153\nSourceStamp={NODE}\n"
    (folder / "firefox" / "platform.ini").write_text(f"[Build]\n{same}")
    assert read_info(folder / "firefox").platform is None
