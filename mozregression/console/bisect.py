"""Start or resume a bisection and show it."""

import argparse
import os
import sys
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

from rich.console import Console

from mozregression.builds.errors import BuildsError
from mozregression.console.arguments import (
    EXIT_FAULT,
    EXIT_FOUND,
    EXIT_NARROWED,
    EXIT_NO_ANSWER,
    EXIT_NO_BUILDS,
    EXIT_STOPPED,
    EXIT_USAGE,
    EXIT_WRONG_BOUNDS,
)
from mozregression.console.kept import told
from mozregression.console.prompt import Prompt
from mozregression.console.stream import Stream
from mozregression.console.view import View
from mozregression.driver.assembly import assembled, check
from mozregression.driver.events import Event, Listener
from mozregression.driver.places import Places, places
from mozregression.driver.run import Faulted, Finished, Result, Stopped
from mozregression.driver.settings import Settings
from mozregression.journal import Journal, JournalError, Session
from mozregression.launch.host import this_machine
from mozregression.launch.profiles import ProfileError
from mozregression.model.apps import APPS, Platform, UnknownPlatformError, choose_platform
from mozregression.model.bounds import BadBoundError, DateBound, YearBefore, parse_bound
from mozregression.model.report import Outcome, Report
from mozregression.model.request import Request
from mozregression.reports.text import summary
from mozregression.services.endpoints import Endpoints
from mozregression.services.errors import ServiceError
from mozregression.services.http import Exchange
from mozregression.testers.command import CommandError

# What keeps a bisection from going on for now; each says what to do.
FAULTS = (ServiceError, BuildsError, JournalError, ProfileError, CommandError)

STATUS = {
    Outcome.FOUND: EXIT_FOUND,
    Outcome.ONE_PUSH: EXIT_FOUND,
    Outcome.NARROWED: EXIT_NARROWED,
    Outcome.NIGHTLIES: EXIT_FOUND,
    Outcome.NO_DIFFERENCE: EXIT_NO_ANSWER,
    Outcome.NOT_CONFIRMED: EXIT_NO_ANSWER,
    Outcome.GOOD_END_BAD: EXIT_WRONG_BOUNDS,
    Outcome.BAD_END_GOOD: EXIT_WRONG_BOUNDS,
    Outcome.NOTHING_TO_TEST: EXIT_NO_BUILDS,
    Outcome.NOT_REPRODUCED: EXIT_NO_ANSWER,
    Outcome.NOT_IN_RANGE: EXIT_WRONG_BOUNDS,
    Outcome.CONTRADICTORY: EXIT_NO_ANSWER,
    Outcome.BAD_BOUND: EXIT_USAGE,
}
"""Exit status by outcome; docs/console.md has the same table."""


class UsageError(Exception):
    """What was asked for cannot be done. The message says why."""


def start(options: argparse.Namespace) -> int:
    """Begin a new session from parsed arguments."""
    where = places()
    try:
        request, settings = plan(options)
        session = Journal(where.state).create(request, asdict(settings))
    except (UsageError, JournalError) as error:
        return _refuse(str(error))
    return conduct(
        session,
        where,
        Endpoints.from_environment(os.environ),
        debug=options.debug,
        stream=Stream(sys.stdout) if options.json else None,
    )[0]


def resume(options: argparse.Namespace) -> int:
    """Go on with a session."""
    where = places()
    try:
        session = Journal(where.state).open(options.session)
        if options.command:
            settings = {**session.settings, "command": options.command, "program": ()}
            check(Settings(**settings))
            session.revise(settings)
    except (CommandError, ProfileError, JournalError) as error:
        return _refuse(str(error))
    return conduct(
        session,
        where,
        Endpoints.from_environment(os.environ),
        debug=options.debug,
        stream=Stream(sys.stdout) if options.json else None,
    )[0]


def plan(options: argparse.Namespace) -> tuple[Request, Settings]:
    """What parsed options ask for. Raises UsageError; asks no service."""
    if options.command and options.argv:
        raise UsageError("Give the test either as --command or after --, not both.")
    if not options.good and not options.bad:
        raise UsageError("--good is missing: when did it still work? For example --good 2026-05-01")
    settings = _settings(options)
    try:
        request = _request(options, settings)
        check(settings)
    except (BadBoundError, ProfileError, CommandError) as error:
        raise UsageError(" ".join(str(error).split())) from error  # in one line
    return request, settings


