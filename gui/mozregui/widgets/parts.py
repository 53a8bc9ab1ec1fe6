"""Small things that pages are made of."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from qtpy.QtCore import Qt, QUrl
from qtpy.QtGui import QDesktopServices, QPalette
from qtpy.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QWidget,
)

from mozregui.widgets.theme import colours


def heading(text: str = "", scale: float = 1.6) -> QLabel:
    """A label in larger letters, relative to the user's own."""
    label = paragraph(text)
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * scale)
    font.setBold(True)
    label.setFont(font)
    return label


def paragraph(text: str = "") -> QLabel:
    """Text that breaks its lines and can be selected. Never markup."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    label.setSizePolicy(policy)
    return label


def faint(label: QLabel) -> QLabel:
    return tinted(label, wrong=False)


def tinted(label: QLabel, *, wrong: bool) -> QLabel:
    """In the colour of complaints, or of what matters less."""
    palette = QPalette(label.palette())
    shades = colours(label)
    palette.setColor(QPalette.ColorRole.WindowText, shades.wrong if wrong else shades.faint)
    label.setPalette(palette)
    return label


def keep_place(widget: QWidget, *, keep: bool) -> None:
    """Whether its room stays empty when it is hidden, so that nothing below it jumps."""
    policy = widget.sizePolicy()
    policy.setRetainSizeWhenHidden(keep)
    widget.setSizePolicy(policy)


def button(text: str, pressed: Callable[[], None], tip: str = "") -> QPushButton:
    made = QPushButton(text)
    made.clicked.connect(lambda *_: pressed())
    made.setToolTip(tip)
    made.setAutoDefault(True)
    return made


def left(widget: QWidget) -> QHBoxLayout:
    """At the left, no wider than it has to be."""
    row = QHBoxLayout()
    row.addWidget(widget)
    row.addStretch()
    return row


def scrolling(widget: QWidget) -> QScrollArea:
    """The widget, which scrolls where there is not enough room for it."""
    area = QScrollArea()
    area.setWidget(widget)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    return area


@contextmanager
def quiet(widget: QWidget) -> Iterator[None]:
    """No signals meanwhile. PySide2's QSignalBlocker is no context."""
    before = widget.blockSignals(True)
    try:
        yield
    finally:
        widget.blockSignals(before)


def open_page(url: str) -> None:
    """Show a page in the user's browser; only pages of the web."""
    if url.startswith("https://"):
        QDesktopServices.openUrl(QUrl(url))
