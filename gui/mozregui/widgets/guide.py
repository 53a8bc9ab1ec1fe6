"""What leads from the first page to the others, and what goes on there."""

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from qtpy.QtCore import QTimer

from mozregression.driver.places import Places
from mozregression.driver.settings import Settings
from mozregression.journal import Journal, Session, SessionInUseError
from mozregression.model.request import Request
from mozregression.services.endpoints import Endpoints
from mozregression.settings.file import FileError, location, settings_of_person
from mozregui.models.about import about
from mozregui.models.bisection import Bisection
from mozregui.models.cache import Cache, folder_of_builds
from mozregui.models.one_build import OneBuild
from mozregui.models.preferences import Preferences
from mozregui.models.running import Phase, Run
from mozregui.models.search import Search
from mozregui.models.usage import Usage
from mozregui.models.wizard import Wizard
from mozregui.widgets.about_dialog import AboutDialog, qt_versions
from mozregui.widgets.dialogs import tell_trouble
from mozregui.widgets.preferences import PreferencesDialog
from mozregui.widgets.run_page import RunPage
from mozregui.widgets.session_page import SessionPage
from mozregui.widgets.wizard_page import WizardPage
from mozregui.words import tr
from mozregui.work import launching
from mozregui.work.launching import Launching
from mozregui.work.opening import kept_session, new_session
from mozregui.work.preview import preview, preview_single
from mozregui.work.worker import Worker

if TYPE_CHECKING:
    from mozregui.widgets.window import Window

_Seen = TypeVar("_Seen")


