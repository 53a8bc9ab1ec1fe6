"""Running a program under a guardian (see guardian.py), seen from mozregression's side."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from mozregression.launch import frozen, guardian

GRACE = 1.0
"""Seconds that a program gets between being asked to end and being killed."""

_GLANCE = 0.5
"""Seconds of one sleep: Windows delivers Ctrl-C between two of them only."""

# What keeps Ctrl-C and a closed terminal from reaching the guardian.
_APART: dict[str, Any]
if sys.platform == "win32":
    _APART = {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
else:
    _APART = {"start_new_session": True}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: its exit code, or the signal that killed it, or why it never started.

    All three are None when that is not known, because its guardian was killed.
    """

    code: int | None = None
    signal: int | None = None
    failed_to_start: str | None = None

    def __str__(self) -> str:
        if self.failed_to_start is not None:
            return f"did not start: {self.failed_to_start}"
        if self.signal is not None:
            return f"was killed by {_signal_name(self.signal)}"
        if self.code is not None:
            return f"exited with {self.code}"
        return "ended in an unknown way, because its guardian was killed"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


class Running:
    """A program under its guardian, and all that it started. As a context: stopped at the end.

    Whatever becomes of this object or this process, the guardian ends the program and
    removes the paths it owns.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", owned: Sequence[Path]) -> None:
        self._guardian = process
        self._owned = owned
        self._pid: int | None = None
        self._ended: Ended | None = None
        self._begun = threading.Event()
        self._done = threading.Event()
        self._listener = threading.Thread(target=self._listen, name="guardian", daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int | None:
        """Process id of the program (waits until it is known); None when it did not start."""
        self._begun.wait()
        return self._pid

    def wait(self, timeout: float | None = None) -> Ended | None:
        """How the program ended; None when it still runs after `timeout` seconds.

        When this tells an end, everything is over: no process is left, owned paths are gone.
        """
        limit = None if timeout is None else time.monotonic() + timeout
        while not self._done.is_set():
            pause = _GLANCE if limit is None else min(_GLANCE, limit - time.monotonic())
            if pause <= 0:
                return None
            self._done.wait(pause)
        self._listener.join()
        return self._ended

    def end(self, *, grace: float = GRACE) -> None:
        """Have the program and all that it started ended, and killed what is left after
        `grace` seconds. Does not wait for it.

        A second order, from any thread, replaces the first.
        """
        _send(self._guardian, f"{grace}\n".encode())

    def stop(self, *, grace: float = GRACE) -> Ended:
        """`end` it and wait until it is over."""
        self.end(grace=grace)
        ended = self.wait()
        assert ended is not None  # noqa: S101 - no timeout was given
        return ended

    def __enter__(self) -> "Running":  # noqa: PYI034 - typing.Self came with Python 3.11
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _listen(self) -> None:
        """The listener thread: take in what the guardian tells, until it has ended."""
        assert self._guardian.stdin and self._guardian.stdout  # noqa: S101, PT018 - both are pipes
        with self._guardian.stdout as reports:
            for line in reports:
                self._hear(os.fsdecode(line.rstrip(b"\n")))
        self._guardian.wait()
        with suppress(BrokenPipeError):
            self._guardian.stdin.close()
        if self._ended is None:
            _end_without_guardian(self._pid, self._owned)
            self._ended = Ended()
        self._begun.set()
        self._done.set()

    def _hear(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if word == "started":
            self._pid = int(rest)
            self._begun.set()
        elif word == "failed":
            self._ended = Ended(failed_to_start=rest)
        elif word == "code":
            self._ended = Ended(code=int(rest))
        else:
            self._ended = Ended(signal=int(rest))


def start(
    command: Sequence[str] | str,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    output: Path | None = None,
    owned: Sequence[Path] = (),
    grace: float = GRACE,
) -> Running:
    """Run a program (a string: a command line for the platform's shell) without any input.

    output: file that gets what it prints, appended; None: thrown away. owned: files and folders
    to remove once it and all that it started have ended. grace: seconds it gets to end when nobody
    is left to order it. A program that cannot be started is no exception here: see
    `Ended.failed_to_start`. Raises OSError when the system cannot start a process at all.
    """
    try:
        process = subprocess.Popen(
            frozen.script(guardian),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=env,
            **_APART,
        )
    except OSError:
        _remove(owned)
        raise
    _send(process, _header(command, cwd, output, owned, grace))
    return Running(process, owned)


def _header(
    command: Sequence[str] | str,
    cwd: Path | None,
    output: Path | None,
    owned: Sequence[Path],
    grace: float,
) -> bytes:
    kind, arguments = ("shell", [command]) if isinstance(command, str) else ("argv", command)
    paths = [str(path.absolute()) if path else "" for path in (cwd, output)]
    removed = [str(path.absolute()) for path in owned]
    fields = [kind, *paths, str(grace), str(len(removed)), *removed, *arguments]
    rest = b"\0".join(os.fsencode(field) for field in fields)
    return b"%d\n%s" % (len(rest), rest)


def _send(process: "subprocess.Popen[bytes]", message: bytes) -> None:
    """Write to the guardian's pipe; a guardian that has ended needs to hear nothing."""
    assert process.stdin  # noqa: S101 - it is a pipe
    with suppress(BrokenPipeError, ValueError):  # ValueError: closed already
        process.stdin.write(message)
        process.stdin.flush()


def _end_without_guardian(pid: int | None, owned: Sequence[Path]) -> None:
    """The guardian itself was killed: end what is left of the program's session.

    Windows does this by itself, by closing the job.
    """
    if pid is not None and sys.platform != "win32":
        import psutil

        for process in psutil.process_iter():
            with suppress(OSError, psutil.Error):
                if os.getsid(process.pid) == pid:
                    process.kill()
    _remove(owned)


def _remove(paths: Sequence[Path]) -> None:
    for path in paths:
        guardian.remove(str(path))
