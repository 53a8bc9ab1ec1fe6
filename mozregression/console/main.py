"""The commands of the console."""

import gc
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from mozregression.console import arguments
from mozregression.console.exits import EXIT_FOUND, EXIT_STOPPED, EXIT_USAGE


def run(argv: Sequence[str]) -> int:
    """Run a command line; returns the exit status."""
    command = _COMMANDS.get(argv[0]) if argv else None
    try:
        return command(argv[1:]) if command else _bisect(argv)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_STOPPED


def _bisect(argv: Sequence[str]) -> int:
    if not argv:
        arguments.parser().print_help()
        return EXIT_USAGE
    return begin(arguments.parse(argv))


def begin(options: Namespace) -> int:
    """Do what parsed options ask for; returns the exit status."""
    if options.list_build_types:
        from mozregression.console import listings

        print(listings.build_types())
        return EXIT_FOUND
    with _quick_imports():
        from mozregression.console import bisect, single

    return (single.start if options.launch else bisect.start)(options)


def _resume(argv: Sequence[str]) -> int:
    options = arguments.parse_resume(argv)
    with _quick_imports():
        from mozregression.console import bisect

    return bisect.resume(options)


def _sessions(argv: Sequence[str]) -> int:
    arguments.parse_sessions(argv)
    from mozregression.console import sessions

    return sessions.show()


def _report(argv: Sequence[str]) -> int:
    from mozregression.console import report

    return report.main(argv)


def _show(argv: Sequence[str]) -> int:
    from mozregression.console import show

    return show.main(argv)


def _undo(argv: Sequence[str]) -> int:
    from mozregression.console import undo

    return undo.main(argv)


def _skip(argv: Sequence[str]) -> int:
    from mozregression.console import skip

    return skip.main(argv)


def _export(argv: Sequence[str]) -> int:
    from mozregression.console import export

    return export.main(argv)


def _import(argv: Sequence[str]) -> int:
    from mozregression.console import importing

    return importing.main(argv)


def _telemetry(argv: Sequence[str]) -> int:
    from mozregression.console import telemetry

    return telemetry.main(argv)


def _telemetry_helper(argv: Sequence[str]) -> int:
    from mozregression.telemetry import helper

    return helper.main(argv)


def _activity(argv: Sequence[str]) -> int:
    from mozregression.console import activity

    return activity.main(argv)


def _sandbox(argv: Sequence[str]) -> int:
    from mozregression.sandbox import cli

    return cli.main(argv)


def _demo(argv: Sequence[str]) -> int:
    arguments.parse_demo(argv)
    with _quick_imports():
        from mozregression.console import demo

    return demo.show()


@contextmanager
def _quick_imports() -> Iterator[None]:
    """Import without looking for garbage, now or later: there is none among modules.

    Looking takes a third of the time that starting and ending take.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


_COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "resume": _resume,
    "sessions": _sessions,
    "report": _report,
    "show": _show,
    "undo": _undo,
    "skip": _skip,
    "export": _export,
    "import": _import,
    "telemetry": _telemetry,
    "--telemetry-helper": _telemetry_helper,  # see telemetry/starting.py
    "activity": _activity,
    "sandbox": _sandbox,
    "demo": _demo,
}
