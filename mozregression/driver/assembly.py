"""Puts a driver together for one session, and takes it apart again, whatever happens."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from mozregression.driver.events import Listener
from mozregression.driver.places import Places
from mozregression.driver.run import Driver, Hands
from mozregression.driver.settings import Settings
from mozregression.driver.supplies import supplied
from mozregression.journal import Session
from mozregression.launch.profiles import (
    ProfileError,
    ProfileMode,
    ProfileOptions,
    Profiles,
    parse_pref,
    read_prefs,
)
from mozregression.launch.workdirs import WorkDirs
from mozregression.model.verdicts import Verdict
from mozregression.services.credentials import Credentials
from mozregression.services.endpoints import Endpoints
from mozregression.services.http import Exchange
from mozregression.testers.browser import Ask, PersonTester
from mozregression.testers.command import CommandTester
from mozregression.testers.tester import Tester


@contextmanager
def assembled(
    session: Session,
    settings: Settings,
    places: Places,
    endpoints: Endpoints,
    listener: Listener,
    *,
    ask: Ask | None = None,
    tester: Tester | None = None,
    credentials: Credentials | None = None,
    on_request: Callable[[Exchange], None] | None = None,
    on_output: Callable[[str], None] | None = None,
) -> Iterator[Driver]:
    """A driver for the session. tester: judges; without one the command of the settings does, or
    else a person, whom `ask` asks. credentials: for private builds. on_output: told each line that
    a browser prints, if the settings want that.

    Raises ProfileError for browser settings that cannot work.
    """
    request = session.request
    with ExitStack() as stack:
        work = WorkDirs(places.work)
        work.sweep()
        judge = tester or tester_of(settings, session.folder, work, ask, stack, on_output=on_output)
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
        driver = Driver(
            session,
            Hands(
                supplies.services.perform,
                supplies.services.renamed_artifact,
                supplies.fetcher,
                judge,
            ),
            listener,
            automated=settings.automated or tester is not None,
            work_ahead=settings.work_ahead,
            keep_guesses=settings.keep_guesses,
        )
        stack.enter_context(closing(driver))
        stack.callback(supplies.cancel)
        yield driver


def check(settings: Settings) -> None:
    """Raises ProfileError or CommandError for settings that cannot work with any build."""
    if settings.automated:
        _command_tester(settings, Path())
    _profile_options(settings)


def tester_of(
    settings: Settings,
    outputs: Path,
    work: WorkDirs,
    ask: Ask | None,
    stack: ExitStack,
    *,
    on_output: Callable[[str], None] | None,
) -> Tester:
    """Who judges by the settings: a command, or the person whom `ask` asks. stack: ends it."""
    if settings.automated:
        return _command_tester(settings, outputs)
    if ask is None:
        raise ValueError("nobody is there to judge: no tester, no command, no person")
    profiles = stack.enter_context(Profiles(work, _profile_options(settings)))
    return stack.enter_context(
        PersonTester(
            ask,
            profiles,
            outputs,
            arguments=settings.arguments,
            on_output=on_output if settings.show_output else None,
        )
    )


def _command_tester(settings: Settings, outputs: Path) -> CommandTester:
    return CommandTester(
        settings.command or settings.program,
        outputs,
        timeout=settings.test_timeout,
        timeout_verdict=Verdict(settings.timeout_verdict),
    )


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
