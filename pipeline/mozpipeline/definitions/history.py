"""Every released version of the definitions, from a folder or a repository's tags."""

import re
import subprocess
import tempfile
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.version import InvalidVersion, Version

from mozpipeline.definitions.model import Definitions, Metric, Ping, Released
from mozpipeline.definitions.reading import FILES, read, shipped_folder
from mozpipeline.errors import PipelineError


@dataclass(frozen=True, slots=True)
class History:
    """What each version defined, oldest first. Never empty."""

    released: tuple[Released, ...]

    def at(self, app_version: str) -> Definitions:
        """What a ping of this version is judged by: the newest release that is not newer.

        Versions before the first release, and texts that are no version, get the oldest and
        the newest definitions.
        """
        wanted = parsed(app_version)
        if wanted is None:
            return self.released[-1].definitions
        versions = [parsed(one.version) or Version("0") for one in self.released]
        return self.released[max(bisect_right(versions, wanted) - 1, 0)].definitions

    def pings(self) -> tuple[Ping, ...]:
        """Every ping there ever was, as its newest version describes it."""
        found: dict[str, Ping] = {}
        for one in self.released:
            found.update(one.definitions.pings)
        return tuple(found.values())

    def metrics_of(self, ping: str) -> tuple[Metric, ...]:
        """Every metric that any version sent in a ping, first by first appearance."""
        found: dict[tuple[str, str], Metric] = {}
        for one in self.released:
            for metric in one.definitions.metrics_of(ping):
                found[metric.type, metric.identifier] = metric
        return tuple(found.values())


def parsed(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def shipped() -> History:
    """This version's own definitions alone."""
    try:
        own = version("mozregression")
    except PackageNotFoundError:  # run from a checkout that is not installed
        own = "0"
    return History((Released(own, read(shipped_folder())),))


def read_history(place: Path | None) -> History:
    """The definitions to judge by: those of `place`, and this version's own.

    place: a folder with one folder per version (`7.0.0/metrics.yaml`, `7.0.0/pings.yaml`), or a
    clone of the repository, whose tags are the versions. Raises PipelineError.
    """
    own = shipped()
    if place is None:
        return own
    if not place.is_dir():
        raise PipelineError(
            f"There is no folder {place} to read definitions from.",
            "Name a folder with one folder per version, or a clone of the repository.",
        )
    older = _from_tags(place) if (place / ".git").exists() else _from_folders(place)
    if not older and not (place / ".git").exists():
        raise PipelineError(
            f"{place} holds no version of the definitions.",
            "It needs one folder per version, named like 7.0.0, with metrics.yaml and pings.yaml.",
        )
    return _ordered([*older, *own.released])


def _ordered(released: Sequence[Released]) -> History:
    by_version = {parsed(one.version) or Version("0"): one for one in released}
    return History(tuple(one for _, one in sorted(by_version.items(), key=lambda item: item[0])))


def _from_folders(place: Path) -> list[Released]:
    return [
        Released(folder.name, read(folder))
        for folder in sorted(place.iterdir())
        if parsed(folder.name) is not None and (folder / FILES[0]).is_file()
    ]


def _from_tags(repository: Path) -> list[Released]:
    listing = _git(
        repository, "for-each-ref", "--format=%(refname:short) %(creatordate:short)", "refs/tags"
    )
    found = []
    for line in listing.splitlines():
        tag, _, day = line.rpartition(" ")
        if parsed(tag) is None:
            continue
        texts = [_file_at(repository, tag, name) for name in FILES]
        if None in texts:  # released before there was telemetry
            continue
        with tempfile.TemporaryDirectory(prefix="mozpipeline-") as folder:
            for name, text in zip(FILES, texts, strict=True):
                Path(folder, name).write_text(text or "", encoding="utf-8")
            released = date.fromisoformat(day) if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else None
            found.append(Released(tag.lstrip("v"), read(Path(folder)), released))
    return found


def _file_at(repository: Path, tag: str, name: str) -> str | None:
    try:
        return _git(repository, "show", f"{tag}:{name}")
    except PipelineError:
        return None


def _git(repository: Path, *arguments: str) -> str:
    command = ["git", "-C", str(repository), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise PipelineError(
            f"git could not read the definitions' history in {repository}: {error}",
            "Check that git is installed and that this is a clone, or name a folder of versions.",
        ) from error
    return done.stdout
