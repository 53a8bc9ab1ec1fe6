"""The window: one page at a time, and what leads from one to the next."""

from collections.abc import Callable

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
from mozregression.services.endpoints import Endpoints
from mozregression.settings.file import FileError, load, location, settings_of_person
from mozregui.models.bisection import Bisection
from mozregui.models.preferences import Preferences
from mozregui.models.start import Start
from mozregui.models.wizard import Search, Wizard
from mozregui.widgets import dialogs, theme
from mozregui.widgets.bridge import Bridge
from mozregui.widgets.parts import scrolling
from mozregui.widgets.preferences import PreferencesDialog
from mozregui.widgets.session_page import SessionPage
from mozregui.widgets.start_page import StartPage
from mozregui.widgets.wizard_page import WizardPage
from mozregui.words import tr
from mozregui.work.background import Background
from mozregui.work.opening import kept_session, new_session
from mozregui.work.preview import preview
from mozregui.work.worker import Worker

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
        self._background = Background(self.bridge.post)
        self._bisection: Bisection | None = None
        self._closing = False
        self._opening = False
        self._start = Start(self._journal, self._background)
        self._stack = QStackedWidget()
        self._areas: dict[QWidget, QScrollArea] = {}
        self.setCentralWidget(self._stack)
        self.start_page = StartPage(self._start)
        self.start_page.regression.connect(lambda: self.ask(Search.REGRESSION))
        self.start_page.fix.connect(lambda: self.ask(Search.FIX))
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
        try:
            options = settings_of_person()
        except FileError as error:
            dialogs.tell_trouble(
                self,
                tr("The file with your preferences cannot be used."),
                tr("Mend it or move it away."),
                str(error),
            )
            return
        wizard = Wizard(
            search,
            options,
            self._background,
            lambda request, settings, cancelled: preview(
                request, settings, self._places, self._endpoints, cancelled
            ),
        )
        page = WizardPage(wizard)
        page.left.connect(self.show_start)
        page.started.connect(lambda: self._begin(wizard))
        self._show(page)
        self._title(wizard.title)
        page.first_field()

    def open_session(self, number: int) -> None:
        """Go on with a kept session."""
        self._open(kept_session(self._journal, number))

    def _begin(self, wizard: Wizard) -> None:
        request, settings, facts = wizard.plan()
        self._open(new_session(self._journal, request, settings, facts))

    def _open(self, session: Callable[[], Session]) -> None:
        """One session at a time: what is asked for meanwhile is not done."""
        if not self._opening and not self._is_going_on:
            self._opening = True
            self._background.run(session, self._show_session, self._cannot_open)

    @property
    def _is_going_on(self) -> bool:
        return self._bisection is not None and not self._bisection.is_over

    def _show_session(self, session: Session) -> None:
        self._opening = False
        if self._closing:
            session.close()
            return
        automated = Settings(**session.settings).automated
        bisection = Bisection(self._worker(session), self._again, automated=automated)
        self._bisection = bisection
        page = SessionPage(bisection)
        page.left.connect(self.show_start)
        self._show(page)
        self._title(tr("Session {number}").format(number=bisection.id))
        self._run(bisection)

    def _worker(self, session: Session) -> Worker:
        def tell(happening: object) -> None:
            self.bridge.post(lambda: self._hear(worker, happening))

        worker = Worker(session, self._places, self._endpoints, tell)
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
            if isinstance(before, WizardPage):
                before.closing()
            old = self._areas.pop(before)
            self._stack.removeWidget(old)
            old.deleteLater()

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
        about = self.menuBar().addMenu(tr("&Help"))
        self._action(about, tr("&About mozregression"), lambda: dialogs.about(self))

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
        """From the menu: not while a session goes on."""
        if self._is_going_on:
            dialogs.tell_trouble(
                self, tr("A session is going on."), tr("Stop it first; it can be continued later.")
            )
            return
        self._bisection = None
        self.ask(search)

    def show_preferences(self) -> None:
        try:
            preferences = Preferences(location())
        except FileError as error:
            dialogs.tell_trouble(
                self, tr("The file with your preferences cannot be used."), str(error)
            )
            return
        PreferencesDialog(preferences, self).open()

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
        bisection = self._bisection
        if bisection and not bisection.is_over and not self._closing:
            self._closing = True
            bisection.stop()
            QTimer.singleShot(_PATIENCE_MS, self.close)
            event.ignore()
            return
        self._closing = True
        self._keep.setValue("geometry", self.saveGeometry())
        if isinstance(self.page, WizardPage):
            self.page.closing()
        self._background.close()
        super().closeEvent(event)


def _update() -> str | None:
    """A newer release, if the person wants to hear of it."""
    wanted = load(location()).values.get("update_check", True)
    return newer_release() if wanted else None
