"""How large the bundle is, and how long its window takes to show, against Qt alone in Python.

Measures dist/, which `dev.py bundle` makes. A cold start is one after the system has forgotten all
files that it had read, which root alone can make it do.
"""

import ctypes
import os
import select
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from ctypes.util import find_library
from pathlib import Path
from statistics import median

from harness import Figure, conclude, new_home, progress

ARCHIVE = Path(__file__).parents[1] / "dist/mozregression-gui-linux-x86_64.tar.xz"
_QT_ALONE = [sys.executable, "-c", "import PySide6.QtWidgets"]
_NOWHERE = "http://127.0.0.1:9"
_PAIRS = 7
_PATIENCE = 60.0
_MOST_PACKED, _MOST_UNPACKED, _MOST_TIMES = 28, 95, 2.5


def main() -> int:
    if not ARCHIVE.exists():
        raise SystemExit("There is no bundle in dist/: run python3 dev.py bundle first.")
    if "DISPLAY" not in os.environ:
        screen = ["xvfb-run", "-a", "-s", "-screen 0 1280x900x24 -noreset"]
        return subprocess.call([*screen, sys.executable, __file__])
    with tempfile.TemporaryDirectory() as place, new_home() as home:
        with tarfile.open(ARCHIVE) as archive:
            archive.extractall(place)  # noqa: S202 - our own
        bundle = Path(place, "mozregression")
        window = [str(bundle / "mozregression-gui")]
        environment = {**home.environment(_NOWHERE), "MOZREGRESSION_TELEMETRY": "0"}
        figures = [
            Figure("bundle, packed", ARCHIVE.stat().st_size / 1e6, _MOST_PACKED, " MB"),
            Figure("bundle, unpacked", _size(bundle) / 1e6, _MOST_UNPACKED, " MB"),
        ]
        screen_ = Screen()
        for how, limit in (("cold", _MOST_TIMES), ("warm", None)):
            if how == "cold" and not _can_forget():
                progress("cold starts are not measured: that needs root")
                continue
            prepare = _forget if how == "cold" else lambda: None
            shown, alone = _medians(
                prepare,
                lambda: screen_.seconds_to_show(window, environment),
                lambda: _seconds(_QT_ALONE),
            )
            what = f"{how} start to window shown"
            figures += [
                Figure(f"{what}, times Python importing QtWidgets", shown / alone, limit, "x"),
                Figure(f"{what}, by itself", shown, unit=" s"),
            ]
    return conclude(figures)


class Screen:
    """The X server, asked for what is shown on it. Xlib's own words: see X.h and Xlib.h."""

    _SUBSTRUCTURE_NOTIFY = 1 << 19
    _MAP_NOTIFY = 19
    _EVENT_SIZE = 192

    def __init__(self) -> None:
        self._x = ctypes.CDLL(find_library("X11"))
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(None))
        root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))
        notify = ctypes.c_long(self._SUBSTRUCTURE_NOTIFY)
        self._x.XSelectInput(self._display, root, notify)
        self._x.XSync(self._display, 0)

    def seconds_to_show(self, program: list[str], environment: dict[str, str]) -> float:
        """From its start until the first window of a program is on the screen."""
        begun = time.perf_counter()
        with subprocess.Popen(program, env=environment) as process:
            while not self._shown():
                if process.poll() is not None or time.perf_counter() - begun > _PATIENCE:
                    raise SystemExit("The window does not show.")
                select.select([self._x.XConnectionNumber(self._display)], [], [], 0.1)
            seconds = time.perf_counter() - begun
            process.kill()
        return seconds

    def _shown(self) -> bool:
        """Whether a window was shown since this was asked last."""
        event = ctypes.create_string_buffer(self._EVENT_SIZE)
        while self._x.XPending(self._display):
            self._x.XNextEvent(self._display, event)
            if int.from_bytes(event.raw[:4], sys.byteorder) == self._MAP_NOTIFY:
                return True
        return False


def _medians(prepare: Callable[[], object], *measures: Callable[[], float]) -> tuple[float, ...]:
    """Of runs that take turns."""
    rows = []
    for number in range(_PAIRS):
        progress(f"start {number + 1} of {_PAIRS}")
        row = []
        for measure in measures:
            prepare()
            row.append(measure())
        rows.append(row)
    return tuple(median(column) for column in zip(*rows, strict=True))


def _seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - begun


_SWITCH = Path("/proc/sys/vm/drop_caches")


def _can_forget() -> bool:
    return os.access(_SWITCH, os.W_OK)


def _forget() -> None:
    """Have Linux drop what it keeps of files in memory."""
    os.sync()
    _SWITCH.write_text("3")


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if not path.is_symlink())


if __name__ == "__main__":
    sys.exit(main())
