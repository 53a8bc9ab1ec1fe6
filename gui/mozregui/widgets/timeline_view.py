"""The timeline as a picture: the whole range above, what is left of it below, magnified."""

from qtpy.QtCore import (
    QEasingCurve,
    QEvent,
    QPoint,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QVariantAnimation,
    Signal,
)
from qtpy.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
from qtpy.QtWidgets import QSizePolicy, QToolTip, QWidget

from mozregui.models.shape import Shape
from mozregui.models.timeline import Axis, Mark, Timeline
from mozregui.widgets.shapes import draw_dots, draw_shape
from mozregui.widgets.theme import Colours, colours
from mozregui.words import tr

_ZOOM_MS = 350
_SMALL_CURVE = 1.4  # heights of curves, in lines of text
_LARGE_CURVE = 2.6


class TimelineView(QWidget):
    """Shows a timeline. A stretch of the lower line can be marked, with the mouse, or with arrow
    keys while Shift is held.

    marked: keys of the builds in the stretch that was marked; empty when it was taken back.
    """

    marked = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = Timeline()
        self._pictures: dict[bool, QPixmap] = {}  # the upper line (True) and the lower one
        self._opening = 1.0  # how far the lower line has opened, from 0 to 1
        self._stretch: tuple[float, float] | None = None
        self._cursor: float | None = None  # where arrow keys have come to
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Timeline of the search"))
        self._zoom = QVariantAnimation(self)
        self._zoom.setDuration(_ZOOM_MS)
        self._zoom.setStartValue(0.0)
        self._zoom.setEndValue(1.0)
        self._zoom.setEasingCurve(QEasingCurve(QEasingCurve.Type.OutCubic))
        self._zoom.valueChanged.connect(self._zoomed)

    def show_timeline(self, shown: Timeline) -> None:
        if shown == self._shown:
            return
        narrowed = _ends(shown.near) != _ends(self._shown.near)
        self._shown = shown
        self._pictures.clear()
        self.updateGeometry()
        self.setAccessibleDescription(shown.told)
        if narrowed:
            self._cursor = None
            self.clear_stretch()
            if shown.near and self.isVisible():
                self._zoom.stop()
                self._zoom.start()
        self.update()

    def clear_stretch(self) -> None:
        if self._stretch:
            self._stretch = None
            self.marked.emit([])
            self.update()

    def sizeHint(self) -> QSize:
        unit = QFontMetricsF(self.font()).height()
        return QSize(int(30 * unit), int((9.5 + self._raised) * unit))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def _zoomed(self, value: object) -> None:
        self._opening = float(value)  # type: ignore[arg-type]
        self.update()

    # Places

    @property
    def _unit(self) -> float:
        """The height of a line of text, which everything is measured in."""
        return QFontMetricsF(self.font()).height()

    @property
    def _raised(self) -> float:
        """What the curve over the upper line needs, in units."""
        return _SMALL_CURVE if self._shown.whole.curve else 0.0

    @property
    def _whole_line(self) -> QRectF:
        unit = self._unit
        return QRectF(2 * unit, (1.4 + self._raised) * unit, self.width() - 4 * unit, 0.5 * unit)

    @property
    def _near_line(self) -> QRectF:
        unit = self._unit
        return QRectF(2 * unit, (6.2 + self._raised) * unit, self.width() - 4 * unit, 0.7 * unit)

    # The mouse

    def _stretched_line(self) -> tuple[Axis, QRectF]:
        if self._shown.near:
            return self._shown.near, self._near_line
        return self._shown.whole, self._whole_line

    def _place(self, x: float) -> float:
        _, line = self._stretched_line()
        return min(1.0, max(0.0, (x - line.left()) / max(1.0, line.width())))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            place = self._place(event.pos().x())
            self._stretch = (place, place)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._stretch and event.buttons() & Qt.MouseButton.LeftButton:
            self._stretch = (self._stretch[0], self._place(event.pos().x()))
            self.update()
            return
        mark = self._mark_at(event.pos())
        told = _told(mark) if mark else self._curve_at(event.pos())
        QToolTip.showText(self.mapToGlobal(event.pos()), told, self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._stretch is None or event.button() != Qt.MouseButton.LeftButton:
            return
        low, high = sorted(self._stretch)
        _, line = self._stretched_line()
        if (high - low) * line.width() < 4:
            self.clear_stretch()
        else:
            self._tell_marked()

    def _mark_at(self, point: QPoint) -> Mark | None:
        for axis, line, _ in self._lines():
            if abs(point.y() - line.center().y()) > self._unit:
                continue
            nearest = min(
                axis.marks,
                key=lambda mark: abs(_x(line, mark.place) - point.x()),
                default=None,
            )
            if nearest and abs(_x(line, nearest.place) - point.x()) < 0.6 * self._unit:
                return nearest
        return None

    def _curve_at(self, point: QPoint) -> str:
        """What the curve says below the mouse."""
        for axis, line, height in self._lines():
            inside = line.top() - height * self._unit <= point.y() <= line.top()
            place = (point.x() - line.left()) / max(1.0, line.width())
            for stretch in axis.curve if inside else ():
                if stretch.start <= place <= stretch.stop:
                    return stretch.told
        return ""

    def _lines(self) -> list[tuple[Axis, QRectF, float]]:
        """Each line, where it is, and how high its curve is."""
        lines = [(self._shown.whole, self._whole_line, _SMALL_CURVE)]
        if self._shown.near:
            lines.append((self._shown.near, self._near_line, _LARGE_CURVE))
        return lines

    # The keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            extends = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._move_cursor(1 if event.key() == Qt.Key.Key_Right else -1, extends=extends)
        elif event.key() == Qt.Key.Key_Escape and self._stretch:
            self.clear_stretch()
        else:
            super().keyPressEvent(event)

    def _move_cursor(self, by: int, *, extends: bool) -> None:
        """To the next build, marking all on the way."""
        axis, line = self._stretched_line()
        marks = sorted(axis.marks, key=lambda mark: mark.place)
        if not marks:
            return
        probe = next((mark.place for mark in marks if mark.shape is Shape.PROBE), marks[0].place)
        before = probe if self._cursor is None else self._cursor
        at = min(range(len(marks)), key=lambda number: abs(marks[number].place - before))
        reached = marks[min(max(0, at + by), len(marks) - 1)]
        self._cursor = reached.place
        if extends:
            start = self._stretch[0] if self._stretch else before
            self._stretch = (start, reached.place)
            self._tell_marked()
        else:
            self.clear_stretch()
        told = _told(reached)
        self.setAccessibleDescription(told)
        where = QPoint(int(_x(line, reached.place)), int(line.bottom()))
        QToolTip.showText(self.mapToGlobal(where), told, self)
        self.update()

    def _tell_marked(self) -> None:
        if self._stretch:
            axis, _ = self._stretched_line()
            low, high = sorted(self._stretch)
            self.marked.emit([mark.key for mark in axis.marks if low <= mark.place <= high])

    # The picture

    def changeEvent(self, event: QEvent) -> None:
        """Colours or letters are others."""
        super().changeEvent(event)
        self._pictures.clear()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._picture(above=True))
        if self._shown.near:
            self._draw_cone(painter, colours(self))
            painter.setOpacity(self._opening)
            painter.drawPixmap(0, 0, self._picture(above=False))
            painter.setOpacity(1.0)
        self._draw_stretch(painter)
        self._draw_cursor(painter)
        painter.end()

    def _picture(self, *, above: bool) -> QPixmap:
        """One of the lines, drawn once however often it is painted while the lower one opens."""
        ratio = self.devicePixelRatioF()
        size = self.size() * ratio
        known = self._pictures.get(above)
        if known is not None and known.size() == size:
            return known
        picture = self._pictures[above] = QPixmap(size)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        axis = self._shown.whole if above else self._shown.near
        if axis:
            line = self._whole_line if above else self._near_line
            self._draw_axis(painter, axis, line, colours(self), above=above)
        painter.end()
        return picture

    def _draw_axis(
        self, painter: QPainter, axis: Axis, line: QRectF, shades: Colours, *, above: bool
    ) -> None:
        low, high = _x(line, axis.low), _x(line, axis.high)
        bar = QColor(shades.faint)
        bar.setAlpha(90)
        sides = {Shape.GOOD: shades.good_side, Shape.BAD: shades.bad_side}
        self._fill(painter, line, bar)
        older = QRectF(line.left(), line.top(), low - line.left(), line.height())
        newer = QRectF(high, line.top(), line.right() - high, line.height())
        self._fill(painter, older, sides[self._shown.older])
        self._fill(painter, newer, sides[self._shown.newer])
        height = (_SMALL_CURVE if above else _LARGE_CURVE) * self._unit
        self._draw_curve(painter, axis, line, height, shades)
        painter.setPen(QPen(shades.faint))
        self._draw_ticks(painter, axis, line, above=above)
        size = 0.36 * self._unit if axis is self._shown.whole else 0.46 * self._unit
        y = line.center().y()
        dots = [mark for mark in axis.marks if mark.shape is Shape.OPEN]
        draw_dots(painter, [QPointF(_x(line, mark.place), y) for mark in dots], size, shades)
        for mark in axis.marks:
            if mark.shape is not Shape.OPEN:
                draw_shape(painter, mark.shape, QPointF(_x(line, mark.place), y), size, shades)

    @staticmethod
    def _fill(painter: QPainter, rectangle: QRectF, colour: QColor) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(rectangle, 3, 3)

    def _draw_ticks(self, painter: QPainter, axis: Axis, line: QRectF, *, above: bool) -> None:
        unit = self._unit
        metrics = QFontMetricsF(self.font())
        free = 0.0
        for tick in axis.ticks:
            width = metrics.horizontalAdvance(tick.label)
            x = min(max(0.0, _x(line, tick.place) - width / 2), self.width() - width)
            if x < free:
                continue
            free = x + width + unit
            over = line.top() - (0.55 + self._raised) * unit
            baseline = over if above else line.bottom() + 1.4 * unit
            painter.drawText(QPointF(x, baseline), tick.label)

    def _draw_curve(
        self, painter: QPainter, axis: Axis, line: QRectF, height: float, shades: Colours
    ) -> None:
        """Where the change may be: the higher, the likelier. What is likely enough is filled."""
        bottom = line.top() - 0.15 * self._unit
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # no seams between them
        for stretch in axis.curve:
            colour = QColor(shades.shapes[Shape.PROBE] if stretch.likely else shades.faint)
            colour.setAlpha(170 if stretch.likely else 90)
            painter.setBrush(colour)
            left, right = _x(line, stretch.start), _x(line, stretch.stop)
            top = max(1.0, stretch.height * (height - 0.35 * self._unit))
            painter.drawRect(QRectF(left, bottom - top, max(1.0, right - left), top))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _draw_cursor(self, painter: QPainter) -> None:
        if self._cursor is None or not self.hasFocus():
            return
        _, line = self._stretched_line()
        x, edge = _x(line, self._cursor), 0.6 * self._unit
        painter.setPen(QPen(self.palette().highlight().color(), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(x - edge, line.center().y() - edge, 2 * edge, 2 * edge))

    def _draw_cone(self, painter: QPainter, shades: Colours) -> None:
        """From the part of the upper line that is left down to the whole lower one."""
        whole, near = self._whole_line, self._near_line
        middle = [_x(whole, place) for place in self._shown.zoom]
        left = middle[0] + (near.left() - middle[0]) * self._opening
        right = middle[1] + (near.right() - middle[1]) * self._opening
        foot = near.top() - 0.3 * self._unit
        if self._shown.near and self._shown.near.curve:
            foot = near.top() - _LARGE_CURVE * self._unit
        tint = QColor(shades.shapes[Shape.PROBE])
        tint.setAlpha(28)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(middle[0], whole.bottom() + 0.3 * self._unit),
                    QPointF(middle[1], whole.bottom() + 0.3 * self._unit),
                    QPointF(right, foot),
                    QPointF(left, foot),
                ]
            )
        )

    def _draw_stretch(self, painter: QPainter) -> None:
        if not self._stretch:
            return
        _, line = self._stretched_line()
        low, high = (_x(line, place) for place in sorted(self._stretch))
        tint = QColor(self.palette().highlight().color())
        painter.setPen(QPen(tint, 1.5, Qt.PenStyle.DashLine))
        tint.setAlpha(50)
        painter.setBrush(tint)
        edge = 0.7 * self._unit
        painter.drawRect(QRectF(low, line.top() - edge, high - low, line.height() + 2 * edge))


def _x(line: QRectF, place: float) -> float:
    return line.left() + place * line.width()


def _ends(axis: Axis | None) -> tuple[str, ...]:
    marks = sorted(axis.marks, key=lambda mark: mark.place) if axis else []
    return (marks[0].key, marks[-1].key) if marks else ()


def _told(mark: Mark) -> str:
    words = {
        Shape.GOOD: tr("good"),
        Shape.BAD: tr("bad"),
        Shape.UNSEEN: tr("not seen"),
        Shape.SKIP: tr("skipped"),
        Shape.MISSING: tr("no build that can be tested"),
        Shape.OPEN: tr("not tested"),
        Shape.PROBE: tr("under test"),
    }
    return f"{mark.label}: {mark.note or words[mark.shape]}"
