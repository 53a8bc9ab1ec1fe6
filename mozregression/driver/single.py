"""Builds launched without a bisection: found, fetched and unpacked. Nothing is journalled."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mozregression.builds.fetcher import NEEDED
from mozregression.builds.store import Ready
from mozregression.driver.errands import Errands
from mozregression.driver.events import Asking, Listener, Unusable
from mozregression.driver.supplies import Supplies
from mozregression.launch.desktop import Installed, prepare
from mozregression.model.apps import APPS, Platform
from mozregression.model.builds import Build, Missing, MissingReason
from mozregression.model.facts import BuildMissing, Fact
from mozregression.model.report import Report
from mozregression.model.request import Request
from mozregression.model.verdicts import Purpose
from mozregression.session import Found, find_single
from mozregression.testers.tester import Subject


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
def obtained(request: Request, supplies: Supplies, listener: Listener) -> Iterator[Single]:
    """The build that the bad bound of a request means.

    Raises NoBuildError, and what services and builds raise.
    """
    errands = Errands(supplies.services.perform)
    try:
        single = _obtain(request, supplies, errands, listener)
    except BaseException:
        supplies.cancel()
        raise
    finally:
        errands.close()
    with single.ready:
        yield single


def _obtain(request: Request, supplies: Supplies, errands: Errands, listener: Listener) -> Single:
    facts: list[Fact] = []
    while True:
        match find_single(request, facts):
            case Report() as report:
                raise NoBuildError(report)
            case Found() as found:
                fetched = _fetched(found, request, supplies)
                if isinstance(fetched, Single):
                    return fetched
                facts.append(BuildMissing(fetched))
                listener(Unusable(fetched))
            case question:
                listener(Asking(question))
                facts.append(errands.answer(question))


def _fetched(found: Found, request: Request, supplies: Supplies) -> Single | Missing:
    ready = _ready(found.build, supplies)
    if isinstance(ready, Missing):
        return ready
    installed = prepare(ready.folder, APPS[request.app], Platform(request.os, request.arch))
    if isinstance(installed, Installed):
        return Single(found, ready, installed)
    ready.release()
    return Missing(found.candidate.key, MissingReason.BROKEN, (str(installed),))


def _ready(build: Build, supplies: Supplies) -> Ready | Missing:
    outcome = supplies.fetcher.want(build, NEEDED).wait()
    if isinstance(outcome, Missing) and build.task_id:
        renamed = supplies.services.renamed_artifact(build)
        if isinstance(renamed, Missing):
            return renamed
        return supplies.fetcher.want(renamed, NEEDED).wait()
    return outcome
