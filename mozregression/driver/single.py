"""Builds launched without a bisection: found, fetched and unpacked. Nothing is journalled."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

from mozregression.builds.fetcher import NEEDED
from mozregression.builds.store import Ready
from mozregression.driver.attempt import arrived
from mozregression.driver.cancellation import Cancellation
from mozregression.driver.errands import Errands
from mozregression.driver.events import Asking, Listener, Unusable
from mozregression.driver.supplies import Supplies
from mozregression.launch import launcher
from mozregression.launch.launcher import Installed
from mozregression.model.builds import Build, Missing, MissingReason
from mozregression.model.facts import BuildMissing, Fact
from mozregression.model.report import Report
from mozregression.model.request import Request
from mozregression.model.verdicts import Purpose
from mozregression.session import Found, find_single
from mozregression.testers.tester import Subject

Prepare: TypeAlias = Callable[[Path], Installed | launcher.Unusable]


@dataclass(frozen=True, slots=True)
class Single:
    """A build that can be started. ready: keeps its files where they are until released."""

    found: Found
    ready: Ready
    installed: Installed

    def subject(self, number: int) -> Subject:
        """The same for a tester."""
        return Subject(
            self.found.candidate,
            self.found.build,
            self.installed,
            self.ready.archive,
            Purpose.NARROW,
            number,
        )


class NoBuildError(Exception):
    """A bound means no build that can be started; the report says why."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.detail)
        self.report = report


@contextmanager
def obtained(
    request: Request,
    supplies: Supplies,
    prepare: Prepare,
    listener: Listener,
    cancellation: Cancellation,
) -> Iterator[Single]:
    """The build that the bad bound of a request means. prepare: makes it ready to be started.

    Raises NoBuildError, Cancelled, and what services and builds raise.
    """
    errands = Errands(supplies.services.perform)
    try:
        with cancellation.calls(errands.give_up), cancellation.calls(supplies.cancel):
            single = _obtain(
                request, errands, listener, partial(_fetched, supplies, prepare, cancellation)
            )
    except BaseException:
        supplies.cancel()
        raise
    finally:
        errands.close()
    with single.ready:
        yield single


def _obtain(
    request: Request,
    errands: Errands,
    listener: Listener,
    fetched: Callable[[Found], Single | Missing],
) -> Single:
    facts: list[Fact] = []
    while True:
        match find_single(request, facts):
            case Report() as report:
                raise NoBuildError(report)
            case Found() as found:
                single = fetched(found)
                if isinstance(single, Single):
                    return single
                facts.append(BuildMissing(single))
                listener(Unusable(single))
            case question:
                listener(Asking(question))
                facts.append(errands.answer(question))


def _fetched(
    supplies: Supplies, prepare: Prepare, cancellation: Cancellation, found: Found
) -> Single | Missing:
    def fetch(build: Build) -> Ready | Missing:
        ticket = supplies.fetcher.want(build, NEEDED)
        with cancellation.calls(ticket.cancel):
            return ticket.wait()

    ready = arrived(found.build, fetch, supplies.services.renamed_artifact)
    if isinstance(ready, Missing):
        return ready
    installed = prepare(ready.folder)
    if isinstance(installed, Installed):
        return Single(found, ready, installed)
    ready.release()
    return Missing(found.candidate.key, MissingReason.BROKEN, (installed.reason,))
