"""`--launch`: builds run without a bisection. One is run as it is, several are a blind test."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from rich.console import Console

from mozregression.console.arguments import EXIT_FAULT
from mozregression.console.bisect import FAULTS, STATUS, refuse, show_request
from mozregression.console.blind import blind_test
from mozregression.console.credentials import kept_credentials
from mozregression.console.hint import hinted
from mozregression.console.plan import UsageError, plan_launch
from mozregression.console.view import View
from mozregression.driver.assembly import tester_of
from mozregression.driver.places import places
from mozregression.driver.settings import Settings
from mozregression.driver.single import NoBuildError, Single, obtained
from mozregression.driver.supplies import Supplies, supplied
from mozregression.launch.process import Ended, Running
from mozregression.launch.workdirs import WorkDirs
from mozregression.model import links
from mozregression.model.request import Request
from mozregression.services.credentials import Credentials
from mozregression.services.endpoints import Endpoints
from mozregression.settings.file import FileError
from mozregression.testers.browser import Ask
from mozregression.testers.once import run_once
from mozregression.testers.tester import Answer, Stop, Subject, Tester

_TAIL = 10  # lines


def start(options: Namespace) -> int:
    """Launch what parsed options name; returns the exit status."""
    try:
        requests, settings = plan_launch(options)
        credentials = kept_credentials()
    except (UsageError, FileError) as error:
        return refuse(str(error))
    console = Console(highlight=False)
    try:
        with hinted(wanted=options.update_check), ExitStack() as stack:
            work = WorkDirs(places().work)
            work.sweep()
            launch = _Launch(console, settings, work, stack, credentials, debug=options.debug)
            return launch.one(requests[0]) if len(requests) == 1 else launch.blind(requests)
    except NoBuildError as error:
        print(f"mozregression: {error}", file=sys.stderr)
        return STATUS[error.report.outcome]
    except FAULTS as error:
        print(f"mozregression: {error}", file=sys.stderr)
        return EXIT_FAULT


class _Launch:
    """One command line. stack: ends what was begun."""

    def __init__(
        self,
        console: Console,
        settings: Settings,
        work: WorkDirs,
        stack: ExitStack,
        credentials: Credentials | None,
        *,
        debug: bool,
    ) -> None:
        self._console = console
        self._settings = settings
        self._work = work
        self._outputs = stack.enter_context(work.make("launch"))
        self._stack = stack
        self._credentials = credentials
        self._debug = debug

    def one(self, request: Request) -> int:
        """Run a build; its exit status, or that of the command run on it."""
        single = self._obtain((request,))[0]
        _describe(single, self._console)
        for note in single.installed.notes:
            self._console.print(note, style="yellow", markup=False)
        if self._settings.automated:
            return self._status(self._run_command(single), self._settings.test_timeout)
        waiting = _Waiting()
        tester = self._tester(waiting, self._print if self._settings.show_output else None)
        subject = single.subject(1)
        tester.test(subject)
        if waiting.at_once and not self._settings.show_output:
            for line in _tail(self._outputs / subject.output_name):
                self._print(line)
        return self._status(waiting.ended)

    def blind(self, requests: tuple[Request, ...]) -> int:
        """Have a person compare builds; the exit status."""
        singles = self._obtain(requests)
        return blind_test(singles, self._tester, self._console)

    def _tester(self, ask: Ask, on_output: Callable[[str], None] | None = None) -> Tester:
        return tester_of(
            self._settings, self._outputs, self._work, ask, self._stack, on_output=on_output
        )

    def _obtain(self, requests: tuple[Request, ...]) -> list[Single]:
        """Every build, in the order asked for."""
        view = View(self._console, person=True)
        with closing(view):
            supplies: Supplies = self._stack.enter_context(
                supplied(
                    requests[0],
                    self._settings,
                    places(),
                    Endpoints.from_environment(os.environ),
                    view,
                    credentials=self._credentials,
                    on_request=show_request if self._debug else None,
                )
            )
            return [self._stack.enter_context(obtained(each, supplies, view)) for each in requests]

    def _run_command(self, single: Single) -> Ended | None:
        return run_once(
            self._settings.command or self._settings.program,
            single.subject(1),
            self._outputs / "command.log",
            self._print,
            timeout=self._settings.test_timeout,
        )

    def _print(self, line: str) -> None:
        self._console.print(line, markup=False, soft_wrap=True)

    def _status(self, ended: Ended | None, timeout: float | None = None) -> int:
        """The exit status as shells tell it, 128 and the number of a signal included."""
        if ended is None:
            print(f"mozregression: it did not end within {timeout:g} s.", file=sys.stderr)
            return EXIT_FAULT
        if ended.code is not None:
            return ended.code
        print(f"mozregression: it {ended}.", file=sys.stderr)
        return EXIT_FAULT if ended.signal is None else 128 + ended.signal


class _Waiting:
    """In place of a person's verdict: waits until the build has ended.

    at_once: it ended so soon that nobody can have seen it.
    """

    ended = Ended()
    at_once = False

    def __call__(self, _: Subject, running: Running, note: str) -> Answer:
        self.at_once = bool(note)
        self.ended = running.wait() or Ended()
        return Stop()


def _describe(single: Single, console: Console) -> None:
    """What is about to run."""
    found, info = single.found, single.installed.info
    source = info.revision
    for name, value in (
        ("Launch", found.told),
        ("Is", " ".join(filter(None, (info.name, info.version)))),
        ("Build", " ".join(filter(None, (info.build_id, found.build.build_type)))),
        ("Source", f"{links.repository(source.branch)}/rev/{source.node}" if source else ""),
        ("From", found.build.url),
    ):
        if value:
            console.print(f"{name + ':':8}{value}", markup=False, soft_wrap=True)


def _tail(output: Path) -> list[str]:
    if not output.exists():
        return []
    return output.read_text(errors="replace").splitlines()[-_TAIL:]
