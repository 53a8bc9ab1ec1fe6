"""The log: everything that happened, line by line."""

import time
from collections.abc import Callable

from mozregui.models.notice import Notice


class Log:
    """Complete. added: told after each line."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.added = Notice()
        self.lines: list[str] = []
        self._clock = clock

    def add(self, text: str) -> None:
        stamp = time.strftime("%H:%M:%S", time.localtime(self._clock()))
        first, *more = text.splitlines() or [""]
        self.lines.append("\n".join([f"{stamp} {first}", *(f"         {line}" for line in more)]))
        self.added()

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)
