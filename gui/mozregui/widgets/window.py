"""The window: one page at a time, and what leads from one to the next."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from qtpy.QtCore import QSettings, QTimer
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
from mozregression.driver.release import newer_release
from mozregression.driver.settings import Settings
from mozregression.journal import Journal, Session, SessionInUseError
from mozregression.model.request import Request
from mozregression.services.endpoints import Endpoints
from mozregression.settings.file import FileError, load, location, settings_of_person
from mozregui.models.about import about
from mozregui.models.bisection import Bisection
from mozregui.models.cache import Cache, folder_of_builds
from mozregui.models.one_build import OneBuild
from mozregui.models.preferences import Preferences
from mozregui.models.running import Phase, Run
from mozregui.models.start import Start
from mozregui.models.usage import Usage
from mozregui.models.wizard import Search, Wizard
from mozregui.widgets import dialogs, theme
from mozregui.widgets.about_dialog import AboutDialog, qt_versions
from mozregui.widgets.bridge import Bridge
from mozregui.widgets.collector import Collector
from mozregui.widgets.parts import scrolling
from mozregui.widgets.preferences import PreferencesDialog
from mozregui.widgets.run_page import RunPage
from mozregui.widgets.session_page import SessionPage
from mozregui.widgets.start_page import StartPage
from mozregui.widgets.wizard_page import WizardPage
from mozregui.words import tr
from mozregui.work import launching
from mozregui.work.background import Background
from mozregui.work.launching import Launching
from mozregui.work.opening import kept_session, new_session
from mozregui.work.preview import preview, preview_single
from mozregui.work.worker import Worker

_Seen = TypeVar("_Seen")

_PATIENCE_MS = 15_000  # until the window closes although something does not end


class Window(QMainWindow):
    """The main window. keep: where geometry and looks are remembered."""

    def __init__(self, places: Places, endpoints: Endpoints, keep: QSettings) -> None:
        super().__init__()
        self._places = places
        self._endpoints = endpoints
        self._keep = keep
        self._journal = Journal(places.state)
        self.bridge = Bridge()
        self._collector = Collector(self)
        self._collector.start()
        self._background = Background(self.bridge.post)
        self._bisection: Bisection | None = None
        self._running: Run | None = None
        self._closing = False
        self._opening = False
        self._start = Start(self._journal, self._background)
        self._stack = QStackedWidget()
        self._areas: dict[QWidget, QScrollArea] = {}
        self.setCentralWidget(self._stack)
        usage = Usage(places, self._background)
        self.start_page = StartPage(self._start, usage)
        usage.look_for_notice()
        self.start_page.regression.connect(lambda: self.ask(Search.REGRESSION))
        self.start_page.fix.connect(lambda: self.ask(Search.FIX))
        self.start_page.one_build.connect(self.ask_for_one)
        self.start_page.opened.connect(self.open_session)
        self._place(self.start_page)
        self._make_menus()
        self._restore()
        self._title()
        self._background.run(_update, self._show_update, lambda _: None)

    @property
    def bisection(self) -> Bisection | None:
        """The session on the screen."""
        return self._bisection

    @property
    def page(self) -> QWidget:
        area = self._stack.currentWidget()
        return next(page for page, one in self._areas.items() if one is area)

    # From page to page

    def show_start(self) -> None:
        self._bisection = None
        self._show(self.start_page)
        self._title()

    def ask(self, search: Search) -> None:
        """Show the form for a new search."""
        options = self._settings()
        if options is None:
            return
        look = partial(self._look_with, preview)
        wizard = Wizard(search, options, self._background, look)
        page = WizardPage(wizard)
        page.left.connect(self.show_start)
        page.started.connect(lambda: self._begin(wizard))
        self._show(page)
        self._title(wizard.title)
        page.first_field()

    def ask_for_one(self) -> None:
        """Show the form for one build."""
        options = self._settings()
        if options is None:
            return
        page = RunPage(
            OneBuild(options, self._background, partial(self._look_with, preview_single))
        )
        page.left.connect(self.show_start)
        page.wanted.connect(lambda: self._run_one(page))
        self._show(page)
        self._title(tr("Run one build"))
        page.first_field()

    def _settings(self) -> dict[str, Any] | None:
        """As the person has them; None, and told, when the file cannot be used."""
        try:
            return settings_of_person()
        except FileError as error:
            dialogs.tell_trouble(
                self,
                tr("The file with your preferences cannot be used."),
                tr("Mend it or move it away."),
                str(error),
            )
            return None

    def _look_with(
        self,
        look: Callable[[Request, Settings, Places, Endpoints, threading.Event], _Seen],
        request: Request,
        settings: Settings,
        cancelled: threading.Event,
    ) -> _Seen:
        return look(request, settings, self._places, self._endpoints, cancelled)

    def _run_one(self, page: RunPage) -> None:
        request, settings = page.form.requested()

        def tell(happening: launching.Happening) -> None:
            self.bridge.post(lambda: run.hear(happening))

        run = Run(Launching(request, settings, self._places, self._endpoints, tell))
        self._running = run
        run.changed.connect(lambda: self._follow_run(run))
        page.show_run(run)
        run.launching.start()

    def _follow_run(self, run: Run) -> None:
        if not run.is_over or self._running is not run:
            return
        self._running = None
        if self._closing:
            self.close()
        elif run.phase is Phase.FAILED:
            advice = run.failure
            if run.trace:
                advice = tr("Please report the details below.")
            dialogs.tell_trouble(self, run.headline, advice, run.log.text)

    def open_session(self, number: int) -> None:
        """Go on with a kept session."""
        self._open(kept_session(self._journal, number))

    def _begin(self, wizard: Wizard) -> None:
        request, settings, facts = wizard.plan()
        self._open(new_session(self._journal, request, settings, facts), begins=True)

    def _open(self, session: Callable[[], Session], *, begins: bool = False) -> None:
        """One session at a time: what is asked for meanwhile is not done."""
        if not self._opening and not self._is_going_on:
            self._opening = True
            show = partial(self._show_session, begins=begins)
            self._background.run(session, show, self._cannot_open)

    @property
    def _is_going_on(self) -> bool:
        return self._running is not None or self._is_bisecting

    @property
    def _is_bisecting(self) -> bool:
        return self._bisection is not None and not self._bisection.is_over

    def _show_session(self, session: Session, *, begins: bool) -> None:
        self._opening = False
        if self._closing:
            session.close()
            return
        automated = Settings(**session.settings).automated
        worker = self._worker(session, begins=begins)
        bisection = Bisection(worker, self._again, automated=automated)
        self._bisection = bisection
        page = SessionPage(bisection)
        page.left.connect(self.show_start)
        self._show(page)
        self._title(tr("Session {number}").format(number=bisection.id))
        self._run(bisection)

    def _worker(self, session: Session, *, begins: bool = False) -> Worker:
        def tell(happening: object) -> None:
            self.bridge.post(lambda: self._hear(worker, happening))

        worker = Worker(session, self._places, self._endpoints, tell, begins=begins)
        return worker

    def _hear(self, worker: Worker, happening: object) -> None:
        if self._bisection and self._bisection.worker is worker:
            self._bisection.hear(happening)  # type: ignore[arg-type]

    def _run(self, bisection: Bisection) -> None:
        bisection.ended.connect(self._ended)
        bisection.worker.start()

    def _again(self, bisection: Bisection) -> None:
        """Carry a session on that was over."""

        def opened(session: Session) -> None:
            if self._bisection is bisection:
                bisection.carry_on(self._worker(session))
            else:
                session.close()

        self._background.run(
            kept_session(self._journal, bisection.id),
            opened,
            lambda error: bisection.cannot_go_on(str(error)),
        )

    def _cannot_open(self, error: Exception) -> None:
        self._opening = False
        if isinstance(error, SessionInUseError):
            what = tr("This session is being worked on elsewhere.")
        else:
            what = tr("The session cannot be opened.")
        dialogs.tell_trouble(self, what, str(error))
        self._start.refresh()

    def _ended(self) -> None:
        if self._closing:
            self.close()
            return
        bisection = self._bisection
        if bisection and bisection.trace:
            dialogs.tell_trouble(
                self,
                tr("mozregression made a mistake."),
                tr(
                    "The session is kept with all its verdicts: Go on tries again. Please report "
                    "the details below."
                ),
                bisection.trace,
            )

    def _show(self, page: QWidget) -> None:
        before = self.page
        if before is page:
            return
        area = self._areas.get(page) or self._place(page)
        self._stack.setCurrentWidget(area)
        if before is not self.start_page:
            if isinstance(before, WizardPage | RunPage):
                before.closing()
            old = self._areas.pop(before)
            self._stack.removeWidget(old)
            old.deleteLater()
            self._collector.collect()

    def _place(self, page: QWidget) -> QScrollArea:
        """Pages scroll where the screen is small or the letters are large."""
        area = self._areas[page] = scrolling(page)
        self._stack.addWidget(area)
        return area

    # Menus

    def _make_menus(self) -> None:
        session = self.menuBar().addMenu(tr("Sess&ion"))
        self._action(
            session,
            tr("Find a &regression"),
            lambda: self._ask_now(Search.REGRESSION),
            QKeySequence.StandardKey.New,
        )
        self._action(session, tr("Find a &fix"), lambda: self._ask_now(Search.FIX))
        self._action(session, tr("Run &one build"), lambda: self._now(self.ask_for_one))
        session.addSeparator()
        self._action(
            session,
            tr("&Preferences…"),
            self.show_preferences,
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
        self._action(help_menu, tr("&About mozregression"), self.show_about)

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

    def _ask_now(self, search: Search) -> None:
        self._now(lambda: self.ask(search))

    def _now(self, show: Callable[[], None]) -> None:
        """From the menu: not while something goes on."""
        if not self._is_going_on:
            self._bisection = None
            show()
            return
        what, advice = tr("A session is going on."), tr("Stop it first; it can be continued later.")
        if self._running:
            what, advice = tr("A build is running."), tr("Close it first.")
        dialogs.tell_trouble(self, what, advice)

    def show_preferences(self) -> None:
        try:
            preferences = Preferences(location())
        except FileError as error:
            dialogs.tell_trouble(
                self, tr("The file with your preferences cannot be used."), str(error)
            )
            return
        cache = Cache(folder_of_builds(self._places), self._background)
        PreferencesDialog(preferences, cache, Usage(self._places, self._background), self).open()

    def show_about(self) -> None:
        AboutDialog(about(self._places, qt_versions(), self._start.update), self).open()

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
            self._start.update = tr("mozregression {version} is out.").format(version=version)
            self._start.changed()

    def _restore(self) -> None:
        unit = self.fontMetrics().height()
        self.resize(58 * unit, 46 * unit)
        geometry = self._keep.value("geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)

    # The end

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop what goes on first, without a frozen window."""
        if self._is_going_on and not self._closing:
            self._closing = True
            if self._bisection and self._is_bisecting:
                self._bisection.stop()
            if self._running:
                self._running.leave()
            QTimer.singleShot(_PATIENCE_MS, self.close)
            event.ignore()
            return
        self._closing = True
        self._keep.setValue("geometry", self.saveGeometry())
        if isinstance(self.page, WizardPage | RunPage):
            self.page.closing()
        self._background.close()
        self._collector.stop()
        super().closeEvent(event)


def _update() -> str | None:
    """A newer release, if the person wants to hear of it."""
    wanted = load(location()).values.get("update_check", True)
    return newer_release() if wanted else None
