"""Finding adb, and starting its server, which belongs to the user and outlives us."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from mozregression.launch.launcher import LaunchError

_START_SECONDS = 30.0
_SYSTEMS = {"darwin": "macosx", "win32": "windows"}


def find_adb() -> str:
    """The adb on the PATH, else the one that a build of Firefox fetched. Raises LaunchError."""
    system = _SYSTEMS.get(sys.platform, "linux")
    tools = Path.home() / ".mozbuild" / f"android-sdk-{system}" / "platform-tools"
    found = shutil.which("adb") or shutil.which("adb", path=os.fspath(tools))
    if not found:
        raise LaunchError(
            "Apps on Android need the program adb, which is neither on the PATH nor in "
            f"{tools}. Install Android's platform tools, or run ./mach bootstrap."
        )
    return found


def start_server(adb: str) -> None:
    """Start adb's server unless it runs. Raises LaunchError.

    If an errand's adb did that, the server would end with the errand.
    """
    try:
        subprocess.run(
            [adb, "start-server"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # the server would keep a pipe open
            stderr=subprocess.DEVNULL,
            timeout=_START_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise LaunchError(
            f"The server of adb does not start: {error}. Try `adb kill-server`, then this again."
        ) from error
