"""How steps and candidates are worded for a person."""

from collections.abc import Callable

from mozregression.driver.events import Beside, Reference
from mozregression.model.builds import Missing, Nightly
from mozregression.model.steps import (
    CheckRetention,
    ClassifyPushes,
    DescribeLandings,
    FindBuild,
    IdentifySource,
    ListNightlies,
    ListPushes,
    ListPushesDuring,
    LocateChangeset,
    LookUpVersion,
    Question,
    TestBuild,
    TranslateCommit,
)
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.reports.wording import named, why_missing

_SEEN = {Verdict.BAD: "seen", Verdict.GOOD: "not seen"}


def doing(step: Question, tr: Callable[[str], str] = str) -> str:  # noqa: C901, PLR0911 - one for each kind of step
    """What is going on while a service is asked. tr: translates its sentence."""
    match step:
        case ListNightlies(branch, first, last):
            return tr("Listing {branch} nightlies from {first} to {last}").format(
                branch=branch, first=first, last=last
            )
        case ListPushes(branch=branch) | ListPushesDuring(branch=branch):
            return tr("Listing pushes of {branch}").format(branch=branch)
        case LocateChangeset(branch, node):
            return tr("Looking for {node} on {branch}").format(node=node[:12], branch=branch)
        case LookUpVersion(version):
            return tr("Looking for the release {version}").format(version=version)
        case TranslateCommit(prefix):
            return tr("Looking for the git commit {node}").format(node=prefix[:12])
        case CheckRetention(branch, day):
            return tr("Asking whether {branch} builds of {day} are still kept").format(
                branch=branch, day=day
            )
        case FindBuild(candidate):
            return tr("Looking for the build of {candidate}").format(candidate=candidate)
        case IdentifySource(build):
            return tr("Reading the source of {file}").format(file=build.file_name)
        case DescribeLandings(branch=branch):
            return tr("Reading the changesets of the range on {branch}").format(branch=branch)
        case ClassifyPushes(branch=branch):
            return tr("Reading which files the pushes of {branch} change").format(branch=branch)


def why(purpose: Purpose) -> str:
    """Why a build is tested, when it is not the ordinary narrowing."""
    return {
        Purpose.GOOD_END: "good end",
        Purpose.BAD_END: "bad end",
        Purpose.CONFIRM: "once more",
        Purpose.SIGHTING: "to see the bug at all",
        Purpose.RECHECK: "again, as other verdicts contradict it",
    }.get(purpose, "")


def left(tests: int) -> str:
    """How many tests are still to come, the running one included."""
    return "last test" if tests <= 1 else f"about {tests} tests left"


def test(step: TestBuild, number: int) -> str:
    """The heading of a test."""
    parts = [f"Test {number}", str(step.candidate), step.build.build_type, left(step.tests_left)]
    if why(step.purpose):
        parts.append(why(step.purpose))
    return " · ".join(parts)


def verdict(given: Verdict, *, hides: bool) -> str:
    """hides: the bug does not show in every test, which then says what was seen, not what is."""
    return _SEEN.get(given, given.value) if hides else given.value


def believed(step: TestBuild) -> str:
    """How far a search has come, where tests may be wrong."""
    return f"{step.confidence or 0:.0%} sure of the likeliest · {left(step.tests_left)}"


def contradicted(step: TestBuild) -> str:
    """Why a build that has a verdict is tested again."""
    return (
        "Verdicts contradict each other: a build is good although an older one is bad. "
        f"So {step.candidate} is tested again."
    )


def chosen(step: TestBuild) -> str:
    """Why a build is tested."""
    if step.why is None:
        reasons = [why(step.purpose) or "there is no choice"]
    else:
        reasons = [
            f"tells {step.why.bits:.2f} bits",
            f"{step.chance_bad:.0%} bad",
            f"{step.why.testable:.0%} testable",
        ]
        if step.why.seconds is not None:
            reasons.append(f"{step.why.seconds:.1f} s")
    return f"{step.candidate}: {', '.join(reasons)}"


def went_back(*, possible: bool) -> str:
    return "Took the last verdict back." if possible else "There is no verdict to take back."


def titled(key: str) -> str:
    """A candidate by its key alone, nearly as it is told where all of it is known."""
    kind, branch, number = key.split("/")
    return str(Nightly(branch, number, "")) if kind == "nightly" else named(key)


def reference(event: Reference) -> str:
    """How it goes with a good build that is opened beside the one under test."""
    name = titled(event.candidate) if event.candidate else "a good build"
    told = {
        Beside.OPENING: f"Opening {name} beside this one; it is good.",
        Beside.OPEN: f"{name} is open beside this one; it is good.",
        Beside.CLOSED: f"{name}, the good one, is closed.",
        Beside.FAILED: f"Could not open {name}:",
    }[event.state]
    return f"{told} {event.why}".rstrip()


def unusable(missing: Missing) -> str:
    return f"{named(missing.candidate)} is left out: {why_missing(missing)}"
