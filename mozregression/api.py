"""Bisecting from Python, with a test of one's own.

    from mozregression.api import Verdict, bisect

    def judge(build):
        return Verdict.BAD if shows_the_bug(build.binary) else Verdict.GOOD

    report = bisect("2026-05-01", "2026-11-01", judge)
    print(report.outcome.value, report.bad)

docs/api.md has more.
"""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TypeAlias

from mozregression.driver.assembly import assembled
from mozregression.driver.events import Event
from mozregression.driver.places import Places, places
from mozregression.driver.run import Finished
from mozregression.driver.settings import Settings
from mozregression.driver.target import chosen
from mozregression.journal import Journal
from mozregression.launch.host import this_machine
from mozregression.model.bounds import SomeTimeBefore, parse_bound
from mozregression.model.builds import Build, Candidate
from mozregression.model.certainty import EXACT, USUAL_AGES, Ages, Certainty, Kind
from mozregression.model.facts import TransitionChosen
from mozregression.model.report import Outcome, Report, Transition
from mozregression.model.request import Request
from mozregression.model.verdicts import Verdict
from mozregression.services.endpoints import Endpoints
from mozregression.testers.tester import Judged, Subject

__all__ = [
    "Ages",
    "Certainty",
    "Kind",
    "Outcome",
    "Report",
    "Testable",
    "Transition",
    "Verdict",
    "bisect",
]


@dataclass(frozen=True, slots=True)
class Testable:
    """A build to be judged. number: counts tests from 1.

    binary: its program; on Android the name of its package, which is installed on the device.
    environment: variables that the program needs, or adb.
    """

    binary: Path
    environment: Mapping[str, str]
    candidate: Candidate
    build: Build
    number: int

    __test__ = False  # not a test case, whatever pytest thinks of the name


Judge: TypeAlias = Callable[[Testable], Verdict]
"""Says whether a build shows the bug. What it raises ends the bisection and passes through."""


def bisect(
    good: str | None,
    bad: str,
    judge: Judge,
    *,
    app: str = "firefox",
    build_type: str | None = None,
    arch: str | None = None,
    lang: str | None = None,
    branch: str | None = None,
    check_ends: bool = True,
    confirm: bool = True,
    certainty: Certainty = EXACT,
    prior: Ages = USUAL_AGES,
    suspects: Sequence[str] = (),
    choose: Callable[[Report], Transition | None] = lambda _: None,
    jobs: int = 1,
    folder: Path | None = None,
    listener: Callable[[Event], None] = lambda _: None,
) -> Report:
    """Find the change between two bounds, given as on the command line.

    good: None to look for it, too.
    app, build_type, arch, lang, branch: as --app, --build-type, --arch, --lang and --repo.
    check_ends: test both bounds first. confirm: test the last pair once more. certainty:
    how often the judge is wrong, and how sure the answer has to be. prior, suspects: as --prior
    and --suspect. choose: asked where verdicts contradict each other because the bug came and
    went; it returns one of the report's transitions, to go on there, or None. jobs: how many builds
    are judged at once, each in a thread of its own; what one judge raises is raised when the others
    have returned. folder: for the session and its builds, instead of the user's own. listener: told
    what happens, from several threads. The session is in the journal like any other:
    `mozregression report` tells of it.

    Raises BadBoundError and TargetError (both are ValueErrors), and ServiceError, BuildsError or
    JournalError when something is broken; each message says what to do.
    """
    if jobs < 1:
        raise ValueError(f"{jobs} builds at once cannot be judged; give jobs a number from 1 up")
    now = datetime.now(timezone.utc)
    target = chosen(app, this_machine(), build_type=build_type, arch=arch, lang=lang, branch=branch)
    request = Request(
        **asdict(target),
        good=SomeTimeBefore() if good is None else parse_bound(good, now.date()),
        bad=parse_bound(bad, now.date()),
        asked_at=int(now.timestamp()),
        check_ends=check_ends,
        confirm=confirm,
        certainty=certainty,
        prior=prior,
        suspects=tuple(suspects),
    )
    where = Places(folder / "state", folder / "cache") if folder else places()
    endpoints = Endpoints.from_environment(os.environ)
    settings = Settings(jobs=jobs)
    with Journal(where.state).create(request, asdict(settings)) as session:
        while True:
            with assembled(
                session, settings, where, endpoints, listener, tester=lambda: _Tester(judge)
            ) as driver:
                result = driver.run()
            if not isinstance(result, Finished):
                raise AssertionError(  # noqa: TRY004 - no matter of types
                    f"a judge can only give verdicts, but there was {result}"
                )
            report = result.report
            contradictory = report.outcome is Outcome.CONTRADICTORY and report.transitions
            where_next = choose(report) if contradictory else None
            if where_next is None:
                session.finish(report.outcome)
                return report
            session.append(TransitionChosen.of(where_next))


class _Tester:
    """A tester that asks a function."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def test(self, subject: Subject) -> Judged:
        begun = time.monotonic()
        verdict = self._judge(
            Testable(
                subject.installed.binary,
                subject.installed.environment,
                subject.candidate,
                subject.build,
                subject.number,
            )
        )
        if not isinstance(verdict, Verdict):
            raise TypeError(f"the judge said {verdict!r}, which is no Verdict")
        return Judged(verdict, time.monotonic() - begun)

    def cancel(self) -> None:
        """A function cannot be ended from outside."""
