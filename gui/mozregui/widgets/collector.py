"""Garbage is collected where Qt's objects may end."""

import gc

from qtpy.QtCore import QObject, QTimer

_LOOK_MS = 200
_YOUNG = 1
"""The oldest generation that is collected at any time; all takes too long for that."""


class Collector(QObject):
    """Has Python collect garbage in the thread of the window, between two events.

    By itself it does so wherever something is made: in threads that carry a session on, and while
    Qt goes through its widgets. A widget that ends there takes the program with it.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()

    def collect(self) -> None:
        """All there is, soon: a page was left."""
        QTimer.singleShot(0, gc.collect)

    def _look(self) -> None:
        counts, limits = gc.get_count(), gc.get_threshold()
        due = [age for age in range(_YOUNG + 1) if counts[age] > limits[age]]
        if due:
            gc.collect(due[-1])