class Guide:
    """Shows the other pages in the window. One thing at a time goes on: a session, or a build.

    While a session is opened, which takes a moment, no other page is led to. bisection: the session
    on the screen.
    """

    def __init__(self, window: "Window") -> None:
        self.bisection: Bisection | None = None
        self._window = window
        self._places = window.places
        self._endpoints = window.endpoints
        self._background = window.background
        self._journal = Journal(window.places.state)
        self._running: Run | None = None
        self._opening = False

    @property
    def is_going_on(self) -> bool:
        return self._running is not None or self._is_bisecting

    def leave(self) -> None:
        """Stop what goes on; the window is closed once that has ended."""
        if self.bisection and self._is_bisecting:
            self.bisection.stop()
        if self._running:
            self._running.leave()

    def show_start(self) -> None:
        if self._opening:
            return
        self.bisection = None
        self._window.show_page(self._window.start_page)

    def ask(self, search: Search) -> None:
        """Show the form for a new search."""
        options = None if self._opening else self._settings()
        if options is None:
            return
        look = partial(self._look_with, preview)
        wizard = Wizard(search, options, self._background, look)
        page = WizardPage(wizard)
        page.left.connect(self.show_start)
        page.started.connect(lambda: self._begin(wizard))
        self._window.show_page(page, wizard.title)
        page.first_field()

    def ask_for_one(self) -> None:
        """Show the form for one build."""
        options = None if self._opening else self._settings()
        if options is None:
            return
        page = RunPage(
            OneBuild(options, self._background, partial(self._look_with, preview_single))
        )
        page.left.connect(self.show_start)
        page.wanted.connect(lambda: self._run_one(page))
        self._window.show_page(page, tr("Run one build"))
        page.first_field()

    def _settings(self) -> dict[str, Any] | None:
        """As the person has them; None, and told, when the file cannot be used."""
        try:
            return settings_of_person()
        except FileError as error:
            tell_trouble(
                self._window,
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
            self._window.bridge.post(lambda: hear(happening))

        def hear(happening: launching.Happening) -> None:
            if self._running is run:  # nobody looks at it any more when it is over
                run.hear(happening)

        run = Run(Launching(request, settings, self._places, self._endpoints, tell))
        self._running = run
        run.changed.connect(lambda: self._follow_run(run))
        page.show_run(run)
        run.launching.start()

    def _follow_run(self, run: Run) -> None:
        if not run.is_over or self._running is not run:
            return
        self._running = None
        if self._window.closing:
            self._window.close()
        elif run.phase is Phase.FAILED:
            advice = run.failure
            if run.trace:
                advice = tr("Please report the details below.")
            tell_trouble(self._window, run.headline, advice, run.log.text)

    def open_session(self, number: int) -> None:
        """Go on with a kept session."""
        self._open(kept_session(self._journal, number))

    def _begin(self, wizard: Wizard) -> None:
        request, settings, facts = wizard.plan()
        self._open(new_session(self._journal, request, settings, facts), begins=True)

    def _open(self, session: Callable[[], Session], *, begins: bool = False) -> None:
        """One session at a time: what is asked for meanwhile is not done."""
        if not self._opening and not self.is_going_on:
            self._opening = True
            show = partial(self._show_session, begins=begins)
            self._background.run(session, show, self._cannot_open)

    @property
    def _is_bisecting(self) -> bool:
        return self.bisection is not None and not self.bisection.is_over

    def _show_session(self, session: Session, *, begins: bool) -> None:
        """In three turns of the window, which answers between them."""
        automated = Settings(**session.settings).automated
        worker = self._worker(session, begins=begins)
        bisection = Bisection(worker, self._again, automated=automated)
        page = SessionPage(bisection)
        page.left.connect(self.show_start)

        def show() -> None:
            self._opening = False
            if self._window.closing:
                session.close()
                return
            self.bisection = bisection
            self._window.show_page(page, tr("Session {number}").format(number=bisection.id))
            QTimer.singleShot(0, lambda: self._run(bisection))

        QTimer.singleShot(0, show)

    def _worker(self, session: Session, *, begins: bool = False) -> Worker:
        def tell(happening: object) -> None:
            self._window.bridge.post(lambda: self._hear(worker, happening))

        worker = Worker(session, self._places, self._endpoints, tell, begins=begins)
        return worker

    def _hear(self, worker: Worker, happening: object) -> None:
        if self.bisection and self.bisection.worker is worker:
            self.bisection.hear(happening)  # type: ignore[arg-type]

    def _run(self, bisection: Bisection) -> None:
        bisection.ended.connect(self._ended)
        bisection.worker.start()

    def _again(self, bisection: Bisection) -> None:
        """Carry a session on that was over."""

        def opened(session: Session) -> None:
            if self.bisection is bisection:
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
        tell_trouble(self._window, what, str(error))
        self._window.start.refresh()

    def _ended(self) -> None:
        if self._window.closing:
            self._window.close()
            return
        bisection = self.bisection
        if bisection and bisection.trace:
            tell_trouble(
                self._window,
                tr("mozregression made a mistake."),
                tr(
                    "The session is kept with all its verdicts: Go on tries again. Please report "
                    "the details below."
                ),
                bisection.trace,
            )

    def ask_now(self, search: Search) -> None:
        self.now(lambda: self.ask(search))

    def now(self, show: Callable[[], None]) -> None:
        """From the menu: not while something goes on."""
        if not self.is_going_on:
            self.bisection = None
            show()
            return
        what, advice = tr("A session is going on."), tr("Stop it first; it can be continued later.")
        if self._running:
            what, advice = tr("A build is running."), tr("Close it first.")
        tell_trouble(self._window, what, advice)

    def show_preferences(self) -> None:
        try:
            preferences = Preferences(location())
        except FileError as error:
            tell_trouble(
                self._window, tr("The file with your preferences cannot be used."), str(error)
            )
            return
        cache = Cache(folder_of_builds(self._places), self._background)
        PreferencesDialog(
            preferences, cache, Usage(self._places, self._background), self._window
        ).open()

    def show_about(self) -> None:
        AboutDialog(
            about(self._places, qt_versions(), self._window.start.update), self._window
        ).open()
