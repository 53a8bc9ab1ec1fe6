"""The answer of a session, complete enough that every face can print it without asking again."""

from dataclasses import dataclass
from enum import Enum

from mozregression.model.builds import Candidate, Landing, Missing, Push, Revision
from mozregression.model.verdicts import Purpose, Verdict


class Outcome(Enum):
    """How a session ended, if it did. The value is a short sentence a person can read."""

    FOUND = "The change is in one push."
    NARROWED = "The change is in one of several pushes; no builds between them can be tested."
    NIGHTLIES = "The change is between two nightlies; builds of single pushes are no longer kept."
    ONE_PUSH = "Both bounds are in one push."
    NO_DIFFERENCE = "Both ends were built from the same source."
    GOOD_END_BAD = "The good end shows the bug."
    BAD_END_GOOD = "The bad end does not show the bug."
    NOT_CONFIRMED = "The last check contradicted an earlier verdict."
    NOTHING_TO_TEST = "No build in the range can be tested."
    BAD_BOUND = "A bound cannot be used."
    NOT_REPRODUCED = "The bug was never seen at the bad end."
    NOT_IN_RANGE = "The change is not between the bounds."
    CONTRADICTORY = "Verdicts contradict each other."
    UNFINISHED = "The session can go on."


@dataclass(frozen=True, slots=True)
class Tested:
    """One verdict of the session, in the order given. candidate: its key."""

    candidate: str
    verdict: Verdict
    purpose: Purpose
    seconds: float
    note: str


@dataclass(frozen=True, slots=True)
class End:
    """One end of the range that is left. revision is None when nothing told the source."""

    candidate: Candidate
    revision: Revision | None
    git: str | None = None


@dataclass(frozen=True, slots=True)
class Embedded:
    """What else differs between the ends: the source that both embed of another repository.

    pushes and landings: what that repository got in between, as far as it is known.
    good_git, bad_git: hashes of the same states in its git repository.
    """

    good: Revision
    bad: Revision
    pushes: tuple[Push, ...] = ()
    landings: tuple[Landing, ...] = ()
    good_git: str | None = None
    bad_git: str | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """After one candidate, and not after another, the bug came (into_bad) or went."""

    after: Candidate
    upto: Candidate
    into_bad: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, how sure it is and what it rests on.

    detail: one or two sentences for a person, naming values. suspects: pushes (or, for
    NIGHTLIES, the pushes between two nightlies) that can hold the change, those of `embedded`
    included. landings: changesets of the others. embedded: None when nothing embedded differs.
    untestable: candidates between the ends that had no usable build. missing: all
    candidates of the session without one, which the search had to go around.
    confirmed: True/False when the final pair was tested again, None when it was not.
    fixed: the change took the bug away. `good` is the older end all the same, which shows the
    bug then, and `bad` the newer one, which does not.
    confidence: the chance that the answer is right, given that tests are as they were said to be;
    None where they are exact. chances: of each of `suspects`, when there is a confidence.
    tests_left: how many more tests would probably do, when they were not enough.
    transitions: all places where the bug came or went, from the oldest, if there is more than one.
    """

    outcome: Outcome
    detail: str
    good: End | None = None
    bad: End | None = None
    suspects: tuple[Candidate, ...] = ()
    landings: tuple[Landing, ...] = ()
    tested: tuple[Tested, ...] = ()
    untestable: tuple[Missing, ...] = ()
    missing: tuple[Missing, ...] = ()
    confirmed: bool | None = None
    fixed: bool = False
    embedded: Embedded | None = None
    confidence: float | None = None
    chances: tuple[float, ...] = ()
    tests_left: int | None = None
    transitions: tuple[Transition, ...] = ()
