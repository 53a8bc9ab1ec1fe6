"""Puts a driver together for one session, and takes it apart again, whatever happens."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Protocol

from mozregression.builds.fetcher import Fetcher
from mozregression.builds.progress import Progress
from mozregression.builds.store import Store
from mozregression.driver.events import Fetching, Listener
from mozregression.driver.places import Places
from mozregression.driver.run import Driver, Hands, Notebook
from mozregression.driver.settings import Settings
from mozregression.launch.kinds import LaunchOptions, launcher_for
from mozregression.launch.launcher import Launcher
from mozregression.launch.profiles import (
    ProfileError,
    ProfileMode,
    ProfileOptions,
    parse_pref,
    read_prefs,
)
from mozregression.launch.workdirs import WorkDirs
from mozregression.model.apps import APPS, Launch, Platform
from mozregression.model.request import Request
from mozregression.model.verdicts import Verdict
from mozregression.services.endpoints import Endpoints
from mozregression.services.gateway import Services
from mozregression.services.http import Exchange
from mozregression.testers.browser import Ask, PersonTester
from mozregression.testers.command import CommandTester
from mozregression.testers.tester import Tester

_GIBIBYTE = 1 << 30
_CONNECT = 10.0  # seconds; a host that is there answers sooner


class Kept(Notebook, Protocol):
    """A notebook that has a folder for what tests put out, such as a journal's session."""

    @property
    def folder(self) -> Path: ...


@contextmanager
def assembled(
    session: Kept,
    settings: Settings,
    places: Places,
    endpoints: Endpoints,
    listener: Listener,
    *,
    ask: Ask | None = None,
    tester: Tester | None = None,
    on_request: Callable[[Exchange], None] | None = None,
    on_output: Callable[[str], None] | None = None,
) -> Iterator[Driver]:
    """A driver for the session. tester: judges; without one the command of the settings does, or
    else a person, whom `ask` asks. on_output: told each line that a browser prints, if the
    settings want that; a shell's are told in any case.

    Raises LaunchError for settings that cannot work, or when builds cannot be run here.
    """
    request = session.request
    app, platform = APPS[request.app], Platform(request.os, request.arch)
    cancelled = threading.Event()
    with ExitStack() as stack:
        work = WorkDirs(places.work)
        work.sweep()
        launcher = launcher_for(app, platform, work, launch_options(settings))
        stack.enter_context(closing(launcher))
        launcher.check()
        if app.launch is not Launch.SHELL and not settings.show_output:
            on_output = None
        judge = tester or _tester(
            settings, session.folder, launcher, ask, stack, on_output=on_output
        )
        services = services_for(
            request,
            settings,
            places,
            endpoints,
            on_request=on_request,
            cancelled=cancelled,
        )
        stack.enter_context(closing(services))
        store = Store(
            Path(settings.persist) if settings.persist else places.builds,
            _limit(settings),
            services.http,
            services.checksum_of,
        )
        fetcher = stack.enter_context(closing(Fetcher(store, listener=_announcing(listener))))
        driver = Driver(
            session,
            Hands(services.perform, services.renamed_artifact, fetcher, launcher.prepare, judge),
            listener,
            automated=settings.automated or tester is not None,
            work_ahead=settings.work_ahead,
            keep_guesses=settings.keep_guesses,
        )
        stack.enter_context(closing(driver))
        stack.callback(cancelled.set)
        yield driver


def services_for(
    request: Request,
    settings: Settings,
    places: Places,
    endpoints: Endpoints,
    *,
    on_request: Callable[[Exchange], None] | None = None,
    cancelled: threading.Event | None = None,
) -> Services:
    """What answers the questions of a request, to be closed. cancelled: as Http takes it."""
    if settings.archive:
        endpoints = replace(endpoints, archive=settings.archive)
    return Services(
        endpoints,
        APPS[request.app],
        Platform(request.os, request.arch),
        request.build_type,
        now=datetime.now(timezone.utc),
        lang=request.lang,
        # Only the real services' answers never change; a stand-in's do with its world.
        cache=places.answers if endpoints == Endpoints() else None,
        on_request=on_request,
        cancelled=cancelled,
        timeouts=(min(_CONNECT, settings.http_timeout), settings.http_timeout),
    )


def check(settings: Settings) -> None:
    """Raises LaunchError or CommandError for settings that cannot work with any build."""
    if settings.automated:
        _command_tester(settings, Path())
    _profile_options(settings)


def _tester(
    settings: Settings,
    outputs: Path,
    launcher: Launcher,
    ask: Ask | None,
    stack: ExitStack,
    *,
    on_output: Callable[[str], None] | None,
) -> Tester:
    if settings.automated:
        return _command_tester(settings, outputs)
    if ask is None:
        raise ValueError("nobody is there to judge: no tester, no command, no person")
    return stack.enter_context(PersonTester(ask, launcher.open, outputs, on_output=on_output))


def _command_tester(settings: Settings, outputs: Path) -> CommandTester:
    return CommandTester(
        settings.command or settings.program,
        outputs,
        timeout=settings.test_timeout,
        timeout_verdict=Verdict(settings.timeout_verdict),
    )


def launch_options(settings: Settings) -> LaunchOptions:
    return LaunchOptions(_profile_options(settings), settings.arguments, settings.adb_profile_dir)


def _profile_options(settings: Settings) -> ProfileOptions:
    mode = ProfileMode(settings.profile_persistence)
    if mode is ProfileMode.REUSE and not settings.profile:
        raise ProfileError("There is no profile to reuse: name one with --profile.")
    prefs = {}
    for source in settings.prefs_files:
        prefs.update(read_prefs(source))
    prefs.update(map(parse_pref, settings.prefs))
    return ProfileOptions(
        path=Path(settings.profile) if settings.profile else None,
        mode=mode,
        prefs=prefs,
        addons=tuple(Path(addon) for addon in settings.addons),
    )


def _limit(settings: Settings) -> int | None:
    return round(settings.persist_limit * _GIBIBYTE) or None


def _announcing(listener: Listener) -> Callable[[Progress], None]:
    return lambda progress: listener(Fetching(progress))
