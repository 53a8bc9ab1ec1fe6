"""The window: its first page, its menus and its looks, and one page at a time.

What the other pages need is most of the program. It is loaded when the first page is on the screen,
so nothing of it may be imported at the top of this module, or of one that is imported here.
"""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from qtpy.QtCore import QSettings, QTimer, Signal
from qtpy.QtGui import QCloseEvent, QKeySequence
from qtpy.QtWidgets import (
    QAction,
    QActionGroup,
    QApplication,
    QMainWindow,
    QScrollArea,
    QStackedWidget,
    QWidget,
)

from mozregression.driver.places import Places
from mozregression.services.endpoints import Endpoints
from mozregui.models.search import Search
from mozregui.models.start import Start
from mozregui.models.usage import Usage
from mozregui.widgets import theme
from mozregui.widgets.bridge import Bridge
from mozregui.widgets.collector import Collector
from mozregui.widgets.page import Page
from mozregui.widgets.parts import scrolling
from mozregui.widgets.start_page import StartPage
from mozregui.words import tr
from mozregui.work.background import Background

if TYPE_CHECKING:
    from mozregui.widgets.guide import Guide

_PATIENCE_MS = 15_000  # until the window closes although something does not end
_MODELS = ("about", "bisection", "cache", "one_build", "preferences", "running", "wizard")


