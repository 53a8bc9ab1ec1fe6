"""`mozregression export`: a session as one file, for somebody else or for keeping."""

import sys
from collections.abc import Sequence

from mozregression import __version__
from mozregression.console import kept
from mozregression.console.exits import EXIT_FOUND
from mozregression.journal import JournalError
from mozregression.journal.exchange import packed


def main(argv: Sequence[str]) -> int:
    command = kept.parser("export", "Write a session to the standard output, as JSON.")
    command.add_argument("session", type=int, metavar="ID")
    options = command.parse_args(argv)
    try:
        sys.stdout.write(packed(kept.journal().read(options.session), __version__))
    except JournalError as error:
        return kept.refuse(error)
    return EXIT_FOUND
