"""The page on which one build is asked for, fetched, and run."""

from qtpy.QtCore import Qt, QTimer, Signal
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from mozregui.models.one_build import OneBuild
from mozregui.models.running import Phase, Run
from mozregui.widgets.details import Facts
from mozregui.widgets.log_view import LogView
from mozregui.widgets.parts import button, faint, heading, paragraph, scrolling, tinted
from mozregui.widgets.sections import SectionView
from mozregui.words import tr

_PAUSE_MS = 400  # after the last key, before services are asked
_PROGRESS_STEPS = 1000


class RunPage(QWidget):
    """wanted: the build of the form is to be run. left: the person wants back to the start page;
    what went on is over.
    """

    wanted = Signal()
    left = Signal()

    def __init__(self, form: OneBuild) -> None:
        super().__init__()
        self.form = form
        self.section = SectionView(form, form.section)
        self.view: RunView | None = None
        self._problems = tinted(paragraph(), wrong=True)
        self._run = button(tr("&Run"), self._want)
        self._run.setDefault(True)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._asking())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(form.look_up)
        form.form.changed.connect(self._timer.start)
        form.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        self.section.refresh()
        self._problems.setText("\n".join(self.form.problems))
        self._problems.setVisible(bool(self.form.problems))
        self._run.setEnabled(self.form.can_run)

    def show_run(self, run: Run) -> None:
        """Follow a build that is fetched and run."""
        self.view = RunView(run)
        self.view.left.connect(self._left)
        self._stack.addWidget(self.view)
        self._stack.setCurrentWidget(self.view)
        run.changed.connect(self._follow)

    def closing(self) -> None:
        """Ask nothing any more."""
        self._timer.stop()
        self.form.stop_looking()

    def first_field(self) -> None:
        self.section.focus_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.view is None:
            self._run.click()
            return
        super().keyPressEvent(event)

    def _asking(self) -> QWidget:
        page = QWidget()
        buttons = QHBoxLayout()
        buttons.addWidget(button(tr("&Cancel"), self.left.emit))
        buttons.addStretch()
        buttons.addWidget(self._run)
        layout = QVBoxLayout(page)
        layout.addWidget(scrolling(self.section), 1)
        layout.addWidget(self._problems)
        layout.addLayout(buttons)
        return page

    def _want(self) -> None:
        self.closing()
        self.wanted.emit()

    def _follow(self) -> None:
        """Back to the form when there is nothing to look at any more."""
        if self.view and self.view.run.is_over:
            self._stack.removeWidget(self.view)
            self.view.deleteLater()
            self.view = None
            self.first_field()

    def _left(self) -> None:
        self.left.emit()


class RunView(QWidget):
    """A build on its way, and on the screen. left: the person wants to see the start page."""

    left = Signal()

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run
        self.headline = heading()
        self._detail = paragraph()
        self._progress = QProgressBar()
        self._progress.setAccessibleName(tr("Progress of the download"))
        self.told = faint(paragraph())
        self._facts = Facts()
        self._leaving = False
        self.again = button(tr("Laun&ch again"), run.again)
        self.close_build = button(tr("C&lose the build"), run.close_build)
        self.another = button(tr("Another &build"), run.leave)
        self._home = button(tr("St&art page"), self._go_home)
        self._lay_out()
        run.changed.connect(self.refresh)
        run.progressed.connect(self._show_progress)
        self.refresh()

    def refresh(self) -> None:
        run = self.run
        self.headline.setText(run.headline)
        self._detail.setText(run.detail)
        self._detail.setVisible(bool(run.detail))
        self._facts.show_facts("", run.facts, run.url)
        fetching = run.phase is Phase.FETCHING
        self.another.setText(tr("Cancel") if fetching else tr("Another &build"))
        self.another.setEnabled(run.phase is not Phase.LEAVING)
        self.again.setVisible(not fetching)
        self.again.setEnabled(run.phase in (Phase.RUNNING, Phase.CLOSED))
        self.close_build.setVisible(not fetching)
        self.close_build.setEnabled(run.phase is Phase.RUNNING)
        self._show_progress()
        if self._leaving and run.is_over:
            self._leaving = False
            self.left.emit()

    def _show_progress(self) -> None:
        download = self.run.download
        fetching = self.run.phase is Phase.FETCHING
        self._progress.setVisible(fetching or self.run.phase is Phase.STARTING)
        known = fetching and download is not None and download.fraction is not None
        self._progress.setRange(0, _PROGRESS_STEPS if known else 0)
        if download and download.fraction is not None:
            self._progress.setValue(int(download.fraction * _PROGRESS_STEPS))
        self.told.setText(f"{download.name}: {download.told}" if download and fetching else "")
        self.told.setVisible(bool(self.told.text()))

    def _go_home(self) -> None:
        if self.run.is_over:
            self.left.emit()
            return
        self._leaving = True
        self.run.leave()

    def _lay_out(self) -> None:
        actions = QHBoxLayout()
        for each in (self.again, self.close_build, self.another):
            actions.addWidget(each)
        actions.addStretch()
        layout = QVBoxLayout(self)
        for widget in (self.headline, self._detail, self._progress, self.told):
            layout.addWidget(widget)
        layout.addLayout(actions)
        layout.addWidget(self._facts)
        layout.addWidget(LogView(self.run.log), 1)
        bottom = QHBoxLayout()
        bottom.addWidget(self._home)
        bottom.addStretch()
        layout.addLayout(bottom)
