"""The buttons a person judges with."""

from collections.abc import Callable

from qtpy.QtCore import QPointF, QSize, Qt
from qtpy.QtGui import QIcon, QKeySequence, QPainter, QPixmap
from qtpy.QtWidgets import QApplication, QHBoxLayout, QPushButton, QShortcut, QWidget

from mozregression.model.verdicts import Verdict
from mozregui.models.bisection import Bisection
from mozregui.models.shape import Shape
from mozregui.widgets.parts import button
from mozregui.widgets.shapes import draw_shape
from mozregui.widgets.theme import colours
from mozregui.words import tr


class VerdictBar(QWidget):
    """Good, Bad, Skip, Try again, Undo; each has a key of its own. Of a bug that hides at times it
    is asked whether it was seen.
    """

    def __init__(self, bisection: Bisection) -> None:
        super().__init__()
        self._bisection = bisection
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._make()
        self.refresh()

    def refresh(self) -> None:
        """Show what can be done now."""
        if self._bisection.hides != self._hides:
            self._clear()
            self._make()
        person = not self._bisection.automated and not self._bisection.is_over
        for each in (self.good, self.bad, self.skip, self.again):
            each.setVisible(person)
            each.setEnabled(self._bisection.can_judge)
        self.undo.setEnabled(self._bisection.can_undo)
        self.undo.setMinimumHeight(self._height if person else 0)

    @property
    def _height(self) -> int:
        """Of a button that is pressed again and again."""
        return int(2.6 * self.fontMetrics().height())

    def _make(self) -> None:
        self._hides = self._bisection.hides
        if self._hides:
            self.bad = self._verdict(
                Verdict.BAD, tr("Saw it"), "Y", tr("The bug showed: it is in this build")
            )
            self.good = self._verdict(
                Verdict.GOOD,
                tr("Did not see it"),
                "N",
                tr("You tried as long as usual, and it did not show"),
                Shape.UNSEEN,
            )
            self._key("B", self.bad)
            self._key("G", self.good)
        else:
            self.good = self._verdict(Verdict.GOOD, tr("Good"), "G", tr("The bug is not there"))
            self.bad = self._verdict(Verdict.BAD, tr("Bad"), "B", tr("The bug is there"))
        self.skip = self._verdict(Verdict.SKIP, tr("Skip"), "S", tr("This build cannot be judged"))
        self.again = self._add(
            tr("Try again"), "R", tr("Start the same build once more"), self._bisection.retry
        )
        self.undo = self._add(
            tr("Undo"), "U", tr("Take the last verdict back"), self._bisection.undo
        )
        self.undo.setMaximumWidth(14 * self.fontMetrics().height())
        self._row.addStretch()

    def _clear(self) -> None:
        """What a button is called and which keys it has changes with what is asked."""
        while item := self._row.takeAt(0):
            if button_ := item.widget():
                button_.hide()
                button_.deleteLater()

    def _verdict(
        self, verdict: Verdict, text: str, key: str, tip: str, shape: Shape | None = None
    ) -> QPushButton:
        made = self._add(text, key, tip, lambda: self._bisection.judge(verdict))
        unit = self.fontMetrics().height()
        made.setIcon(icon_of(shape or Shape(verdict.value), self))
        made.setIconSize(QSize(unit, unit))
        font = made.font()
        font.setPointSizeF(font.pointSizeF() * 1.2)
        made.setFont(font)
        return made

    def _add(self, text: str, key: str, tip: str, pressed: Callable[[], None]) -> QPushButton:
        made = button(f"{text} ({key})", pressed, f"{tip} ({key})")
        made.setAccessibleName(text)
        made.setAccessibleDescription(tip)
        made.setMinimumHeight(self._height)
        self._key(key, made)
        self._row.addWidget(made, 2)
        return made

    def _key(self, key: str, made: QPushButton) -> None:
        shortcut = QShortcut(QKeySequence(key), made)
        shortcut.activated.connect(made.click)


def icon_of(shape: Shape, widget: QWidget) -> QIcon:
    """A shape of the picture, as large as a line of text."""
    size = widget.fontMetrics().height()
    ratio = QApplication.primaryScreen().devicePixelRatio()
    pixmap = QPixmap(int(size * ratio), int(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    centre = QPointF(size / 2, size / 2)
    draw_shape(painter, shape, centre, size / 2.8, colours(widget))
    painter.end()
    return QIcon(pixmap)
