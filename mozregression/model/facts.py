"""What a session has learnt. Facts are true whatever is decided later, so their order
matters for verdicts alone, and a fact learnt ahead of need does no harm.
"""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from mozregression.model.builds import Build, Landing, Missing, Nightly, Push, Revision
from mozregression.model.certainty import Certainty
from mozregression.model.report import Transition
from mozregression.model.verdicts import Purpose, Verdict


@dataclass(frozen=True, slots=True)
class NightliesListed:
    """All nightly folders of a branch from first to last day, both included, oldest first."""

    branch: str
    first: date
    last: date
    nightlies: tuple[Nightly, ...]


@dataclass(frozen=True, slots=True)
class PushesListed:
    """Pushes of a branch after one changeset up to and including another, oldest first.

    pushes is None when the branch does not know one of the two.
    """

    branch: str
    after: str
    upto: str
    pushes: tuple[Push, ...] | None


@dataclass(frozen=True, slots=True)
class PushesDuring:
    """Pushes of a branch with start < time < end (UTC seconds), oldest first."""

    branch: str
    start: int
    end: int
    pushes: tuple[Push, ...]


@dataclass(frozen=True, slots=True)
class ChangesetLocated:
    """Which push of a branch holds a changeset; None: the branch does not have it.

    node: a hash, a beginning of one, or a tag.
    """

    branch: str
    node: str
    push: Push | None


@dataclass(frozen=True, slots=True)
class VersionLookedUp:
    """When a version was released; None: not yet, or never.

    similar: released versions with the same first number, oldest first.
    """

    version: str
    released: date | None
    similar: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommitTranslated:
    """The changeset (40-digit hg hash) that a git commit is; None: there is no such commit.

    several: there is more than one whose hash begins with the prefix.
    """

    prefix: str
    node: str | None
    several: bool = False


@dataclass(frozen=True, slots=True)
class RetentionChecked:
    """Whether builds of that day's pushes are still kept, and by whom ("" for nobody)."""

    branch: str
    day: date
    kept_by: str


@dataclass(frozen=True, slots=True)
class BuildFound:
    build: Build


@dataclass(frozen=True, slots=True)
class BuildMissing:
    missing: Missing


@dataclass(frozen=True, slots=True)
class SourceIdentified:
    """The source a candidate was built from; None: nothing tells.

    platform: what it embeds of another repository (gecko in Thunderbird), when that is known.
    """

    candidate: str
    revision: Revision | None
    platform: Revision | None = None


@dataclass(frozen=True, slots=True)
class LandingsDescribed:
    """Changesets of the pushes first to last (ids, both included), in pushlog order."""

    branch: str
    first: int
    last: int
    landings: tuple[Landing, ...]


@dataclass(frozen=True, slots=True)
class PushesClassified:
    """What pushes first to last of a branch (ids, both included) are about.

    matching: those that change what is at or below one of the suspects (paths). backed_out: those
    that were backed out again, or back something out. no_code: those that change nothing that gets
    into a build.
    """

    branch: str
    first: int
    last: int
    suspects: tuple[str, ...]
    matching: tuple[int, ...]
    backed_out: tuple[int, ...] = ()
    no_code: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PaceMeasured:
    """What tests cost; the last one counts.

    at_hand: keys of candidates whose builds are on disk. fetch: expected seconds until another
    one is. test: seconds from the launch to the verdict.
    """

    at_hand: tuple[str, ...]
    fetch: float
    test: float


@dataclass(frozen=True, slots=True)
class MoreAllowed:
    """So many more tests may be done, where a limit was reached; and as many more tries to see
    the bug for the first time.
    """

    tests: int


@dataclass(frozen=True, slots=True)
class CertaintyChanged:
    """Tests are like this, and not as the request has it. It counts for earlier ones, too."""

    certainty: Certainty


@dataclass(frozen=True, slots=True)
class TransitionChosen:
    """Where the bug came or went more than once: go on between these candidates, by key.

    into_bad: it came there. Of several choices in one range the last one counts.
    """

    older: str
    newer: str
    into_bad: bool

    @classmethod
    def of(cls, transition: Transition) -> "TransitionChosen":
        return cls(transition.after.key, transition.upto.key, transition.into_bad)


@dataclass(frozen=True, slots=True)
class VerdictGiven:
    """A tester judged a candidate's build. at: UTC seconds; seconds: how long the test took."""

    candidate: str
    verdict: Verdict
    purpose: Purpose
    at: int
    seconds: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class VerdictRetracted:
    """The last verdict not yet retracted was taken back."""

    at: int


Fact: TypeAlias = (
    NightliesListed
    | PushesListed
    | PushesDuring
    | ChangesetLocated
    | VersionLookedUp
    | CommitTranslated
    | RetentionChecked
    | BuildFound
    | BuildMissing
    | SourceIdentified
    | LandingsDescribed
    | PushesClassified
    | PaceMeasured
    | MoreAllowed
    | CertaintyChanged
    | TransitionChosen
    | VerdictGiven
    | VerdictRetracted
)
