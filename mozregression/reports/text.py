"""The report as plain text, which the console ends with."""

from collections.abc import Iterator

from mozregression.model.builds import Landing
from mozregression.model.report import Embedded, Report
from mozregression.reports import wording
from mozregression.reports.account import Account


def text(account: Account) -> str:
    """The whole report, one fact a line, without colours; ends with a line break."""
    return summary(account.report)


def summary(report: Report) -> str:
    """The same of a report alone."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield wording.plain(report.detail)
    if report.good and report.bad:
        yield ""
        for name, value in wording.ends(report):
            yield f"{name + ':':11} {value}"
        yield f"Confidence: {wording.confidence(report)}"
    yield from wording.indented("Chances", wording.chances(report))
    yield from wording.indented("The bug came and went", wording.transitions(report))
    url = wording.pushlog_url(report)
    if url:
        yield f"Pushlog:    {url}"
    github = wording.compare_url(report)
    if github:
        yield f"GitHub:     {github}"
    yield from _landing_lines(report.landings)
    if report.embedded:
        yield from _embedded_lines(report.embedded)
    yield from _test_lines(report)


def _embedded_lines(embedded: Embedded) -> Iterator[str]:
    yield ""
    yield f"Embedded:   {wording.embedded(embedded)}"
    yield f"Pushlog:    {wording.embedded_pushlog_url(embedded)}"
    github = wording.embedded_compare_url(embedded)
    if github:
        yield f"GitHub:     {github}"
    yield from _landing_lines(embedded.landings)


def _landing_lines(landings: tuple[Landing, ...]) -> Iterator[str]:
    if not landings:
        return
    yield ""
    yield f"Changesets in the range ({len(landings)}):"
    for landing in landings[: wording.SHOWN_LANDINGS]:
        yield f"  {wording.landing(landing)}"
    more = len(landings) - wording.SHOWN_LANDINGS
    if more > 0:
        yield f"  … and {more} more on the pushlog page"


def _test_lines(report: Report) -> Iterator[str]:
    if not report.tested:
        return
    yield ""
    yield f"{wording.tested(report)}:"
    for number, tested in enumerate(report.tested, 1):
        note = f" ({wording.plain(tested.note)})" if tested.note else ""
        yield f"  {number:2}. {tested.verdict.value:4}  {wording.named(tested.candidate)}{note}"
    yield from wording.indented("How often the bug was seen", wording.evidence(report))
    if report.missing:
        yield f"Without a usable build, and gone around: {wording.counted(report.missing)}"
    if report.untestable:
        yield f"Could not be tested between the ends ({len(report.untestable)}):"
        for missing in report.untestable:
            yield f"  {wording.named(missing.candidate)}: {wording.why_missing(missing)}"
