"""What a session wants done next. Every step but Finish ends in a fact."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from mozregression.model.builds import Build, Candidate
from mozregression.model.report import Report
from mozregression.model.verdicts import Purpose


@dataclass(frozen=True, slots=True)
class ListNightlies:
    branch: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class ListPushes:
    """Pushes after one changeset up to and including another."""

    branch: str
    after: str
    upto: str


@dataclass(frozen=True, slots=True)
class ListPushesDuring:
    """Pushes with start < time < end, UTC seconds."""

    branch: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LocateChangeset:
    """node: a hash, a beginning of one, or a tag."""

    branch: str
    node: str


@dataclass(frozen=True, slots=True)
class LookUpVersion:
    """Was there a release or beta of that version?"""

    version: str


@dataclass(frozen=True, slots=True)
class TranslateCommit:
    """Which changeset is a git commit, by 7 to 40 digits of its hash?"""

    prefix: str


@dataclass(frozen=True, slots=True)
class CheckRetention:
    """Are builds of that day's pushes still kept?"""

    branch: str
    day: date


@dataclass(frozen=True, slots=True)
class FindBuild:
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class IdentifySource:
    """Read which source a build was made from, without fetching the build."""

    build: Build


@dataclass(frozen=True, slots=True)
class Span:
    """Where a probe stands among `size` candidates, of which low is good and high is bad.

    Where tests may be wrong, low and high are as far as it can be told, and the probe may be one
    of them.
    """

    size: int
    low: int
    probe: int
    high: int


@dataclass(frozen=True, slots=True)
class Why:
    """Why a build was chosen: it promises the most bits for its seconds.

    testable: the chance that it can be tested at all. seconds: None when nobody knows.
    """

    bits: float
    testable: float
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class TestBuild:
    """Fetch, launch and judge a build.

    chance_bad: how likely it is to show the bug. tests_left: an estimate, this one included.
    span: the range being narrowed, None for tests of an end. why: None where it was not a choice.
    Only where tests may be wrong: belief, for a picture, the chance that the change is in each of
    some 60 stretches of the range of about the same length; closer, the same where it is likeliest,
    between the candidates of focus, as they count in span; and confidence, that of the likeliest
    candidate.
    """

    candidate: Candidate
    build: Build
    purpose: Purpose
    chance_bad: float
    tests_left: int
    span: Span | None = None
    why: Why | None = None
    belief: tuple[float, ...] = ()
    closer: tuple[float, ...] = ()
    focus: tuple[int, int] | None = None
    confidence: float | None = None

    __test__ = False  # not a test case, whatever pytest thinks of the name


@dataclass(frozen=True, slots=True)
class DescribeLandings:
    branch: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ClassifyPushes:
    """Which pushes first to last (ids, both included) change what is below one of these paths?"""

    branch: str
    first: int
    last: int
    suspects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finish:
    report: Report


Question: TypeAlias = (
    ListNightlies
    | ListPushes
    | ListPushesDuring
    | LocateChangeset
    | LookUpVersion
    | TranslateCommit
    | CheckRetention
    | FindBuild
    | IdentifySource
    | DescribeLandings
    | ClassifyPushes
)
"""Steps that services answer."""

Step: TypeAlias = Question | TestBuild | Finish


@dataclass(frozen=True, slots=True)
class Steps:
    """What a session wants done at once: one question, tests, or Finish.

    Empty while tests that run have to be waited for. pointless: keys of candidates under test
    whose verdicts are not worth waiting for.
    """

    now: tuple[Step, ...]
    pointless: tuple[str, ...] = ()
