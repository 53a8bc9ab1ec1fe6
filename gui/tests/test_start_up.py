"""What the window loads, and when."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mozregression.services.endpoints import VARIABLE
from tests.driver.conftest import Bench

_STARTED = """
import json, os, sys, threading
from qtpy.QtCore import QEventLoop, QSettings
from mozregression.driver.places import places
from mozregression.services.endpoints import Endpoints
from mozregui import app
from mozregui.widgets.window import Window

application = app.make_application(["mozregression-gui"])
loop = QEventLoop()
endpoints = Endpoints.from_environment(os.environ)
window = Window(places(), endpoints, QSettings("window.ini", QSettings.Format.IniFormat))
window.loaded.connect(loop.quit)
window.show()
told = {"threads": threading.active_count(), "shown": sorted(sys.modules)}
loop.exec_()
told["loaded"] = sorted(sys.modules)
from mozregui.models.search import Search
window.guide.ask(Search.REGRESSION)
window.guide.show_start()
window.guide.ask_for_one()
window.guide.show_preferences()
window.guide.show_about()
told["used"] = sorted(sys.modules)
window.close()
print(json.dumps(told))
"""
_LATER = {
    "cattrs",
    "filelock",
    "mozregression.driver.run",
    "mozregression.faces",
    "mozregression.journal",
    "mozregression.model",
    "mozregression.reports",
    "mozregression.session",
    "mozregression.settings",
    "mozregression.telemetry",
    "mozregui.models.bisection",
    "mozregui.models.wizard",
    "mozregui.widgets.guide",
    "requests",
    "sqlite3",
    "ssl",
    "urllib3",
}
"""What other pages and work in the background need, and not the first page."""

_MUCH_LATER = {"PySide6.QtNetwork", "glean", "psutil", "rich", "mozregression.console"}
"""What no page needs."""


@pytest.fixture
def told(bench: Bench, tmp_path: Path) -> dict[str, Any]:
    """The modules of a new program: when its window is shown, when all is loaded, and when other
    pages were asked for. threads: how many there were when it was shown.
    """
    result = subprocess.run(
        [sys.executable, "-c", _STARTED],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={
            **os.environ,
            VARIABLE: bench.sandbox.root,
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_the_rest_is_loaded_after_the_first_page_and_before_the_first_click(
    told: dict[str, Any],
) -> None:
    assert told["threads"] == 1
    shown, loaded, used = (set(told[moment]) for moment in ("shown", "loaded", "used"))
    assert not shown & (_LATER | _MUCH_LATER)
    assert loaded >= _LATER
    assert not used & _MUCH_LATER
    assert not {name for name in used - loaded if name.startswith("mozreg")}
