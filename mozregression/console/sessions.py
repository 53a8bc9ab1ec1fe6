"""The list of sessions."""

import sys
from datetime import datetime

from rich.console import Console
from rich.table import Table

from mozregression.console.exits import EXIT_FOUND, EXIT_USAGE
from mozregression.driver.places import places
from mozregression.journal import Journal, JournalError, State, Summary

_STYLES = {State.RUNNING: "cyan", State.STOPPED: "yellow", State.FINISHED: "green"}


def show() -> int:
    """Print all sessions, the latest last."""
    try:
        summaries = Journal(places().state).sessions()
    except JournalError as error:
        print(f"mozregression: {error}", file=sys.stderr)
        return EXIT_USAGE
    if not summaries:
        print("No sessions yet. Start one with: mozregression --good 2026-05-01")
        return EXIT_FOUND
    Console(highlight=False).print(_table(summaries))
    return EXIT_FOUND


def _table(summaries: list[Summary]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("id", "started", "app", "good", "bad", "verdicts", "state", "outcome"):
        table.add_column(heading, overflow="fold")
    for entry in summaries:
        table.add_row(
            str(entry.id),
            f"{datetime.fromtimestamp(entry.created).astimezone():%Y-%m-%d %H:%M}",
            entry.request.app,
            str(entry.request.good),
            str(entry.request.bad),
            str(entry.verdicts),
            entry.state.value,
            entry.outcome.value if entry.outcome else "",
            style=_STYLES[entry.state],
        )
    return table
