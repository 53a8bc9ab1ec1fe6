"""The file that keeps choices: `key = value` lines, as people write them.

The file of earlier versions, so its form is theirs: values may be quoted, lists have commas, `#`
begins a comment. Lines of the form `[section]` are allowed anywhere and mean nothing. Read here
line by line, because mistakes are told with their line and everything a person wrote is kept.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mozregression.settings.table import BY_KEY, BY_NAME, Kind, Setting, Value
from mozregression.settings.values import WrongValueError, nearest, read

_ENTRY = re.compile(r"(?P<before>\s*(?P<key>[^\s=\[#;][^=]*?)\s*=[^\S\n]*)(?P<value>.*)", re.DOTALL)
_NO_ENTRY = re.compile(r"\s*([#;].*|\[.*\]\s*(#.*)?)?", re.DOTALL)
_ITEM = re.compile(r"""\s*("[^"]*"|'[^']*'|[^,]+)""")


class FileError(Exception):
    """The file cannot be used. The message is one line with file, line, key and what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One `key = value` line. number: of the line, from 1. before: all that precedes the value.

    value: as written, without the comment. after: blanks and the comment.
    """

    number: int
    key: str
    before: str
    value: str
    after: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file says. values: by the names of settings. warnings: one line each."""

    values: dict[str, Value] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def location() -> Path:
    """Where the user's file is, on every system."""
    return Path(os.path.expanduser("~"), ".mozilla", "mozregression", "mozregression.cfg")  # noqa: PTH111 - never raises


def load(path: Path) -> Contents:
    """What the file chooses; nothing when there is none. Raises FileError."""
    values: dict[str, Value] = {}
    warnings: list[str] = []
    lines: dict[str, int] = {}
    for entry in entries(path, text_of(path)):
        where = f"{path}, line {entry.number}: "
        if entry.key in lines:
            raise FileError(f"{where}{entry.key} is set in line {lines[entry.key]} already")
        lines[entry.key] = entry.number
        setting = BY_KEY.get(entry.key)
        if setting is None:
            hint = nearest(entry.key, BY_KEY)
            warnings.append(f"{where}there is no setting {entry.key!r}.{hint} It does nothing.")
            continue
        try:
            value = value_of(setting, entry.value)
        except WrongValueError as error:
            raise FileError(f"{where}{entry.key}: {error}") from None
        if value is not None:
            values[setting.name] = value
    return Contents(values, tuple(warnings))


def settings_of_person() -> dict[str, Any]:
    """All settings as the user's file has them, or their defaults. Raises FileError."""
    return {name: setting.default for name, setting in BY_NAME.items()} | load(location()).values


def text_of(path: Path) -> str:
    """The text of the file; empty when there is none. Raises FileError."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        why = f"byte {error.start} is not UTF-8"
    except OSError as error:
        why = str(error.strerror or error)
    raise FileError(f"{path} cannot be read: {why}. Mend it or move it away.")


def entries(path: Path, text: str) -> Iterator[Entry]:
    """The entries of a text, in order. Raises FileError for a line that is none."""
    for number, line in enumerate(text.split("\n"), 1):
        if _NO_ENTRY.fullmatch(line):
            continue
        match = _ENTRY.fullmatch(line)
        if match is None:
            first = line.split()[0]  # the rest may be a secret
            raise FileError(
                f"{path}, line {number}: what begins with {first!r} is not of the form key = value"
            )
        value = _uncommented(match["value"])
        if value is None:
            raise FileError(f"{path}, line {number}: {match['key']}: a quote is not closed")
        yield Entry(number, match["key"], match["before"], value, match["value"][len(value) :])


def value_of(setting: Setting, written: str) -> Value:
    """The value of a setting as written in a file; None when left empty. Raises WrongValueError."""
    if not written:
        return None
    if setting.kind is Kind.LIST:
        items = (_unquoted(item.strip()) for item in _ITEM.findall(written))
        return tuple(str(read(setting, item)) for item in items if item)
    text = _unquoted(written)
    if not text:
        return None
    value = read(setting, text)
    if setting.key and setting.key.startswith("no-"):
        return not value
    return value


def changed(path: Path, text: str, values: Mapping[str, str]) -> str:
    """The text with these values by key; all else stays as it is.

    Raises FileError, and WrongValueError for what the file cannot hold.
    """
    lines = text.split("\n")
    end = "\r" if lines[0].endswith("\r") else ""
    left = dict(values)
    for entry in entries(path, text):
        if entry.key in left:
            value = _written(left.pop(entry.key))
            gap = " " if entry.after.startswith("#") else ""
            lines[entry.number - 1] = f"{entry.before}{value}{gap}{entry.after}"
    while lines and not lines[-1].strip():
        lines.pop()
    lines += [f"{key} = {_written(value)}{end}" for key, value in left.items()]
    return "\n".join([*lines, ""])


def store(path: Path, text: str) -> None:
    """Replace the file at once: whatever happens, there is the old text or the new one.

    Raises FileError.
    """
    target = Path(os.path.realpath(path))  # a link to the file stays a link
    new = target.with_name(f"{target.name}.{os.getpid()}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with new.open("wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            new.chmod(target.stat().st_mode)
        new.replace(target)
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            new.unlink()


def _uncommented(text: str) -> str | None:
    """The value before a comment; None when a quote that begins an item has no end."""
    quote, begins = "", True
    for at, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and begins:
            quote = char
        elif char == "#" and (at == 0 or text[at - 1].isspace()):
            return text[:at].rstrip()
        begins = char == "," or (begins and char.isspace())
    return None if quote else text.rstrip()


def _unquoted(text: str) -> str:
    quoted = len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if quoted else text


def _written(value: str) -> str:
    """The value, quoted if it would be misread otherwise. Raises WrongValueError."""
    if _uncommented(value) == value and _unquoted(value) == value and value == value.strip():
        return value
    quote = "'" if '"' in value else '"'
    if quote in value:
        raise WrongValueError(f"{value!r} has quotes of both kinds, which the file cannot hold")
    return f"{quote}{value}{quote}"
