"""A few questions, whose answers go into the config file."""

import sys
from pathlib import Path

from mozregression.console.exits import EXIT_FOUND, EXIT_STOPPED, EXIT_USAGE
from mozregression.settings.file import FileError, changed, entries, store, text_of, value_of
from mozregression.settings.table import BY_NAME, Setting
from mozregression.settings.values import WrongValueError

_ASKED = ("persist", "persist_size_limit", "profile", "profile_persistence", "http_timeout", "mode")


def run(path: Path) -> int:
    """Ask on the terminal and write the file; returns the exit status."""
    print(f"Choices for {path}\nEnter keeps what is in brackets.")
    try:
        text = text_of(path)
        written = {entry.key: entry.value for entry in entries(path, text)}
        answers = {}
        for setting in (BY_NAME[name] for name in _ASKED):
            assert setting.key  # noqa: S101 - those that are asked about have one
            answer = _ask(setting, written.get(setting.key, ""))
            if answer:
                answers[setting.key] = answer
        if answers:
            store(path, changed(path, text, answers))
    except (EOFError, KeyboardInterrupt):
        print("\nNothing was written.", file=sys.stderr)
        return EXIT_STOPPED
    except (FileError, WrongValueError) as error:
        print(f"mozregression: {error}", file=sys.stderr)
        return EXIT_USAGE
    print(f"Written: {path}" if answers else "Nothing to change.")
    return EXIT_FOUND


def _ask(setting: Setting, written: str) -> str:
    """The text to write for a setting, empty to leave it as it is."""
    allowed = f" ({', '.join(map(str, setting.choices))})" if setting.choices else ""
    default = "" if setting.default is None else f"{setting.default}"
    question = f"{setting.label}{allowed} [{written or default}]: "
    while True:
        answer = input(question).strip()
        problem = _problem(setting, answer or written)
        if not problem:
            return answer
        print(f"  {problem}")


def _problem(setting: Setting, text: str) -> str:
    """What is wrong with an answer; also with a value that the file held and nobody changed."""
    try:
        value_of(setting, text)
    except WrongValueError as error:
        return str(error)
    return ""
