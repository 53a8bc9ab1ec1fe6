"""The report as text that a triager can paste into a bug."""

from collections import Counter
from collections.abc import Iterator, Sequence

from mozregression.model import links
from mozregression.model.builds import Landing, Missing, Push, Revision
from mozregression.model.report import End, Outcome, Report
from mozregression.model.verdicts import Verdict

# More changesets than this are left to the pushlog page.
_SHOWN_LANDINGS = 40


def summary(report: Report) -> str:
    """The whole report, one fact a line, without colours; ends with a line break."""
    return "\n".join(_lines(report)) + "\n"


def pushlog_url(report: Report) -> str | None:
    """The hg page of the range left, when both ends are known by hash."""
    good, bad = _revisions(report)
    if good is None or bad is None or good.node == bad.node:
        return None
    return links.pushlog(bad.branch, good.node, bad.node)


def compare_url(report: Report) -> str | None:
    """The GitHub page of the range left, when both git hashes are known."""
    if report.good and report.bad and report.good.git and report.bad.git:
        return links.compare(report.good.git, report.bad.git)
    return None


def confidence(report: Report) -> str:
    """How sure the answer is, in words."""
    sure = {
        Outcome.FOUND: "exact: one push",
        Outcome.NARROWED: f"one of these {len(report.suspects)} pushes, "
        f"builds missing between them",
        Outcome.ONE_PUSH: "not tested: the bounds leave one push",
        Outcome.NIGHTLIES: "exact to the nightly",
        Outcome.NOT_CONFIRMED: "not confirmed: a repeated test gave another verdict",
    }.get(report.outcome)
    if sure is None:
        return "no answer"
    repeated = ", confirmed by a second test of both ends" if report.confirmed else ""
    return sure + repeated


def _lines(report: Report) -> Iterator[str]:
    yield report.detail
    if report.good and report.bad:
        yield ""
        before, after = ("Last bad", "First good") if report.fixed else ("Last good", "First bad")
        yield f"{before + ':':11} {_end(report.good)}"
        yield f"{after + ':':11} {_end(report.bad)}"
        yield f"Confidence: {confidence(report)}"
    url = pushlog_url(report)
    if url:
        yield f"Pushlog:    {url}"
    github = compare_url(report)
    if github:
        yield f"GitHub:     {github}"
    yield from _landing_lines(report)
    yield from _test_lines(report)


def _landing_lines(report: Report) -> Iterator[str]:
    if not report.landings:
        return
    yield ""
    yield f"Changesets in the range ({len(report.landings)}):"
    for landing in report.landings[:_SHOWN_LANDINGS]:
        yield f"  {_landing(landing)}"
    more = len(report.landings) - _SHOWN_LANDINGS
    if more > 0:
        yield f"  … and {more} more on the pushlog page"


def _test_lines(report: Report) -> Iterator[str]:
    if not report.tested:
        return
    skipped = sum(tested.verdict is Verdict.SKIP for tested in report.tested)
    yield ""
    yield f"Tested {len(report.tested) - skipped}, skipped {skipped}:"
    for number, tested in enumerate(report.tested, 1):
        note = f" ({tested.note})" if tested.note else ""
        yield f"  {number:2}. {tested.verdict.value:4}  {_named(tested.candidate)}{note}"
    if report.missing:
        yield f"Without a usable build, and gone around: {_counted(report.missing)}"
    if report.untestable:
        yield f"Could not be tested between the ends ({len(report.untestable)}):"
        for missing in report.untestable:
            yield f"  {_named(missing.candidate)}: {missing.reason.value}"


def _named(key: str) -> str:
    """A candidate for a person, from its key."""
    kind, branch, number = key.split("/")
    return f"{branch} {kind} {number}"


def _counted(missing: Sequence[Missing]) -> str:
    counts = Counter(entry.reason.value for entry in missing)
    return ", ".join(f"{count} ({reason})" for reason, count in counts.most_common())


def _end(end: End) -> str:
    if end.revision is None:
        return f"{end.candidate} (source unknown)"
    when = f"{end.candidate.moment:%Y-%m-%d %H:%M} UTC"
    number = f", push {end.candidate.id}" if isinstance(end.candidate, Push) else ", nightly"
    git = f", git {end.git}" if end.git else ""
    return f"{end.revision.node} ({end.revision.branch}{number}, {when}{git})"


def _landing(landing: Landing) -> str:
    bugs = "".join(f" {links.bug(number)}" for number in landing.bugs)
    return f"{landing.node[:12]} {landing.summary} [{landing.author}]{bugs}"


def _revisions(report: Report) -> tuple[Revision | None, Revision | None]:
    return (
        report.good.revision if report.good else None,
        report.bad.revision if report.bad else None,
    )
