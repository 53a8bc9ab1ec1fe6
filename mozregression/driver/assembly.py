"""Puts a driver together for one session, and takes it apart again, whatever happens."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from mozregression.driver.beside import BesideTest, Means, why_none_beside
from mozregression.driver.cancellation import Cancellation
from mozregression.driver.events import Listener
from mozregression.driver.places import Places
from mozregression.driver.run import Driver, Hands, Notebook
from mozregression.driver.settings import Settings
from mozregression.driver.single import Single, obtained
from mozregression.driver.supplies import Supplies, supplied
from mozregression.launch.kinds import LaunchOptions, launcher_for
from mozregression.launch.launcher import Installed, Launcher, Opened
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
from mozregression.services.credentials import Credentials
from mozregression.services.endpoints import Endpoints
from mozregression.services.http import Exchange
from mozregression.testers.browser import Ask, PersonTester
from mozregression.testers.command import CommandTester
from mozregression.testers.tester import Tester


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
    tester: Callable[[], Tester] | None = None,
    credentials: Credentials | None = None,
    on_request: Callable[[Exchange], None] | None = None,
    on_output: Callable[[str], None] | None = None,
) -> Iterator[Driver]:
    """A driver for the session. tester: makes who judges, one for each test that runs at once;
    without it the command of the settings does, or else a person, whom `ask` asks. credentials:
    for private builds. on_output: told each line that a browser prints, if the settings want that;
    a shell's are told in any case.

    Raises LaunchError for settings that cannot work, or when builds cannot be run here.
    """
    request = session.request
    automated = settings.automated or tester is not None
    with ExitStack() as stack:
        work = WorkDirs(places.work)
        work.sweep()
        launcher = stack.enter_context(_launching(request, settings, work))
        told = on_output if _tells_output(request, settings) else None
        judges = tester or _testers(settings, session.folder, launcher, ask, stack, on_output=told)
        supplies = stack.enter_context(
            supplied(
                request,
                settings,
                places,
                endpoints,
                listener,
                credentials=credentials,
                on_request=on_request,
            )
        )
        beside = _beside(session, settings, work, supplies, listener, automated=automated)
        stack.enter_context(closing(beside))
        driver = Driver(
            session,
            Hands(
                supplies.services.perform,
                supplies.services.renamed_artifact,
                supplies.fetcher,
                launcher.prepare,
                judges,
                supplies.kept,
            ),
            listener,
            beside=beside,
            automated=automated,
            jobs=settings.jobs,
            work_ahead=settings.work_ahead,
            keep_guesses=settings.keep_guesses,
            count_kept=settings.prefer_kept,
        )
        stack.enter_context(closing(driver))
        stack.callback(supplies.cancel)
        yield driver


@dataclass(frozen=True, slots=True)
class Launches:
    """Builds ready to be started, in the order asked for. outputs: folder for what they print.

    tester: launches builds and has a person asked. tells: what they print is told meanwhile.
    """

    singles: tuple[Single, ...]
    outputs: Path
    tester: Callable[[Ask], Tester]
    tells: bool


@contextmanager
def launches(
    requests: Sequence[Request],
    settings: Settings,
    places: Places,
    endpoints: Endpoints,
    listener: Listener,
    *,
    credentials: Credentials | None = None,
    on_request: Callable[[Exchange], None] | None = None,
    on_output: Callable[[str], None] | None = None,
    cancellation: Cancellation | None = None,
) -> Iterator[Launches]:
    """Builds that requests mean which differ in their bounds alone; see find_single.

    What several builds print is not told, as it could tell them apart; but for shells, of which
    there is nothing else. cancellation: gives up what is being fetched. Raises LaunchError,
    NoBuildError, Cancelled, and what services and builds raise.
    """
    cancellation = cancellation or Cancellation()
    first = requests[0]
    with ExitStack() as stack:
        work = WorkDirs(places.work)
        work.sweep()
        outputs = stack.enter_context(work.make("launch"))
        launcher = stack.enter_context(_launching(first, settings, work))
        one = replace(settings, show_output=settings.show_output and len(requests) == 1)
        tells = _tells_output(first, one)
        supplies = stack.enter_context(
            supplied(
                first,
                settings,
                places,
                endpoints,
                listener,
                credentials=credentials,
                on_request=on_request,
            )
        )
        singles = tuple(
            stack.enter_context(obtained(each, supplies, launcher.prepare, listener, cancellation))
            for each in requests
        )

        def opened(installed: Installed, output: Path) -> Opened:
            if len(singles) > 1:  # on a device, another one has taken its place
                launcher.prepare(installed.folder)
            return launcher.open(installed, output)

        def tester(ask: Ask) -> Tester:
            told = on_output if tells else None
            return stack.enter_context(PersonTester(ask, opened, outputs, on_output=told))

        yield Launches(singles, outputs, tester, tells)


def check(settings: Settings) -> None:
    """Raises LaunchError or CommandError for settings that cannot work with any build."""
    if settings.automated:
        _command_tester(settings, Path())
    _profile_options(settings)


@contextmanager
def _launching(request: Request, settings: Settings, work: WorkDirs) -> Iterator[Launcher]:
    """What runs the builds of a request. Raises LaunchError when that cannot be had here."""
    app = APPS[request.app]
    launcher = launcher_for(app, Platform(request.os, request.arch), work, launch_options(settings))
    with closing(launcher):
        launcher.check()
        yield launcher


def _beside(
    session: Kept,
    settings: Settings,
    work: WorkDirs,
    supplies: Supplies,
    listener: Listener,
    *,
    automated: bool,
) -> BesideTest:
    """Its builds have profiles of their own, clones where the person named one."""
    request = session.request
    app = APPS[request.app]
    options = launch_options(settings)
    apart = replace(options, profile=replace(options.profile, mode=ProfileMode.CLONE))
    means = Means(
        supplies.services.perform,
        supplies.services.renamed_artifact,
        supplies.fetcher,
        launcher_for(app, Platform(request.os, request.arch), work, apart),
        session.folder,
    )
    why_not = "A command judges, so that nobody looks." if automated else why_none_beside(app)
    return BesideTest(
        request, means, listener, why_not=why_not, at_once=settings.reference and not automated
    )


def _tells_output(request: Request, settings: Settings) -> bool:
    """Whether somebody wants to see what builds print: of a shell there is nothing else."""
    return settings.show_output or APPS[request.app].launch is Launch.SHELL


def _testers(
    settings: Settings,
    outputs: Path,
    launcher: Launcher,
    ask: Ask | None,
    stack: ExitStack,
    *,
    on_output: Callable[[str], None] | None,
) -> Callable[[], Tester]:
    if settings.automated:
        return partial(_command_tester, settings, outputs)
    if ask is None:
        raise ValueError("nobody is there to judge: no tester, no command, no person")
    person = stack.enter_context(PersonTester(ask, launcher.open, outputs, on_output=on_output))
    return lambda: person


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
