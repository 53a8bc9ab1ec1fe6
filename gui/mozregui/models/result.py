"""The answer of a session, for a window."""

from dataclasses import dataclass

from mozregression.model import links
from mozregression.model.report import Outcome
from mozregression.reports import FORMATS, Account, wording
from mozregui.words import tr

SAVED = {"html": "*.html", "markdown": "*.md", "json": "*.json", "text": "*.txt"}
"""Formats a report can be saved in, with the pattern of their files."""


@dataclass(frozen=True, slots=True)
class Changeset:
    node: str
    summary: str
    author: str
    url: str
    bugs: tuple[tuple[int, str], ...]


class ResultView:
    """What came out, and where to read more.

    evidence, chances: lines about each build and each suspect; empty where the list of verdicts
    says it all. transitions: each place where the bug came or went, in words; empty where it did so
    once. contradictory: that is why nothing was found.
    """

    def __init__(self, account: Account) -> None:
        self.account = account
        report = account.report
        self.headline = wording.plain(report.detail)
        self.facts = [(name, wording.plain(value)) for name, value in wording.ends(report)]
        self.facts.append((tr("Confidence"), wording.confidence(report)))
        self.facts.append((tr("Tests"), wording.tested(report)))
        if report.missing:
            self.facts.append((tr("Gone around"), wording.counted(report.missing)))
        self.evidence = _evidence(account)
        self.chances = [wording.plain(line) for line in wording.chances(report)]
        told = [wording.plain(line) for line in wording.transitions(report)]
        self.transitions = list(zip(told, report.transitions, strict=True))
        self.contradictory = report.outcome is Outcome.CONTRADICTORY
        branch = report.bad.candidate.branch if report.bad else ""
        self.changesets = [
            Changeset(
                one.node,
                wording.plain(one.summary),
                wording.plain(one.author),
                f"{links.repository(branch)}/rev/{one.node}" if branch else "",
                tuple((number, links.bug(number)) for number in one.bugs),
            )
            for one in report.landings
        ]
        self.links = [
            (name, url)
            for name, url in (
                (tr("Pushlog"), wording.pushlog_url(report)),
                (tr("GitHub"), wording.compare_url(report)),
            )
            if url
        ]

    @property
    def for_bugzilla(self) -> str:
        """The same text as the console's."""
        return FORMATS["bugzilla"](self.account)

    def written(self, form: str) -> str:
        """The whole report in a format of `SAVED`."""
        return FORMATS[form](self.account)


def _evidence(account: Account) -> list[str]:
    """How often the bug was seen in each build, from the oldest, where that is of interest."""
    if not wording.evidence(account.report):
        return []
    known = {trial.given.candidate: trial.candidate for trial in account.trials if trial.candidate}
    listed = [one for one in wording.sightings(account.report) if one.candidate in known]
    listed.sort(key=lambda one: known[one.candidate].moment)
    told = tr("{build}: seen in {seen} of {tests}")
    return [
        told.format(build=known[one.candidate], seen=one.seen, tests=one.tests) for one in listed
    ]
