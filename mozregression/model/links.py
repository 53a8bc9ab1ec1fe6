"""Pages for people. They name the public sites whatever endpoints a session talks to."""

from datetime import datetime

from mozregression.model.apps import branch_named

_HG = "https://hg.mozilla.org"
_GITHUB = {
    "gecko": "https://github.com/mozilla-firefox/firefox",
    "comm": "https://github.com/thunderbird/thunderbird-desktop",
}
_BUGZILLA = "https://bugzilla.mozilla.org"


def repository(branch: str) -> str:
    """The hg repository of a branch, by its name."""
    known = branch_named(branch)
    return f"{_HG}/{known.path if known else branch}"


def pushlog(branch: str, good: str, bad: str) -> str:
    """Pushes after the push of `good` up to and including that of `bad` (40-digit hashes)."""
    return f"{repository(branch)}/pushloghtml?fromchange={good}&tochange={bad}"


def pushlog_during(branch: str, start: datetime, end: datetime) -> str:
    """Pushes after one moment (UTC) up to another, for ends whose hashes nobody knows."""
    first, last = (f"{moment:%Y-%m-%d+%H:%M:%S}" for moment in (start, end))
    return f"{repository(branch)}/pushloghtml?startdate={first}&enddate={last}"


def compare(branch: str, good: str, bad: str) -> str:
    """The same range on GitHub (git hashes)."""
    known = branch_named(branch)
    return f"{_GITHUB[known.domain if known else 'gecko']}/compare/{good}...{bad}"


def bug(number: int) -> str:
    return f"{_BUGZILLA}/show_bug.cgi?id={number}"
