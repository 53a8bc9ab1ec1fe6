"""Starts the helper, so that nobody waits for it, hears of it, or dies with it."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

FROZEN_OPTION = "--telemetry-helper"
"""What a bundled program is started with in place of Python."""

RETENTION = "retention"

# The folder that a command is given in may hold modules named like those of a library.
_CODE = """\
import sys
sys.path[:] = [*filter(None, sys.path), sys.argv.pop(1)]
from mozregression.telemetry.helper import main
sys.exit(main(sys.argv[1:]))
"""


def start_helper(outbox: Path, *orders: str) -> None:
    """Have what waits in an outbox dealt with. Never raises."""
    import subprocess

    apart: dict[str, Any]
    if sys.platform == "win32":
        apart = {
            "creationflags": subprocess.DETACHED_PROCESS | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        }
    else:
        apart = {"start_new_session": True}
    with suppress(OSError):
        process = subprocess.Popen(
            [*_program(), str(outbox), *orders],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            close_fds=True,
            **apart,
        )
        process.returncode = 0  # nobody will ask: no warning about that


def _program() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, FROZEN_OPTION]
    root = Path(__file__).parents[2]
    return [sys.executable, "-W", "ignore", "-c", _CODE, str(root)]
