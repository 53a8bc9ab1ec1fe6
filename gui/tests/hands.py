"""A person outside of the program: the mouse moves and keys go down on an X server."""

import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress

import pytest
from qtpy.QtCore import QPoint
from qtpy.QtWidgets import QWidget

from mozregui.models.bisection import Doing

from windows import Person  # isort: skip

NO_SCREEN = [
    pytest.mark.skipif(
        os.environ.get("QT_QPA_PLATFORM") != "xcb" or not os.environ.get("DISPLAY"),
        reason="there is no X server (dev.py test starts one)",
    ),
    pytest.mark.skipif(not shutil.which("xdotool"), reason="xdotool is not installed"),
]
"""Marks of tests that need one."""


class Hands(Person):
    """A person outside of the program."""

    def do(self, *arguments: str) -> None:
        """Run xdotool while the window lives."""
        with subprocess.Popen(["xdotool", *arguments]) as process:
            self.until(lambda: process.poll() is not None)
        assert process.returncode == 0, arguments

    def focus(self, widget: QWidget | None = None) -> None:
        """What a window manager would do with a new window."""
        target = (widget or self.window).window()
        self.do("windowfocus", str(int(target.winId())))
        self.until(target.isActiveWindow)

    def raise_(self) -> None:
        """Bring the window to the front, over the browser."""
        self.do("windowraise", str(int(self.window.winId())))
        self.focus()

    def click(self, widget: QWidget, place: QPoint | None = None) -> None:
        at = widget.mapToGlobal(place or widget.rect().center())
        ratio = widget.devicePixelRatioF()
        x, y = str(round(at.x() * ratio)), str(round(at.y() * ratio))
        self.do("mousemove", x, y)
        self.do("click", "1")

    def answer(self, act: Callable[[], None]) -> None:
        """Give a verdict; once more if it went astray, as what is pressed may move meanwhile."""
        before = len(self.bisection.steps)
        for _ in range(5):
            if self.bisection.doing is Doing.ASKING:
                act()
            with suppress(self.bot.TimeoutError):
                self.bot.waitUntil(lambda: len(self.bisection.steps) > before, timeout=5_000)
                return
        raise AssertionError("nobody took the verdict")

    def drag(self, widget: QWidget, start: QPoint, end: QPoint) -> None:
        ratio = widget.devicePixelRatioF()
        points = [widget.mapToGlobal(place) for place in (start, end)]
        (x1, y1), (x2, y2) = [
            (str(round(one.x() * ratio)), str(round(one.y() * ratio))) for one in points
        ]
        self.do("mousemove", x1, y1)
        self.do("mousedown", "1")
        self.do("mousemove", str((int(x1) + int(x2)) // 2), y1)
        self.do("mousemove", x2, y2)
        self.do("mouseup", "1")

    def type(self, text: str) -> None:
        self.do("type", "--delay", "10", text)

    def hit(self, *keys: str) -> None:
        self.do("key", *keys)
