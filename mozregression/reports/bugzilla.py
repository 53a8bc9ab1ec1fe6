"""The report as a comment on a bug.

Triage automation takes a comment for an answer of mozregression when it has that word and the
word pushloghtml, and reads the range from the one pushlog URL. It must not look like the talk
of older versions, nor like somebody's quote.
"""

import re
from collections.abc import Iterator

from mozregression.model.report import Report
from mozregression.reports import wording
from mozregression.reports.account import Account

_TAKEN = re.compile(r"find-fix|(first|last) (good|bad) revision|pushloghtml", re.IGNORECASE)


def bugzilla(account: Account) -> str:
    """The whole comment; ends with a line break."""
    return "\n".join(_lines(account)) + "\n"


def _lines(account: Account) -> Iterator[str]:
    for line in _beginning(account.report):
        yield _neutral(line)
    url = wording.pushlog_url(account.report)
    if url:
        yield f"Pushlog:    {url}"
    for line in (*_landing_lines(account.report), *_environment_lines(account)):
        yield _neutral(line)


def _neutral(line: str) -> str:
    """Without the words that mean something to automation, whoever wrote them."""
    return _TAKEN.sub(lambda match: re.sub(r"[ -]|html", "_", match.group()), line)


def _beginning(report: Report) -> Iterator[str]:
    yield f"mozregression: {wording.plain(report.detail)}"
    yield ""
    for name, value in wording.ends(report):
        yield f"{name + ':':11} {value}"
    yield f"Confidence: {wording.confidence(report)}"


def _landing_lines(report: Report) -> Iterator[str]:
    """Messages are indented, which makes them plain text even where comments are Markdown."""
    if not report.landings:
        return
    yield ""
    yield f"Changesets in the range ({len(report.landings)}):"
    yield ""
    for landing in report.landings[: wording.SHOWN_LANDINGS]:
        author, summary = wording.plain(landing.author), wording.plain(landing.summary)
        yield f"    {landing.node[:12]} {summary} [{author}]"
    more = len(report.landings) - wording.SHOWN_LANDINGS
    if more > 0:
        yield f"    … and {more} more on the pushlog page"
    bugs = dict.fromkeys(number for landing in report.landings for number in landing.bugs)
    if bugs:
        yield ""
        shown = [f"bug {number}" for number in bugs][: wording.SHOWN_LANDINGS]
        yield f"Bugs in the range: {', '.join(shown)}"


def _environment_lines(account: Account) -> Iterator[str]:
    yield ""
    yield "Environment:"
    yield ""
    for name, value in wording.environment(account):
        yield f"    {name}: {wording.plain(value)}"
    for number, trial in enumerate(account.trials, 1):
        yield f"    {wording.trial_line(number, trial)}"
