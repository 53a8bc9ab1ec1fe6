"""A session while it goes on: what is done now, what was tested, what the person can do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TypeAlias

from mozregression.builds.progress import State
from mozregression.driver import events
from mozregression.driver.beside import why_none_beside
from mozregression.driver.run import Finished
from mozregression.faces.wording import contradicted, doing, unusable
from mozregression.model.apps import APPS
from mozregression.model.builds import Candidate
from mozregression.model.certainty import percent
from mozregression.model.report import Transition
from mozregression.model.steps import TestBuild
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.reports import Account
from mozregression.reports.wording import plain
from mozregression.session import Understanding, more_tests
from mozregression.testers import tester
from mozregression.testers.tester import Answer
from mozregui.models import steps
from mozregui.models.builds import build_facts, page_of
from mozregui.models.downloads import Downloads
from mozregui.models.log import Log
from mozregui.models.notice import Notice
from mozregui.models.reference import Reference
from mozregui.models.steps import Step
from mozregui.models.timeline import Timeline, tested, timeline
from mozregui.words import tr, trn
from mozregui.work import worker
from mozregui.work.edits import allow_more, back_once, back_to, distrust, go_on_in, skip
from mozregui.work.neighbours import Neighbours
from mozregui.work.worker import Edit, Happening, Worker


class Doing(Enum):
    """What goes on."""

    WORKING = "working"
    ASKING = "asking"
    TESTING = "testing"
    TROUBLE = "trouble"
    STOPPED = "stopped"
    FINISHED = "finished"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Shown:
    """The build under test, for the person."""

    name: str
    facts: tuple[tuple[str, str], ...]
    url: str
    notes: tuple[str, ...]


Again: TypeAlias = Callable[["Bisection"], None]
"""Opens the session of a bisection that is over, and calls `carry_on` or `cannot_go_on`."""


class Bisection:
    """Listens to a worker, in the thread of the window. changed: told after everything.

    progressed: told when only downloads went on. ended: nothing goes on any more. automated: a
    command judges.
    """

    def __init__(self, worker_: Worker, again: Again, *, automated: bool) -> None:
        self.worker = worker_
        self.automated = automated
        self.id = worker_.session.id
        self.certainty = worker_.session.request.certainty
        self._again = again
        self._reopening = False
        self._stop_wanted = False
        self._edits: list[Edit] = []
        self.changed = Notice()
        self.progressed = Notice()
        self.ended = Notice()
        self.log = Log()
        self.downloads = Downloads()
        self.reference = Reference(
            self._open_reference,
            self._close_reference,
            self.log,
            why_not=why_none_beside(APPS[worker_.session.request.app]),
        )
        self.doing = Doing.WORKING
        self.headline = tr("Starting …")
        self.detail = ""
        self.steps: list[Step] = []
        self.understanding: Understanding | None = None
        self.shown: Shown | None = None
        self.account: Account | None = None
        self.again_in: float | None = None
        self.trace = ""
        self.tests_left: int | None = None
        self._around = Neighbours()
        self._step: TestBuild | None = None
        self._undone = False

    @property
    def hides(self) -> bool:
        """Whether the bug does not show in every test, so that it is asked whether it was seen."""
        return not self.certainty.exact

    @property
    def candidate(self) -> Candidate | None:
        """What is under test, or was last."""
        return self._step.candidate if self._step else None

    # What can be done

    @property
    def can_judge(self) -> bool:
        return self.doing is Doing.ASKING

    @property
    def can_undo(self) -> bool:
        return bool(self.steps) and self.doing is not Doing.CRASHED

    @property
    def is_over(self) -> bool:
        return self.doing in (Doing.STOPPED, Doing.FINISHED, Doing.CRASHED)

    def judge(self, verdict: Verdict) -> None:
        self._answer(tester.Judged(verdict))

    def retry(self) -> None:
        """Have the same build started again."""
        self._answer(tester.Retry())

    def undo(self) -> None:
        """Take the last verdict back."""
        if self.can_judge:
            self._answer(tester.Back())
        elif self.can_undo:
            self.change(back_once)

    def go_back_to(self, number: int) -> None:
        """Take back a verdict and all after it."""
        self.change(back_to(number))

    def skip(self, keys: Sequence[str]) -> None:
        """Leave builds out."""
        self.change(skip(keys))

    @property
    def more(self) -> int:
        """How many more tests may bring an answer, where there were not enough; 0: it is one."""
        return more_tests(self.account.report) if self.account and self.is_over else 0

    def test_more(self) -> None:
        """Allow more tests, and go on."""
        if self.more:
            self.change(allow_more(self.more))

    def go_on_in(self, transition: Transition) -> None:
        """Where the bug came and went: look for the change that is there."""
        self.change(go_on_in(transition))

    def distrust(self) -> None:
        """Where verdicts contradict each other: take it that the bug hides at times."""
        self.change(distrust)

    def change(self, edit: Edit) -> None:
        """Change the session, whatever is done now, and go on."""
        over = self.is_over
        self._working(tr("Changing the session …"))
        self.changed()
        if over or self._reopening or not self.worker.change(edit):
            self._edits.append(edit)
            self._reopen()

    def go_on(self) -> None:
        """Try again what failed, or go on with what was stopped."""
        over = self.is_over
        if not over and self.doing is not Doing.TROUBLE:
            return  # it goes on already
        self._working(tr("Going on …"))
        self.changed()
        if over:
            self._reopen()
        elif not self._reopening:
            self.worker.go_on()

    def _reopen(self) -> None:
        self._stop_wanted = False
        if not self._reopening:
            self._reopening = True
            self._again(self)

    def carry_on(self, again: Worker) -> None:
        """A new worker has the session, which was over."""
        self._reopening = False
        self.worker = again
        edits, self._edits = self._edits, []
        for edit in edits:
            again.change(edit)
        if self._stop_wanted:
            again.stop()
        again.start()

    def cannot_go_on(self, why: str) -> None:
        """The session could not be opened again."""
        self._reopening = False
        self._edits = []
        self.doing = Doing.STOPPED
        self.headline = tr("Stopped. Nothing is lost.")
        self.detail = why
        self.changed()
        self.ended()

    def stop(self) -> None:
        if not self.is_over:
            self._working(tr("Stopping …"))
            self.changed()
        self._stop_wanted = True
        self.worker.stop()

    def _answer(self, answer: Answer) -> None:
        if not self.can_judge:
            return
        self._working(tr("Deciding what to test next …"))
        self.changed()
        self.worker.answer(answer)

    def _open_reference(self) -> bool:
        return self.worker.open_reference()

    def _close_reference(self) -> None:
        self.worker.close_reference()

    # What is shown

    @property
    def fix(self) -> bool:
        """Whether the older side is the bad one."""
        return bool(self.understanding and "fix" in self.understanding.sought)

    @property
    def timeline(self) -> Timeline:
        results = tested([(step.key, step.verdict) for step in self.steps], hides=self.hides)
        dates: dict[str, datetime] = {
            step.key: step.candidate.moment for step in self.steps if step.candidate
        }
        enough = self.certainty.confidence if self.hides else None
        return timeline(self._around, results, dates, fix=self.fix, enough=enough)

    @property
    def hint(self) -> str:
        """What the person is to do now."""
        if not self.can_judge:
            return ""
        if self.hides:
            return tr(
                "Try for as long as you usually have to, then answer. The same build may come "
                "again: that is no mistake."
            )
        return tr("Do what shows the bug, then answer. The build is closed for you.")

    @property
    def left(self) -> str:
        """How much is still to be done."""
        if self.tests_left is None or self.is_over:
            return ""
        if self.tests_left <= 1 and not self.hides:
            return tr("This is the last test.")
        return trn(
            "About {count} test left, with this one.",
            "About {count} tests left, with this one.",
            self.tests_left,
        )

    @property
    def sure(self) -> str:
        """How sure it is so far, where tests may be wrong."""
        sure = self._step.confidence if self._step else None
        if sure is None or self.is_over:
            return ""
        return tr("{sure} sure of the likeliest build so far; {enough} are wanted.").format(
            sure=percent(sure), enough=percent(self.certainty.confidence)
        )

    @property
    def ahead(self) -> str:
        """Whether the next build will be there before it is asked for."""
        likely = self.downloads.ahead
        if likely is None or self.is_over:
            return ""
        if likely.ready:
            return tr("The likely next build is ready.")
        return tr("The likely next build: {told}").format(told=likely.told)

    # What happens

    def hear(self, happening: Happening) -> None:
        if self.reference.hear(happening):
            return
        match happening:
            case events.Fetching():
                self._fetching(happening)
            case worker.Said(line):
                self.log.add(line)
            case worker.Looked(around):
                self._around = around
            case _:
                self._turn(happening)
                self.changed()
                if self.is_over:
                    self.ended()

    def _turn(self, happening: Happening) -> None:
        """What changes more than downloads and the log."""
        match happening:
            case worker.Began(account, around):
                self._began(account, around)
            case worker.Asked(subject, note):
                self._asked(subject, note)
            case worker.Answered():
                self.shown = None
            case worker.Trouble(what, again_in):
                self._trouble(what, again_in)
            case worker.Crashed(trace):
                self._crashed(trace)
            case worker.Over():
                self._over(happening)
            case _:
                self._hear_driver(happening)

    def _hear_driver(self, event: Happening) -> None:
        match event:
            case events.Understood(understanding):
                self.understanding = understanding
                for line in (understanding.good, understanding.bad, understanding.granularity):
                    self.log.add(line)
            case events.Asking(step):
                told = doing(step, tr)
                self._working(told + " …")
                self.log.add(told)
            case events.Unusable(missing):
                self.detail = unusable(missing)
                self.log.add(self.detail)
            case events.Chosen(step):
                self._chosen(step)
            case events.Testing(step, number):
                self._testing(step, number)
            case events.Judged():
                self._judged(event)
            case events.WentBack(possible):
                if possible and self.steps:
                    self.steps.pop()
                self.log.add(
                    tr("The last verdict was taken back.")
                    if possible
                    else tr("There is no verdict to take back.")
                )
            case _:  # of a newer driver
                self.log.add(str(event))

    def _working(self, headline: str) -> None:
        self.doing = Doing.WORKING
        self.headline = headline
        self.detail = ""
        self.shown = None

    def _began(self, account: Account, around: Neighbours) -> None:
        self._working(tr("Reading the session …"))
        self.steps = [steps.of_trial(n, one) for n, one in enumerate(account.trials, 1)]
        self.understanding = account.understanding
        self.certainty = account.request.certainty
        self.account = None
        self._around = around
        self.downloads.clear()

    def _fetching(self, event: events.Fetching) -> None:
        self.downloads.hear(event.progress)
        if event.progress.state is State.READY:
            told = tr("{file} is ready.").format(file=event.progress.build.file_name)
            self.log.add(told)
        self.progressed()

    def _chosen(self, step: TestBuild) -> None:
        self._step = step
        self.tests_left = step.tests_left
        self._working(tr("Fetching {build} …").format(build=step.candidate))
        self.downloads.needed = step.candidate.key
        told = contradicted(step) if step.purpose is Purpose.RECHECK else steps.chosen(step)
        self.log.add(f"{step.candidate}: {told}")

    def _testing(self, step: TestBuild, number: int) -> None:
        self.doing = Doing.TESTING
        self.downloads.needed = None
        self._step = step
        self.tests_left = step.tests_left
        self.headline = tr("Testing {build}").format(build=step.candidate)
        self.detail = steps.why(step.purpose)
        self.log.add(
            tr("Test {number}: {build}, {why}").format(
                number=number, build=step.candidate, why=steps.why(step.purpose)
            )
        )

    def _judged(self, event: events.Judged) -> None:
        step = steps.of_event(len(self.steps) + 1, event)
        self.steps.append(step)
        self.log.add(f"{step.name}: {steps.word(step.verdict, hides=self.hides)}")
        self.downloads.clear()
        self._working(tr("Deciding what to test next …"))

    def _asked(self, subject: tester.Subject, note: str) -> None:
        facts = (
            *build_facts(subject.installed.info, subject.build),
            (tr("Tested"), steps.why(subject.purpose)),
            (tr("Why this build"), steps.chosen(self._step) if self._step else ""),
        )
        self.shown = Shown(
            str(subject.candidate),
            tuple((name, value) for name, value in facts if value),
            page_of(subject.candidate),
            tuple(text for text in (*subject.installed.notes, note) if text),
        )
        self.doing = Doing.ASKING
        self.headline = (
            tr("Did you see the bug?") if self.hides else tr("Does this build show the bug?")
        )
        self.detail = note

    def _trouble(self, what: str, again_in: float | None) -> None:
        self.doing = Doing.TROUBLE
        self.again_in = again_in
        self.headline = tr("It cannot go on for now. Nothing is lost.")
        self.detail = what
        self.shown = None
        self.log.add(what)

    def _crashed(self, trace: str) -> None:
        self.doing = Doing.CRASHED
        self.headline = tr("mozregression made a mistake. The session is kept.")
        self.detail = ""
        self.shown = None
        self.trace = trace
        self.log.add(trace)

    def _over(self, over: worker.Over) -> None:
        finished = isinstance(over.result, Finished)
        self.doing = Doing.FINISHED if finished else Doing.STOPPED
        self.headline = tr("Finished") if finished else tr("Stopped. Nothing is lost.")
        self.detail = plain(over.account.report.detail)
        self.shown = None
        self.account = over.account
        self.steps = [steps.of_trial(n, one) for n, one in enumerate(over.account.trials, 1)]
        self._around = over.around
        self.log.add(self.detail)
