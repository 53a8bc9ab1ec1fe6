"""From other threads to the thread of the window."""

import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from qtpy.QtCore import QObject, Qt, QTimer, Signal

_TURN = 0.004  # seconds, after which painting and the person come first


class Bridge(QObject):
    """Has things called in the thread it was made in, one after the other."""

    _woken = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[Callable[[], None]] = deque()
        self._closed = False
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._take_turn)
        self._woken.connect(self._turn.start, Qt.ConnectionType.QueuedConnection)

    def post(self, what: Callable[[], None]) -> None:
        """Call it soon. From any thread; nothing happens once this is closed."""
        self._waiting.append(what)
        with suppress(RuntimeError):  # Qt has deleted our other half
            self._woken.emit()

    def close(self) -> None:
        """Call nothing any more."""
        self._closed = True

    def _take_turn(self) -> None:
        end = time.monotonic() + _TURN
        while self._waiting and not self._closed:
            if time.monotonic() > end:
                self._turn.start()
                return
            self._waiting.popleft()()
