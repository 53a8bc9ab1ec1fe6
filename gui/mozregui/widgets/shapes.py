"""What builds look like in the picture."""

from collections.abc import Sequence

from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QPainter, QPen, QPolygonF

from mozregui.models.shape import Shape
from mozregui.widgets.theme import Colours


def draw_shape(
    painter: QPainter, shape: Shape, centre: QPointF, size: float, shades: Colours
) -> None:
    """Shapes differ, too, for those who cannot tell the colours apart. size: half the width."""
    colour, ground = shades.shapes[shape], shades.ground
    painter.setPen(QPen(ground, max(1.0, size / 5)))
    painter.setBrush(colour)
    x, y = centre.x(), centre.y()
    match shape:
        case Shape.GOOD:
            painter.drawEllipse(centre, size, size)
        case Shape.BAD:
            reach = 1.2 * size
            _draw_points(painter, (x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y))
        case Shape.PROBE:
            top = y - 1.9 * size
            _draw_points(painter, (x - 1.1 * size, top), (x + 1.1 * size, top), (x, y))
            painter.drawRect(QRectF(x - size / 5, y - size, size / 2.5, 2.2 * size))
        case Shape.SKIP:
            painter.setPen(QPen(colour, max(1.5, size / 3)))
            painter.setBrush(ground)
            painter.drawRect(QRectF(x - 0.85 * size, y - 0.85 * size, 1.7 * size, 1.7 * size))
        case Shape.UNSEEN:
            painter.setPen(QPen(colour, max(1.5, size / 3)))
            painter.setBrush(ground)
            painter.drawEllipse(centre, 0.85 * size, 0.85 * size)
        case Shape.MISSING:
            painter.setPen(QPen(colour, max(1.5, size / 3)))
            arm = 0.7 * size
            painter.drawLine(QPointF(x - arm, y - arm), QPointF(x + arm, y + arm))
            painter.drawLine(QPointF(x - arm, y + arm), QPointF(x + arm, y - arm))
        case Shape.OPEN:
            draw_dots(painter, [centre], size, shades)


def draw_dots(painter: QPainter, centres: Sequence[QPointF], size: float, shades: Colours) -> None:
    """Builds that are open: there may be a hundred of them, which one call draws."""
    round_pen = QPen(shades.shapes[Shape.OPEN], size / 1.6)
    round_pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(round_pen)
    painter.drawPoints(QPolygonF(centres))


def _draw_points(painter: QPainter, *points: tuple[float, float]) -> None:
    painter.drawPolygon(QPolygonF([QPointF(*point) for point in points]))
