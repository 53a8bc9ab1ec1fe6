"""The list of what was tested, row by row."""

from dataclasses import dataclass

from mozregression.driver import events
from mozregression.model.builds import Build, Candidate
from mozregression.model.certainty import percent
from mozregression.model.steps import TestBuild
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.reports import Trial
from mozregression.reports.wording import named, plain
from mozregui.models.builds import file_facts, page_of
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

    def facts(self, *, hides: bool) -> tuple[tuple[str, str], ...]:
        """Names and values of all that is known. hides: see `word`."""
        facts = [
            (tr("Build"), self.name),
            (tr("Verdict"), word(self.verdict, hides=hides)),
            (tr("Tested"), self.why),
            (tr("Took"), tr("{seconds} s").format(seconds=f"{self.seconds:.1f}")),
            (tr("Note"), plain(self.note)),
            *(file_facts(self.build) if self.build else ()),
        ]
        return tuple((name, value) for name, value in facts if value)


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


def why(purpose: Purpose) -> str:
    """Why a build is tested, for a person."""
    return {
        Purpose.GOOD_END: tr("to check the good end"),
        Purpose.BAD_END: tr("to check the bad end"),
        Purpose.CONFIRM: tr("to confirm the result"),
        Purpose.NARROW: tr("to narrow the range"),
        Purpose.SIGHTING: tr("to see the bug for the first time"),
        Purpose.RECHECK: tr("again, as other verdicts contradict it"),
    }[purpose]


def chosen(step: TestBuild) -> str:
    """Why this build and no other."""
    if step.why is None or step.purpose is not Purpose.NARROW:
        return why(step.purpose)
    told = tr(
        "Its answer tells most: {bits} of what a test can tell. It shows the bug with a chance of "
        "{chance}."
    ).format(bits=percent(min(1.0, step.why.bits)), chance=percent(step.chance_bad))
    if step.why.seconds is not None:
        told += " " + tr("It takes about {seconds} s.").format(
            seconds=max(1, round(step.why.seconds))
        )
    return told


def word(verdict: Verdict, *, hides: bool = False) -> str:
    """hides: the bug does not show in every test, which then says what was seen, not what is."""
    if hides and verdict is not Verdict.SKIP:
        return tr("seen") if verdict is Verdict.BAD else tr("not seen")
    return {
        Verdict.GOOD: tr("good"),
        Verdict.BAD: tr("bad"),
        Verdict.SKIP: tr("skipped"),
    }[verdict]
