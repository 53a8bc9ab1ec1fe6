"""Desktop builds: what an unpacked folder holds, and how it is started."""

import configparser
import json
import os
import plistlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mozregression.launch.process import Running, start
from mozregression.launch.profiles import Profile
from mozregression.model.apps import App, Platform
from mozregression.model.builds import Revision

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


@dataclass(frozen=True, slots=True)
class BuildInfo:
    """What a build says about itself in application.ini; None where it says nothing.

    platform: the source of the gecko inside, of apps that have a source of their own besides.
    """

    name: str | None = None
    version: str | None = None
    build_id: str | None = None
    revision: Revision | None = None
    platform: Revision | None = None


@dataclass(frozen=True, slots=True)
class Installed:
    """An unpacked build that can be started. notes: sentences a person should see."""

    folder: Path
    platform: Platform
    binary: Path
    info: BuildInfo
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unusable:
    """An unpacked folder without a build that can be started, and why."""

    reason: str


def prepare(folder: Path, app: App, platform: Platform) -> Installed | Unusable:
    """Look at an unpacked build, and keep it from updating itself."""
    name = Path(app.platforms[platform].binary).name
    binary = find_binary(folder, name, platform)
    if binary is None:
        return Unusable(f"there is no program called {name} in {folder}")
    if not os.access(binary, os.X_OK):
        return Unusable(f"{binary} is not executable")
    resources = _resources(binary)
    note = disable_updates(resources)
    return Installed(folder, platform, binary, read_info(resources), (note,) if note else ())


def launch(
    installed: Installed,
    profile: Profile,
    arguments: Sequence[str] = (),
    *,
    output: Path | None = None,
) -> Running:
    """Start the build with that profile, which is removed with it if it is a temporary one."""
    return start(
        command_line(installed, profile, arguments),
        env={**os.environ, **_ENVIRONMENT},
        output=output,
        owned=profile.owned,
    )


def command_line(
    installed: Installed, profile: Profile, arguments: Sequence[str] = ()
) -> list[str]:
    """The profile comes last: the browser took arguments after it for its own (bug 775416)."""
    line = [str(installed.binary), *arguments]
    if installed.platform.os == "mac":
        line.append("-foreground")
    if installed.platform.os == "win":
        line.append("--wait-for-browser")  # or the launcher ends at once
    if profile.foreign:
        line.append("--allow-downgrade")
    return [*line, "-profile", str(profile.path)]


def find_binary(folder: Path, name: str, platform: Platform) -> Path | None:
    """The program called `name` nearest to the top of the folder, whatever its case."""
    if platform.os == "mac":
        return _bundle_binary(folder)
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


def read_info(resources: Path) -> BuildInfo:
    """Read application.ini ([App] Name, Version, BuildID, SourceRepository, SourceStamp).

    Not by mozversion: it prints each value, and refuses builds from before platform.ini.
    """
    ini = configparser.RawConfigParser(strict=False)
    try:
        ini.read(resources / "application.ini", encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return BuildInfo()
    if not ini.has_section("App"):
        return BuildInfo()
    app = ini["App"]
    branch = app.get("SourceRepository", "").rstrip("/").rpartition("/")[2]
    node = app.get("SourceStamp", "")
    return BuildInfo(
        name=app.get("Name"),
        version=app.get("Version"),
        build_id=app.get("BuildID"),
        revision=Revision(branch, node) if branch and node else None,
    )


def disable_updates(resources: Path) -> str:
    """Set DisableAppUpdate in distribution/policies.json and keep all else that stands there.

    Returns a sentence for a person when that was not possible, else "".
    """
    file = resources / "distribution" / "policies.json"
    try:
        content = _policies(file)
        if content is None:
            return f"{file} holds no policies that can be read; the build may update itself."
        if content["policies"].get("DisableAppUpdate") is not True:
            content["policies"]["DisableAppUpdate"] = True
            _replace(file, json.dumps(content, indent=2))
    except OSError as error:
        return f"The build may update itself, {file} cannot be written: {error}"
    return ""


def _policies(file: Path) -> dict[str, Any] | None:
    """The content of the policy file; None when it is not what it should be."""
    if not file.exists():
        return {"policies": {}}
    try:
        content = json.loads(file.read_bytes())
    except ValueError:
        return None
    if isinstance(content, dict) and isinstance(content.setdefault("policies", {}), dict):
        return content
    return None


def _replace(file: Path, text: str) -> None:
    """Write the file so that nobody ever sees half of it."""
    file.parent.mkdir(exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.chmod(name, 0o644)  # noqa: PTH101 - mkstemp lets nobody else read it
        os.replace(name, file)  # noqa: PTH105
    except BaseException:
        os.unlink(name)  # noqa: PTH108
        raise
