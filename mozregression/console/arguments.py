"""What can be typed after `mozregression`. Imports little, so that `--help` comes at once."""

import argparse
from collections.abc import Sequence
from typing import NoReturn

from mozregression import __version__

# Exit status of the program; see docs/console.md.
EXIT_FOUND = 0
EXIT_NO_ANSWER = 1
EXIT_USAGE = 2
EXIT_STOPPED = 3
EXIT_FAULT = 4
EXIT_NARROWED = 5
EXIT_WRONG_BOUNDS = 6
EXIT_NO_BUILDS = 7

_EPILOG = """\
other commands:
  mozregression resume [ID]     go on with a stopped session (the latest, or by number)
  mozregression sessions        list sessions
  mozregression show [ID]       tell what a session asked, learnt and found
  mozregression report [ID]     its report as text, Markdown, JSON, HTML or for Bugzilla
  mozregression undo [ID [STEP]]
                                take back the last verdict, or STEP and all after it
  mozregression skip ID FIRST LAST
                                leave out the builds between two days
  mozregression export ID       write a session to the standard output, for somebody else
  mozregression import FILE     make a session of such a file
  mozregression sandbox         serve a small make-believe archive to try the tool offline
  mozregression demo            watch an unattended bisection of the sandbox

examples:
  mozregression --good 2026-05-01 --bad 2026-11-01
  mozregression -g 2026-05-01 -b 2026-11-01 --command './test.sh {binary}'
  mozregression -g 3f2b5c81aa40 -b 2026-11-01 -- python3 check.py {binary}
"""


