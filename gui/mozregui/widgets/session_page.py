"""A session: the picture, what is done now, the verdicts, the answer."""

from collections.abc import Callable

from qtpy.QtCore import QTimer, Signal
from qtpy.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QTabWidget,
    QVBoxLayout,
)

from mozregui.models.bisection import Bisection, Doing
from mozregui.models.result import ResultView
from mozregui.widgets.details import Details
from mozregui.widgets.log_view import LogView
from mozregui.widgets.page import Page
from mozregui.widgets.parts import (
    button,
    faint,
    heading,
    keep_place,
    paragraph,
    scrolling,
    tinted,
)
from mozregui.widgets.reference_bar import ReferenceBar
from mozregui.widgets.result_view import ResultPage
from mozregui.widgets.steps_table import StepsTable
from mozregui.widgets.timeline_view import TimelineView
from mozregui.widgets.verdict_bar import VerdictBar
from mozregui.words import tr, trn

_PROGRESS_STEPS = 1000
_COUNTDOWN_MS = 1000
_GLANCE_MS = 40  # nobody who only looks on sees more of what a command judges


class SessionPage(Page):
    """left: the person wants to see the start page; what goes on has been stopped."""

    left = Signal()

    def __init__(self, bisection: Bisection) -> None:
        super().__init__()
        self.bisection = bisection
        self._stretch: list[str] = []
        self._leaving = False
        self._seconds = 0
        self.headline = heading()
        self.detail = paragraph()
        self.hint = faint(paragraph())
        self._left = faint(paragraph())
        self._progress = QProgressBar()
        self._progress.setRange(0, _PROGRESS_STEPS)
        self._progress.setAccessibleName(tr("Progress of the download"))
        self._progress_told = faint(paragraph())
        self.timeline = TimelineView()
        self.bar = VerdictBar(bisection)
        self.reference = ReferenceBar(bisection)
        self.steps = StepsTable()
        self.log = LogView(bisection.log)
        self.details = Details(bisection)
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._tabs.setMinimumHeight(8 * self.fontMetrics().height())
        self._tabs.addTab(self.steps, tr("&Verdicts"))
        self._tabs.addTab(scrolling(self.details), tr("&Details"))
        self._tabs.addTab(self.log, tr("&Log"))
        self._result: ResultPage | None = None
        self._again = button(tr("Try again &now"), bisection.go_on)
        self._skip = button(tr("S&kip the marked builds"), self._skip_stretch)
        self._more = button(tr("&More tests"), bisection.test_more)
        self._stop = button(tr("S&top"), bisection.stop)
        self._go_on = button(tr("&Go on"), bisection.go_on)
        self._leave = button(tr("St&art page"), self._go_home)
        self._soon = self._once(self._show_record)
        self._glance = self._once(self._show_now, _GLANCE_MS)
        self._countdown = QTimer(self)
        self._countdown.setInterval(_COUNTDOWN_MS)
        self._countdown.timeout.connect(self._count)
        self._lay_out()
        self.timeline.marked.connect(self._marked)
        self.steps.back.connect(bisection.go_back_to)
        self.steps.picked.connect(lambda: self.details.show_step(self.steps.current()))
        self.steps.opened.connect(self._show_details)
        self.details.back.connect(bisection.go_back_to)
        bisection.changed.connect(self.refresh)
        bisection.progressed.connect(self._show_progress)
        self._show_now()

    def _once(self, called: Callable[[], None], milliseconds: int = 0) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(called)
        return timer

    @property
    def is_up_to_date(self) -> bool:
        """Whether all that happened is shown."""
        return not self._soon.isActive() and not self._glance.isActive()

    def refresh(self) -> None:
        """Show at once what a person acts on, and the rest when there is time for it."""
        if self.bisection.is_over or not self.bisection.automated:
            self._show_now()
        elif not self._glance.isActive():
            self._glance.start()

    def _show_now(self) -> None:
        self._soon.start()
        self._show_what_is_done()

    def _show_record(self) -> None:
        """What was found so far: once for all that happens in one go."""
        bisection = self.bisection
        self.timeline.show_timeline(bisection.timeline)
        self.steps.show_steps(bisection.steps, hides=bisection.hides)
        self.details.refresh()
        self._show_result()

    def _show_what_is_done(self) -> None:
        bisection = self.bisection
        doing = bisection.doing
        for widget in (self.detail, self._progress, self._progress_told):
            keep_place(widget, keep=bisection.automated and not bisection.is_over)
        self.headline.setText(bisection.headline)
        shown = bisection.shown
        texts = [shown.name, *shown.notes] if shown else [bisection.detail]
        self.detail.setText("\n".join(text for text in texts if text))
        self.detail.setVisible(bool(self.detail.text()) and doing is not Doing.FINISHED)
        self.hint.setText(bisection.hint)
        self.hint.setVisible(bool(bisection.hint) and not bisection.automated)
        tinted(self.detail, wrong=doing is Doing.TROUBLE)
        if doing is not Doing.TROUBLE:
            self.detail.setPalette(self.palette())
        self._show_left()
        self.bar.refresh()
        self._again.setVisible(doing is Doing.TROUBLE)
        self._go_on.setVisible(doing in (Doing.STOPPED, Doing.CRASHED))
        self._stop.setVisible(not bisection.is_over)
        self._more.setVisible(bool(bisection.more))
        self._more.setText(
            trn("&Test once more", "&Test {count} times more", max(1, bisection.more))
        )
        self._show_progress()
        self._count_down(doing)
        if self._leaving and bisection.is_over:
            self._leaving = False
            self.left.emit()

    # What can be pressed

    def _go_home(self) -> None:
        if self.bisection.is_over:
            self.left.emit()
            return
        self._leaving = True
        self.bisection.stop()

    def _marked(self, keys: list[str]) -> None:
        self._stretch = keys
        self._skip.setVisible(bool(keys))

    def _skip_stretch(self) -> None:
        keys = self._stretch
        self.timeline.clear_stretch()
        self.bisection.skip(keys)

    def _show_details(self) -> None:
        place = [self._tabs.tabText(at) for at in range(self._tabs.count())].index(tr("&Details"))
        self._tabs.setCurrentIndex(place)

    # What is shown

    def _show_left(self) -> None:
        bisection = self.bisection
        told = (bisection.left, bisection.sure, bisection.ahead)
        self._left.setText("   ".join(text for text in told if text))

    def _show_progress(self) -> None:
        bisection = self.bisection
        needed = bisection.downloads.of(bisection.downloads.needed)
        waiting = bisection.doing is Doing.WORKING
        self._progress.setVisible(waiting)
        known = needed is not None and needed.fraction is not None
        self._progress.setRange(0, _PROGRESS_STEPS if known else 0)
        if needed and needed.fraction is not None:
            self._progress.setValue(int(needed.fraction * _PROGRESS_STEPS))
        told = f"{needed.name}: {needed.told}" if needed and waiting else ""
        self._progress_told.setText(told)
        self._progress_told.setVisible(bool(told))
        if not waiting:
            self._show_left()

    def _show_result(self) -> None:
        account = self.bisection.account
        finished = self.bisection.doing is Doing.FINISHED
        if self._result and (not finished or self._result.result.account is not account):
            self._tabs.removeTab(0)
            self._result.deleteLater()
            self._result = None
        if finished and account and self._result is None:
            self._result = ResultPage(ResultView(account))
            self._result.chosen.connect(self.bisection.go_on_in)
            self._result.distrusted.connect(self.bisection.distrust)
            self._tabs.insertTab(0, scrolling(self._result), tr("&Result"))
            self._tabs.setCurrentIndex(0)

    def _count_down(self, doing: Doing) -> None:
        if doing is not Doing.TROUBLE or self.bisection.again_in is None:
            self._countdown.stop()
            return
        self._seconds = round(self.bisection.again_in) + 1
        self._count()
        self._countdown.start()

    def _count(self) -> None:
        self._seconds = max(0, self._seconds - 1)
        self._left.setText(tr("Trying again in {seconds} s").format(seconds=self._seconds))

    def _lay_out(self) -> None:
        self._skip.hide()
        bottom = QHBoxLayout()
        bottom.addWidget(self._leave)
        bottom.addStretch()
        for each in (self._skip, self._again, self._more, self._go_on, self._stop):
            bottom.addWidget(each)
        layout = QVBoxLayout(self)
        for widget in (
            self.headline,
            self.detail,
            self.hint,
            self._progress,
            self._progress_told,
            self.bar,
            self.reference,
            self._left,
            self.timeline,
        ):
            layout.addWidget(widget)
        layout.addWidget(self._tabs, 1)
        layout.addLayout(bottom)
