"""The archive: nightlies, and builds of single landings kept for bisection.

Layout and file names: docs/services.md.
"""

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import TypeVar
from urllib.parse import quote, urljoin

from mozregression.model.apps import AUTOLAND, CENTRAL, App, Platform
from mozregression.model.builds import (
    Build,
    Candidate,
    Checksum,
    Missing,
    MissingReason,
    Nightly,
    Push,
    Revision,
)
from mozregression.services.errors import ServiceError
from mozregression.services.http import Http
from mozregression.services.listing import Entry, read_listing
from mozregression.services.parallel import in_parallel
from mozregression.services.sources import read_checksum, read_source

T = TypeVar("T")

FIRST_INTEGRATION_DAY = date(2025, 11, 1)

_TRUNK_BEFORE = date(2008, 6, 17)
_NIGHTLY = re.compile(r"(\d{4}-\d\d-\d\d-\d\d(?:-\d\d-\d\d)?)-(.+)", re.ASCII)
_PARALLEL = 8
_NOTE_LIMIT = 1024 * 1024
_SETTLED_AFTER = timedelta(days=2)  # a month's page may get late respins and is cached by CDNs


class Archive:
    """base: URL of `/pub`. today: decides which months cannot change any more."""

    def __init__(self, http: Http, base: str, *, today: date) -> None:
        self._http = http
        self._base = base
        self._today = today

    def nightlies(self, app: App, branch: str, first: date, last: date) -> tuple[Nightly, ...]:
        """Nightly folders from first to last day, both included, oldest first."""

        def found(month: date) -> list[Nightly]:
            return list(_nightlies(self._month(app, month), branch, first, last))

        pages = in_parallel(found, _months(first, last), threads=_PARALLEL)
        nightlies = (nightly for page in pages for nightly in page)
        return tuple(sorted(nightlies, key=lambda nightly: (nightly.stamp, nightly.path)))

    def build_of_nightly(
        self, app: App, platform: Platform, nightly: Nightly, build_type: str
    ) -> Build | Missing:
        folder = urljoin(self._base, nightly.path)
        return self._build(
            app,
            platform,
            nightly,
            build_type=build_type,
            folder=folder,
            pattern=app.build_file(platform),
        )

    def integration_build(self, app: App, platform: Platform, push: Push) -> Build | Missing:
        """The archived build of a push; made for autoland only, since November 2025."""
        if not _has_integration(push.branch, push.day):
            return Missing(push.key, MissingReason.NOT_BUILT)
        folder = f"{self._integration_day(app, push.day)}{push.tip}/"
        return self._build(
            app,
            platform,
            push,
            build_type="opt",
            folder=folder,
            pattern=app.integration_file(platform),
        )

    def integration_kept(self, app: App, branch: str, day: date) -> bool:
        """Whether there are archived builds of that day's pushes."""
        if not _has_integration(branch, day):
            return False
        return bool(self._listing(self._integration_day(app, day)))

    def source_of(self, build: Build) -> Revision | None:
        """What the build was made from; None when the archive does not tell.

        Builds from before 2011 tell 12 digits of the hash only.
        """
        branch = build.candidate.split("/")[1]
        return self._note(build.source_url, lambda text: read_source(text, branch))

    def checksum_of(self, build: Build) -> Checksum | None:
        """The checksum that stands in a file beside the build, if any."""
        return self._note(build.checksums_url, lambda text: read_checksum(text, build.file_name))

    def _note(self, url: str | None, parse: Callable[[str], T | None]) -> T | None:
        """What a small file beside a build tells; nothing when it cannot be understood."""
        if url is None:
            return None
        try:
            return self._http.read(url, parse, immutable=True, limit=_NOTE_LIMIT)
        except ServiceError as error:
            if error.status == 200:
                return None
            raise

    def _month(self, app: App, month: date) -> tuple[Entry, ...]:
        next_month = (month + timedelta(days=31)).replace(day=1)
        url = f"{self._base}/{app.archive_dir}/nightly/{month:%Y/%m}/"
        return self._listing(url, immutable=self._today - next_month >= _SETTLED_AFTER)

    def _integration_day(self, app: App, day: date) -> str:
        return f"{self._base}/{app.archive_dir}/integration/{AUTOLAND}/{day:%Y/%m/%d}/"

    def _listing(self, url: str, *, immutable: bool = False) -> tuple[Entry, ...]:
        """Entries of a folder; none when there is no such folder."""
        return self._http.read(url, partial(read_listing, url=url), immutable=immutable) or ()

    def _build(
        self,
        app: App,
        platform: Platform,
        candidate: Candidate,
        *,
        build_type: str,
        folder: str,
        pattern: re.Pattern[str],
    ) -> Build | Missing:
        files = {entry.name: entry for entry in self._listing(folder) if not entry.is_folder}
        named = _build_file(files, pattern, app.platforms[platform].suffixes)
        if named is None:
            reason = MissingReason.NO_FILE if files else MissingReason.NOT_BUILT
            return Missing(candidate.key, reason, (folder,))
        stem, suffix = named

        def beside(end: str) -> str | None:
            return folder + quote(stem + end) if stem + end in files else None

        return Build(
            candidate=candidate.key,
            app=app.name,
            platform=str(platform),
            build_type=build_type,
            url=folder + quote(stem + suffix),
            file_name=stem + suffix,
            size=files[stem + suffix].size,
            checksums_url=beside(".checksums"),
            source_url=beside(".txt"),
        )


def _build_file(
    names: Iterable[str], pattern: re.Pattern[str], suffixes: tuple[str, ...]
) -> tuple[str, str] | None:
    """Stem and suffix of the build among `names`: of several, the one with the newest suffix."""
    builds = sorted(name for name in names if pattern.fullmatch(name))
    for suffix in suffixes:
        for name in reversed(builds):
            if name.endswith(suffix):
                return name.removesuffix(suffix), suffix
    return None


def _has_integration(branch: str, day: date) -> bool:
    return branch == AUTOLAND and day >= FIRST_INTEGRATION_DAY


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)


def _nightlies(
    entries: tuple[Entry, ...], branch: str, first: date, last: date
) -> Iterator[Nightly]:
    for entry in entries:
        match = _NIGHTLY.fullmatch(entry.name) if entry.is_folder else None
        if match:
            nightly = Nightly(branch, match[1].replace("-", ""), entry.path)
            with contextlib.suppress(ValueError):  # digits alone do not make a date
                if first <= nightly.day <= last and match[2] == _folder_branch(nightly):
                    yield nightly


def _folder_branch(nightly: Nightly) -> str:
    """What the folder calls the branch: it was `trunk` until there was mozilla-central."""
    old = nightly.branch == CENTRAL and nightly.day < _TRUNK_BEFORE
    return "trunk" if old else nightly.branch
