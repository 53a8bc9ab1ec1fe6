"""From what a person wrote to the value of a setting."""

import os
from collections.abc import Callable, Iterable

from mozregression.settings.table import Kind, Setting, Value

_WORDS = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}


class WrongValueError(ValueError):
    """The text is no value of the setting. The message says what is allowed."""


def read(setting: Setting, text: str) -> Value:
    """The value of a setting, or one item of a list. Raises WrongValueError."""
    if "\0" in text:
        raise WrongValueError("it holds a NUL character, which no value can have")
    if setting.choices:
        return _choice(setting, text)
    return _READERS[setting.kind](text)


def nearest(word: str, known: Iterable[str]) -> str:
    """A question to put after a mistake; empty when nothing is near."""
    from difflib import get_close_matches  # slow to import

    matches = get_close_matches(word.lower(), list(known), 1, cutoff=0.5)
    return f" Did you mean {matches[0]}?" if matches else ""


def _choice(setting: Setting, text: str) -> str | int:
    for choice in setting.choices:
        if str(choice) == text:
            return choice
    known = [str(choice) for choice in setting.choices]
    allowed = known[0] if len(known) == 1 else f"one of {', '.join(known)}"
    raise WrongValueError(f"{text!r} is not {allowed}.{nearest(text, known)}")


def _flag(text: str) -> bool:
    word = text.lower()
    if word not in _WORDS:
        raise WrongValueError(f"{text!r} is not true or false.{nearest(word, _WORDS)}")
    return _WORDS[word]


def _seconds(text: str) -> float:
    value = _number(text, Kind.SECONDS)
    if value == 0:
        raise WrongValueError("0 seconds would end everything at once")
    return value


def _gibibytes(text: str) -> float:
    return _number(text, Kind.GIBIBYTES)


def _number(text: str, kind: Kind) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1e9:  # no time and no disk is longer
        raise WrongValueError(f"{text!r} is not {kind.value}")
    return value


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise WrongValueError(f"{text!r} is not {Kind.NUMBER.value}") from None


def _count(text: str) -> int:
    value = _whole(text)
    if not 0 < value < 10**6:
        raise WrongValueError(f"{text!r} is not {Kind.COUNT.value}, or is too large")
    return value


def _rate(text: str) -> float:
    value = _number(text, Kind.RATE)
    if value > 1:
        raise WrongValueError(f"{text!r} is not {Kind.RATE.value}")
    return value


def _url(text: str) -> str:
    from urllib.parse import urlsplit  # slow to import

    try:
        parts = urlsplit(text)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # odd brackets, odd ports
        fits = False
    if not fits or any(char.isspace() for char in text):
        raise WrongValueError(f"{text!r} is not {Kind.URL.value}")
    return text.rstrip("/")


_READERS: dict[Kind, Callable[[str], Value]] = {
    Kind.TEXT: str,
    Kind.LIST: str,
    Kind.PATH: os.path.expanduser,
    Kind.URL: _url,
    Kind.NUMBER: _whole,
    Kind.SECONDS: _seconds,
    Kind.GIBIBYTES: _gibibytes,
    Kind.COUNT: _count,
    Kind.RATE: _rate,
    Kind.FLAG: _flag,
}
