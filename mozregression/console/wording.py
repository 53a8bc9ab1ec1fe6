"""How steps and candidates are worded for a person."""

from mozregression.model.builds import Missing
from mozregression.model.steps import (
    CheckRetention,
    DescribeLandings,
    FindBuild,
    IdentifySource,
    ListNightlies,
    ListPushes,
    ListPushesDuring,
    LocateChangeset,
    Step,
)
from mozregression.model.verdicts import Purpose


def doing(step: Step) -> str:  # noqa: PLR0911 - one for each kind of step
    """What is going on while a service is asked."""
    match step:
        case ListNightlies(branch, first, last):
            return f"Listing {branch} nightlies from {first} to {last}"
        case ListPushes(branch=branch) | ListPushesDuring(branch=branch):
            return f"Listing pushes of {branch}"
        case LocateChangeset(branch, node):
            return f"Looking for {node[:12]} on {branch}"
        case CheckRetention(branch, day):
            return f"Asking whether {branch} builds of {day} are still kept"
        case FindBuild(candidate):
            return f"Looking for the build of {candidate}"
        case IdentifySource(build):
            return f"Reading the source of {build.file_name}"
        case DescribeLandings(branch=branch):
            return f"Reading the changesets of the range on {branch}"
        case _:
            return "Working"


def why(purpose: Purpose) -> str:
    """Why a build is tested, when it is not the ordinary narrowing."""
    return {
        Purpose.GOOD_END: "is the good end good?",
        Purpose.BAD_END: "is the bad end bad?",
        Purpose.CONFIRM: "once more, to confirm",
    }.get(purpose, "")


def left(tests: int) -> str:
    """How many tests are still to come, the running one included."""
    return "last test" if tests <= 1 else f"about {tests} tests left"


def unusable(missing: Missing) -> str:
    return f"{missing.candidate} is left out: {missing.reason.value}"
