"""The report as Markdown (CommonMark), for issue trackers and chats."""

import re
from collections.abc import Iterator, Sequence

from mozregression.model import links
from mozregression.model.builds import Landing
from mozregression.model.report import Embedded, Report
from mozregression.reports import wording
from mozregression.reports.account import Account

_MARKUP = re.compile(r"([\\`*_{}\[\]<>|~&@]|:(?=//)|(?<=www)\.)", re.IGNORECASE)


def markdown(account: Account) -> str:
    """The whole report; ends with a line break."""
    return "\n".join(_lines(account)) + "\n"


def escaped(text: str) -> str:
    """Foreign text as text: on one line, nothing in it is markup, a link or a mention.

    Not for the beginning of a line, where more characters have a meaning.
    """
    return _MARKUP.sub(r"\\\1", wording.plain(text))


def _lines(account: Account) -> Iterator[str]:
    report = account.report
    yield "# mozregression"
    yield ""
    yield f"**{escaped(report.detail)}**"
    yield from _range_lines(report)
    yield from _landing_lines("Changesets in the range", report.landings)
    if report.embedded:
        yield from _embedded_lines(report.embedded)
    yield from _test_lines(account)
    yield ""
    yield "## Environment"
    yield ""
    for name, value in wording.environment(account):
        yield f"- {name}: {escaped(value)}"


def _range_lines(report: Report) -> Iterator[str]:
    yield ""
    for name, value in wording.ends(report):
        yield f"- {name}: {escaped(value)}"
    yield f"- Confidence: {escaped(wording.confidence(report))}"
    url, github = wording.pushlog_url(report), wording.compare_url(report)
    if url:
        yield f"- Pushlog: <{url}>"
    if github:
        yield f"- GitHub: <{github}>"
    yield from _list("Chances", wording.chances(report))
    yield from _list("The bug came and went", wording.transitions(report))


def _list(heading: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"- {heading}:"
        yield from (f"  - {escaped(line)}" for line in lines)


def _embedded_lines(embedded: Embedded) -> Iterator[str]:
    yield ""
    yield f"- Embedded: {escaped(wording.embedded(embedded))}"
    yield f"- Pushlog: <{wording.embedded_pushlog_url(embedded)}>"
    github = wording.embedded_compare_url(embedded)
    if github:
        yield f"- GitHub: <{github}>"
    yield from _landing_lines("Changesets in the embedded range", embedded.landings)


def _landing_lines(heading: str, landings: tuple[Landing, ...]) -> Iterator[str]:
    if not landings:
        return
    yield ""
    yield f"## {heading} ({len(landings)})"
    yield ""
    for landing in landings[: wording.SHOWN_LANDINGS]:
        yield f"- {_landing(landing)}"
    more = len(landings) - wording.SHOWN_LANDINGS
    if more > 0:
        yield f"- … and {more} more on the pushlog page"


def _landing(landing: Landing) -> str:
    bugs = "".join(f" [bug {number}]({links.bug(number)})" for number in landing.bugs)
    return f"`{landing.node[:12]}` {escaped(landing.summary)}{bugs} \\[{escaped(landing.author)}\\]"


def _test_lines(account: Account) -> Iterator[str]:
    if not account.trials:
        return
    yield ""
    yield f"## {wording.tested(account.report)}"
    yield ""
    yield "|  | verdict | build | why | seconds | note |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for number, trial in enumerate(account.trials, 1):
        given = trial.given
        cells = (
            str(number),
            given.verdict.value,
            escaped(wording.candidate(trial)),
            wording.PURPOSES.get(given.purpose, ""),
            f"{given.seconds:.1f}",
            escaped(given.note),
        )
        yield f"| {' | '.join(cells)} |"
    evidence = wording.evidence(account.report)
    if evidence:
        yield ""
        yield from _list("How often the bug was seen", evidence)
    missing = account.report.missing
    if missing:
        yield ""
        yield f"Without a usable build, and gone around: {escaped(wording.counted(missing))}"
