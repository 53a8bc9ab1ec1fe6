"""A world: what landed, what was built of it and which of it shows the bug. Pure.

Everything follows from a WorldSpec. Landings are generated at once; hashes, texts and the
state of builds are derived from the seed when somebody asks.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from functools import cached_property
from hashlib import blake2b
from typing import Literal

from mozregression.model.apps import AUTOLAND, BRANCHES, CENTRAL
from mozregression.model.builds import Candidate, Nightly, Push
from mozregression.sandbox.branches import (
    BETA,
    COMM,
    RELEASE,
    Branches,
    BranchWriter,
    version_of_push,
)
from mozregression.sandbox.cycles import nightly_start, version_on
from mozregression.sandbox.history import (
    DAY,
    MERGES,
    BranchLog,
    History,
    Kind,
    Landings,
    LandingStyle,
    midnight,
)

GIT_SINCE = date(2025, 4, 30)
XZ_SINCE = date(2024, 11, 26)
SECONDS_IN_STAMP_SINCE = date(2011, 7, 1)
CENTRAL_DIRECTORY_SINCE = date(2008, 6, 17)

OTHER_BRANCHES = (COMM, BETA, RELEASE)

Compression = Literal["xz", "bz2"]


class BuildType(Enum):
    """Kinds of builds a push gets on Taskcluster."""

    SHIPPABLE = "shippable"
    OPT = "opt"


class Condition(Enum):
    """What became of the builds of a candidate."""

    SOUND = "sound"
    MISSING = "missing"
    TRUNCATED = "truncated"
    CORRUPT = "corrupt"
    NO_BINARY = "no binary"


BROKEN = (Condition.TRUNCATED, Condition.CORRUPT, Condition.NO_BINARY)


@dataclass(frozen=True, slots=True)
class WorldSpec:
    """What a world is generated from.

    first, days: the days with landings. regression: index of the autoland push that holds
    the change (in a push that merges mozilla-central, what had landed there first), default
    chosen from the seed. now: today, by default the last day.
    all_apps: every app on every platform; otherwise Firefox for 64-bit Linux and Windows alone.
    broken_on: another branch whose push holds the change (comm-central, mozilla-beta,
    mozilla-release); `regression` then counts the pushes of that one.
    Rates are chances from 0 to 1: missing (a candidate has no build at all), broken (its
    archive cannot be used), dontbuild (nothing is scheduled for a push), failed (a build of
    a push failed for good), retried (it needed a second run), shippable_absent (a push has
    opt builds only), no_txt (a nightly lacks its .txt), miss (a bad build passes a check).
    build_size: bytes of an archive, roughly. compression: None goes by the date of the build.
    """

    seed: int = 0
    first: date = date(2026, 8, 1)
    days: int = 90
    pushes_a_day: int = 24
    nightlies_a_day: int = 2
    style: LandingStyle = field(default_factory=LandingStyle)
    regression: int | None = None
    now: date | None = None
    all_apps: bool = False
    broken_on: str = AUTOLAND
    missing_rate: float = 0.0
    broken_rate: float = 0.0
    dontbuild_rate: float = 0.0
    failed_rate: float = 0.0
    retried_rate: float = 0.0
    shippable_absent_rate: float = 0.0
    no_txt_rate: float = 0.0
    miss_rate: float = 0.0
    build_size: int = 50_000
    compression: Compression | None = None
    tc_kept_days: int = 365
    archive_integration_since: date = date(2025, 11, 20)
    archive_integration_kept_days: int = 8 * 365

    def __post_init__(self) -> None:
        if min(self.days, self.pushes_a_day, self.nightlies_a_day) < 1:
            raise ValueError("A world needs at least one day, one push and one nightly a day.")
        if self.today < self.last:
            raise ValueError(f"now ({self.today}) is before the last day of landings ({self.last})")
        if self.broken_on != AUTOLAND and not (self.all_apps and self.broken_on in OTHER_BRANCHES):
            raise ValueError(
                f"A world cannot be broken on {self.broken_on!r} without such a branch"
            )

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)

    @property
    def today(self) -> date:
        return self.now or self.last


@dataclass(frozen=True, slots=True)
class Culprit:
    """The change to be found: the push it landed with, and its changeset in there."""

    push: Push
    node: str


class World:
    """What a spec unfolds to. Changesets are numbers; see history.py."""

    def __init__(self, spec: WorldSpec) -> None:
        self.spec = spec
        landings = Landings(spec.seed, spec.pushes_a_day, spec.nightlies_a_day, spec.style)
        self.history: History = landings.write(spec.first, spec.days, spec.dontbuild_rate)
        self.logs: dict[str, BranchLog] = {
            CENTRAL: self.history.central,
            AUTOLAND: self.history.autoland,
        }
        self.branches = Branches({}, {}, {})
        if spec.all_apps:
            self.branches = BranchWriter(self.history, spec.seed).write(spec.first, spec.days)
            self.logs |= self.branches.logs
        self.change = self._choose_culprit()
        for log in self.logs.values():
            log.first_id = self._first_id(log)

    @property
    def now(self) -> int:
        """UTC seconds: today is over."""
        return midnight(self.spec.today) + DAY

    def chance(self, *key: object) -> float:
        """A number from 0 to below 1 that depends on the seed and the key alone."""
        return int.from_bytes(self.digest(*key)[:7], "big") / (1 << 56)

    def digest(self, *key: object) -> bytes:
        text = "/".join(map(str, (self.spec.seed, *key)))
        return blake2b(text.encode(), digest_size=20).digest()

    # Changesets

    @cached_property
    def nodes(self) -> list[str]:
        """Hashes in hg, by changeset number."""
        return [self.digest("hg", number).hex() for number in range(len(self.history.kinds))]

    def git(self, number: int) -> str:
        """The git hash of a changeset."""
        return self.digest("git", number).hex()

    def recorded_git(self, number: int) -> str | None:
        """The git hash that hg knows: None before git was the source of truth."""
        mirrored = (
            self.history.dates[number] >= midnight(GIT_SINCE)
            and self.history.kinds[number] is not Kind.COMM  # Thunderbird stays with hg
        )
        return self.git(number) if mirrored else None

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Changeset numbers by hg hash."""
        return {node: number for number, node in enumerate(self.nodes)}

    @cached_property
    def git_numbers(self) -> dict[str, int]:
        """Changeset numbers by git hash."""
        kinds = enumerate(self.history.kinds)
        return {self.git(number): number for number, kind in kinds if kind is not Kind.COMM}

    @cached_property
    def _sorted_nodes(self) -> list[str]:
        return sorted(self.nodes)

    def matching(self, prefix: str) -> list[int]:
        """Changesets whose hg hash begins with prefix."""
        first = bisect_left(self._sorted_nodes, prefix)
        last = bisect_left(self._sorted_nodes, prefix + "g")
        return [self.numbers[node] for node in self._sorted_nodes[first:last]]

    # Pushes

    def push(self, branch: str, index: int) -> Push:
        log = self.logs[branch]
        nodes = tuple(self.nodes[number] for number in log.of(index))
        return Push(branch, log.first_id + index, log.times[index], nodes)

    def pushes(self, branch: str) -> Iterator[Push]:
        """All pushes of a branch, by id."""
        return (self.push(branch, index) for index in range(len(self.logs[branch])))

    def push_with(self, branch: str, node: str) -> Push | None:
        """The push that brought a changeset (full hg hash) to a branch."""
        number = self.numbers.get(node, -1)
        index = self.logs[branch].arrival.get(number)
        return None if index is None else self.push(branch, index)

    def index(self, push: Push) -> int:
        return push.id - self.logs[push.branch].first_id

    # Nightlies

    @cached_property
    def nightlies(self) -> tuple[Nightly, ...]:
        """All nightlies, oldest first."""
        return tuple(self._nightly(index) for index in self.history.nightlies)

    def _nightly(self, index: int) -> Nightly:
        moment = datetime.fromtimestamp(self.history.central.times[index], timezone.utc)
        part = CENTRAL if moment.date() >= CENTRAL_DIRECTORY_SINCE else "trunk"
        return _dated(CENTRAL, "firefox", moment, part)

    @cached_property
    def comm_nightlies(self) -> tuple[Nightly, ...]:
        """All nightlies of Thunderbird, oldest first."""
        return tuple(map(_comm_nightly, self.branches.nightlies))

    @cached_property
    def _comm_pushes(self) -> dict[str, int]:
        stamps = (nightly.stamp for nightly in self.comm_nightlies)
        return dict(zip(stamps, self.branches.nightlies.values(), strict=True))

    @cached_property
    def _nightly_pushes(self) -> dict[str, int]:
        stamps = (nightly.stamp for nightly in self.nightlies)
        return dict(zip(stamps, self.history.nightlies, strict=True))

    def source(self, candidate: Candidate) -> Push:
        """The push a candidate is built from."""
        if isinstance(candidate, Push):
            return candidate
        if candidate.branch == COMM:
            return self.push(COMM, self._comm_pushes[candidate.stamp])
        return self.push(CENTRAL, self._nightly_pushes[candidate.stamp])

    def platform(self, candidate: Candidate) -> Push | None:
        """The push of mozilla-central that a build of Thunderbird has inside."""
        if candidate.branch != COMM:
            return None
        times, when = self.history.central.times, int(candidate.moment.timestamp())
        return self.push(CENTRAL, max(0, bisect_right(times, when) - 1))

    def tags_of(self, branch: str) -> dict[str, int]:
        """Tags of a branch and the changesets they name, oldest first."""
        return self.tags if branch == CENTRAL else self.branches.tags.get(branch, {})

    @cached_property
    def tags(self) -> dict[str, int]:
        """Tags of mozilla-central and the changesets they name, oldest first: ends of cycles."""
        log, tags = self.history.central, {}
        for version in range(version_on(self.spec.first) + 1, version_on(self.spec.last) + 1):
            before = bisect_left(log.times, midnight(nightly_start(version)))
            if before:
                tags[f"FIREFOX_NIGHTLY_{version - 1}_END"] = log.tip(before - 1)
        return tags

    # The change and the builds

    @cached_property
    def culprit(self) -> Culprit:
        direct = self.history.kinds[self.change] is Kind.DIRECT
        branch = CENTRAL if direct else self.spec.broken_on
        index = self.logs[branch].arrival[self.change]
        return Culprit(self.push(branch, index), self.nodes[self.change])

    def is_bad(self, candidate: Candidate) -> bool:
        """Whether the culprit is in what the candidate was built from."""
        platform = self.platform(candidate)
        return self._holds(self.source(candidate)) or (
            platform is not None and self._holds(platform)
        )

    def _holds(self, push: Push) -> bool:
        arrival = self.logs[push.branch].arrival.get(self.change)
        return arrival is not None and arrival <= self.index(push)

    def condition(self, candidate: Candidate) -> Condition:
        spec, draw = self.spec, self.chance("condition", candidate.key)
        if draw < spec.missing_rate:
            return Condition.MISSING
        if draw < spec.missing_rate + spec.broken_rate:
            return BROKEN[self.digest("broken", candidate.key)[0] % len(BROKEN)]
        return Condition.SOUND

    def scheduled(self, push: Push) -> bool:
        """Whether anything is built for a push: not if its tip says DONTBUILD or is hidden."""
        return bool(push.changesets) and self.numbers[push.tip] not in self.history.dontbuild

    def made(self, push: Push, build_type: BuildType) -> bool:
        """Whether a push has (or had) a build of a type."""
        if not self.scheduled(push) or self.condition(push) is Condition.MISSING:
            return False
        if build_type is BuildType.SHIPPABLE:
            absent = self.chance("shippable absent", push.key) < self.spec.shippable_absent_rate
            if absent:
                return False
        return self.chance("failed", build_type, push.key) >= self.spec.failed_rate

    def on_taskcluster(self, push: Push, build_type: BuildType) -> bool:
        """Whether Taskcluster still has a push's build of a type."""
        kept = self.expires(push) > self.now
        return kept and self.made(push, build_type)

    def expires(self, push: Push) -> int:
        """When Taskcluster forgets a push's builds, UTC seconds: made minutes after the push."""
        return push.time + 600 + self.spec.tc_kept_days * DAY

    def archived(self, push: Push) -> bool:
        """Whether the archive has an integration build (always opt) of a push."""
        spec = self.spec
        kept = spec.today - push.day <= timedelta(days=spec.archive_integration_kept_days)
        since = push.branch == AUTOLAND and push.day >= spec.archive_integration_since
        return since and kept and self.made(push, BuildType.OPT)

    def testable(self, candidate: Candidate) -> bool:
        """Whether anybody can get and run a build of a candidate."""
        if self.condition(candidate) is not Condition.SOUND:
            return False
        if isinstance(candidate, Nightly):
            return True
        return self.archived(candidate) or any(
            self.on_taskcluster(candidate, build_type) for build_type in BuildType
        )

    @cached_property
    def suspects(self) -> tuple[Push, ...]:
        """The smallest set of pushes that tests of builds of the culprit's branch can reach."""
        branch = self.culprit.push.branch
        first = last = self.index(self.culprit.push)
        while first > 0 and not self.testable(self.push(branch, first - 1)):
            first -= 1
        end = len(self.logs[branch]) - 1
        while last < end and not self.testable(self.push(branch, last)):
            last += 1
        return tuple(self.push(branch, index) for index in range(first, last + 1))

    def compression(self, day: date) -> Compression:
        return self.spec.compression or ("xz" if day >= XZ_SINCE else "bz2")

    def version(self, day: date) -> str:
        """Version of mozilla-central on a day; exact where cycles have four weeks."""
        return f"{version_on(day)}.0a1"

    def version_of(self, push: Push) -> str:
        """What a build of a push calls itself."""
        train = push.branch in (BETA, RELEASE)
        return version_of_push(push.branch, push.time) if train else self.version(push.day)

    def _choose_culprit(self) -> int:
        index = self.spec.regression
        if index is None:
            index = self._somewhere()
        elif not 0 <= index < len(self._broken):
            count, branch = len(self._broken), self.spec.broken_on
            raise ValueError(f"regression {index} is not one of the {count} {branch} pushes")
        landed = self._landed(index)
        if not landed:
            raise ValueError(f"regression {index} has no landing: it merges, or is hidden")
        return landed[int(self.chance("culprit changeset") * len(landed))]

    def _landed(self, index: int) -> list[int]:
        """Changesets of a push of the broken branch that are no merges."""
        kinds = self.history.kinds
        return [each for each in self._broken.of(index) if kinds[each] not in MERGES]

    @property
    def _broken(self) -> BranchLog:
        return self.logs[self.spec.broken_on]

    def _somewhere(self) -> int:
        """A push for the culprit, not in the outer days; any, in a tiny world."""
        count = len(self._broken)
        spec = self.spec
        each_day = spec.pushes_a_day if spec.broken_on == AUTOLAND else count // spec.days
        margin = min(3, spec.days // 4) * each_day
        inner = range(margin, max(margin + 1, count - margin))
        first = int(self.chance("culprit") * len(inner))
        rotated = (inner[(first + step) % len(inner)] for step in inner)
        fitting = (index for index in rotated if self._can_be_culprit(index))
        return next(fitting, next(index for index in range(count) if self._landed(index)))

    def _can_be_culprit(self, index: int) -> bool:
        """Whether a push is a landing with builds that parts the nightlies in good and bad."""
        history, tip = self.history, self._broken.tip(index)
        if not self._broken.of(index) or tip in history.dontbuild:
            return False
        if self.spec.broken_on != AUTOLAND:
            return history.kinds[tip] not in MERGES
        if history.kinds[tip] is not Kind.LANDING:
            return False
        arrival = history.central.arrival.get(tip, -1)
        nightlies = history.nightlies
        return bool(nightlies) and nightlies[0] < arrival <= nightlies[-1]

    def _first_id(self, log: BranchLog) -> int:
        """Ids gain a digit near the culprit: whoever sorts them as text must notice."""
        near = log.arrival.get(self.change, len(log)) + int(17 * self.chance("ids")) - 8
        digits = max(4, len(str(near)))
        return int("1" + "0" * digits) - max(0, near)


def _comm_nightly(when: int) -> Nightly:
    moment = datetime.fromtimestamp(when, timezone.utc)
    eras = {
        date(2008, 7, 26): "trunk",
        date(2009, 1, 9): COMM,
        date(2010, 8, 21): f"{COMM}-trunk",
    }
    part = next((name for until, name in eras.items() if moment.date() < until), COMM)
    return _dated(COMM, "thunderbird", moment, part)


def _dated(branch: str, product: str, moment: datetime, part: str) -> Nightly:
    precise = moment.date() >= SECONDS_IN_STAMP_SINCE
    stamp = moment.strftime("%Y-%m-%d-%H-%M-%S" if precise else "%Y-%m-%d-%H")
    path = f"/pub/{product}/nightly/{moment:%Y/%m}/{stamp}-{part}/"
    return Nightly(branch, stamp.replace("-", ""), path)


def branch_at(world: World, path: str) -> str | None:
    """The branch served under a repository path (`integration/autoland`)."""
    return next((name for name in world.logs if BRANCHES[name].path == path), None)
