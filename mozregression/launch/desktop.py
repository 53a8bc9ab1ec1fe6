"""Desktop builds: what an unpacked folder holds, and how it is started."""

import os
import plistlib
from collections.abc import Sequence
from pathlib import Path

from mozregression.launch.info import read_info
from mozregression.launch.launcher import Installed, Opened, Unusable
from mozregression.launch.policies import disable_updates
from mozregression.launch.process import start
from mozregression.launch.profiles import Profile, Profiles
from mozregression.launch.signing import make_runnable
from mozregression.model.apps import App, Platform

_ENVIRONMENT = {
    # catch crashes, but show no dialog and send nothing
    "MOZ_CRASHREPORTER": "1",
    "MOZ_CRASHREPORTER_NO_REPORT": "1",
    "GNOME_DISABLE_CRASH_DIALOG": "1",
    "XRE_NO_WINDOWS_CRASH_DIALOG": "1",
    # Shift or Option held while a prompt is answered must not open safe mode (bug 1974882)
    "MOZ_DISABLE_SAFE_MODE_KEY": "1",
    # never hand the launch over to a browser that runs already: old builds do
    "MOZ_NO_REMOTE": "1",
}
_GOODBYE = 5.0
"""Seconds a browser gets to put away a profile that is kept. With any other it gets none."""


class DesktopLauncher:
    """Starts graphical programs, each with a profile and arguments."""

    def __init__(
        self, app: App, platform: Platform, profiles: Profiles, arguments: Sequence[str] = ()
    ) -> None:
        self._name = Path(app.platforms[platform].binary).name
        self._platform = platform
        self._profiles = profiles
        self._arguments = arguments

    def check(self) -> None:
        """Nothing more is needed than this machine."""

    def prepare(self, folder: Path) -> Installed | Unusable:
        """Look at an unpacked build, and keep it from updating itself."""
        binary = find_binary(folder, self._name, self._platform)
        if binary is None:
            return Unusable(f"there is no program called {self._name} in {folder}")
        if not os.access(binary, os.X_OK):
            return Unusable(f"{binary} is not executable")
        resources = _resources(binary)
        notes = [disable_updates(resources)]
        if self._platform.os == "mac":
            notes.append(make_runnable(binary.parents[2]))
        return Installed(folder, binary, read_info(resources), tuple(filter(None, notes)))

    def open(self, installed: Installed, output: Path) -> Opened:
        """Start the build; its profile is removed with it if it is a temporary one."""
        profile = self._profiles.take()
        try:
            running = start(
                command_line(installed.binary, self._platform, profile, self._arguments),
                env={**os.environ, **_ENVIRONMENT},
                output=output,
                owned=profile.owned,
            )
        except BaseException:
            profile.remove()
            raise
        if profile.work:
            return Opened(running, profile.remove)
        return Opened(running, grace=_GOODBYE, lingers=False)

    def close(self) -> None:
        self._profiles.remove()


def command_line(
    binary: Path, platform: Platform, profile: Profile, arguments: Sequence[str] = ()
) -> list[str]:
    """The profile comes last: the browser took arguments after it for its own (bug 775416)."""
    line = [str(binary), *arguments]
    if platform.os == "mac":
        line.append("-foreground")
    if platform.os == "win":
        line.append("--wait-for-browser")  # or the launcher ends at once
    if profile.foreign:
        line.append("--allow-downgrade")
    return [*line, "-profile", str(profile.path)]


def find_binary(folder: Path, name: str, platform: Platform) -> Path | None:
    """The program called `name`, or the one that a macOS application names."""
    return _bundle_binary(folder) if platform.os == "mac" else find_program(folder, name, platform)


def find_program(folder: Path, name: str, platform: Platform) -> Path | None:
    """The file called `name` nearest to the top of the folder, whatever its case."""
    wanted = f"{name}.exe" if platform.os == "win" else name
    level = [folder]
    while level:
        entries = [entry for place in level for entry in sorted(place.iterdir())]
        for entry in entries:
            if entry.name.lower() == wanted.lower() and entry.is_file():
                return entry
        level = [entry for entry in entries if entry.is_dir() and not entry.is_symlink()]
    return None


def _bundle_binary(folder: Path) -> Path | None:
    """The executable that the first macOS application names in its Info.plist."""
    for plist in sorted(folder.glob("**/*.app/Contents/Info.plist")):
        try:
            name = plistlib.loads(plist.read_bytes())["CFBundleExecutable"]
        except (ValueError, LookupError, plistlib.InvalidFileException):
            continue
        binary = plist.parent / "MacOS" / str(name)
        if binary.is_file():
            return binary
    return None


def _resources(binary: Path) -> Path:
    """The folder of application.ini and distribution/: on macOS the binary's in old builds only."""
    bundle = binary.parent.parent / "Resources"
    return bundle if (bundle / "application.ini").exists() else binary.parent
