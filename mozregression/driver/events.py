"""What the driver announces. Faces show these; nobody answers them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from mozregression.builds.progress import Progress
from mozregression.model.builds import Missing
from mozregression.model.steps import Question, TestBuild
from mozregression.model.verdicts import Verdict
from mozregression.session import Understanding


@dataclass(frozen=True, slots=True)
class Understood:
    """How the request was read; comes once, before anything is downloaded."""

    understanding: Understanding


@dataclass(frozen=True, slots=True)
class Asking:
    """A service is being asked; a person may have to wait for the answer."""

    step: Question


@dataclass(frozen=True, slots=True)
class Fetching:
    """A build is on its way: the one needed now, or one that will probably be."""

    progress: Progress


@dataclass(frozen=True, slots=True)
class Unusable:
    """A candidate turned out to have no build that can be tested."""

    missing: Missing


@dataclass(frozen=True, slots=True)
class Chosen:
    """A build is to be tested next; it may have to be fetched first."""

    step: TestBuild


@dataclass(frozen=True, slots=True)
class Testing:
    """A test begins. number counts from 1."""

    step: TestBuild
    number: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict is on disk. seconds: how long the test took."""

    step: TestBuild
    number: int
    verdict: Verdict
    seconds: float
    note: str


@dataclass(frozen=True, slots=True)
class WentBack:
    """The last verdict was taken back; possible is False when there was none."""

    possible: bool


class Beside(Enum):
    """How it goes with a build that is known to be good."""

    OPENING = "opening"
    OPEN = "open"
    CLOSED = "closed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Reference:
    """A build that is known to be good is opened beside those under test; no part of the session.

    candidate: its key, empty while there is none. why: for a person, why it failed or ended, or
    how far it has come. Not told when the session ends, with which it is closed.
    """

    state: Beside
    candidate: str
    why: str = ""


Event: TypeAlias = (
    Understood | Asking | Fetching | Unusable | Chosen | Testing | Judged | WentBack | Reference
)
Listener: TypeAlias = Callable[[Event], None]
