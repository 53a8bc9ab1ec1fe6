"""Everything a report can tell about a session, gathered once for all formats."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mozregression.model.builds import Build, Candidate, Push, Revision
from mozregression.model.facts import (
    BuildFound,
    ChangesetLocated,
    Fact,
    NightliesListed,
    PushesDuring,
    PushesListed,
    SourceIdentified,
    VerdictGiven,
    VerdictRetracted,
)
from mozregression.model.report import End, Outcome, Report, Tested
from mozregression.model.request import Request
from mozregression.model.steps import Finish, Span, TestBuild
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.session import Understanding, candidates, in_force, next_step, understand


@dataclass(frozen=True, slots=True)
class Environment:
    """Where the session ran. Versions as text; os: the system's own name and version."""

    mozregression: str
    python: str
    os: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A verdict that stands, with all that is known of what it is about.

    candidate is None when no fact describes it (any more). span: where the build stood in the
    range that was narrowed; None for tests of an end, a confirmation, or a skip by hand. belief:
    what was believed before the verdict, as `TestBuild` has it.
    """

    given: VerdictGiven
    candidate: Candidate | None
    build: Build | None
    span: Span | None
    belief: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """A session told: what was asked, how it was understood, what was tested, what came out.

    report.outcome is UNFINISHED while there is something left to do. trials are in the order
    given; report.tested are the same verdicts.
    """

    request: Request
    understanding: Understanding | None
    trials: tuple[Trial, ...]
    report: Report
    environment: Environment


def account_of(request: Request, facts: Sequence[Fact], environment: Environment) -> Account:
    """Replays a session, finished or not."""
    known = Known(facts)
    trials = tuple(
        Trial(given, known.candidates.get(given.candidate), known.builds.get(given.candidate), *was)
        for given, was in _verdicts(request, facts)
    )
    step = next_step(request, facts)
    report = step.report if isinstance(step, Finish) else _so_far(trials, known)
    if isinstance(step, TestBuild) and step.span:
        line = candidates(request, facts)
        report = _with_range(report, step, step.span, line, known)
    return Account(
        in_force(request, facts), understand(request, facts), trials, report, environment
    )


def standing_verdicts(facts: Sequence[Fact]) -> list[tuple[int, VerdictGiven]]:
    """Verdicts that were not taken back, each with its index among the facts."""
    standing: list[tuple[int, VerdictGiven]] = []
    for place, fact in enumerate(facts):
        if isinstance(fact, VerdictGiven):
            standing.append((place, fact))
        elif isinstance(fact, VerdictRetracted):
            del standing[-1:]
    return standing


def _verdicts(
    request: Request, facts: Sequence[Fact]
) -> Iterator[tuple[VerdictGiven, tuple[Span | None, tuple[float, ...]]]]:
    """Verdicts that stand, each with the span and the belief of the step it answered."""
    for place, given in standing_verdicts(facts):
        asked = next_step(request, facts[:place])
        if not isinstance(asked, TestBuild) or not asked.span:
            yield given, (None, ())
        elif asked.candidate.key == given.candidate:
            yield given, (asked.span, asked.belief)
        else:
            yield given, (_elsewhere(given.candidate, asked.span, request, facts[:place]), ())


def _elsewhere(key: str, span: Span, request: Request, facts: Sequence[Fact]) -> Span | None:
    """Where in the range a build stood that was tested beside others, or skipped by hand."""
    keys = [candidate.key for candidate in candidates(request, facts)]
    return replace(span, probe=keys.index(key)) if key in keys else None


class Known:
    """What facts tell about candidates, by key."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self.candidates: dict[str, Candidate] = {}
        self.builds: dict[str, Build] = {}
        self.sources: dict[str, Revision] = {}
        for fact in facts:
            self._learn(fact)

    def source(self, candidate: Candidate) -> Revision | None:
        if isinstance(candidate, Push):
            return Revision(candidate.branch, candidate.tip)
        return self.sources.get(candidate.key)

    def _learn(self, fact: Fact) -> None:
        match fact:
            case NightliesListed(nightlies=listed):
                self.candidates.update((nightly.key, nightly) for nightly in listed)
            case PushesListed(pushes=pushes) | PushesDuring(pushes=pushes):
                self.candidates.update((push.key, push) for push in pushes or ())
            case ChangesetLocated(push=push) if push:
                self.candidates[push.key] = push
            case BuildFound(build):
                self.builds[build.candidate] = build
            case SourceIdentified(candidate, revision) if revision:
                self.sources[candidate] = revision


def _with_range(
    report: Report, step: TestBuild, span: Span, line: Sequence[Candidate], known: Known
) -> Report:
    """With the ends of the range that is being narrowed, unless they are only assumed."""
    ends = [line[span.low], line[span.high]]
    tested = {one.candidate for one in report.tested}
    if step.confidence is None and not all(end.key in tested for end in ends):
        return report
    good, bad = (End(end, known.source(end)) for end in ends)
    return replace(
        report, good=good, bad=bad, confidence=step.confidence, tests_left=step.tests_left
    )


def _so_far(trials: Sequence[Trial], known: Known) -> Report:
    """What can be said before the end. Each narrowing verdict moved one end to its build."""
    ends: dict[Verdict, End] = {}
    for trial in trials:
        if trial.candidate and trial.given.purpose is not Purpose.CONFIRM:
            source = known.sources.get(trial.given.candidate)
            ends[trial.given.verdict] = End(trial.candidate, source)
    return Report(
        Outcome.UNFINISHED,
        "The bisection is not finished; this is what is known so far.",
        ends.get(Verdict.GOOD),
        ends.get(Verdict.BAD),
        tested=tuple(
            Tested(
                trial.given.candidate,
                trial.given.verdict,
                trial.given.purpose,
                trial.given.seconds,
                trial.given.note,
            )
            for trial in trials
        ),
    )
