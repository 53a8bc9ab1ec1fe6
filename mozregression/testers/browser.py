"""Verdicts from a person, who looks at the running browser."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

from mozregression.launch.desktop import launch
from mozregression.launch.follow import following
from mozregression.launch.process import Running
from mozregression.launch.profiles import Profile, Profiles
from mozregression.testers.tester import Answer, Judged, Subject

Ask: TypeAlias = Callable[[Subject, Running, str], Answer]
"""Asks the person: the build, the running browser, and a note that is empty unless the
browser did not come up. What it raises passes through."""

_MOMENT = 0.5
"""Seconds in which a browser that cannot run has usually given up. Windows take longer to open."""

_GOODBYE = 5.0
"""Seconds a browser gets to put away a profile that is kept. With any other it gets none."""


@dataclass(frozen=True, slots=True)
class _Browser:
    """A running build in its profile."""

    running: Running
    profile: Profile

    def leave(self) -> bool:
        """Have it ended; False if it must be waited for, because its profile is kept."""
        self.running.end(grace=0 if self.profile.work else _GOODBYE)
        return self.profile.work is not None

    def close(self) -> None:
        try:
            self.leave()
            self.running.wait()
        finally:
            self.profile.remove()


class PersonTester:
    """Launches each build and lets `ask` obtain the answer. Raises ProfileError.

    A browser takes long to die, and a person waits for the next one: it dies while that one
    starts. Close the tester (or leave its context) to wait for the last.
    outputs: folder for what browsers print. on_output: told each line of it, from a thread,
    until the person has answered.
    """

    def __init__(
        self,
        ask: Ask,
        profiles: Profiles,
        outputs: Path,
        *,
        arguments: Sequence[str] = (),
        on_output: Callable[[str], None] | None = None,
    ) -> None:
        self._ask = ask
        self._profiles = profiles
        self._outputs = outputs
        self._arguments = arguments
        self._on_output = on_output
        self._current: _Browser | None = None
        self._dying: _Browser | None = None

    def test(self, subject: Subject) -> Answer:
        output = self._outputs / subject.output_name
        output.parent.mkdir(parents=True, exist_ok=True)
        with self._showing(output):
            return self._test(subject, output)

    def _test(self, subject: Subject, output: Path) -> Answer:
        begun = time.monotonic()
        self._current = browser = self._open(subject, output)
        try:
            self.close()
            answer = self._ask(subject, browser.running, _trouble(browser.running, output))
            seconds = time.monotonic() - begun
        except BaseException:
            browser.close()
            raise
        finally:
            self._current = None
        self._dying = browser
        if not browser.leave():
            self.close()
        if isinstance(answer, Judged):
            return replace(answer, seconds=seconds)
        return answer

    def cancel(self) -> None:
        """Closes the browser. That `ask` returns is up to who gave it."""
        if browser := self._current:
            browser.running.stop(grace=0)

    def close(self) -> None:
        """Wait until the browser of the last test is gone."""
        if self._dying:
            self._dying.close()
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

    def _showing(self, output: Path) -> AbstractContextManager[None]:
        return following(output, self._on_output) if self._on_output else nullcontext()

    def _open(self, subject: Subject, output: Path) -> _Browser:
        profile = self._profiles.take()
        try:
            return _Browser(
                launch(subject.installed, profile, self._arguments, output=output), profile
            )
        except BaseException:
            profile.remove()
            raise


def _trouble(running: Running, output: Path) -> str:
    ended = running.wait(_MOMENT)
    return f"The browser {ended}. What it printed is in {output}" if ended else ""
