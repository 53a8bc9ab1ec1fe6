"""Apps that can be bisected, as data: where their builds live and what their files are called.

Facts about names and eras come from the archive and Taskcluster notes in docs/services.md.
"""

import re
from dataclasses import dataclass
from datetime import date


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

    archive: platform part of a nightly's file name (regular expression).
    integration: platform part of an archived integration build (regular expression).
    taskcluster: platform part of an index job name (`linux64` in `linux64-opt`).
    suffixes: archive endings a build may have, the newest first.
    binary: path of the program inside the unpacked folder.
    """

    archive: str
    integration: str
    taskcluster: str
    suffixes: tuple[str, ...]
    binary: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A line of landings.

    name: as Taskcluster calls it (`autoland`). path: under hg.mozilla.org
    (`integration/autoland`). git: branch of the GitHub repository, when it has one.
    """

    name: str
    path: str
    git: str | None = None


@dataclass(frozen=True, slots=True)
class App:
    """A product that can be bisected.

    build_types maps a build type to the ones to try, in order. branch is where nightlies
    come from, integration where their landings come from.
    """

    name: str
    product: str
    archive_dir: str
    platforms: dict[Platform, PlatformFiles]
    build_types: dict[str, tuple[str, ...]]
    branch: str
    integration: str
    first_nightly: date

    @property
    def default_build_type(self) -> str:
        return next(iter(self.build_types))

    def build_file(self, platform: Platform) -> re.Pattern[str]:
        """Full-match pattern of a nightly's build file name, en-US."""
        files = self.platforms[platform]
        suffixes = "|".join(re.escape(suffix) for suffix in files.suffixes)
        return re.compile(rf"{self.name}-(?P<version>[^-]+?)\.en-US\.{files.archive}({suffixes})")

    def integration_file(self, platform: Platform) -> re.Pattern[str]:
        """Full-match pattern of an archived integration build's file name."""
        files = self.platforms[platform]
        suffixes = "|".join(re.escape(suffix) for suffix in files.suffixes)
        return re.compile(
            rf"{self.name}-(?P<version>[^-]+?)\.en-US\.{files.integration}({suffixes})"
        )


CENTRAL = "mozilla-central"
AUTOLAND = "autoland"

BRANCHES: dict[str, Branch] = {
    branch.name: branch
    for branch in (
        Branch(CENTRAL, "mozilla-central", git="main"),
        Branch(AUTOLAND, "integration/autoland", git="autoland"),
    )
}

BRANCH_ALIASES = {"m-c": CENTRAL, "central": CENTRAL}

LINUX_X86_64 = Platform("linux", "x86_64")

FIREFOX = App(
    name="firefox",
    product="firefox",
    archive_dir="firefox",
    platforms={
        LINUX_X86_64: PlatformFiles(
            archive="linux-x86_64",
            integration="linux64(-x86_64)?",
            taskcluster="linux64",
            suffixes=(".tar.xz", ".tar.bz2"),
            binary="firefox",
        ),
    },
    build_types={
        "shippable": ("shippable", "opt", "pgo"),
        "opt": ("opt", "shippable", "pgo"),
    },
    branch=CENTRAL,
    integration=AUTOLAND,
    first_nightly=date(2004, 4, 1),
)

APPS: dict[str, App] = {FIREFOX.name: FIREFOX}


def branch_named(name: str) -> Branch | None:
    """The branch a person means by `name` (`m-c`, `releases/…` paths and plain names), if known."""
    plain = BRANCH_ALIASES.get(name, name).rsplit("/", 1)[-1]
    return BRANCHES.get(plain)
