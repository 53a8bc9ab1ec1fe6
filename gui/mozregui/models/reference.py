"""A build that is known to be good, beside those that are judged."""

from collections.abc import Callable

from mozregression.builds.progress import Progress
from mozregression.driver import events
from mozregression.driver.events import Beside
from mozregression.faces.wording import titled
from mozregui.models.log import Log
from mozregui.models.notice import Notice
from mozregui.words import tr
from mozregui.work import worker
from mozregui.work.worker import Happening


class Reference:
    """What became of the wish for one. changed: told whenever anything here is another than before.

    ask: has one opened, False when nothing is tested now. end: has it closed, or no longer fetched.
    why_not: why there can be none.
    """

    def __init__(
        self, ask: Callable[[], bool], end: Callable[[], None], log: Log, *, why_not: str = ""
    ) -> None:
        self.changed = Notice()
        self.why_not = why_not
        self.state: Beside | None = None
        self._ask = ask
        self._end = end
        self._log = log
        self._name = ""
        self._why = ""
        self._candidate = ""

    @property
    def can_ask(self) -> bool:
        return not self.why_not and self.state is not Beside.OPENING

    @property
    def told(self) -> str:
        """How it goes, for the person; empty as long as nobody asked."""
        texts = {
            None: self.why_not,
            Beside.OPENING: tr("Opening {build}, which is good. {why}")
            if self._name
            else tr("Looking for a good build …"),
            Beside.OPEN: tr("{build} is open beside it: that one is good. {why}"),
            Beside.CLOSED: tr("{build}, which is good, was closed. {why}")
            if self._name
            else tr("No good build is looked for any more."),
            Beside.FAILED: tr("The good build {build} could not be opened: {why}")
            if self._name
            else tr("No good build could be opened: {why}"),
        }
        return texts[self.state].format(build=self._name, why=self._why).strip()

    def open(self) -> None:
        """Have the nearest good build opened, in place of one that is further away."""
        if self.can_ask and self._ask():
            self._become(Beside.OPENING)

    @property
    def can_close(self) -> bool:
        return self.state in (Beside.OPENING, Beside.OPEN)

    def close(self) -> None:
        """Have it closed, or what is on its way given up."""
        if self.can_close:
            self._end()

    def hear(self, happening: Happening) -> bool:
        """Whether it was about this alone."""
        match happening:
            case events.Reference(state, candidate, why):
                self._become(state, candidate, why)
                self._log.add(self.told)
                return True
            case events.Fetching(progress) if self._is_mine(progress):
                self._why = _percent(progress)
                self.changed()
                return True
            case worker.Began() | worker.Trouble() | worker.Crashed() | worker.Over():
                self._become(None)
        return False

    def _become(self, state: Beside | None, candidate: str = "", why: str = "") -> None:
        self.state = state
        self._candidate = candidate
        self._name = titled(candidate) if candidate else ""
        self._why = why
        self.changed()

    def _is_mine(self, progress: Progress) -> bool:
        return self.state is Beside.OPENING and progress.build.candidate == self._candidate


def _percent(progress: Progress) -> str:
    if not progress.total:
        return ""
    return tr("{percent} % are here.").format(percent=100 * progress.done // progress.total)
