"""The page on which a search is asked for."""

from qtpy.QtCore import Qt, QTimer, Signal
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from mozregui.models.wizard import Wizard
from mozregui.widgets.editors import Editor
from mozregui.widgets.parts import button, heading, paragraph, scrolling, tinted
from mozregui.widgets.sections import SectionView
from mozregui.words import tr

_PAUSE_MS = 400  # after the last key, before services are asked


class WizardPage(QWidget):
    """started: everything is right and the search may begin. left: the person wants back."""

    started = Signal()
    left = Signal()

    def __init__(self, wizard: Wizard) -> None:
        super().__init__()
        self.wizard = wizard
        self._sections = QListWidget()
        self._sections.setAccessibleName(tr("Steps"))
        self._stack = QStackedWidget()
        self._views = [SectionView(wizard, section) for section in wizard.sections]
        for view, section in zip(self._views, wizard.sections, strict=True):
            self._sections.addItem(section.title)
            self._stack.addWidget(scrolling(view))
        self._sections.currentRowChanged.connect(self._turn)
        self._sections.setFixedWidth(
            self._sections.sizeHintForColumn(0) + 3 * self.fontMetrics().height()
        )
        self._forecast = paragraph()
        self._next = button(tr("&Next"), self._go_next)
        self._previous = button(tr("&Back"), self._go_back)
        self._start = button(tr("&Start"), self._begin)
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(wizard.look_up)
        wizard.form.changed.connect(self._timer.start)
        wizard.changed.connect(self.refresh)
        self._sections.setCurrentRow(0)
        self._timer.start()
        self.refresh()

    def refresh(self) -> None:
        wizard = self.wizard
        for view in self._views:
            view.refresh()
        problems = wizard.problems
        if problems:
            text = "\n".join(problems)
        elif wizard.is_looking:
            text = tr("Finding out how this is understood …")
        else:
            text = wizard.forecast
        self._forecast.setText(text)
        tinted(self._forecast, wrong=bool(problems))
        self._start.setEnabled(not problems)
        self._place_default()

    @property
    def editors(self) -> list[Editor]:
        return [each for view in self._views for each in view.editors]

    def first_field(self) -> None:
        """Put the cursor where typing begins."""
        self._sections.setFocus()

    def closing(self) -> None:
        """Ask nothing any more."""
        self._timer.stop()
        self.wizard.stop_looking()

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.addWidget(self._stack, 1)
        right.addWidget(self._forecast)
        buttons = QHBoxLayout()
        buttons.addWidget(button(tr("&Cancel"), self.left.emit))
        buttons.addStretch()
        for each in (self._previous, self._next, self._start):
            buttons.addWidget(each)
        right.addLayout(buttons)
        middle = QHBoxLayout()
        middle.addWidget(self._sections)
        middle.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(heading(self.wizard.title))
        layout.addLayout(middle, 1)

    def _turn(self, row: int) -> None:
        self._stack.setCurrentIndex(row)
        self._previous.setEnabled(row > 0)
        self._next.setEnabled(row < self._stack.count() - 1)
        self._place_default()

    def _place_default(self) -> None:
        """Show what Return does: it goes on to the bounds, and then starts."""
        self._start.setDefault(self._at_bounds)
        self._next.setDefault(not self._at_bounds)

    @property
    def _at_bounds(self) -> bool:
        row = self._sections.currentRow()
        return row >= 0 and self.wizard.sections[row].name != "what"

    def _go_next(self) -> None:
        self._sections.setCurrentRow(self._sections.currentRow() + 1)
        self._focus_first_input()

    def _go_back(self) -> None:
        self._sections.setCurrentRow(self._sections.currentRow() - 1)
        self._focus_first_input()

    def _focus_first_input(self) -> None:
        self._views[self._sections.currentRow()].focus_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            wanted = self._start if self._at_bounds else self._next
            wanted.click()
            return
        super().keyPressEvent(event)

    def _begin(self) -> None:
        self.closing()
        self.started.emit()
