"""What can be typed after `mozregression`. Imports little, so that `--help` comes at once."""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any, NoReturn

from mozregression import __version__
from mozregression.console.exits import EXIT_USAGE
from mozregression.settings.file import FileError, load, location
from mozregression.settings.table import BY_NAME, SETTINGS, Group, Kind, Setting
from mozregression.settings.values import WrongValueError, read

_USAGE = """\
mozregression --good BOUND [--bad BOUND] [options] [-- PROGRAM ARG ...]
       mozregression --launch BOUND [options]
       mozregression COMMAND ...
"""

_EPILOG = """\
commands:
  resume [ID]           go on with a stopped session (the latest, or by number)
  sessions              list sessions
  show [ID]             tell what a session asked, learnt and found
  report [ID]           its report as text, Markdown, JSON, HTML or for Bugzilla
  undo [ID [STEP]]      take back the last verdict, or STEP and all after it
  skip ID FIRST LAST    leave out the builds between two days
  export ID             write a session to standard output, for somebody else
  import FILE           make a session of such a file
  sandbox               serve a small make-believe archive to try things offline
  demo                  watch an unattended bisection of the sandbox

examples:
  mozregression --good 2026-05-01 --bad 2026-11-01
  mozregression -g 150 -b today --command './test.sh {binary}'
  mozregression -g 3f2b5c81aa40 -b 2026-11-01 -- python3 check.py {binary}
  mozregression --app fenix --arch arm64-v8a --good 2026-05-01
  mozregression --launch 2026-05-01
"""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Names what an option takes once, after all of its spellings."""

    def _format_action_invocation(self, action: argparse.Action) -> str:
        if not action.option_strings or action.nargs == 0:
            return super()._format_action_invocation(action)
        default = self._get_default_metavar_for_optional(action)
        return f"{', '.join(action.option_strings)} {self._format_args(action, default)}"


class Parser(argparse.ArgumentParser):
    """Errors are one line and end with a hint, not with a page of usage.

    fault: what is wrong with the defaults; told when no option of the command line ended the
    program, so that `--help` and `--write-config` work whatever the config file holds.
    """

    fault = ""
    warnings: tuple[str, ...] = ()

    def parse_known_args(
        self, args: Any = None, namespace: Any = None, **more: Any
    ) -> tuple[Any, list[str]]:
        parsed: tuple[Any, list[str]] = super().parse_known_args(args, namespace, **more)
        for warning in self.warnings:
            print(f"mozregression: {_one_line(warning)}", file=sys.stderr)
        if self.fault:
            self.exit(EXIT_USAGE, f"mozregression: {_one_line(self.fault)}\n")
        return parsed

    def _get_values(self, action: argparse.Action, arg_strings: list[str]) -> Any:
        if action.option_strings and arg_strings == ["--"]:  # argparse would make it no value
            raise argparse.ArgumentError(action, "'--' cannot be a value")
        return super()._get_values(action, arg_strings)

    def error(self, message: str) -> NoReturn:
        line = _one_line(message)
        end = "" if line.endswith(("?", ".")) else "."
        self.exit(EXIT_USAGE, f"mozregression: {line}{end} See mozregression --help.\n")


def _one_line(text: str) -> str:
    return " ".join(text.split())


class _Collect(argparse.Action):
    """Appends to a list that begins anew on the command line, whatever the default holds."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        earlier = getattr(namespace, self.dest)
        more = values if isinstance(values, list) else [values]
        setattr(namespace, self.dest, more if earlier is self.default else [*earlier, *more])


class _WriteConfig(argparse.Action):
    """Asks about the config file and leaves."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from mozregression.console import write_config

        parser.exit(write_config.run(location()))


class _ListReleases(argparse.Action):
    """Prints what releases mean as bounds and leaves."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from mozregression.console import listings

        print(listings.releases())
        parser.exit()


class _PrintCompletion(argparse.Action):
    """Prints a script for the user's shell and leaves."""

    def __call__(
        self, parser: argparse.ArgumentParser, _: argparse.Namespace, shell: Any, *__: Any
    ) -> None:
        import shtab

        for action in parser._actions:  # noqa: SLF001 - there is no other way to all of them
            setting = BY_NAME.get(action.dest)
            if setting and setting.kind is Kind.PATH:
                action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
        print(shtab.complete(parser, shell))
        parser.exit()


def parser() -> argparse.ArgumentParser:
    """The parser of a bisection, with defaults of the user's config file.

    `resume` and the like have their own.
    """
    return _configured(_bare_parser())


