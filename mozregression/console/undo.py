"""`mozregression undo`: take verdicts back, so that the session asks again."""

import time
from collections.abc import Sequence

from mozregression.console import kept
from mozregression.console.exits import EXIT_FOUND
from mozregression.journal import JournalError, Session
from mozregression.model.facts import VerdictRetracted
from mozregression.reports.account import standing_verdicts
from mozregression.reports.wording import named


def main(argv: Sequence[str]) -> int:
    command = kept.parser("undo", "Take the last verdict back, or all from a step on.")
    kept.add_session(command)
    command.add_argument(
        "step", nargs="?", type=int, metavar="STEP", help="number of a verdict, as `show` tells it"
    )
    options = command.parse_args(argv)
    try:
        with kept.opened(options.session) as session:
            told = _undo(session, options.step)
    except (JournalError, LookupError) as error:
        return kept.refuse(error)
    print(told)
    return EXIT_FOUND


def _undo(session: Session, step: int | None) -> str:
    """Raises LookupError when there is no such verdict."""
    standing = [given for _, given in standing_verdicts(session.facts())]
    if not standing:
        raise LookupError(f"Session {session.id} has no verdict to take back.")
    if step is None:
        step = len(standing)
    if not 1 <= step <= len(standing):
        raise LookupError(
            f"Session {session.id} has no verdict {step}; it has 1 to {len(standing)}. "
            f"`mozregression show {session.id}` lists them."
        )
    session.reopen()
    lines = []
    for number in range(len(standing), step - 1, -1):
        session.append(VerdictRetracted(int(time.time())))
        given = standing[number - 1]
        lines.append(f"Took back {number}: {given.verdict.value}, {named(given.candidate)}")
    lines.append(f"Go on with: mozregression resume {session.id}")
    return "\n".join(lines)
