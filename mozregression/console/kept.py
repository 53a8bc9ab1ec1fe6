"""What the commands on kept sessions share."""

import platform
import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from mozregression import __version__
from mozregression.console.arguments import Parser
from mozregression.console.exits import EXIT_USAGE
from mozregression.driver.places import places
from mozregression.journal import Journal, Record, Session
from mozregression.model.facts import Fact
from mozregression.model.request import Request
from mozregression.reports import Account, Environment, account_of


def parser(command: str, description: str) -> ArgumentParser:
    """The parser of a command on one session."""
    return Parser(prog=f"mozregression {command}", description=description, allow_abbrev=False)


def add_session(command: ArgumentParser) -> None:
    command.add_argument(
        "session", nargs="?", type=int, metavar="ID", help="default: the one begun last"
    )


def journal() -> Journal:
    return Journal(places().state)


def opened(session_id: int | None) -> Session:
    """A session to be changed, finished or not; None: the one begun last. Raises JournalError."""
    where = journal()
    return where.open(where.read(session_id).summary.id)


def refuse(error: Exception) -> int:
    """Say why a command cannot do what was asked."""
    print(f"mozregression: {error}", file=sys.stderr)
    return EXIT_USAGE


def account(record: Record) -> Account:
    """Everything a report can tell about a session."""
    return told(record.summary.request, record.facts)


def told(request: Request, facts: Sequence[Fact]) -> Account:
    """The same of what a session consists of."""
    return account_of(
        request,
        facts,
        Environment(__version__, platform.python_version(), platform.platform(terse=True)),
    )