def _configured(command: Parser) -> Parser:
    """With defaults of the user's config file, for whatever options it has."""
    try:
        contents = load(location())
    except FileError as error:
        command.fault = str(error)
    else:
        command.warnings = contents.warnings
        known = {action.dest for action in command._actions}  # noqa: SLF001 - no other way to them
        chosen = {name: value for name, value in contents.values.items() if name in known}
        command.set_defaults(**chosen)
    return command


def defaults() -> dict[str, Any]:
    """All options as they are when neither the command line nor a file says anything."""
    return vars(_bare_parser().parse_args([]))


def _bare_parser() -> Parser:
    top = Parser(
        prog="mozregression",
        usage=_USAGE,
        description="Find the landing that broke (or fixed) Firefox, by bisecting its builds.",
        epilog=_EPILOG,
        formatter_class=_Help,
        allow_abbrev=False,
        add_help=False,
    )
    groups = {group: top.add_argument_group(group.value) for group in Group}
    for setting in SETTINGS:
        if setting.options:
            _add(groups[setting.group], setting)
    groups[Group.TEST].add_argument(
        "argv", nargs="*", metavar="-- PROGRAM ARG", help="the same without a shell"
    )
    _add_actions(groups[Group.OTHER])
    _add_json(groups[Group.OTHER])
    return top


def _add_json(command: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    command.add_argument(
        "--json",
        action="store_true",
        help="tell what happens as JSON, one object a line, and nothing else on standard output",
    )


def _add_actions(group: argparse._ArgumentGroup) -> None:
    """Options that do something else than a bisection."""
    group.add_argument(
        "--list-build-types", action="store_true", help="list the build types of every app"
    )
    group.add_argument(
        "--list-releases",
        action=_ListReleases,
        nargs=0,
        help="list releases and the days that they mean as bounds",
    )
    group.add_argument(
        "--write-config", action=_WriteConfig, nargs=0, help="ask about the config file, write it"
    )
    group.add_argument(
        "--print-completion",
        action=_PrintCompletion,
        choices=("bash", "zsh", "fish"),
        help="print a script that completes options in this shell",
    )
    group.add_argument("-h", "--help", action="help", help="show this and exit")
    group.add_argument("--version", action="version", version=f"mozregression {__version__}")


def _add(group: argparse.ArgumentParser | argparse._ArgumentGroup, setting: Setting) -> None:
    if setting.kind is Kind.FLAG:
        group.add_argument(
            *setting.options,
            dest=setting.name,
            action="store_false" if setting.default else "store_true",
            help=setting.help,
        )
        return
    shape: dict[str, Any] = {"action": _Collect} if setting.kind is Kind.LIST else {}
    if setting.several:
        shape["nargs"] = "+"
    if setting.choices:
        shape["choices"] = setting.choices
    group.add_argument(
        *setting.options,
        dest=setting.name,
        type=partial(_value, setting),
        default=setting.default,
        metavar=setting.metavar,
        help=help_text(setting),
        **shape,
    )


def help_text(setting: Setting) -> str:
    """What a setting does, what it may be if that is not shown beside it, and its default."""
    text, default = setting.help, setting.default
    if setting.choices and setting.metavar:
        text += f": {', '.join(map(str, setting.choices))}"
    if setting.kind is Kind.FLAG or default is None or default == ():
        return text
    shown = f"{default:g}" if isinstance(default, float) else default
    return f"{text} (default: {shown})"


def _value(setting: Setting, text: str) -> Any:
    try:
        return read(setting, text)
    except WrongValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


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
    command.add_argument(
        "--transition",
        type=int,
        metavar="N",
        help="go on in one of the places where the bug came or went, numbered as listed",
    )
    for name in ("intermittent", "flaky", "miss_rate", "false_rate"):
        _add(command, BY_NAME[name])
    _add_json(command)
    for name in ("update_check", "telemetry", "telemetry_endpoint", "debug"):
        _add(command, BY_NAME[name])
    return _configured(command).parse_args(arguments)


def parse_sessions(arguments: Sequence[str]) -> argparse.Namespace:
    """`sessions`."""
    return Parser(prog="mozregression sessions", description="List sessions.").parse_args(arguments)


def parse_demo(arguments: Sequence[str]) -> argparse.Namespace:
    """`demo`."""
    return Parser(
        prog="mozregression demo",
        description="Bisect a make-believe Firefox, served on this machine, unattended.",
    ).parse_args(arguments)
