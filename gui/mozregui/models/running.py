"""One build on its way to the screen, on it, and gone from it."""

from enum import Enum

from mozregression.builds.progress import State
from mozregression.driver import events
from mozregression.faces.wording import doing, unusable
from mozregression.reports.wording import plain
from mozregui.models.builds import build_facts, page_of_build
from mozregui.models.downloads import Download, Downloads
from mozregui.models.log import Log
from mozregui.models.notice import Notice
from mozregui.words import tr
from mozregui.work import launching, worker
from mozregui.work.launching import Happening, Launching


class Phase(Enum):
    """How far it has come."""

    FETCHING = "fetching"
    STARTING = "starting"
    RUNNING = "running"
    CLOSED = "closed"
    LEAVING = "leaving"
    FAILED = "failed"
    LEFT = "left"


class Run:
    """Listens to a launching, in the thread of the window. changed: told after everything.

    progressed: told when only the download went on. facts: of the build, once it is known. failure:
    why it cannot be run. trace: of a mistake in the program.
    """

    def __init__(self, launching_: Launching) -> None:
        self.launching = launching_
        self.changed = Notice()
        self.progressed = Notice()
        self.log = Log()
        self.phase = Phase.FETCHING
        self.headline = tr("Finding the build …")
        self.detail = ""
        self.facts: tuple[tuple[str, str], ...] = ()
        self.url = ""
        self.failure = ""
        self.trace = ""
        self._downloads = Downloads()
        self._needed: str | None = None

    @property
    def download(self) -> Download | None:
        return self._downloads.of(self._needed)

    @property
    def is_over(self) -> bool:
        return self.phase in (Phase.FAILED, Phase.LEFT)

    # What can be done

    def again(self) -> None:
        """Start the build once more."""
        if self.phase in (Phase.RUNNING, Phase.CLOSED):
            self._turn_to(Phase.STARTING, tr("Starting the build …"))
            self.launching.again()

    def close_build(self) -> None:
        """Close what runs; it can be started again."""
        if self.phase is Phase.RUNNING:
            self._turn_to(Phase.STARTING, tr("Closing the build …"))
            self.launching.close_build()

    def leave(self) -> None:
        """Give up what is fetched, close what runs."""
        if not self.is_over:
            self._turn_to(Phase.LEAVING, tr("Closing …"))
        self.launching.leave()

    def _turn_to(self, phase: Phase, headline: str, detail: str = "") -> None:
        self.phase, self.headline, self.detail = phase, headline, detail
        self.changed()

    # What happens

    def hear(self, happening: Happening) -> None:
        match happening:
            case events.Fetching(progress):
                self._needed = progress.build.candidate
                self._downloads.hear(progress)
                if progress.state is State.READY:
                    told = tr("{file} is ready.").format(file=progress.build.file_name)
                    self.log.add(told)
                self.progressed()
            case worker.Said(line):
                self.log.add(line)
            case launching.Broke(trace):
                self.trace = trace
                self._fail(tr("mozregression made a mistake."))
            case launching.Failed(what):
                self._fail(what)
            case launching.Left():
                if self.phase is not Phase.FAILED:
                    self.phase = Phase.LEFT
                self.changed()
            case _ if self.phase is not Phase.LEAVING:
                self._go_on(happening)

    def _go_on(self, happening: Happening) -> None:
        match happening:
            case events.Asking(step):
                self._turn_to(Phase.FETCHING, doing(step) + " …")
                self.log.add(doing(step))
            case events.Unusable(missing):
                self.log.add(unusable(missing))
            case launching.Obtained(single):
                self.facts = (
                    (tr("Asked for"), plain(single.found.told)),
                    *build_facts(single.installed.info, single.found.build),
                )
                self.url = page_of_build(single.installed.info)
                notes = "\n".join(single.installed.notes)
                self.log.add(single.found.told)
                self._turn_to(Phase.STARTING, tr("Starting the build …"), notes)
            case launching.Shown(note):
                self._turn_to(Phase.RUNNING, tr("The build runs."), note)
            case launching.Closed():
                self._closed(happening)

    def _closed(self, closed: launching.Closed) -> None:
        ended, lines = closed.ended, list(closed.tail)
        went_wrong = ended is not None and ended.code != 0
        if went_wrong:
            lines.insert(0, tr("It {ended}. The last it printed:").format(ended=ended))
        told = "\n".join(map(plain, lines)) if went_wrong else ""
        self.log.add(tr("The build was closed."))
        self._turn_to(Phase.CLOSED, tr("The build was closed."), told)

    def _fail(self, what: str) -> None:
        self.failure = what
        self.log.add(self.trace or what)
        self._turn_to(Phase.FAILED, tr("The build cannot be run."), what)
