"""How steps and candidates are worded for a person."""

from mozregression.model.builds import Missing
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


def doing(step: Question) -> str:  # noqa: C901, PLR0911 - one for each kind of step
    """What is going on while a service is asked."""
    match step:
        case ListNightlies(branch, first, last):
            return f"Listing {branch} nightlies from {first} to {last}"
        case ListPushes(branch=branch) | ListPushesDuring(branch=branch):
            return f"Listing pushes of {branch}"
        case LocateChangeset(branch, node):
            return f"Looking for {node[:12]} on {branch}"
        case LookUpVersion(version):
            return f"Looking for the release {version}"
        case TranslateCommit(prefix):
            return f"Looking for the git commit {prefix[:12]}"
        case CheckRetention(branch, day):
            return f"Asking whether {branch} builds of {day} are still kept"
        case FindBuild(candidate):
            return f"Looking for the build of {candidate}"
        case IdentifySource(build):
            return f"Reading the source of {build.file_name}"
        case DescribeLandings(branch=branch):
            return f"Reading the changesets of the range on {branch}"
        case ClassifyPushes(branch=branch):
            return f"Reading which files the pushes of {branch} change"


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


def unusable(missing: Missing) -> str:
    return f"{named(missing.candidate)} is left out: {why_missing(missing)}"
