"""The list of verdicts."""

from qtpy.QtCore import QPoint, QSize, Qt, Signal
from qtpy.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from mozregression.model.verdicts import Verdict
from mozregui.models import steps
from mozregui.models.shape import Shape
from mozregui.models.steps import Step
from mozregui.widgets.parts import open_page
from mozregui.widgets.theme import colours
from mozregui.widgets.verdict_bar import icon_of
from mozregui.words import tr


class StepsTable(QTableWidget):
    """back: the person wants to go back to before a step, by its number. picked: another step is
    the current one. opened: its details are wanted.
    """

    back = Signal(int)
    picked = Signal()
    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 6, parent)
        self._steps: list[Step] = []
        self._hides = False
        self.setAccessibleName(tr("Verdicts"))
        self.setHorizontalHeaderLabels(
            [tr("No."), tr("Verdict"), tr("Build"), tr("Type"), tr("Why"), tr("Took")]
        )
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        unit = self.fontMetrics().height()
        self.setIconSize(QSize(unit, unit))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.itemSelectionChanged.connect(self.picked)
        self.itemActivated.connect(lambda *_: self.opened.emit())

    def show_steps(self, listed: list[Step], *, hides: bool) -> None:
        """Add what is new; rows that stay are left alone. hides: see `steps.word`."""
        if (listed, hides) == (self._steps, self._hides):
            return
        same = 0
        for old, new in zip(self._steps, listed, strict=False):
            if old != new or hides != self._hides:
                break
            same += 1
        self._hides = hides
        self._steps = list(listed)
        self.setRowCount(len(listed))
        for row in range(same, len(listed)):
            self._fill(row, listed[row])
        self.picked.emit()
        self.scrollToBottom()

    def current(self) -> Step | None:
        row = self.currentRow()
        return self._steps[row] if 0 <= row < len(self._steps) else None

    def _fill(self, row: int, step: Step) -> None:
        build_type = step.build.build_type if step.build else ""
        took = tr("{seconds} s").format(seconds=f"{step.seconds:.1f}")
        texts = (
            str(step.number),
            steps.word(step.verdict, hides=self._hides),
            step.name,
            build_type,
            step.why,
            took,
        )
        for place, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setToolTip(step.note or step.name)
            if place == 1:
                unseen = self._hides and step.verdict is Verdict.GOOD
                shape = Shape.UNSEEN if unseen else Shape(step.verdict.value)
                item.setForeground(colours(self).shapes[shape])
                item.setIcon(icon_of(shape, self))
            self.setItem(row, place, item)

    def _show_menu(self, place: QPoint) -> None:
        step = self.current()
        if step is None:
            return
        menu = QMenu(self)
        menu.addAction(tr("Details")).triggered.connect(lambda *_: self.opened.emit())
        menu.addAction(tr("Take back this verdict and all after it")).triggered.connect(
            lambda *_: self.back.emit(step.number)
        )
        if step.url:
            menu.addAction(tr("Show the changeset")).triggered.connect(
                lambda *_: open_page(step.url)
            )
        menu.popup(self.viewport().mapToGlobal(place))
