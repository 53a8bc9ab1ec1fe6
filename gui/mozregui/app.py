"""The program: makes the application and its window, and runs until it is closed."""

import gc
import os
import sys
import traceback
from collections.abc import Sequence
from types import TracebackType

from qtpy.QtCore import QLocale, QSettings, Qt
from qtpy.QtGui import QIcon
from qtpy.QtWidgets import QApplication

import mozregression
from mozregression.driver.places import places
from mozregression.services.endpoints import Endpoints
from mozregui import widgets, words
from mozregui.widgets import theme
from mozregui.widgets.dialogs import tell_trouble
from mozregui.widgets.window import Window
from mozregui.words import tr

_TURN = 0.0001  # seconds until a thread that computes has to let another one go on


def make_application(arguments: Sequence[str]) -> QApplication:
    """The one application, sharp on every screen."""
    for name in ("AA_EnableHighDpiScaling", "AA_UseHighDpiPixmaps"):  # Qt 5 only
        attribute = getattr(Qt, name, None)
        if attribute is not None and hasattr(Qt, "AA_DisableHighDpiScaling"):
            QApplication.setAttribute(attribute)
    QApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    app = QApplication(list(arguments))
    app.setApplicationName("mozregression")
    app.setApplicationVersion(mozregression.__version__)
    app.setDesktopFileName("mozregression-gui")
    app.setWindowIcon(QIcon(str(widgets.ICON)))
    return app


def stay_quick(window: Window) -> None:
    """Have the window answer at once while work goes on in threads.

    Those give way to it sooner, and what the program was loaded from is garbage to nobody: it need
    not be looked through again and again.
    """
    sys.setswitchinterval(_TURN)
    window.loaded.connect(gc.freeze)


def run(arguments: Sequence[str]) -> int:
    """Show the window until it is closed; the exit status."""
    app = make_application(arguments)
    words.speak(QLocale.system().uiLanguages())
    where = places()
    keep = QSettings(str(where.state / "window.ini"), QSettings.Format.IniFormat)
    window = Window(where, Endpoints.from_environment(os.environ), keep)
    theme.apply(app, window.scheme)
    sys.excepthook = _report
    stay_quick(window)
    window.show()
    return int(app.exec_())


def _report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A mistake in the window itself: told, and the program goes on. Sessions are on disk."""
    text = "".join(traceback.format_exception(kind, error, trace))
    if sys.stderr is not None:  # which a program without a console has not on Windows
        sys.stderr.write(text)
    tell_trouble(
        QApplication.activeWindow(),
        tr("mozregression made a mistake."),
        tr("Your session is kept with all its verdicts. Please report the details below."),
        text,
    )
