"""What the faces call when a bisection or a launch begins and ends."""

from contextlib import suppress
from pathlib import Path

from mozregression.model.bounds import Bound, BuildIdBound, DateBound
from mozregression.model.request import Request
from mozregression.telemetry.consent import Consent
from mozregression.telemetry.destination import Destination
from mozregression.telemetry.outbox import outbox, outboxes
from mozregression.telemetry.records import Tally, Usage
from mozregression.telemetry.starting import RETENTION, start_helper


class Recorder:
    """Records for one process. folder: of all outboxes. Never raises, never waits."""

    def __init__(self, folder: Path, consent: Consent, destination: Destination) -> None:
        self.active = consent.given and not destination.quiet
        self._folder = folder
        self._quiet = destination.quiet
        self._outbox = outbox(folder, destination.endpoint)

    def begin(self, usage: Usage) -> bool:
        """A bisection or a launch begins. True the very first time: the person has to be told."""
        if not self.active:
            if not self._quiet:
                withdraw(self._folder)
            return False
        with suppress(OSError):
            first = not self._outbox.exists
            self._outbox.put(usage)
            if not first and self._outbox.tallies_are_due():
                start_helper(self._outbox.folder, RETENTION)
            return first
        return False

    def end(self, tally: Tally | None) -> None:
        """It is over for now. tally: what it wanted."""
        if not self.active:
            return
        with suppress(OSError):
            if tally:
                self._outbox.put(tally)
        if self._outbox.exists:
            start_helper(self._outbox.folder)


def withdraw(folder: Path) -> None:
    """Forget what was recorded and have servers told to do so. Never raises, never waits."""
    for each in outboxes(folder):
        with suppress(OSError):
            each.withdraw()
        start_helper(each.folder)


def bisection(request: Request, variant: str) -> Usage:
    """The record of a bisection that begins."""
    dates = {"good_date": _day(request.good), "bad_date": _day(request.bad)}
    return _usage(request, variant, "bisection", dates)


def launch(request: Request, variant: str) -> Usage:
    """The record of a single launch. request.bad is what was asked for."""
    return _usage(request, variant, "launch", {"launch_date": _day(request.bad)})


def _usage(request: Request, variant: str, reason: str, dates: dict[str, str]) -> Usage:
    known = {name: day for name, day in dates.items() if day}
    return Usage(variant, request.app, request.build_type, reason, known)


def _day(bound: Bound) -> str:
    """Only what somebody gave as a day, or as a build of it."""
    return bound.day.isoformat() if isinstance(bound, DateBound | BuildIdBound) else ""
