"""The first page: what can be done, and the sessions that are kept."""

from dataclasses import dataclass
from datetime import datetime

from mozregression.journal import Journal, State, Summary
from mozregui.models.notice import Notice
from mozregui.words import tr, trn
from mozregui.work.background import Background


@dataclass(frozen=True, slots=True)
class Row:
    """A kept session. can_open: it is not being worked on elsewhere."""

    id: int
    what: str
    begun: str
    state: str
    can_open: bool
    finished: bool


class Start:
    """Sessions, the latest first. trouble: why they cannot be listed; empty when they can.

    update: what is told of a newer release; empty while none is known.
    """

    def __init__(self, journal: Journal, background: Background) -> None:
        self.changed = Notice()
        self.rows: list[Row] = []
        self.trouble = ""
        self.update = ""
        self._journal = journal
        self._background = background

    def refresh(self) -> None:
        self._background.run(self._journal.sessions, self._listed, self._failed)

    def _listed(self, summaries: list[Summary]) -> None:
        rows = [row(summary) for summary in reversed(summaries)]
        if rows != self.rows or self.trouble:
            self.rows, self.trouble = rows, ""
            self.changed()

    def _failed(self, error: Exception) -> None:
        self.trouble = str(error)
        self.changed()


def row(summary: Summary) -> Row:
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
