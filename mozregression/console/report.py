"""`mozregression report`: the report of a session in any format, from the journal alone."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from mozregression.console import kept
from mozregression.console.exits import EXIT_FOUND
from mozregression.journal import JournalError
from mozregression.reports import FORMATS


def main(argv: Sequence[str]) -> int:
    options = _parse(argv)
    try:
        report = FORMATS[options.format](kept.account(kept.journal().read(options.session)))
        if options.output is None:
            sys.stdout.write(report)
        else:
            Path(options.output).write_text(report, encoding="utf-8")
    except JournalError as error:
        return kept.refuse(error)
    except OSError as error:
        return kept.refuse(OSError(f"The report cannot be written: {error}. Try another file."))
    return EXIT_FOUND


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    command = kept.parser("report", "Report on a session, finished or not.")
    kept.add_session(command)
    command.add_argument("--format", default="text", choices=FORMATS, help="default: %(default)s")
    command.add_argument("--output", metavar="FILE", help="write to this file")
    return command.parse_args(argv)
