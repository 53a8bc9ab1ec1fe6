"""How long the thread of the window is held up during a whole unattended search, 20 MB a build.

The services run in a process of their own, the window offscreen. A timer of the window's thread
should fire every two milliseconds; what it is late by is a stall.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from harness import Figure, conclude, new_home

_DAYS = "60"
_BUILD_SIZE = "20000000"
_TICK_MS = 2
_PATIENCE = 600.0
_LONGEST, _NEARLY_ALL = 50.0, 16.0  # milliseconds


def main() -> int:
    with new_home() as home, _services() as (root, first):
        os.environ.update(home.environment(root), QT_QPA_PLATFORM="offscreen")
        walls, busy = _measure(root, first)
    walls.sort()
    nearly_all = walls[int(len(walls) * 0.999)]
    return conclude(
        [
            Figure("longest stall of the window", walls[-1], _LONGEST, " ms"),
            Figure("  99.9 % of all are below", nearly_all, _NEARLY_ALL, " ms"),
            Figure("  the longest, in time of the processor alone", max(busy), unit=" ms"),
            Figure("  moments looked at", float(len(walls))),
        ]
    )


@contextmanager
def _services() -> Iterator[tuple[str, str]]:
    """Where the services are, and the first day of their world."""
    options = ["--days", _DAYS, "--build-size", _BUILD_SIZE, "--seed", "1", "--missing", "0"]
    command = [sys.executable, "-m", "mozregression", "sandbox", *options, "--broken", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        told = ""
        while "--bad" not in told:
            told += process.stdout.readline()
        root = re.search(r"served at (\S+)", told)
        first = re.search(r"--good (\S+)", told)
        assert root
        assert first
        try:
            yield root[1], first[1]
        finally:
            process.kill()


def _measure(root: str, first: str) -> tuple[list[float], list[float]]:
    """Milliseconds that each tick was late, and that the thread worked before it."""
    from qtpy.QtCore import QSettings, Qt, QTimer
    from qtpy.QtTest import QTest

    from mozregression.driver.places import places
    from mozregression.services.endpoints import Endpoints
    from mozregui import app
    from mozregui.models.bisection import Doing
    from mozregui.models.wizard import Search
    from mozregui.widgets.window import Window
    from mozregui.widgets.wizard_page import WizardPage

    walls: list[float] = []
    busy: list[float] = []
    before = [time.monotonic(), time.thread_time()]

    def tick() -> None:
        now, worked = time.monotonic(), time.thread_time()
        walls.append(max(0.0, (now - before[0]) * 1000 - _TICK_MS))
        busy.append((worked - before[1]) * 1000)
        before[:] = now, worked

    application = app.make_application(["mozregression-gui"])
    where = places()
    keep = QSettings(str(where.state / "window.ini"), QSettings.Format.IniFormat)
    window = Window(where, Endpoints.at(root), keep)
    window.show()
    QTest.qWait(500)
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    window.ask(Search.REGRESSION)
    page = window.page
    assert isinstance(page, WizardPage)
    page.wizard.form["good"].content = first
    page.wizard.form["command"].content = "{binary} --check"
    QTest.qWait(500)
    before[:] = time.monotonic(), time.thread_time()
    timer.start(_TICK_MS)
    page._begin()  # noqa: SLF001 - as a person does
    limit = time.monotonic() + _PATIENCE
    while window.bisection is None or window.bisection.doing is not Doing.FINISHED:
        application.processEvents()
        if time.monotonic() > limit:
            raise SystemExit("The search does not get on.")
        time.sleep(0.0005)
    timer.stop()
    window.close()
    return walls, busy


if __name__ == "__main__":
    sys.exit(main())
