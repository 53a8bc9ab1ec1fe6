"""What the apps table tells, as values."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timezone
from enum import Enum
from typing import Generic, TypeVar

T = TypeVar("T")


def moment_of(when: date | datetime) -> datetime:
    """The moment itself, or the UTC midnight with which a day begins."""
    if isinstance(when, datetime):
        return when
    return datetime.combine(when, time(), timezone.utc)


@dataclass(frozen=True, slots=True)
class Era(Generic[T]):
    """until: the first moment (UTC) at which the value does not hold any more; None: it holds."""

    until: datetime | None
    value: T


@dataclass(frozen=True, slots=True)
class Eras(Generic[T]):
    """A value that changed with time, the oldest first; the last has no end."""

    rows: tuple[Era[T], ...]

    @classmethod
    def always(cls, value: T) -> "Eras[T]":
        return cls((Era(None, value),))

    @property
    def latest(self) -> T:
        return self.rows[-1].value

    @property
    def values(self) -> tuple[T, ...]:
        return tuple(row.value for row in self.rows)

    def at(self, when: date | datetime) -> T:
        if len(self.rows) == 1:
            return self.latest
        moment = moment_of(when)
        return next(row.value for row in self.rows if row.until is None or moment < row.until)


@dataclass(frozen=True, slots=True)
class Platform:
    """An operating system (`linux`, `win`, `mac`) and an architecture (`x86_64`, …)."""

    os: str
    arch: str

    def __str__(self) -> str:
        return f"{self.os}-{self.arch}"


@dataclass(frozen=True, slots=True)
class PlatformFiles:
    """What builds of one platform are called by each service.

    archive: platform part of a nightly's file name. integration: the same of archived builds of
    single pushes. release: folder of releases. taskcluster: platform part of an index job name
    (`linux64` in `linux64-opt`). suffixes: endings a package may have, the newest first.
    artifacts: names a task may give the build, the likeliest first. binary: the program inside,
    or the package that an APK is for.
    Several names: any of them; no names: no such builds.
    """

    archive: Eras[tuple[str, ...]]
    integration: tuple[str, ...]
    release: str
    taskcluster: Eras[str]
    suffixes: tuple[str, ...]
    artifacts: Eras[tuple[str, ...]]
    binary: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A line of landings.

    name: as Taskcluster calls it (`autoland`). path: under hg.mozilla.org
    (`integration/autoland`). git: branch of the GitHub repository, when it has one.
    domain: what names in the index begin with. is_line: each push builds on the one before, so
    that there is something to bisect.
    """

    name: str
    path: str
    git: str | None = None
    domain: str = "gecko"
    is_line: bool = True


@dataclass(frozen=True, slots=True)
class BranchRow:
    """Branches by pattern: `{n}` in names stands for a number."""

    branch: Branch
    aliases: tuple[str, ...]

    @property
    def is_pattern(self) -> bool:
        return "{n}" in self.branch.name

    def named(self, name: str) -> Branch | None:
        """The branch called `name`, if it is one of these."""
        for pattern in (self.branch.name, self.branch.path, *self.aliases):
            found = re.fullmatch(re.escape(pattern).replace(r"\{n\}", "(?P<n>[0-9]{1,4})"), name)
            if found:
                return self._numbered(found.groupdict().get("n", ""))
        return None

    def _numbered(self, number: str) -> Branch:
        branch = self.branch
        return replace(
            branch,
            name=branch.name.replace("{n}", number),
            path=branch.path.replace("{n}", number),
            git=branch.git and branch.git.replace("{n}", number),
        )


@dataclass(frozen=True, slots=True)
class Kind:
    """Builds made of pushes. index: template of their name; job: of its end, and of the ends on
    platforms where it differs. until: when they ended. platforms: empty for all.
    """

    name: str
    index: str
    job: str
    jobs: dict[Platform, str]
    until: datetime | None
    platforms: frozenset[Platform]

    def is_known_on(self, platform: Platform) -> bool:
        return not self.platforms or platform in self.platforms

    def is_made(self, platform: Platform, when: date | datetime) -> bool:
        ended = self.until is not None and moment_of(when) >= self.until
        return not ended and self.is_known_on(platform)


@dataclass(frozen=True, slots=True)
class Nightlies:
    """folder: branch part of their folders. file: name of the package. types: ending of the
    platform for each build type. note, note_folder: where the source is told, when not beside
    the package under its name. branches: others than the app's own that have (or had) some.
    """

    folder: Eras[str]
    file: str
    types: dict[str, str]
    note: str
    note_folder: str
    branches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Archived:
    """Builds of single pushes that the archive keeps. folder: of a day, under the archive's root.

    kind: which they are.
    """

    folder: str
    file: str
    branches: tuple[str, ...]
    since: date
    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class Releases:
    """Templates of folders, and of package names by system. candidate: "" for none."""

    folder: str
    candidate: str
    names: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Quirk:
    """Something wrong with nightlies from before `until` (None: all). platforms: empty for all."""

    platforms: frozenset[Platform]
    until: datetime | None
    why: str

    def holds(self, platform: Platform, when: date | datetime) -> bool:
        over = self.until is not None and moment_of(when) >= self.until
        return not over and (not self.platforms or platform in self.platforms)


class Launch(Enum):
    """How builds are run: a graphical program, one that reads and prints, an app on a device."""

    DESKTOP = "desktop"
    SHELL = "shell"
    ANDROID = "android"


@dataclass(frozen=True, slots=True)
class Android:
    """How an app is started on a device. activity: full class name. intent: its action. extras:
    `args` for one extra with all arguments, `arg` for one each (`arg0`, `arg1`, …).
    """

    activity: str
    intent: str
    extras: str


@dataclass(frozen=True, slots=True, eq=False)
class App:
    """A product that can be bisected.

    product: in the index. archive_dir, stem, title: see apps.toml. lang: of its packages; None:
    somebody has to choose one. arch: the default one of an app for other systems than this
    machine's; None: somebody has to choose. build_types maps a build type to the kinds to try, in
    order. branch is where nightlies come from, integration where their landings come from;
    branches are all that have builds of it, by name or pattern. tags: what tags of its releases
    begin with, the likeliest first. unusable: nightlies that cannot be tested; sourceless: whose
    source cannot be known. profile: the product whose profiles it has. android: for apps that run
    there.
    """

    name: str
    product: str
    archive_dir: str
    stem: str
    title: str
    lang: str | None
    arch: str | None
    platforms: dict[Platform, PlatformFiles]
    build_types: dict[str, tuple[str, ...]]
    kinds: dict[str, Kind]
    branch: str
    integration: str
    branches: tuple[str, ...]
    tags: tuple[str, ...]
    first_nightly: date
    nightlies: Nightlies | None
    archived: Archived | None
    releases: Releases | None
    unusable: tuple[Quirk, ...]
    sourceless: tuple[Quirk, ...]
    launch: Launch
    profile: str
    android: Android | None

    @property
    def default_build_type(self) -> str:
        return next(iter(self.build_types))


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table. spellings: what architectures are also called, by platform."""

    apps: dict[str, App]
    branches: tuple[BranchRow, ...]
    spellings: dict[Platform, tuple[str, ...]]