def _request(options: argparse.Namespace, settings: Settings) -> Request:
    now = datetime.now(timezone.utc)
    platform = _platform(options)
    return Request(
        app=options.app,
        os=platform.os,
        arch=platform.arch,
        build_type=options.build_type,
        good=parse_bound(options.good, now.date()) if options.good else YearBefore(),
        bad=parse_bound(options.bad, now.date()) if options.bad else DateBound(now.date()),
        asked_at=int(now.timestamp()),
        check_ends=options.mode != "no-first-check",
        confirm=settings.automated and options.confirm,
    )


def _platform(options: argparse.Namespace) -> Platform:
    """The platform whose builds are tested: this machine's, unless asked otherwise."""
    wanted = options.arch or (str(options.bits) if options.bits else None)
    try:
        platform = choose_platform(APPS[options.app], this_machine(), wanted)
    except UnknownPlatformError as error:
        raise UsageError(str(error)) from error
    if options.bits and options.bits != _bits(platform):
        raise UsageError(f"--arch {options.arch} and --bits {options.bits} contradict each other.")
    return platform


def _bits(platform: Platform) -> int:
    return 64 if platform.arch.endswith("64") else 32


def _settings(options: argparse.Namespace) -> Settings:
    return Settings(
        command=options.command,
        program=tuple(options.argv),
        test_timeout=options.test_timeout,
        timeout_verdict=options.timeout_verdict,
        profile=_absolute(options.profile),
        profile_persistence=options.profile_persistence,
        prefs=tuple(options.prefs),
        prefs_files=tuple(options.prefs_files),
        addons=tuple(str(Path(addon).absolute()) for addon in options.addons),
        arguments=tuple(options.cmdargs),
        show_output=options.process_output == "stdout",
        persist=_absolute(options.persist),
        persist_limit=options.persist_size_limit,
        http_timeout=options.http_timeout,
        work_ahead=options.background_dl,
        keep_guesses=options.background_dl_policy == "keep",
        archive=options.archive_base_url,
    )


def _absolute(path: str | None) -> str | None:
    """A session may be resumed from another folder."""
    return str(Path(path).absolute()) if path else None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command line ends. why: for a person, when the session was left before its end."""

    status: int
    why: str = ""
    report: Report | None = None


def conduct(
    session: Session,
    where: Places,
    endpoints: Endpoints,
    *,
    debug: bool = False,
    stream: Stream | None = None,
) -> tuple[int, Report | None]:
    """Carry a session on and show it; the exit status, and the report if there is one.

    stream: told everything, too; people's words then go to the standard error.
    """
    console = Console(highlight=False, stderr=stream is not None)
    with session:
        if stream:
            stream.begun(session.id, session.request)
        ending = _carried(session, where, endpoints, console, stream, debug=debug)
        if ending.report:
            console.print()
            console.print(summary(ending.report), end="", markup=False, soft_wrap=True)
            if stream:
                stream.finished(ending.status, told(session.request, session.facts()))
            session.finish(ending.report.outcome)  # last: a kill before it shows the report again
        else:
            print(ending.why, file=sys.stderr)
            print(
                f"Nothing is lost. Go on with: mozregression resume {session.id}", file=sys.stderr
            )
            if stream:
                stream.stopped(ending.status, ending.why)
    return ending.status, ending.report


def _carried(
    session: Session,
    where: Places,
    endpoints: Endpoints,
    console: Console,
    stream: Stream | None,
    *,
    debug: bool,
) -> Ending:
    settings = Settings(**session.settings)
    view = View(console, person=not settings.automated)
    try:
        with (
            closing(view),
            assembled(
                session,
                settings,
                where,
                endpoints,
                _both(view, stream) if stream else view,
                ask=Prompt(console),
                on_request=_show_request if debug else None,
                on_output=partial(console.print, markup=False, soft_wrap=True),
            ) as driver,
        ):
            return _ending(driver.run())
    except KeyboardInterrupt:
        return Ending(EXIT_STOPPED, "Stopped.")
    except FAULTS as error:
        return Ending(EXIT_FAULT, f"mozregression: {error}")


def _both(first: Listener, second: Listener) -> Listener:
    def tell(event: Event) -> None:
        first(event)
        second(event)

    return tell


def _ending(result: Result) -> Ending:
    match result:
        case Faulted(what):
            return Ending(EXIT_FAULT, f"mozregression: {what}")
        case Stopped():
            return Ending(EXIT_STOPPED, "Stopped.")
        case Finished(report):
            return Ending(STATUS[report.outcome], report=report)


def _refuse(text: str) -> int:
    print(f"mozregression: {text}", file=sys.stderr)
    return EXIT_USAGE


def _show_request(exchange: Exchange) -> None:
    print(
        f"{time.strftime('%H:%M:%S')} {exchange.method} {exchange.url}"
        f" {exchange.status} {exchange.bytes} bytes {exchange.seconds:.2f} s",
        file=sys.stderr,
    )
