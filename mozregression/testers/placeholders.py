"""What a test command is told about a build, and how that gets into its text."""

import difflib
import os
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence

from mozregression.model import links
from mozregression.model.builds import Candidate, Nightly, Push
from mozregression.testers.tester import Subject

NAMES = (
    "binary",
    "app_name",
    "build_type",
    "build_url",
    "build_file",
    "build_date",
    "changeset",
    "repo_name",
    "repo_url",
    "task_id",
)

_OURS = re.compile(rf"(?<!\$)\{{({'|'.join(NAMES)})\}}")  # ${binary} is the shell's
_BRACED = re.compile(r"(?<!\$)\{(\w+)\}")


def values(subject: Subject) -> dict[str, str]:
    """What is known about the build, by placeholder; empty text for what is not."""
    build, candidate = subject.build, subject.candidate
    return {
        "binary": str(subject.installed.binary),
        "app_name": build.app,
        "build_type": build.build_type,
        "build_url": build.url,
        "build_file": str(subject.archive or ""),
        "build_date": _moment(candidate),
        "changeset": _changeset(subject),
        "repo_name": candidate.branch,
        "repo_url": links.repository(candidate.branch),
        "task_id": build.task_id or "",
    }


def _moment(candidate: Candidate) -> str:
    """The day of a nightly, the second of a push: both sort, and `fromisoformat` reads them."""
    if isinstance(candidate, Nightly):
        return candidate.day.isoformat()
    return candidate.moment.isoformat()


def _changeset(subject: Subject) -> str:
    if isinstance(subject.candidate, Push):
        return subject.candidate.tip
    revision = subject.installed.info.revision
    return revision.node if revision else ""


def environment(known: Mapping[str, str]) -> dict[str, str]:
    """The same as variables: MOZREGRESSION_BINARY and so on."""
    return {f"MOZREGRESSION_{name.upper()}": known[name] for name in NAMES}


def filled(command: str | Sequence[str], known: Mapping[str, str]) -> str | list[str]:
    """A command, for the shell or as arguments, with its placeholders replaced."""
    if isinstance(command, str):
        return fill_shell(command, known)
    return [fill_argument(argument, known) for argument in command]


def fill_argument(argument: str, known: Mapping[str, str]) -> str:
    """An argument that no shell will see, with its placeholders replaced."""
    return _OURS.sub(lambda match: known[match[1]], argument)


def fill_shell(command: str, known: Mapping[str, str]) -> str:
    """A shell command with its placeholders replaced by text that the shell reads as one value,
    whatever quotes the placeholder stands in.
    """
    quotes = _quotes(command)
    return _OURS.sub(lambda match: _quoted(known[match[1]], quotes[match.start()]), command)


def misspelt(command: str | Sequence[str]) -> tuple[str, str] | None:
    """A word in braces that can only be meant as one of ours, and the one it is like.

    Looks at whole arguments, or at the unquoted words of a shell command: text in quotes
    may be a program that has braces of its own.
    """
    for word in _bare_words(command):
        close = difflib.get_close_matches(word, NAMES, n=1, cutoff=0.8)
        if close and word not in NAMES:
            return word, close[0]
    return None


def _bare_words(command: str | Sequence[str]) -> Iterator[str]:
    if isinstance(command, str):
        quotes = _quotes(command)
        matches = _BRACED.finditer(command)
        yield from (match[1] for match in matches if not quotes[match.start()])
    else:
        yield from (match[1] for argument in command if (match := _BRACED.fullmatch(argument)))


_TOKENS = {
    "": re.compile(r"\\.|\$\(|(?<!\S)#[^\n]*|.", re.DOTALL),  # `#` begins a comment
    '"': re.compile(r"\\.|\$\(|.", re.DOTALL),
    "'": re.compile(r"[^']+|'"),
}


def _quotes(command: str) -> list[str]:
    """For each character of a shell command, the quote it stands in: `'`, `"` or empty.

    Follows POSIX quoting, `$(…)` and comments. Where it errs (here documents) only values
    with characters special to the shell are concerned.
    """
    quotes: list[str] = []
    outer: list[str] = []  # the quote that each open parenthesis stands in
    quote = ""
    while len(quotes) < len(command):
        match = _TOKENS[quote].match(command, len(quotes))
        assert match  # noqa: S101 - any character matches
        quotes += [quote] * len(match[0])
        quote = _quote_after(match[0], quote, outer)
    return quotes


def _quote_after(token: str, quote: str, outer: list[str]) -> str:
    if quote and token == quote:
        return ""
    if token == "$(" or (token == "(" and not quote):
        outer.append(quote)
        return ""
    if quote:
        return quote
    if token == ")" and outer:
        return outer.pop()
    return token if token in ("'", '"') else ""


def _quoted(value: str, quote: str) -> str:
    if os.name == "nt":
        return value if quote == '"' else f'"{value}"'
    if quote == "'":
        return value.replace("'", "'\\''")
    if quote == '"':
        return re.sub(r'(["\\$`])', r"\\\1", value)
    return shlex.quote(value)
