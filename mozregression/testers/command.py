"""Verdicts from a command: its exit status says what it thinks of the build."""

import os
import signal
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from mozregression.launch.process import Ended, Running, start
from mozregression.model.verdicts import Verdict
from mozregression.testers.placeholders import (
    environment,
    filled,
    misspelt,
    values,
)
from mozregression.testers.tester import Answer, Fault, Judged, Stop, Subject

_RESULT_WIDTH = 100
_TAIL_BYTES = 4000
_TAIL_LINES = 10


class CommandError(ValueError):
    """The command cannot be meant as it stands. The message says why."""


class CommandTester:
    """Runs a command for each build: a string by the shell, a list of arguments without one.

    Exit 0 is good, 1 to 124 bad, 125 skip; anything else is a fault of the test. outputs: folder
    for what each test prints. timeout: seconds until everything the test started is ended
    and timeout_verdict given. Raises CommandError.
    """

    def __init__(
        self,
        command: str | Sequence[str],
        outputs: Path,
        *,
        timeout: float | None = None,
        timeout_verdict: Verdict = Verdict.SKIP,
    ) -> None:
        if not command or command == [""]:
            raise CommandError("The test command is empty.")
        if wrong := misspelt(command):
            raise CommandError(
                f"The test command has no placeholder {{{wrong[0]}}}; {{{wrong[1]}}} is one. "
                "Quote it if it is meant to stay as it is."
            )
        self._command = command
        self._outputs = outputs
        self._timeout = timeout
        self._timeout_verdict = timeout_verdict
        self._running: Running | None = None
        self._cancelled = False
        self._changing = threading.Lock()

    def test(self, subject: Subject) -> Answer:
        log = Log(self._outputs / subject.output_name)
        begun = time.monotonic()
        with self._start(subject, log) as running:
            ended = running.wait(self._timeout)
            seconds = time.monotonic() - begun
            timed_out = ended is None
            ended = ended or running.stop()
        with self._changing:
            self._running = None
        if self._cancelled:
            answer: Answer = Stop()
            log.conclude("was cancelled")
        elif timed_out:
            note = f"no result within {self._timeout:g} s"
            answer = Judged(self._timeout_verdict, seconds, note)
            log.conclude(f"{note}: {self._timeout_verdict.value}")
        elif verdict := _verdict(ended):
            answer = Judged(verdict, seconds)
            log.conclude(f"{ended} after {seconds:.1f} s: {verdict.value}")
        else:
            answer = Fault(_complaint(ended, log))
            log.conclude(f"{ended} after {seconds:.1f} s: fault")
        return answer

    def cancel(self) -> None:
        with self._changing:
            running = self._running
            self._cancelled |= running is not None
        if running:
            running.stop()

    def _start(self, subject: Subject, log: "Log") -> Running:
        known = values(subject)
        command = filled(self._command, known)
        log.begin(command)
        with self._changing:
            self._cancelled = False
            variables = {**os.environ, **subject.installed.environment, **environment(known)}
            self._running = start(command, env=variables, output=log.path)
            return self._running


class Log:
    """The file with one test's output, under lines that tell its command and how it ended."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._head = 0

    def begin(self, command: str | Sequence[str]) -> None:
        lines = command.splitlines() if isinstance(command, str) else [repr(list(command))]
        head = b"".join([_result_line("running"), *(f"# {line}\n".encode() for line in lines)])
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(head)
        self._head = len(head)

    def conclude(self, result: str) -> None:
        """Write how the test ended over the first line."""
        with self.path.open("r+b") as file:
            file.write(_result_line(result))

    def tail(self) -> list[str]:
        """The last lines that the test printed."""
        with self.path.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(self._head, end - _TAIL_BYTES))
            return file.read().decode(errors="replace").splitlines()[-_TAIL_LINES:]


def _result_line(result: str) -> bytes:
    """Always of the same length, so that one can be written over another."""
    text = f"# {result}".encode()[: _RESULT_WIDTH - 1]
    return text.ljust(_RESULT_WIDTH - 1) + b"\n"


def _verdict(ended: Ended) -> Verdict | None:
    """What the exit status says; None for a fault of the test."""
    match ended.code:
        case 0:
            return Verdict.GOOD
        case 125:
            return Verdict.SKIP
        case int(code) if 1 <= code <= 124:
            return Verdict.BAD
    return None


def _complaint(ended: Ended, log: Log) -> str:
    lines = [
        f"The test command {ended}{_hint(ended)}.",
        "This is a fault of the test and says nothing about the build; no verdict was taken.",
    ]
    if tail := log.tail():
        lines += ["The last it printed:", *(f"    {line}" for line in tail)]
    lines += [
        f"Its whole output is in {log.path}",
        "Mend the test, then go on with: mozregression resume",
    ]
    return "\n".join(lines)


def _hint(ended: Ended) -> str:
    match ended.code:
        case 126:
            return " (found, but not executable)"
        case 127:
            return " (command not found)"
        case int(code) if code - 128 in set(signal.Signals):
            return f" (something in it was killed by {signal.Signals(code - 128).name})"
    return ""
