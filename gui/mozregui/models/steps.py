"""The list of what was tested, row by row."""

from dataclasses import dataclass

from mozregression.driver import events
from mozregression.model import links
from mozregression.model.builds import Build, Candidate, Push
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.reports import Trial
from mozregression.reports.wording import named
from mozregui.words import tr


@dataclass(frozen=True, slots=True)
class Step:
    """One verdict that stands. number: from 1, as `undo` counts. url: a page about the source."""

    number: int
    key: str
    candidate: Candidate | None
    verdict: Verdict
    purpose: Purpose
    seconds: float
    note: str
    build: Build | None

    @property
    def name(self) -> str:
        return str(self.candidate) if self.candidate else named(self.key)

    @property
    def why(self) -> str:
        return why(self.purpose)

    @property
    def url(self) -> str:
        return page_of(self.candidate)


def of_trial(number: int, trial: Trial) -> Step:
    given = trial.given
    return Step(
        number,
        given.candidate,
        trial.candidate,
        given.verdict,
        given.purpose,
        given.seconds,
        given.note,
        trial.build,
    )


def of_event(number: int, event: events.Judged) -> Step:
    step = event.step
    return Step(
        number,
        step.candidate.key,
        step.candidate,
        event.verdict,
        step.purpose,
        event.seconds,
        event.note,
        step.build,
    )


def page_of(candidate: Candidate | None) -> str:
    """A page for people about a candidate's source; empty when there is none."""
    if isinstance(candidate, Push):
        return f"{links.repository(candidate.branch)}/rev/{candidate.tip}"
    return ""


def why(purpose: Purpose) -> str:
    """Why a build is tested, for a person."""
    return {
        Purpose.GOOD_END: tr("to check the good end"),
        Purpose.BAD_END: tr("to check the bad end"),
        Purpose.CONFIRM: tr("to confirm the result"),
        Purpose.NARROW: tr("to narrow the range"),
        Purpose.SIGHTING: tr("to see the bug at all"),
        Purpose.RECHECK: tr("again, as other verdicts contradict it"),
    }[purpose]


def word(verdict: Verdict) -> str:
    return {
        Verdict.GOOD: tr("good"),
        Verdict.BAD: tr("bad"),
        Verdict.SKIP: tr("skipped"),
    }[verdict]