class Window(QMainWindow):
    """The main window. keep: where geometry and looks are remembered.

    loaded: all of the program is. closing: the window is to be closed when nothing goes on.
    """

    loaded = Signal()

    def __init__(self, places: Places, endpoints: Endpoints, keep: QSettings) -> None:
        super().__init__()
        self.places = places
        self.endpoints = endpoints
        self.closing = False
        self._keep = keep
        self._guide: Guide | None = None
        self.bridge = Bridge()
        self._collector = Collector(self)
        self._collector.start()
        self.background = Background(self.bridge.post)
        self.start = Start(places.state, self.background)
        self._usage = Usage(places, self.background)
        self._stack = QStackedWidget()
        self._areas: dict[Page, QScrollArea] = {}
        self.setCentralWidget(self._stack)
        self.start_page = StartPage(self.start, self._usage)
        self.start_page.regression.connect(lambda: self.guide.ask(Search.REGRESSION))
        self.start_page.fix.connect(lambda: self.guide.ask(Search.FIX))
        self.start_page.one_build.connect(lambda: self.guide.ask_for_one())
        self.start_page.opened.connect(lambda number: self.guide.open_session(number))
        self.start_page.seen.connect(self._begin)
        self._place(self.start_page)
        self._make_menus()
        self._restore()
        self._title()

    @property
    def guide(self) -> "Guide":
        """What leads to the other pages."""
        if self._guide is None:
            from mozregui.widgets.guide import Guide

            self._guide = Guide(self)
        return self._guide

    @property
    def page(self) -> Page:
        area = self._stack.currentWidget()
        return next(page for page, one in self._areas.items() if one is area)

    def show_page(self, page: Page, title: str = "") -> None:
        """Instead of the page before, which is gone then, but for the first one."""
        before = self.page
        self._title(title)
        if before is page:
            return
        area = self._areas.get(page) or self._place(page)
        self._stack.setCurrentWidget(area)
        if before is not self.start_page:
            before.closing()
            old = self._areas.pop(before)
            self._stack.removeWidget(old)
            old.deleteLater()
            self._collector.collect()

    def _place(self, page: Page) -> QScrollArea:
        """Pages scroll where the screen is small or the letters are large."""
        area = self._areas[page] = scrolling(page)
        self._stack.addWidget(area)
        return area

    # What waits until the first page is on the screen

    def _begin(self) -> None:
        self.start_page.seen.disconnect(self._begin)
        self._usage.look_for_notice()
        self.background.run(_update, self._show_update, lambda _: None)
        self.background.run(_load, self._load_widgets, self._load_widgets)

    def _load_widgets(self, _: object) -> None:
        """In the thread of the window, as Qt's classes are made there."""
        import_module("mozregui.widgets.guide")
        self.loaded.emit()

    # Menus

    def _make_menus(self) -> None:
        session = self.menuBar().addMenu(tr("Sess&ion"))
        self._action(
            session,
            tr("Find a &regression"),
            lambda: self.guide.ask_now(Search.REGRESSION),
            QKeySequence.StandardKey.New,
        )
        self._action(session, tr("Find a &fix"), lambda: self.guide.ask_now(Search.FIX))
        self._action(session, tr("Run &one build"), lambda: self.guide.now(self.guide.ask_for_one))
        session.addSeparator()
        self._action(
            session,
            tr("&Preferences…"),
            lambda: self.guide.show_preferences(),
            QKeySequence.StandardKey.Preferences,
        )
        session.addSeparator()
        self._action(session, tr("&Quit"), self.close, QKeySequence.StandardKey.Quit)
        view = self.menuBar().addMenu(tr("Vie&w"))
        group = QActionGroup(self)
        names = {
            theme.Scheme.SYSTEM: tr("&As the system"),
            theme.Scheme.LIGHT: tr("&Light"),
            theme.Scheme.DARK: tr("&Dark"),
        }
        for scheme, name in names.items():
            action = self._action(view, name, lambda scheme=scheme: self._look(scheme))  # type: ignore[misc]
            action.setCheckable(True)
            action.setChecked(scheme is self.scheme)
            group.addAction(action)
        help_menu = self.menuBar().addMenu(tr("&Help"))
        self._action(help_menu, tr("&About mozregression"), lambda: self.guide.show_about())

    def _action(
        self,
        menu: QWidget,
        text: str,
        triggered: Callable[[], object],
        key: "QKeySequence.StandardKey | None" = None,  # which PySide2 cannot say
    ) -> QAction:
        action = QAction(text, self)
        action.triggered.connect(lambda *_: triggered())
        if key is not None:
            action.setShortcut(QKeySequence(key))
        menu.addAction(action)
        return action

    # Looks

    @property
    def scheme(self) -> theme.Scheme:
        try:
            return theme.Scheme(str(self._keep.value("scheme", theme.Scheme.SYSTEM.value)))
        except ValueError:
            return theme.Scheme.SYSTEM

    def _look(self, scheme: theme.Scheme) -> None:
        self._keep.setValue("scheme", scheme.value)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, scheme)

    def _title(self, page: str = "") -> None:
        name = "mozregression"
        self.setWindowTitle(f"{page} - {name}" if page else name)

    def _show_update(self, version: str | None) -> None:
        if version:
            self.start.update = tr("mozregression {version} is out.").format(version=version)
            self.start.changed()

    def _restore(self) -> None:
        unit = self.fontMetrics().height()
        self.resize(58 * unit, 46 * unit)
        geometry = self._keep.value("geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)

    # The end

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop what goes on first, without a frozen window."""
        if self._guide and self._guide.is_going_on and not self.closing:
            self.closing = True
            self._guide.leave()
            QTimer.singleShot(_PATIENCE_MS, self.close)
            event.ignore()
            return
        self.closing = True
        self._keep.setValue("geometry", self.saveGeometry())
        self.page.closing()
        self.background.close()
        self.bridge.close()
        self._collector.stop()
        super().closeEvent(event)


def _update() -> str | None:
    """A newer release, if the person wants to hear of it."""
    from mozregression.driver.release import newer_release
    from mozregression.settings.file import load, location

    wanted = load(location()).values.get("update_check", True)
    return newer_release() if wanted else None


def _load() -> None:
    """All that holds no Qt, which takes nearly all of the time, and the table of apps."""
    for name in _MODELS:
        import_module(f"mozregui.models.{name}")
    from mozregression.model.apps import APPS

    len(APPS)
