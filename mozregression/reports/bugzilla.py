"""The report as a comment on a bug.

Triage automation takes a comment for an answer of mozregression when it has that word and the
word pushloghtml, and reads the range from the one pushlog URL. It must not look like the talk
of older versions, nor like somebody's quote.
"""

import re
from collections.abc import Iterator

from mozregression.model.builds import Landing
from mozregression.model.report import Embedded, Report
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
    report = account.report
    for line in (
        *_landing_lines("Changesets in the range", report.landings),
        *(_embedded_lines(report.embedded) if report.embedded else ()),
        *_environment_lines(account),
    ):
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
    yield from wording.indented("Chances", wording.chances(report))
    yield from wording.indented("The bug came and went", wording.transitions(report))


def _embedded_lines(embedded: Embedded) -> Iterator[str]:
    """Without its pushlog: automation reads one range."""
    yield ""
    yield f"Embedded:   {wording.embedded(embedded)}"
    github = wording.embedded_compare_url(embedded)
    if github:
        yield f"GitHub:     {github}"
    yield from _landing_lines("Changesets in the embedded range", embedded.landings)


def _landing_lines(heading: str, landings: tuple[Landing, ...]) -> Iterator[str]:
    """Messages are indented, which makes them plain text even where comments are Markdown."""
    if not landings:
        return
    yield ""
    yield f"{heading} ({len(landings)}):"
    yield ""
    for landing in landings[: wording.SHOWN_LANDINGS]:
        author, summary = wording.plain(landing.author), wording.plain(landing.summary)
        yield f"    {landing.node[:12]} {summary} [{author}]"
    more = len(landings) - wording.SHOWN_LANDINGS
    if more > 0:
        yield f"    … and {more} more"
    bugs = dict.fromkeys(number for landing in landings for number in landing.bugs)
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
    for line in wording.indented("How often the bug was seen", wording.evidence(account.report)):
        yield f"    {line}"
