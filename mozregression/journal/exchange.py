"""A session as one readable JSON file, to be carried to somebody else's journal.

What comes from a file is somebody else's: everything in it is checked before anything is kept,
builds may only come from services we would ask ourselves, and settings that run programs or name
files stay behind.
"""

import dataclasses
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from math import isfinite
from typing import Any
from urllib.parse import urlsplit

from mozregression.journal.encoding import DecodingError, from_json, to_json
from mozregression.journal.errors import JournalError
from mozregression.journal.sessions import Record
from mozregression.model.builds import Nightly
from mozregression.model.facts import Fact, VerdictGiven, VerdictRetracted
from mozregression.model.request import Request

FORMAT = "mozregression session"
VERSION = 1
LARGEST = 200_000_000  # characters; a year of pushes takes a few millions

_SECRET = re.compile("token|secret|password|credential|clientid|client_id", re.IGNORECASE)

# Settings that neither run anything nor name a file of the machine they came from.
_HARMLESS = {
    "test_timeout": lambda value: value is None or _is_number(value),
    "timeout_verdict": lambda value: value in ("good", "bad", "skip"),
    "prefs": lambda value: isinstance(value, list) and all(map(_is_short_line, value)),
}

_WORD = re.compile(r"\w[\w.-]{0,99}", re.ASCII)
_KEY = re.compile(r"\w+/\w[\w.-]{0,99}/\d{1,20}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{7,40}")
_SYMBOL = re.compile(
    r"[0-9a-f]{7,40}|[A-Za-z][A-Za-z0-9_.-]{0,99}"
)  # what was located may be a tag
_PATTERNS = {
    "after": _HASH,
    "algorithm": _WORD,
    "app": _WORD,
    "arch": _WORD,
    "at_hand": _KEY,
    "branch": _WORD,
    "build_type": _WORD,
    "candidate": _KEY,
    "changesets": re.compile(r"[0-9a-f]{40}"),
    "file_name": re.compile(r"\w[\w.+-]{0,199}", re.ASCII),
    "git": re.compile(r"[0-9a-f]{40}"),
    "hex": re.compile(r"[0-9a-fA-F]{8,200}"),
    "node": _SYMBOL,
    "newer": _KEY,
    "older": _KEY,
    "os": _WORD,
    "path": re.compile(r"(/[\w+~-][\w.+~-]*)+/", re.ASCII),
    "platform": _WORD,
    "stamp": re.compile(r"\d{10}(\d{4})?", re.ASCII),
    "suspects": re.compile(r"[^\x00-\x1f\x7f]{1,1000}"),
    "task_id": re.compile(r"[\w-]{1,50}", re.ASCII),
    "upto": _HASH,
}
"""What text in a field of this name looks like, in whatever value the field is."""

_URLS = {"url", "checksums_url", "source_url"}
_LONGEST = 20_000  # characters of any other text
_LATEST = int(datetime(9999, 1, 1, tzinfo=timezone.utc).timestamp())


class ExchangeError(JournalError):
    """The file is no session, or none that can be trusted."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a file brings. left_behind: settings that are not taken over."""

    request: Request
    settings: dict[str, Any]
    facts: tuple[Fact, ...]
    left_behind: dict[str, Any]


def packed(record: Record, program: str) -> str:
    """A session as the text of a file. program: version of mozregression."""
    outcome = record.summary.outcome
    content = {
        "format": FORMAT,
        "version": VERSION,
        "mozregression": program,
        "created": record.summary.created,
        "outcome": outcome.name if outcome else None,
        "request": json.loads(to_json(record.summary.request, Request)),
        "settings": {
            name: value for name, value in record.settings.items() if not _SECRET.search(name)
        },
        "facts": [json.loads(to_json(fact, Fact)) for fact in record.facts],
    }
    return json.dumps(content, indent=1) + "\n"


def unpacked(text: str, origins: Collection[str]) -> Parcel:
    """What a file brings, checked. origins: where builds may come from (`https://host`).

    Raises ExchangeError, which says in one line what is wrong.
    """
    content = _content(text)
    settings = content.get("settings")
    given = content.get("facts")
    if not isinstance(settings, dict) or not isinstance(given, list):
        raise ExchangeError("The file is damaged: it has no settings or no facts.")
    request: Request = _read(content.get("request"), Request, "the request")
    _check(request, "the request", origins)
    if not all(map(_is_short_line, _texts(request))):
        raise ExchangeError("The file is damaged: the request has text that is no bound.")
    facts = []
    for number, one in enumerate(given, 1):
        fact: Fact = _read(one, Fact, f"fact {number}")
        _check(fact, f"fact {number}", origins)
        facts.append(fact)
    _check_verdicts(facts)
    taken = {name: settings[name] for name, harmless in _HARMLESS.items() if name in settings}
    for name, value in taken.items():
        if not _HARMLESS[name](value):
            raise ExchangeError(f"The file is damaged: {value!r:.80} cannot be its {name}.")
    left = {name: value for name, value in settings.items() if name not in taken}
    return Parcel(request, taken, tuple(facts), left)


