"""The first page."""

from collections.abc import Callable

from qtpy.QtCore import Qt, QTimer, Signal
from qtpy.QtGui import QHideEvent, QShowEvent
from qtpy.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mozregression.driver.release import PAGE
from mozregui.models.start import Row, Start
from mozregui.models.usage import Usage
from mozregui.widgets.parts import button, faint, heading, open_page, paragraph, tinted
from mozregui.widgets.usage_notice import UsageNotice
from mozregui.words import tr

_REFRESH_MS = 5000


class StartPage(QWidget):
    """regression, fix: a search is wanted. one_build: a build is to be run. opened: a kept session,
    by its number.
    """

    regression = Signal()
    fix = Signal()
    one_build = Signal()
    opened = Signal(int)

    def __init__(self, start: Start, usage: Usage) -> None:
        super().__init__()
        self._start = start
        self.notice = UsageNotice(usage)
        self._table = self._make_table()
        self._note = paragraph()
        self._update = button("", lambda: open_page(PAGE), tr("Opens the page with releases"))
        self._open = button(tr("&Continue"), self._open_current)
        self._lay_out()
        start.changed.connect(self.refresh)
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(start.refresh)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._start.refresh()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def refresh(self) -> None:
        rows, chosen = self._start.rows, self._table.currentRow()
        self._table.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for place, text in enumerate((str(row.id), row.what, row.begun, row.state)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self._table.setItem(number, place, item)
        if rows:
            self._table.setCurrentCell(min(max(chosen, 0), len(rows) - 1), 0)
        self._note.setText(self._start.trouble or ("" if rows else tr("No sessions yet.")))
        tinted(self._note, wrong=bool(self._start.trouble))
        self._note.setVisible(bool(self._note.text()))
        self._table.setVisible(bool(rows))
        self._update.setText(self._start.update)
        self._update.setVisible(bool(self._start.update))
        self._show_action()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        unit = self.fontMetrics().height()
        layout.setContentsMargins(2 * unit, unit, 2 * unit, unit)
        layout.addWidget(heading(tr("Which change broke it?"), 2))
        layout.addWidget(
            paragraph(
                tr(
                    "Firefox worked at one time and is broken at another. mozregression downloads "
                    "builds from between, starts them, and asks you whether the bug is there. "
                    "After a dozen answers it names the change that did it. Your own profile is "
                    "not touched, and you can stop and go on at any time."
                )
            )
        )
        row = QHBoxLayout()
        row.addWidget(
            self._big(
                tr("Find a &regression"),
                tr("It worked, and now it does not."),
                self.regression.emit,
            )
        )
        row.addWidget(
            self._big(tr("Find a &fix"), tr("It was broken, and now it works."), self.fix.emit)
        )
        row.addWidget(
            self._big(tr("Run &one build"), tr("Look at a build of any day."), self.one_build.emit)
        )
        layout.addWidget(self.notice)
        layout.addSpacing(unit // 2)
        layout.addLayout(row)
        layout.addSpacing(unit)
        layout.addWidget(heading(tr("Sessions"), 1.25))
        layout.addWidget(self._note)
        layout.addWidget(self._table, 1)
        bottom = QHBoxLayout()
        bottom.addWidget(self._update)
        bottom.addStretch()
        bottom.addWidget(self._open)
        layout.addLayout(bottom)
        layout.addStretch()

    def _big(self, title: str, told: str, pressed: Callable[[], None]) -> QWidget:
        made = button(title, pressed)
        made.setMinimumHeight(3 * self.fontMetrics().height())
        made.setAccessibleDescription(told)
        font = made.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        made.setFont(font)
        box = QWidget()
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(made)
        below = faint(paragraph(told))
        below.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(below)
        return box

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 4)
        table.setAccessibleName(tr("Sessions"))
        table.setHorizontalHeaderLabels([tr("No."), tr("Search"), tr("Begun"), tr("State")])
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for place in (0, 2, 3):
            mode = QHeaderView.ResizeMode.ResizeToContents
            table.horizontalHeader().setSectionResizeMode(place, mode)
        table.verticalHeader().hide()
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.itemSelectionChanged.connect(self._show_action)
        table.itemActivated.connect(lambda *_: self._open_current())
        return table

    def _current(self) -> Row | None:
        place = self._table.currentRow()
        return self._start.rows[place] if 0 <= place < len(self._start.rows) else None

    def _show_action(self) -> None:
        row = self._current()
        self._open.setVisible(row is not None)
        if row:
            self._open.setEnabled(row.can_open)
            self._open.setText(tr("Show resu&lt") if row.finished else tr("&Continue"))

    def _open_current(self) -> None:
        row = self._current()
        if row and row.can_open:
            self.opened.emit(row.id)
