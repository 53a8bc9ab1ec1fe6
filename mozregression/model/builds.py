"""Candidates (nightlies and pushes) and the builds made from them."""

from dataclasses import dataclass
from datetime import date, datetime, timezone
from enum import Enum
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Revision:
    """A state of the source: a branch name (`mozilla-central`) and a 40-digit hg hash."""

    branch: str
    node: str


@dataclass(frozen=True, slots=True)
class Nightly:
    """A dated build folder on the archive.

    stamp: build id, 14 digits, or 10 (`YYYYMMDDhh`) before 2011; the UTC time of its push.
    path: the folder's URL path, ending with a slash.
    """

    branch: str
    stamp: str
    path: str

    @property
    def key(self) -> str:
        return f"nightly/{self.branch}/{self.stamp}"

    @property
    def moment(self) -> datetime:
        """Raises ValueError when the digits are no date."""
        digits = self.stamp.ljust(14, "0")  # strptime takes ten times as long, for thousands
        month, day, hour, minute, second = (int(digits[at : at + 2]) for at in range(4, 14, 2))
        return datetime(int(digits[:4]), month, day, hour, minute, second, tzinfo=timezone.utc)

    @property
    def day(self) -> date:
        return self.moment.date()

    def __str__(self) -> str:
        return f"{self.branch} nightly {self.moment:%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class Push:
    """One landing on a branch, as the pushlog tells it.

    id: number of the push on its branch. time: UTC seconds since 1970.
    changesets: hg hashes, ancestors first, the tip (which is what gets built) last.
    """

    branch: str
    id: int
    time: int
    changesets: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"push/{self.branch}/{self.id}"

    @property
    def tip(self) -> str:
        return self.changesets[-1]

    @property
    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.time, timezone.utc)

    @property
    def day(self) -> date:
        return self.moment.date()

    def __str__(self) -> str:
        return f"{self.branch} push {self.id} ({self.tip[:12]}) {self.moment:%Y-%m-%d %H:%M}"


Candidate: TypeAlias = Nightly | Push


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a service says a file hashes to. algorithm: a hashlib name (`sha512`, `md5`)."""

    algorithm: str
    hex: str


@dataclass(frozen=True, slots=True)
class Build:
    """One downloadable build of a candidate.

    size and checksum are what the service promised, None when it promises nothing.
    checksums_url names a file that lists the checksum, read only if the download itself
    brings none. source_url names a small text file that holds the source revision.
    """

    candidate: str
    app: str
    platform: str
    build_type: str
    url: str
    file_name: str
    size: int | None = None
    checksum: Checksum | None = None
    checksums_url: str | None = None
    source_url: str | None = None
    task_id: str | None = None


class MissingReason(Enum):
    """Why a candidate cannot be tested."""

    NOT_BUILT = "no build was made"
    NO_FILE = "no build for this platform"
    EXPIRED = "the build has expired"
    BROKEN = "the archive is broken"
    SKIPPED = "the tester could not judge it"


@dataclass(frozen=True, slots=True)
class Missing:
    """A candidate without a usable build, and why. tried: what was looked for, in order."""

    candidate: str
    reason: MissingReason
    tried: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Landing:
    """One changeset as a reader of the report wants to see it.

    push: id on the branch it was listed for. git: hash in the Firefox repository, when known.
    bugs: numbers named in the summary. summary: first line of the description.
    """

    push: int
    node: str
    git: str | None
    author: str
    summary: str
    bugs: tuple[int, ...]
