"""Running the system's own programs from a thread that may be told to stop."""

import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any

from mozregression.services.errors import Cancelled

_LOOK_UP = 0.2  # seconds between looks at whether to stop

# Ctrl-C in the terminal is for us; we tell the program.
_APART: dict[str, Any] = {} if sys.platform == "win32" else {"start_new_session": True}


class ProgramFailed(ValueError):  # noqa: N818 - reads as what happened
    """A program ended badly. The message is what it printed."""


def run(command: Sequence[str], cancelled: threading.Event) -> None:
    """Run a program to its end. Raises ProgramFailed, Cancelled, and OSError when it cannot run."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **_APART,
    ) as process:
        printed = _printed(process, cancelled)
    if process.returncode:
        text = " ".join(printed.decode(errors="replace").split())
        raise ProgramFailed(text or f"{command[0]} exited with {process.returncode}")


def _printed(process: "subprocess.Popen[bytes]", cancelled: threading.Event) -> bytes:
    while True:
        try:
            return process.communicate(timeout=_LOOK_UP)[0]
        except subprocess.TimeoutExpired:  # noqa: PERF203 - it waits anyway
            if cancelled.is_set():
                process.kill()
                raise Cancelled from None
