"""A person at a terminal (of POSIX), by machine: reads what the console shows, and types."""

import os
import select
import struct
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import psutil

_QUESTION = "[e]xit?"
_SIZE = struct.pack("HHHH", 50, 200, 0, 0)  # rows and columns; no line needs to be broken


class Person:
    """Runs `mozregression` with arguments on a terminal of its own. Ends it as a context.

    patience: seconds until a question or the end has to come.
    """

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str], *, patience: float = 180.0
    ) -> None:
        import fcntl
        import pty
        import termios

        self.seen = ""
        self._patience = patience
        self._answered = 0
        self._terminal, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, _SIZE)
        self._console = subprocess.Popen(
            [sys.executable, "-m", "mozregression", *arguments],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env={**environment, "TERM": "xterm"},
            start_new_session=True,
        )
        os.close(inner)

    def is_asked(self) -> bool:
        """Wait for the next question; False when the console ended instead."""
        return self.is_shown(_QUESTION)

    def is_shown(self, text: str) -> bool:
        """Wait until something new is shown; False when the console ended instead."""
        limit = time.monotonic() + self._patience
        while text not in self.seen[self._answered :]:
            if not select.select([self._terminal], [], [], max(0.0, limit - time.monotonic()))[0]:
                raise TimeoutError(f"Nothing new was shown for a long time:\n{self.seen}")
            try:
                received = os.read(self._terminal, 65536)
            except OSError:  # how Linux tells that the other side was closed
                return False
            self.seen += received.decode(errors="replace")
        return True

    def answer(self, word: str) -> None:
        self._answered = len(self.seen)
        os.write(self._terminal, f"{word}\n".encode())

    def processes(self) -> list[psutil.Process]:
        """All that the console has started, guardians included."""
        return psutil.Process(self._console.pid).children(recursive=True)

    def send(self, signal: int) -> None:
        """To the console alone."""
        self._console.send_signal(signal)

    @property
    def status(self) -> int:
        """The exit status of the console, which has closed its terminal."""
        return self._console.wait(self._patience)

    def __enter__(self) -> "Person":  # noqa: PYI034 - typing.Self came with Python 3.11
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._terminal)
        with suppress(subprocess.TimeoutExpired):
            self._console.wait(5)
        self._console.kill()
        self._console.wait()


def processes_of(folder: Path) -> list[psutil.Process]:
    """Processes that run a program below the folder, or were told of something in there."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(str(folder) in argument for argument in process.info["cmdline"] or ())
    ]


def browser_of(folder: Path) -> psutil.Process:
    """The browser that runs from below the folder: of its processes, the one that was first."""
    return browsers_of(folder)[0]


def browsers_of(folder: Path) -> list[psutil.Process]:
    """Those that run from below the folder, the oldest first: of each, the first process."""
    programs = [
        process
        for process in processes_of(folder)
        if (line := process.info["cmdline"])[0].startswith(str(folder)) and "-profile" in line
    ]
    first: dict[str, psutil.Process] = {}
    for process in sorted(programs, key=lambda one: (one.create_time(), one.pid)):
        line = process.info["cmdline"]
        first.setdefault(line[line.index("-profile") + 1], process)
    return list(first.values())
