"""The protocol of testers: what they are given and what they answer."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from mozregression.launch.launcher import Installed
from mozregression.model.builds import Build, Candidate
from mozregression.model.verdicts import Purpose, Verdict


@dataclass(frozen=True, slots=True)
class Subject:
    """A build to be judged. archive: the download, if it was kept. number: counts tests from 1."""

    candidate: Candidate
    build: Build
    installed: Installed
    archive: Path | None
    purpose: Purpose
    number: int

    @property
    def output_name(self) -> str:
        """File name for what the test prints: `3-nightly-mozilla-central-20260501093012.log`."""
        return f"{self.number}-{self.candidate.key.replace('/', '-')}.log"


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict. seconds: how long the test took."""

    verdict: Verdict
    seconds: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """Test the same build once more."""


@dataclass(frozen=True, slots=True)
class Back:
    """Take the last verdict back."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Leave the session as it is, to be resumed."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The test itself is broken, so that no verdict of it can be trusted. what: for a person,
    what happened, what the test printed and how to go on.
    """

    what: str


Answer: TypeAlias = Judged | Retry | Back | Stop | Fault


class Tester(Protocol):
    """Gives answers about builds, one at a time. Whatever happens, nothing it started is left."""

    def test(self, subject: Subject) -> Answer:
        """Judge the build. May take as long as a person needs.

        An exception (KeyboardInterrupt above all) passes through once everything is stopped.
        """

    def cancel(self) -> None:
        """From any thread: have a running `test` end soon, with `Stop`. Without one, do nothing."""