class Parser(argparse.ArgumentParser):
    """Errors end with a hint, not with a page of usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(EXIT_USAGE, f"mozregression: {message}\nSee mozregression --help.\n")


def parser() -> argparse.ArgumentParser:
    """The parser of a bisection; `resume` and the like have their own."""
    top = Parser(
        prog="mozregression",
        description="Find the landing that broke (or fixed) Firefox, by bisecting its builds.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"mozregression {__version__}")
    _add_range(top)
    _add_test(top)
    _add_browser(top)
    _add_downloads(top)
    _add_json(top)
    top.add_argument("-d", "--debug", action="store_true", help="show every request made")
    return top


def _add_range(top: argparse.ArgumentParser) -> None:
    group = top.add_argument_group("range")
    bound = (
        "date (2026-05-01, '3 weeks ago'), build id (14 digits), release (150), hg tag, "
        "or changeset (hg or git)"
    )
    group.add_argument(
        "-g",
        "--good",
        metavar="BOUND",
        help=f"last known good: {bound} (default: a year before the bad one)",
    )
    group.add_argument("-b", "--bad", metavar="BOUND", help="first known bad (default: today)")
    group.add_argument(
        "-n", "--app", default="firefox", choices=["firefox"], help="default: %(default)s"
    )
    group.add_argument(
        "-B",
        "--build-type",
        default="shippable",
        choices=["shippable", "opt"],
        help="default: %(default)s; the others are tried where it is missing",
    )
    group.add_argument(
        "-M",
        "--mode",
        default="classic",
        choices=["classic", "no-first-check"],
        help="no-first-check: do not test the two ends first",
    )


def _add_test(top: argparse.ArgumentParser) -> None:
    group = top.add_argument_group("test (without a command you are asked about each build)")
    group.add_argument(
        "-c",
        "--command",
        metavar="SHELL",
        help="shell command that judges a build: exit 0 good, 1-124 bad, 125 skip; "
        "{binary} and other placeholders are replaced",
    )
    group.add_argument("argv", nargs="*", metavar="-- PROGRAM ARG", help="the same without a shell")
    group.add_argument(
        "--test-timeout", type=_seconds, metavar="SECONDS", help="end a command that takes longer"
    )
    group.add_argument(
        "--timeout-verdict",
        default="skip",
        choices=["skip", "good", "bad"],
        help="what a timeout means (default: %(default)s)",
    )
    group.add_argument(
        "--no-confirm", action="store_true", help="do not test the final pair a second time"
    )


def _add_browser(top: argparse.ArgumentParser) -> None:
    group = top.add_argument_group("browser")
    group.add_argument("-p", "--profile", metavar="DIR", help="profile to test with")
    group.add_argument(
        "--profile-persistence",
        default="clone",
        choices=["clone", "clone-first", "reuse"],
        help="clone the profile for each build, once, or use it as it is (default: %(default)s)",
    )
    group.add_argument(
        "--pref",
        action="append",
        default=[],
        dest="prefs",
        metavar="NAME:VALUE",
        help="set a preference",
    )
    group.add_argument(
        "-e",
        "--addon",
        action="append",
        default=[],
        dest="addons",
        metavar="PATH",
        help="install an add-on",
    )
    group.add_argument(
        "-a",
        "--arg",
        action="append",
        default=[],
        dest="cmdargs",
        metavar="ARG",
        help="argument for the browser; with dashes: --arg=--headless",
    )


def _add_downloads(top: argparse.ArgumentParser) -> None:
    group = top.add_argument_group("downloads")
    group.add_argument(
        "--persist", metavar="DIR", help="keep builds here (default: a cache folder)"
    )
    group.add_argument(
        "--persist-size-limit",
        type=_gigabytes,
        metavar="GB",
        help="remove the least recently used builds beyond this (default: 20; 0: no limit)",
    )
    group.add_argument(
        "--http-timeout",
        type=_seconds,
        default=60.0,
        metavar="SECONDS",
        help="default: %(default)g",
    )
    group.add_argument(
        "--no-background-dl",
        action="store_false",
        dest="background_dl",
        help="do not fetch likely next builds while one is tested",
    )


def _add_json(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--json",
        action="store_true",
        help="tell what happens as JSON, one object a line, and nothing else on standard output",
    )


def _positive(text: str, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of {what}")
    return value


def _seconds(text: str) -> float:
    value = _positive(text, "seconds")
    if value == 0:
        raise argparse.ArgumentTypeError("0 seconds would end everything at once")
    return value


def _gigabytes(text: str) -> float:
    return _positive(text, "gigabytes")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the arguments of a bisection; exits with EXIT_USAGE on mistakes.

    Everything after `--` is the test program.
    """
    before, program = _split(list(arguments))
    top = parser()
    options = top.parse_args(before)
    if options.argv:
        top.error(f"unexpected argument {options.argv[0]!r}; a test program goes after --")
    options.argv = program
    if options.command and options.argv:
        top.error("give the test either as --command or after --, not both")
    if not options.good and not options.bad:
        top.error("--good is missing: when did it still work? For example --good 2026-05-01")
    return options


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    if "--" not in arguments:
        return arguments, []
    place = arguments.index("--")
    return arguments[:place], arguments[place + 1 :]


def parse_resume(arguments: Sequence[str]) -> argparse.Namespace:
    """`resume [ID]`."""
    command = Parser(prog="mozregression resume", description="Go on with a stopped session.")
    command.add_argument(
        "session", nargs="?", type=int, metavar="ID", help="default: the latest unfinished one"
    )
    command.add_argument(
        "-c", "--command", metavar="SHELL", help="have this judge the builds from now on"
    )
    _add_json(command)
    command.add_argument("-d", "--debug", action="store_true", help="show every request made")
    return command.parse_args(arguments)


def parse_sessions(arguments: Sequence[str]) -> argparse.Namespace:
    """`sessions`."""
    return Parser(prog="mozregression sessions", description="List sessions.").parse_args(arguments)


def parse_demo(arguments: Sequence[str]) -> argparse.Namespace:
    """`demo`."""
    return Parser(
        prog="mozregression demo",
        description="Bisect a make-believe Firefox, served on this machine, unattended.",
    ).parse_args(arguments)
