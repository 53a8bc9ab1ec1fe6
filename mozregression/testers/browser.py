"""Verdicts from a person, who looks at the running browser."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

from mozregression.launch.follow import following
from mozregression.launch.launcher import Installed, Opened
from mozregression.launch.process import Running
from mozregression.testers.tester import Answer, Judged, Subject

Ask: TypeAlias = Callable[[Subject, Running, str], Answer]
"""Asks the person: the build, the running browser, and a note that is empty unless the
browser did not come up. What it raises passes through."""

_MOMENT = 0.5
"""Seconds in which a browser that cannot run has usually given up. Windows take longer to open."""


class PersonTester:
    """Has each build opened and lets `ask` obtain the answer. Raises LaunchError.

    A browser takes long to die, and a person waits for the next one: it dies while that one
    starts. Close the tester (or leave its context) to wait for the last.
    outputs: folder for what browsers print. on_output: told each line of it, from a thread,
    until the person has answered.
    """

    def __init__(
        self,
        ask: Ask,
        open_build: Callable[[Installed, Path], Opened],
        outputs: Path,
        *,
        on_output: Callable[[str], None] | None = None,
    ) -> None:
        self._ask = ask
        self._open = open_build
        self._outputs = outputs
        self._on_output = on_output
        self._current: Opened | None = None
        self._dying: Opened | None = None

    def test(self, subject: Subject) -> Answer:
        output = self._outputs / subject.output_name
        output.parent.mkdir(parents=True, exist_ok=True)
        with ExitStack() as showing:
            if self._on_output:
                showing.enter_context(following(output, self._on_output))
            return self._test(subject, output, showing)

    def _test(self, subject: Subject, output: Path, showing: ExitStack) -> Answer:
        begun = time.monotonic()
        self._current = opened = self._open(subject.installed, output)
        try:
            self.close()
            note = trouble(opened, output)
            if note:
                showing.close()  # so that all it printed is seen before the question
            answer = self._ask(subject, opened.running, note)
            seconds = time.monotonic() - begun
        except BaseException:
            _close(opened)
            raise
        finally:
            self._current = None
        self._dying = opened
        opened.running.end(grace=opened.grace)
        if not opened.lingers:
            self.close()
        if isinstance(answer, Judged):
            return replace(answer, seconds=seconds)
        return answer

    def cancel(self) -> None:
        """Closes the browser. That `ask` returns is up to who gave it."""
        if opened := self._current:
            opened.running.stop(grace=opened.grace)

    def close(self) -> None:
        """Wait until the browser of the last test is gone."""
        if self._dying:
            _close(self._dying)
            self._dying = None

    def __enter__(self) -> "PersonTester":  # noqa: PYI034 - typing.Self came with Python 3.11
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _close(opened: Opened) -> None:
    try:
        opened.running.stop(grace=opened.grace)
    finally:
        opened.discard()


def trouble(opened: Opened, output: Path) -> str:
    """Why a build that was just opened is gone again; empty when it came up."""
    ended = opened.running.wait(_MOMENT)
    return f"The {opened.what} {ended}. What it printed is in {output}" if ended else ""
