"""How long the thread of the window is held up during whole unattended searches, 20 MB a build.

A timer of the window's thread should fire every two milliseconds; what it is late by is a stall.
The services run in a process of their own, behind all others, as they stand for machines elsewhere.
A window that does nothing is watched beside it: what holds that one up is not ours. One search has
some 1,500 moments, of which 99.9 % are all but one or two; so those of several are taken together.

`bench_window.py --once` watches one search and prints what was seen as JSON.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from harness import Figure, conclude, new_home
from stalls import Stalls, Watch, nearly_longest

_ONCE = "--once"
_SEARCHES = 5
_DAYS = "60"
_BUILD_SIZE = "20000000"
_PATIENCE_MS = 600_000
_LONGEST, _NEARLY_ALL = 50.0, 16.0  # milliseconds
_BEHIND = 10  # a process so nice goes behind all others


def main() -> int:
    if sys.argv[1:] == [_ONCE]:
        print(json.dumps([asdict(seen) for seen in _watch_one()]))
        return 0
    ours, idle = Stalls(), Stalls()
    for _ in range(_SEARCHES):
        told = subprocess.run(
            [sys.executable, __file__, _ONCE], stdout=subprocess.PIPE, text=True, check=True
        )
        for all_seen, seen in zip((ours, idle), json.loads(told.stdout), strict=True):
            all_seen.add(Stalls(**seen))
    return conclude(
        [
            Figure("longest stall of the window", max(ours.late), _LONGEST, " ms"),
            Figure("  99.9 % of all are below", nearly_longest(ours.late), _NEARLY_ALL, " ms"),
            Figure("  longest, waiting for a processor left out", max(ours.own), unit=" ms"),
            Figure("  99.9 % of these are below", nearly_longest(ours.own), unit=" ms"),
            Figure("  longest time of its own work", max(ours.worked), unit=" ms"),
            Figure("  moments looked at", float(len(ours.late))),
            Figure("longest stall of an idle window beside it", max(idle.late), unit=" ms"),
            Figure("  99.9 % of all are below", nearly_longest(idle.late), unit=" ms"),
        ]
    )


def _watch_one() -> tuple[Stalls, Stalls]:
    """A search by a person who has just begun to use the program."""
    with new_home() as home, _services() as (root, first):
        os.environ.update(home.environment(root), QT_QPA_PLATFORM="offscreen")
        return _measure(root, first)


@contextmanager
def _services() -> Iterator[tuple[str, str]]:
    """Where the services are, and the first day of their world."""
    options = ["--days", _DAYS, "--build-size", _BUILD_SIZE, "--seed", "1", "--missing", "0"]
    command = [sys.executable, "-m", "mozregression", "sandbox", *options, "--broken", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        if hasattr(os, "setpriority"):
            os.setpriority(os.PRIO_PROCESS, process.pid, _BEHIND)
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


@contextmanager
def _idle_window(seen: Stalls) -> Iterator[None]:
    """Watches one meanwhile."""
    command = [sys.executable, str(Path(__file__).with_name("stalls.py"))]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield
        finally:
            told, _ = process.communicate(timeout=_PATIENCE_MS / 1000)
        seen.add(Stalls(**json.loads(told)))


def _measure(root: str, first: str) -> tuple[Stalls, Stalls]:
    """Of the window during a search, and of an idle one beside it."""
    from qtpy.QtCore import QEventLoop, QSettings, QTimer
    from qtpy.QtTest import QTest

    from mozregression.driver.places import places
    from mozregression.services.endpoints import Endpoints
    from mozregui import app
    from mozregui.models.bisection import Doing
    from mozregui.models.search import Search
    from mozregui.widgets.window import Window
    from mozregui.widgets.wizard_page import WizardPage

    def look() -> None:
        if window.guide.bisection and window.guide.bisection.doing is Doing.FINISHED:
            application.quit()

    application = app.make_application(["mozregression-gui"])
    where = places()
    keep = QSettings(str(where.state / "window.ini"), QSettings.Format.IniFormat)
    window = Window(where, Endpoints.at(root), keep)
    app.stay_quick(window)
    loaded = QEventLoop()
    window.loaded.connect(loaded.quit)
    window.show()
    loaded.exec_()
    QTest.qWait(500)
    window.guide.ask(Search.REGRESSION)
    page = window.page
    assert isinstance(page, WizardPage)
    page.wizard.form["good"].content = first
    page.wizard.form["command"].content = "{binary} --check"
    idle = Stalls()
    with _idle_window(idle):
        QTest.qWait(1000)
        finished = QTimer()
        finished.timeout.connect(look)
        finished.start(50)
        QTimer.singleShot(_PATIENCE_MS, application.quit)
        watch = Watch()
        watch.start()
        page._begin()  # noqa: SLF001 - as a person does
        application.exec_()
        watch.stop()
    if window.guide.bisection is None or window.guide.bisection.doing is not Doing.FINISHED:
        raise SystemExit("The search does not get on.")
    window.close()
    return watch.stalls, idle


if __name__ == "__main__":
    sys.exit(main())
