"""Running builds, whatever kind of app they are: the protocol, and what goes through it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from mozregression.launch.info import BuildInfo
from mozregression.launch.process import Running


class LaunchError(Exception):
    """Builds cannot be run here and now. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A build that can be started.

    folder: what was unpacked. binary: its program; on Android the name of its package.
    environment: variables that whoever starts it has to set. notes: sentences a person should see.
    """

    folder: Path
    binary: Path
    info: BuildInfo
    notes: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unusable:
    """A folder without a build that can be started, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A build that runs, for a person to look at.

    discard: to be called once it has ended. what: what a person calls it. grace: seconds it needs
    to put things away when it is ended. lingers: the next one may be opened while it still ends.
    """

    running: Running
    discard: Callable[[], None] = lambda: None
    what: str = "browser"
    grace: float = 0.0
    lingers: bool = True


class Launcher(Protocol):
    """Runs builds of one app on one platform, one at a time. All may raise LaunchError."""

    def check(self) -> None:
        """Find out whether anything can be run, before anything is fetched for it."""

    def prepare(self, folder: Path) -> Installed | Unusable:
        """Make an unpacked build ready to be started, here or on a device."""

    def open(self, installed: Installed, output: Path) -> Opened:
        """Start it for a person. output: file that gets what it prints, appended."""

    def close(self) -> None:
        """Leave nothing behind. To be called when no build runs any more."""
