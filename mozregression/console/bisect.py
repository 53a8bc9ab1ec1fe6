"""Start or resume a bisection and show it."""

import argparse
import os
import sys
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial

from rich.console import Console

from mozregression.builds.errors import BuildsError
from mozregression.console.exits import (
    EXIT_FAULT,
    EXIT_FOUND,
    EXIT_NARROWED,
    EXIT_NO_ANSWER,
    EXIT_NO_BUILDS,
    EXIT_STOPPED,
    EXIT_USAGE,
    EXIT_WRONG_BOUNDS,
)
from mozregression.console.going_on import ask, go_on
from mozregression.console.hint import hinted
from mozregression.console.kept import told
from mozregression.console.prompt import Prompt
from mozregression.console.stream import Stream
from mozregression.console.view import View
from mozregression.driver.assembly import assembled, check
from mozregression.driver.events import Event, Listener
from mozregression.driver.places import Places, places
from mozregression.driver.run import Faulted, Finished, Result, Stopped
from mozregression.driver.settings import Settings
from mozregression.faces.credentials import kept_credentials
from mozregression.faces.measuring import measured
from mozregression.faces.plan import UsageError, plan
from mozregression.journal import Journal, JournalError, Session
from mozregression.launch.launcher import LaunchError
from mozregression.model.facts import TransitionChosen
from mozregression.model.report import Outcome, Report
from mozregression.reports.text import summary
from mozregression.services.credentials import Credentials
from mozregression.services.endpoints import Endpoints
from mozregression.services.errors import ServiceError
from mozregression.services.http import Exchange
from mozregression.session import in_force, more_tests
from mozregression.settings.file import FileError
from mozregression.testers.command import CommandError

# What keeps a bisection from going on for now; each says what to do.
FAULTS = (ServiceError, BuildsError, JournalError, LaunchError, CommandError)

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


def start(options: argparse.Namespace) -> int:
    """Begin a new session from parsed arguments."""
    where = places()
    try:
        request, settings = plan(options)
        credentials = kept_credentials()
        session = Journal(where.state).create(request, asdict(settings))
    except (UsageError, FileError, JournalError) as error:
        return refuse(str(error))
    with measured(session, where, options, begins=True):
        return _conduct(session, where, options, credentials)


def resume(options: argparse.Namespace) -> int:
    """Go on with a session."""
    where = places()
    try:
        credentials = kept_credentials()
        session = _opened(Journal(where.state), options)
        if options.command:
            settings = {**session.settings, "command": options.command, "program": ()}
            check(Settings(**settings))
            session.revise(settings)
        go_on(session, options)
    except (ValueError, CommandError, LaunchError, FileError, JournalError) as error:
        return refuse(str(error))
    with measured(session, where, options, begins=False):
        return _conduct(session, where, options, credentials)


def _opened(journal: Journal, options: argparse.Namespace) -> Session:
    """The latest that is not finished, or the latest of all when a choice is told of it."""
    if options.session is None and options.transition is not None:
        return journal.open(journal.read(None).summary.id)
    return journal.open(options.session)


def _conduct(
    session: Session, where: Places, options: argparse.Namespace, credentials: Credentials | None
) -> int:
    with hinted(wanted=options.update_check):
        return conduct(
            session,
            where,
            Endpoints.from_environment(os.environ),
            credentials=credentials,
            debug=options.debug,
            stream=Stream(sys.stdout) if options.json else None,
        )[0]


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
    credentials: Credentials | None = None,
    debug: bool = False,
    stream: Stream | None = None,
) -> tuple[int, Report | None]:
    """Carry a session on and show it; the exit status, and the report if there is one.

    credentials: for private builds. stream: told everything, too; people's words then go to the
    standard error.
    """
    console = Console(highlight=False, stderr=stream is not None)
    with session:
        if stream:
            stream.begun(session.id, session.request)
        while True:
            ending = _carried(
                session, where, endpoints, console, stream, credentials=credentials, debug=debug
            )
            if ending.report:
                console.print()
                console.print(summary(ending.report), end="", markup=False, soft_wrap=True)
            if stream or not _goes_on(session, ending.report, console):
                break
        if ending.report:
            if stream:
                stream.finished(ending.status, told(session.request, session.facts()))
            if more := more_tests(ending.report):
                console.print(f"For {more} more tests: mozregression resume {session.id}")
            if len(ending.report.transitions) > 1:
                console.print(
                    "To go on in the first of these places: mozregression resume "
                    f"{session.id} --transition 1"
                )
            session.finish(ending.report.outcome)  # last: a kill before it shows the report again
        else:
            print(ending.why, file=sys.stderr)
            print(
                f"Nothing is lost. Go on with: mozregression resume {session.id}", file=sys.stderr
            )
            if stream:
                stream.stopped(ending.status, ending.why)
    return ending.status, ending.report


def _goes_on(session: Session, report: Report | None, console: Console) -> bool:
    """Whether a person at the terminal wants to, where verdicts contradict each other."""
    if not report or report.outcome is not Outcome.CONTRADICTORY or not report.transitions:
        return False
    if Settings(**session.settings).automated or not sys.stdin.isatty():
        return False
    where = ask(console, report)
    if where:
        session.append(TransitionChosen.of(where))
    return where is not None


def _carried(
    session: Session,
    where: Places,
    endpoints: Endpoints,
    console: Console,
    stream: Stream | None,
    *,
    credentials: Credentials | None,
    debug: bool,
) -> Ending:
    settings = Settings(**session.settings)
    hides = not in_force(session.request, session.facts()).certainty.exact
    prompt = Prompt(console, hides=hides)
    view = View(
        console,
        person=not settings.automated,
        hides=hides,
        explain=settings.explain,
        above=prompt.above,
    )
    try:
        with (
            closing(view),
            assembled(
                session,
                settings,
                where,
                endpoints,
                _both(view, stream) if stream else view,
                ask=prompt,
                credentials=credentials,
                on_request=show_request if debug else None,
                on_output=partial(console.print, markup=False, soft_wrap=True),
            ) as driver,
        ):
            prompt.open_reference = driver.open_reference
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


def refuse(text: str) -> int:
    """Say why what was asked for cannot be done; returns the exit status."""
    print(f"mozregression: {text}", file=sys.stderr)
    return EXIT_USAGE


def show_request(exchange: Exchange) -> None:
    """For `--debug`."""
    print(
        f"{time.strftime('%H:%M:%S')} {exchange.method} {exchange.url}"
        f" {exchange.status} {exchange.bytes} bytes {exchange.seconds:.2f} s",
        file=sys.stderr,
    )
