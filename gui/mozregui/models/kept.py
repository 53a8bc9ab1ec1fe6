"""Sessions in the journal, as the first page lists them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mozregression.journal import Journal, State, Summary
from mozregui.words import tr, trn


@dataclass(frozen=True, slots=True)
class Row:
    """A kept session. can_open: it is not being worked on elsewhere."""

    id: int
    what: str
    begun: str
    state: str
    can_open: bool
    finished: bool


def kept(folder: Path) -> list[Row]:
    """Those of the journal in a folder, the latest first. Raises JournalError."""
    return [_row(summary) for summary in reversed(Journal(folder).sessions())]


def _row(summary: Summary) -> Row:
    request = summary.request
    return Row(
        summary.id,
        f"{request.app}: {request.good} … {request.bad}",
        f"{datetime.fromtimestamp(summary.created).astimezone():%Y-%m-%d %H:%M}",
        _state(summary),
        can_open=summary.state is not State.RUNNING,
        finished=summary.state is State.FINISHED,
    )


def _state(summary: Summary) -> str:
    verdicts = trn("{count} verdict", "{count} verdicts", summary.verdicts)
    match summary.state:
        case State.RUNNING:
            return tr("in use by another program, {verdicts}").format(verdicts=verdicts)
        case State.STOPPED:
            return tr("stopped, {verdicts}").format(verdicts=verdicts)
        case State.FINISHED:
            return summary.outcome.value if summary.outcome else tr("finished")
