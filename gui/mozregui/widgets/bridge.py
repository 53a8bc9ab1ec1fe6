"""From other threads to the thread of the window."""

from collections.abc import Callable
from contextlib import suppress

from qtpy.QtCore import QObject, Qt, Signal, Slot


class Bridge(QObject):
    """Has things called in the thread it was made in."""

    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._posted.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def post(self, what: Callable[[], None]) -> None:
        """Call it soon. From any thread; nothing happens once the window is gone."""
        with suppress(RuntimeError):  # Qt has deleted our other half
            self._posted.emit(what)

    @Slot(object)
    def _call(self, what: Callable[[], None]) -> None:
        what()
