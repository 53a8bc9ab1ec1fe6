"""Start or resume a bisection and show it."""

import argparse
import os
import sys
import time
from contextlib import closing
from dataclasses import asdict
from datetime import datetime, timezone

from rich.console import Console

from mozregression.builds.errors import BuildsError
from mozregression.console.arguments import (
    EXIT_FAULT,
    EXIT_FOUND,
    EXIT_NO_ANSWER,
    EXIT_STOPPED,
    EXIT_USAGE,
)
from mozregression.console.prompt import Prompt
from mozregression.console.view import View
from mozregression.driver.assembly import assembled, check
from mozregression.driver.places import Places, places
from mozregression.driver.run import Faulted, Result, Stopped
from mozregression.driver.settings import Settings
from mozregression.journal import Journal, JournalError, Session
from mozregression.launch.profiles import ProfileError
from mozregression.model.bounds import BadBoundError, DateBound, YearBefore, parse_bound
from mozregression.model.report import Outcome, Report
from mozregression.model.request import Request
from mozregression.services.endpoints import Endpoints
from mozregression.services.errors import ServiceError
from mozregression.services.http import Exchange
from mozregression.session.summary import summary
from mozregression.testers.command import CommandError

# What keeps a bisection from going on for now; each says what to do.
FAULTS = (ServiceError, BuildsError, JournalError, ProfileError, CommandError)

_ANSWERS = {Outcome.FOUND, Outcome.ONE_PUSH, Outcome.NARROWED, Outcome.NIGHTLIES}


def start(options: argparse.Namespace) -> int:
    """Begin a new session from parsed arguments."""
    where, settings = places(), _settings(options)
    try:
        request = _request(options, settings)
        check(settings)
        session = Journal(where.state).create(request, asdict(settings))
    except (BadBoundError, ProfileError, CommandError, JournalError) as error:
        return _refuse(str(error))
    return conduct(session, where, Endpoints.from_environment(os.environ), debug=options.debug)[0]


def resume(options: argparse.Namespace) -> int:
    """Go on with a session."""
    where = places()
    try:
        session = Journal(where.state).open(options.session)
    except JournalError as error:
        return _refuse(str(error))
    return conduct(session, where, Endpoints.from_environment(os.environ), debug=options.debug)[0]


def _request(options: argparse.Namespace, settings: Settings) -> Request:
    now = datetime.now(timezone.utc)
    return Request(
        app=options.app,
        os="linux",
        arch="x86_64",
        build_type=options.build_type,
        good=parse_bound(options.good, now.date()) if options.good else YearBefore(),
        bad=parse_bound(options.bad, now.date()) if options.bad else DateBound(now.date()),
        asked_at=int(now.timestamp()),
        check_ends=options.mode != "no-first-check",
        confirm=settings.automated and not options.no_confirm,
    )


def _settings(options: argparse.Namespace) -> Settings:
    return Settings(
        command=options.command,
        program=tuple(options.argv),
        test_timeout=options.test_timeout,
        timeout_verdict=options.timeout_verdict,
        profile=options.profile,
        profile_persistence=options.profile_persistence,
        prefs=tuple(options.prefs),
        addons=tuple(options.addons),
        arguments=tuple(options.cmdargs),
        persist=options.persist,
        persist_limit=options.persist_size_limit,
        http_timeout=options.http_timeout,
        work_ahead=options.background_dl,
    )


def conduct(
    session: Session, where: Places, endpoints: Endpoints, *, debug: bool = False
) -> tuple[int, Report | None]:
    """Carry a session on and show it; the exit status, and the report if there is one."""
    settings = Settings(**session.settings)
    console = Console(highlight=False)
    view = View(console, person=not settings.automated)
    with session:
        try:
            with (
                closing(view),
                assembled(
                    session,
                    settings,
                    where,
                    endpoints,
                    view,
                    ask=Prompt(console),
                    on_request=_show_request if debug else None,
                ) as driver,
            ):
                result = driver.run()
        except KeyboardInterrupt:
            return _stopped(session, "Stopped."), None
        except FAULTS as error:
            return _stopped(session, f"mozregression: {error}", EXIT_FAULT), None
        return _end(result, session, console)


def _end(result: Result, session: Session, console: Console) -> tuple[int, Report | None]:
    if isinstance(result, Faulted):
        return _stopped(session, f"mozregression: {result.what}", EXIT_FAULT), None
    if isinstance(result, Stopped):
        return _stopped(session, "Stopped."), None
    report = result.report
    console.print()
    console.print(summary(report), end="", markup=False, soft_wrap=True)
    session.finish(report.outcome)  # after the report: a kill in between shows it again
    return _status(report), report


def _status(report: Report) -> int:
    if report.outcome is Outcome.BAD_BOUND:
        return EXIT_USAGE
    return EXIT_FOUND if report.outcome in _ANSWERS else EXIT_NO_ANSWER


def _stopped(session: Session, text: str, status: int = EXIT_STOPPED) -> int:
    print(text, file=sys.stderr)
    print(f"Nothing is lost. Go on with: mozregression resume {session.id}", file=sys.stderr)
    return status


def _refuse(text: str) -> int:
    print(f"mozregression: {text}", file=sys.stderr)
    return EXIT_USAGE


def _show_request(exchange: Exchange) -> None:
    print(
        f"{time.strftime('%H:%M:%S')} {exchange.method} {exchange.url}"
        f" {exchange.status} {exchange.bytes} bytes {exchange.seconds:.2f} s",
        file=sys.stderr,
    )
