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

from mozregression.model.apps import (
    App,
    Platform,
    build_file,
    integration_file,
    integration_folder,
    integration_note,
    nightly_folder,
    note_file,
    note_folder,
    why_unusable,
)
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
from mozregression.services.sources import read_checksum, read_sources

T = TypeVar("T")

_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)-", re.ASCII)
_PARALLEL = 8
_NOTE_LIMIT = 1024 * 1024
_SETTLED_AFTER = timedelta(days=2)  # a month's page may get late respins and is cached by CDNs


class Archive:
    """base: URL of `/pub`. today: decides which months cannot change any more."""

    def __init__(self, http: Http, base: str, *, today: date) -> None:
        self._http = http
        self._base = base
        self._today = today

    def nightlies(
        self, app: App, platform: Platform, branch: str, first: date, last: date
    ) -> tuple[Nightly, ...]:
        """Nightly folders from first to last day, both included, oldest first."""

        def pattern(day: date) -> re.Pattern[str] | None:
            return nightly_folder(app, platform, day, branch) if first <= day <= last else None

        def found(month: date) -> list[Nightly]:
            return list(_nightlies(self._month(app, month), branch, pattern))

        if app.nightlies is None:
            return ()

        pages = in_parallel(found, _months(first, last), threads=_PARALLEL)
        nightlies = (nightly for page in pages for nightly in page)
        return tuple(sorted(nightlies, key=lambda nightly: (nightly.stamp, nightly.path)))

    def build_of_nightly(
        self,
        app: App,
        platform: Platform,
        nightly: Nightly,
        build_type: str,
        lang: str | None = None,
    ) -> Build | Missing:
        """lang: for apps that need one."""
        if why := why_unusable(app, platform, nightly.day, build_type):
            return Missing(nightly.key, MissingReason.NO_FILE, (why,))
        return self._build(
            app,
            platform,
            nightly,
            build_type=build_type,
            folder=urljoin(self._base, nightly.path),
            pattern=build_file(app, platform, nightly.day, lang, build_type),
            note=note_file(app, platform, nightly.day),
            notes=_note_folder(app, nightly),
        )

    def integration_build(self, app: App, platform: Platform, push: Push) -> Build | Missing:
        """The archived build of a push; made for autoland only, since November 2025."""
        day = integration_folder(app, push.branch, push.day)
        pattern = integration_file(app, platform)
        if app.archived is None or day is None or pattern is None:
            return Missing(push.key, MissingReason.NOT_BUILT)
        return self._build(
            app,
            platform,
            push,
            build_type=app.archived.kind,
            folder=f"{self._base}/{day}{push.tip}/",
            pattern=pattern,
            note=integration_note(app, platform),
        )

    def integration_kept(self, app: App, branch: str, day: date) -> bool:
        """Whether there are archived builds of that day's pushes."""
        folder = integration_folder(app, branch, day)
        return folder is not None and bool(self._listing(f"{self._base}/{folder}"))

    def sources_of(self, build: Build) -> tuple[Revision, ...]:
        """What the build was made from, one for each repository; none when nothing tells.

        Old builds tell 12 digits of the hash only.
        """
        branch = build.candidate.split("/")[1]
        return self._note(build.source_url, lambda text: read_sources(text, branch)) or ()

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
        note: re.Pattern[str] | None = None,
        notes: str | None = None,
    ) -> Build | Missing:
        """note: names of the .txt with the source, if not the package's; notes: its folder."""
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
            source_url=beside(".txt") if note is None else self._noted(folder, files, note, notes),
        )

    def _noted(
        self, folder: str, files: Iterable[str], note: re.Pattern[str], notes: str | None
    ) -> str | None:
        """Where the source is told, for packages that have no .txt of their own name."""
        if notes is not None:
            folder = urljoin(folder, f"../{notes}/")
            files = [entry.name for entry in self._listing(folder)]
        name = next(filter(note.fullmatch, sorted(files)), None)
        return folder + quote(name) if name else None


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


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)


def _nightlies(
    entries: tuple[Entry, ...], branch: str, pattern: Callable[[date], re.Pattern[str] | None]
) -> Iterator[Nightly]:
    """pattern: what folders of a day are called; None on days that are not wanted."""
    for entry in entries:
        day = _DAY.match(entry.name) if entry.is_folder else None
        with contextlib.suppress(ValueError):  # digits alone do not make a date
            expected = pattern(date(*map(int, day.groups()))) if day else None
            if expected and (match := expected.fullmatch(entry.name)):
                nightly = Nightly(branch, match["stamp"].replace("-", ""), entry.path)
                _ = nightly.moment  # raises for a 25th hour
                yield nightly


def _note_folder(app: App, nightly: Nightly) -> str | None:
    """The folder beside a nightly's whose name differs in the branch part, if there is one."""
    part = note_folder(app, nightly.branch)
    name = nightly.path.rstrip("/").rpartition("/")[2]
    return part and f"{name[: len('2026-05-01-09-30-12-')]}{part}"
