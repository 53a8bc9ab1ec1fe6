"""How models tell that they changed."""

from collections.abc import Callable


class Notice:
    """A list of callbacks, all called in the thread that gives the notice."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []

    def connect(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def __call__(self) -> None:
        for listener in tuple(self._listeners):
            listener()
