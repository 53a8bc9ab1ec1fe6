"""`--launch`: builds run without a bisection. One is run as it is, several are a blind test."""

import os
import sys
from argparse import Namespace
from contextlib import closing
from functools import partial
from pathlib import Path

from rich.console import Console

from mozregression.console.bisect import FAULTS, STATUS, refuse, show_request
from mozregression.console.blind import blind_test
from mozregression.console.exits import EXIT_FAULT
from mozregression.console.hint import hinted
from mozregression.console.view import View
from mozregression.driver.assembly import Launches, launches
from mozregression.driver.places import places
from mozregression.driver.settings import Settings
from mozregression.driver.single import NoBuildError, Single
from mozregression.faces.credentials import kept_credentials
from mozregression.faces.measuring import measured_launches
from mozregression.faces.plan import UsageError, plan_launch
from mozregression.launch.process import Ended, Running
from mozregression.model import links
from mozregression.services.endpoints import Endpoints
from mozregression.settings.file import FileError
from mozregression.testers.once import run_once
from mozregression.testers.tester import Answer, Stop, Subject

_TAIL = 10  # lines


def start(options: Namespace) -> int:
    """Launch what parsed options name; returns the exit status."""
    if options.json:
        return refuse("--json tells of bisections; --launch is none. Leave one of them out.")
    try:
        requests, settings = plan_launch(options)
        credentials = kept_credentials()
    except (UsageError, FileError) as error:
        return refuse(str(error))
    console = Console(highlight=False)
    view = View(console, person=True)
    try:
        with (
            hinted(wanted=options.update_check),
            measured_launches(requests, places(), options) as launched,
            closing(view),
            launches(
                requests,
                settings,
                places(),
                Endpoints.from_environment(os.environ),
                view,
                credentials=credentials,
                on_request=show_request if options.debug else None,
                on_output=partial(console.print, markup=False, soft_wrap=True),
            ) as made,
        ):
            view.close()
            launched.extend(single.found.candidate for single in made.singles)
            if len(made.singles) > 1:
                return blind_test(made.singles, made.tester, console)
            _describe(made.singles[0], console)
            return _status(_run(made, settings, console), settings)
    except NoBuildError as error:
        print(f"mozregression: {error}", file=sys.stderr)
        return STATUS[error.report.outcome]
    except FAULTS as error:
        print(f"mozregression: {error}", file=sys.stderr)
        return EXIT_FAULT


def _run(made: Launches, settings: Settings, console: Console) -> Ended | None:
    """How the build ended, or the command that was run on it; None: not in time."""
    subject = made.singles[0].subject(1)
    output = made.outputs / subject.output_name
    if settings.automated:
        command = settings.command or settings.program
        return run_once(command, subject, output, print, timeout=settings.test_timeout)
    waiting = _Waiting()
    made.tester(waiting).test(subject)
    if waiting.at_once and not made.tells:
        for line in _tail(output):
            console.print(line, markup=False, soft_wrap=True)
    return waiting.ended


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


def _status(ended: Ended | None, settings: Settings) -> int:
    """The exit status as shells tell it, 128 and the number of a signal included."""
    if ended and ended.code is not None:
        return ended.code
    what = ended or f"did not end within {settings.test_timeout:g} s"
    print(f"mozregression: It {what}.", file=sys.stderr)
    return 128 + ended.signal if ended and ended.signal else EXIT_FAULT


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
    for note in single.installed.notes:
        console.print(note, style="yellow", markup=False, soft_wrap=True)


def _tail(output: Path) -> list[str]:
    if not output.exists():
        return []
    return output.read_text(errors="replace").splitlines()[-_TAIL:]
