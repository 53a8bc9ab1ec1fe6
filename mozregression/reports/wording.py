"""How parts of a report are worded; shared by the formats for people."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mozregression.model import links
from mozregression.model.builds import Landing, Missing, Push
from mozregression.model.certainty import Certainty, percent
from mozregression.model.report import Embedded, End, Outcome, Report
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.reports.account import Account, Trial

SHOWN_LANDINGS = 40
"""More changesets than this are left to the pushlog page."""

PURPOSES = {
    Purpose.GOOD_END: "good end",
    Purpose.BAD_END: "bad end",
    Purpose.CONFIRM: "once more",
    Purpose.SIGHTING: "to see the bug",
    Purpose.RECHECK: "checked again",
}
"""Why a build was tested, when it was not the ordinary narrowing."""


def plain(text: str) -> str:
    """Foreign text on one line, without characters that do something to a screen."""
    line = " ".join(text.split())
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)


def pushlog_url(report: Report) -> str | None:
    """The hg page of the range left, by hashes or, where one is not known, by time."""
    if report.good is None or report.bad is None:
        return None
    good, bad = report.good.revision, report.bad.revision
    if good is None or bad is None:
        older, newer = report.good.candidate, report.bad.candidate
        return links.pushlog_during(newer.branch, older.moment, newer.moment)
    return links.pushlog(bad.branch, good.node, bad.node) if good.node != bad.node else None


def compare_url(report: Report) -> str | None:
    """The GitHub page of the range left, when both git hashes are known."""
    good, bad = report.good, report.bad
    if good and bad and good.git and bad.git and bad.revision:
        return links.compare(bad.revision.branch, good.git, bad.git)
    return None


def embedded_pushlog_url(embedded: Embedded) -> str:
    """The hg page of the range of what builds embed."""
    return links.pushlog(embedded.bad.branch, embedded.good.node, embedded.bad.node)


def embedded_compare_url(embedded: Embedded) -> str | None:
    """The GitHub page of the same, when both git hashes are known."""
    if embedded.good_git and embedded.bad_git:
        return links.compare(embedded.bad.branch, embedded.good_git, embedded.bad_git)
    return None


def embedded(one: Embedded) -> str:
    """The range of what builds embed, in words."""
    size = f" ({len(one.pushes)} pushes)" if one.pushes else ""
    return f"{one.bad.branch} from {one.good.node} to {one.bad.node}{size}"


def confidence(report: Report) -> str:
    """How sure the answer is, in words."""
    several = "of two repositories" if report.embedded else "builds missing between them"
    if report.tests_left is not None:
        several = "as no more tests were allowed"
    sure = {
        Outcome.FOUND: "exact: one push",
        Outcome.NARROWED: f"one of these {len(report.suspects)} pushes, {several}",
        Outcome.ONE_PUSH: "not tested: the bounds leave one push",
        Outcome.NIGHTLIES: "exact to the nightly",
        Outcome.NOT_CONFIRMED: "not confirmed: a repeated test gave another verdict",
        Outcome.CONTRADICTORY: "none: verdicts contradict each other",
        Outcome.UNFINISHED: "not finished",
    }.get(report.outcome)
    if sure is None:
        return "no answer"
    if report.confidence is not None:
        sure = sure.removeprefix("exact: ").replace("exact to", "to")
        return f"{percent(report.confidence)}: {sure}"
    repeated = ", confirmed by a second test of both ends" if report.confirmed else ""
    return sure + repeated


@dataclass(frozen=True, slots=True)
class Sightings:
    """How often a candidate (its key) was tested, and how often the bug was seen."""

    candidate: str
    seen: int
    tests: int

    def __str__(self) -> str:
        return f"{named(self.candidate)}: seen in {self.seen} of {self.tests}"


def sightings(report: Report) -> Sequence[Sightings]:
    """The evidence for each build, in the order of their first tests, skips aside."""
    judged = [one for one in report.tested if one.verdict is not Verdict.SKIP]
    tests = Counter(one.candidate for one in judged)
    seen = Counter(one.candidate for one in judged if one.verdict is Verdict.BAD)
    return [Sightings(key, seen[key], count) for key, count in tests.items()]


def evidence(report: Report) -> Sequence[str]:
    """The same for a person, where it is not plain from the list of verdicts."""
    is_plain = report.confidence is None and report.outcome is not Outcome.NOT_REPRODUCED
    return [] if is_plain else [str(one) for one in sightings(report)]


def chances(report: Report) -> Sequence[str]:
    """How likely each of several suspects is."""
    if len(report.chances) < 2:
        return []
    listed = zip(report.suspects, report.chances, strict=False)
    return [f"{suspect}: {percent(chance)}" for suspect, chance in listed]


def transitions(report: Report) -> Sequence[str]:
    """Where the bug came and went, if more than once, with the numbers that `resume` takes."""
    return [
        f"{number}. the bug {'came' if one.into_bad else 'went'} after {one.after} and not after "
        f"{one.upto}"
        for number, one in enumerate(report.transitions, 1)
    ]


def indented(heading: str, lines: Sequence[str]) -> Iterator[str]:
    """A heading and lines below it; nothing without lines."""
    if lines:
        yield f"{heading}:"
        yield from (f"  {line}" for line in lines)


def ends(report: Report) -> Iterator[tuple[str, str]]:
    """Name and words of both ends of the range left, the older one first."""
    before, after = ("Last bad", "First good") if report.fixed else ("Last good", "First bad")
    if report.good and report.bad:
        yield before, end(report.good)
        yield after, end(report.bad)


def end(one: End) -> str:
    if one.revision is None:
        return f"{one.candidate} (source unknown)"
    when = f"{one.candidate.moment:%Y-%m-%d %H:%M} UTC"
    number = f", push {one.candidate.id}" if isinstance(one.candidate, Push) else ", nightly"
    git = f", git {one.git}" if one.git else ""
    return f"{one.revision.node} ({one.revision.branch}{number}, {when}{git})"


def named(key: str) -> str:
    """A candidate for a person, from its key."""
    kind, branch, number = key.split("/")
    return f"{branch} {kind} {number}"


def candidate(trial: Trial) -> str:
    return str(trial.candidate) if trial.candidate else named(trial.given.candidate)


def landing(one: Landing) -> str:
    bugs = "".join(f" {links.bug(number)}" for number in one.bugs)
    return f"{one.node[:12]} {plain(one.summary)} [{plain(one.author)}]{bugs}"


def tested(report: Report) -> str:
    """How many verdicts there are."""
    skipped = sum(one.verdict is Verdict.SKIP for one in report.tested)
    return f"Tested {len(report.tested) - skipped}, skipped {skipped}"


def counted(missing: Sequence[Missing]) -> str:
    """How many candidates have no usable build, by reason."""
    counts = Counter(entry.reason.value for entry in missing)
    return ", ".join(f"{count} ({reason})" for reason, count in counts.most_common())


def why_missing(missing: Missing) -> str:
    """Why a candidate cannot be tested, and what was looked for first."""
    tried = f" ({plain(missing.tried[0])})" if missing.tried else ""
    return f"{missing.reason.value}{tried}"


def environment(account: Account) -> Iterator[tuple[str, str]]:
    """Name and value of everything the session ran with."""
    request, around = account.request, account.environment
    yield "mozregression", around.mozregression
    yield "Python", around.python
    yield "System", around.os
    yield "App", f"{request.app} for {request.os}-{request.arch}"
    if request.lang:
        yield "Language", request.lang
    if request.branch:
        yield "Branch", request.branch
    yield "Build type", _build_types(account)
    yield "Asked for", f"good {request.good}, bad {request.bad}"
    if not request.certainty.exact:
        yield "Tests", _certainty(request.certainty)
    if request.suspects:
        yield "Suspects", ", ".join(request.suspects)


def _certainty(certainty: Certainty) -> str:
    rates = (("misses", certainty.miss_rate), ("false sightings", certainty.false_rate))
    known = [f"{percent(rate)} {name}" for name, rate in rates if rate is not None]
    aim = f"to be {percent(certainty.confidence)} sure"
    return ", ".join([certainty.kind.name.lower(), *known, aim])


def _build_types(account: Account) -> str:
    """The one asked for, and those that stood in for it."""
    asked = account.request.build_type
    used = {trial.build.build_type for trial in account.trials if trial.build} - {asked}
    return asked + (f" (also tested: {', '.join(sorted(used))})" if used else "")


def trial_line(number: int, trial: Trial) -> str:
    """One verdict on one line."""
    purpose = PURPOSES.get(trial.given.purpose)
    extras = [
        *([purpose] if purpose else []),
        f"{trial.given.seconds:.1f} s",
        *([plain(trial.given.note)] if trial.given.note else []),
    ]
    return f"{number:2}. {trial.given.verdict.value:4}  {candidate(trial)} ({', '.join(extras)})"