def _content(text: str) -> dict[str, Any]:
    if len(text) > LARGEST:
        raise ExchangeError("The file is too large to be a session.")
    try:
        content = json.loads(text, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise ExchangeError(f"The file is no session: it is not JSON ({_line(error)}).") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ExchangeError("The file is no session. Make one with: mozregression export ID > FILE")
    if content.get("version") != VERSION:
        raise ExchangeError(
            f"The file has version {content.get('version')!r:.20}, and this mozregression reads "
            f"version {VERSION}. Update mozregression, or have the session exported by this one."
        )
    return content


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is no number")


def _read(given: Any, kind: Any, what: str) -> Any:
    """The value, if it holds everything that was given and nothing was bent to fit."""
    try:
        value = from_json(json.dumps(given), kind)
        faithful = _within(given, json.loads(to_json(value, kind)))
    except (DecodingError, RecursionError, ValueError, TypeError, AttributeError) as error:
        raise ExchangeError(
            f"The file is damaged: {what} cannot be read ({_line(error)})."
        ) from None
    if not faithful:
        raise ExchangeError(f"The file is damaged: {what} has values of a wrong kind.")
    return value


def _within(given: Any, read: Any) -> bool:
    """Whether everything given was read as it is. Fields with defaults may be left out."""
    if isinstance(given, dict) and isinstance(read, dict):
        return all(name in read and _within(value, read[name]) for name, value in given.items())
    if isinstance(given, list) and isinstance(read, list):
        return len(given) == len(read) and all(map(_within, given, read))
    if isinstance(given, bool) or isinstance(read, bool):
        return given is read
    return bool(given == read)


def _check(value: Any, what: str, origins: Collection[str]) -> None:
    """Look at every text and number in a value of the model."""
    for name, one in _leaves(value, ""):
        if isinstance(one, str):
            fine = _fits(name, one, origins)
        elif isinstance(one, int | float):
            fine = isfinite(one) and 0 <= one <= _LATEST
        else:
            fine = True
        if not fine:
            raise ExchangeError(
                f"The file cannot be trusted: {what} has {one!r:.120} as its {name}. "
                "Nothing was imported."
            )


def _leaves(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    if dataclasses.is_dataclass(value):
        for each in dataclasses.fields(value):
            yield from _leaves(getattr(value, each.name), each.name)
    elif isinstance(value, tuple):
        if name == "changesets" and not value:
            yield name, ""  # every push has at least one
        for one in value:
            yield from _leaves(one, name)
    else:
        yield name, value


def _fits(name: str, text: str, origins: Collection[str]) -> bool:
    if name in _URLS:
        return text.isascii() and text.isprintable() and _origin(text) in origins
    if name == "stamp" and not _is_moment(text):
        return False
    if name == "kept_by":
        return _is_short_line(text)
    pattern = _PATTERNS.get(name)
    return bool(pattern.fullmatch(text)) if pattern else len(text) <= _LONGEST


def _is_moment(stamp: str) -> bool:
    try:
        return bool(Nightly("", stamp, "").moment)
    except ValueError:
        return False


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"


def _texts(value: Any) -> Iterator[str]:
    return (one for _, one in _leaves(value, "") if isinstance(one, str))


def _check_verdicts(facts: Collection[Fact]) -> None:
    standing = 0
    for fact in facts:
        if isinstance(fact, VerdictGiven | VerdictRetracted):
            standing += 1 if isinstance(fact, VerdictGiven) else -1
        if standing < 0:
            raise ExchangeError("The file is damaged: more verdicts are taken back than given.")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < _LATEST


def _is_short_line(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and len(value) <= 1000


def _line(error: Exception) -> str:
    return f"{' '.join(str(error).split()):.160}"


def origins_of(urls: Mapping[str, str]) -> frozenset[str]:
    """Origins of base URLs."""
    return frozenset(map(_origin, urls.values()))
