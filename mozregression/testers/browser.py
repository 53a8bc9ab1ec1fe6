"""Verdicts from a person, who looks at the running browser."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from mozregression.launch.desktop import launch
from mozregression.launch.process import Running
from mozregression.launch.profiles import Profile, Profiles
from mozregression.testers.tester import Answer, Judged, Subject

Ask: TypeAlias = Callable[[Subject, Running, str], Answer]
"""Asks the person: the build, the running browser, and a note that is empty unless the
browser did not come up. What it raises passes through."""

_MOMENT = 0.5
"""Seconds in which a browser that cannot run has usually given up. Windows take longer to open."""

_GOODBYE = 5.0
"""Seconds a browser gets to put away a profile that is kept. One that is not is not waited for."""


class PersonTester:
    """Launches each build and lets `ask` obtain the answer. Raises ProfileError.

    outputs: folder for what browsers print.
    """

    def __init__(
        self, ask: Ask, profiles: Profiles, outputs: Path, *, arguments: Sequence[str] = ()
    ) -> None:
        self._ask = ask
        self._profiles = profiles
        self._outputs = outputs
        self._arguments = arguments
        self._running: Running | None = None

    def test(self, subject: Subject) -> Answer:
        profile = self._profiles.take()
        try:
            return self._with_profile(subject, profile)
        finally:
            profile.remove()

    def cancel(self) -> None:
        """Closes the browser. That `ask` returns is up to who gave it."""
        if running := self._running:
            running.stop(grace=0)

    def _with_profile(self, subject: Subject, profile: Profile) -> Answer:
        self._outputs.mkdir(parents=True, exist_ok=True)
        output = self._outputs / subject.output_name
        begun = time.monotonic()
        self._running = launch(subject.installed, profile, self._arguments, output=output)
        try:
            answer = self._ask(subject, self._running, _trouble(self._running, output))
        finally:
            self._running.stop(grace=0 if profile.work else _GOODBYE)
            self._running = None
        if isinstance(answer, Judged):
            return replace(answer, seconds=time.monotonic() - begun)
        return answer


def _trouble(running: Running, output: Path) -> str:
    ended = running.wait(_MOMENT)
    return f"The browser {ended}. What it printed is in {output}" if ended else ""
