"""From the text of the apps table to values, checked."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mozregression.model.apps.rows import Row, TableError
from mozregression.model.apps.values import (
    Android,
    App,
    Archived,
    Branch,
    BranchRow,
    Kind,
    Launch,
    Nightlies,
    Platform,
    PlatformFiles,
    Quirk,
    Releases,
    Table,
)

if sys.version_info >= (3, 11):
    import tomllib as toml
else:
    import tomli as toml

_NAMES = ("stem", "title", "lang", "platform")
_FILE = (*_NAMES, "version", "suffix")
_PROFILES = ("firefox", "thunderbird")
_INDEX = ("domain", "branch", "tip", "product", "job")


def read_table(text: str) -> Table:
    """Read the table. Raises TableError with all mistakes in it."""
    try:
        content = toml.loads(text)
    except toml.TOMLDecodeError as error:
        raise TableError([f"it is not TOML: {error}"]) from None
    return table_of(content)


def table_of(content: dict[str, Any]) -> Table:
    """The same for a table that has been parsed."""
    problems: list[str] = []
    top = Row("the file", content, problems)
    table = _Reader(top).table()
    top.end()
    if problems:
        raise TableError(problems)
    return table


class _Reader:
    """Reads what other rows refer to first."""

    def __init__(self, top: Row) -> None:
        self._top = top
        self._branches = tuple(_branch(row) for row in top.rows("branch"))
        self._spellings = _spellings(top.row("platform"))
        self._platforms = {str(platform): platform for platform in self._spellings}
        families = top.row("files")
        self._families = {key: self._family(families.row(key)) for key in families.keys}
        kinds = top.row("kind")
        self._kinds = {key: self._kind(key, kinds.row(key)) for key in kinds.keys}
        releases = top.row("releases", {})
        self._releases = {key: _releases(releases.row(key)) for key in releases.keys}

    def table(self) -> Table:
        rows = self._top.row("app")
        unusable, sourceless = (self._quirks(k, rows.keys) for k in ("unusable", "sourceless"))
        apps = {
            key: self._app(key, rows.row(key), unusable.get(key, ()), sourceless.get(key, ()))
            for key in rows.keys
        }
        return Table(apps, self._branches, self._spellings)

    def _app(
        self, name: str, row: Row, unusable: tuple[Quirk, ...], sourceless: tuple[Quirk, ...]
    ) -> App:
        types = row.row("build_types")
        build_types = {key: types.texts(key, allowed=self._kinds) for key in types.keys}
        if not build_types:
            row.wrong("build_types", "there has to be at least one")
        platforms = self._files(row)
        kinds = {kind: self._kinds[kind] for each in build_types.values() for kind in each}
        if not row.has("nightlies") and not any(quirk.until is None for quirk in unusable):
            row.wrong("nightlies", "are missing, and no row of [[unusable]] says why")
        app = App(
            name=name,
            product=row.text("product"),
            archive_dir=row.text("folder"),
            stem=row.text("stem"),
            title=row.text("title"),
            lang=row.text("lang", "") or None,
            arch=row.one_of("arch", [each.arch for each in platforms]) if row.has("arch") else None,
            platforms=platforms,
            build_types=build_types,
            kinds=kinds,
            branch=self._branch_name(row, "branch"),
            integration=self._branch_name(row, "integration"),
            branches=self._branches_of(row),
            tags=row.texts("tags", ("FIREFOX",)),
            first_nightly=row.day("first"),
            nightlies=self._nightlies(row.row("nightlies"), build_types)
            if row.has("nightlies")
            else None,
            archived=self._archived(row.row("archived")) if row.has("archived") else None,
            releases=self._releases.get(row.one_of("releases", self._releases))
            if row.has("releases")
            else None,
            unusable=unusable,
            sourceless=sourceless,
            launch=Launch(row.one_of("launch", [each.value for each in Launch])),
            profile=row.one_of("profile", _PROFILES, "firefox"),
            android=_android(row.row("android")) if row.has("android") else None,
        )
        if (app.launch is Launch.ANDROID) != (app.android is not None):
            row.wrong("android", f"belongs to apps with launch = {Launch.ANDROID.value!r} alone")
        row.end()
        return app

    def _files(self, row: Row) -> dict[Platform, PlatformFiles]:
        family = self._families.get(row.one_of("files", self._families), {})
        binary = row.text("binary")
        suffixes, artifacts = row.texts("suffixes", ()), row.eras_of_texts("artifacts", ())
        names = {str(platform): platform for platform in family}
        found = {}
        for name in row.texts("platforms", allowed=names):
            files = family[names[name]]
            found[names[name]] = replace(
                files,
                suffixes=suffixes or files.suffixes,
                artifacts=artifacts if artifacts.latest else files.artifacts,
                binary=binary,
            )
        return found

    def _family(self, rows: Row) -> dict[Platform, PlatformFiles]:
        found = {}
        for key in rows.keys:
            if key not in self._platforms:
                rows.wrong(key, f"is no platform; known: {', '.join(self._platforms)}")
                continue
            row = rows.row(key)
            found[self._platforms[key]] = PlatformFiles(
                archive=row.eras_of_texts("archive", ()),
                integration=row.texts("integration", ()),
                release=row.text("release", ""),
                taskcluster=row.eras_of_text("taskcluster"),
                suffixes=row.texts("suffixes"),
                artifacts=row.eras_of_texts("artifacts"),
                binary="",
            )
            row.end()
        return found

    def _branch_name(self, row: Row, key: str) -> str:
        return row.one_of(key, self._branch_names)

    def _branches_of(self, row: Row) -> tuple[str, ...]:
        """Those named, or all whose builds are in the same part of the index."""
        if row.has("branches"):
            return row.texts("branches", allowed=self._branch_names, fields=("n",))
        domains = {each.branch.name: each.branch.domain for each in self._branches}
        own = domains.get(row.text("branch", ""))
        return tuple(name for name, domain in domains.items() if domain == own)

    @property
    def _branch_names(self) -> list[str]:
        return [each.branch.name for each in self._branches]

    def _nightlies(self, row: Row, build_types: Mapping[str, object]) -> Nightlies:
        types = row.row("types")
        folders = ("branch", "stem", "version", "platform")
        nightlies = Nightlies(
            folder=row.eras_of_text("folder", fields=folders),
            file=row.text("file", fields=_FILE),
            types={key: types.text(key) for key in types.keys},
            note=row.text("note", "", fields=_FILE),
            note_folder=row.text("note_folder", "", fields=folders),
            branches=row.texts("branches", (), allowed=self._branch_names, fields=("n",)),
        )
        for key in nightlies.types:
            if key not in build_types:
                row.wrong("types", f"{key!r} is no build type of this app")
        row.end()
        return nightlies

    def _archived(self, row: Row) -> Archived:
        archived = Archived(
            folder=row.text("folder", fields=("branch", "day")),
            file=row.text("file", fields=_FILE),
            branches=row.texts("branches", allowed=self._branch_names),
            since=row.day("since"),
            kind=row.one_of("kind", self._kinds),
            note=row.text("note", "", fields=_FILE),
        )
        row.end()
        return archived

    def _kind(self, name: str, row: Row) -> Kind:
        fields = ("platform", "app")
        kind = Kind(
            name=name,
            index=row.text("index", fields=_INDEX),
            job=row.text("job", fields=fields),
            jobs=self._jobs(row.row("jobs", {}), fields),
            until=row.until(),
            platforms=self._some_platforms(row),
        )
        row.end()
        return kind

    def _jobs(self, row: Row, fields: tuple[str, ...]) -> dict[Platform, str]:
        jobs = {key: row.text(key, fields=fields) for key in row.keys}
        for key in jobs.keys() - self._platforms.keys():
            row.wrong(key, "is no platform")
        return {self._platforms[key]: job for key, job in jobs.items() if key in self._platforms}

    def _some_platforms(self, row: Row) -> frozenset[Platform]:
        names = row.texts("platforms", (), allowed=self._platforms)
        return frozenset(self._platforms[name] for name in names)

    def _quirks(self, key: str, apps: list[str]) -> dict[str, tuple[Quirk, ...]]:
        found: dict[str, tuple[Quirk, ...]] = {}
        for row in self._top.rows(key):
            quirk = Quirk(self._some_platforms(row), row.until(), row.text("why"))
            for app in row.texts("apps", allowed=apps):
                found[app] = (*found.get(app, ()), quirk)
            row.end()
        return found


def _branch(row: Row) -> BranchRow:
    fields = ("n",)
    branch = Branch(
        row.text("name", fields=fields),
        row.text("path", fields=fields),
        row.text("git", "", fields=fields) or None,
        row.text("domain", "gecko"),
        is_line=row.flag("is_line", default=True),
    )
    read = BranchRow(branch, row.texts("aliases", (), fields=fields))
    for text in (branch.path, *read.aliases):
        if read.is_pattern != ("{n}" in text):
            row.wrong("name", f"{branch.name!r} and {text!r}: either both have {{n}} or none has")
    row.end()
    return read


def _spellings(rows: Row) -> dict[Platform, tuple[str, ...]]:
    found = {}
    for key in rows.keys:
        os, _, arch = key.partition("-")
        if not os or not arch:
            rows.wrong(key, "a platform is called <system>-<architecture>")
        row = rows.row(key)
        found[Platform(os, arch)] = row.texts("other", ())
        row.end()
    return found


def _android(row: Row) -> Android:
    android = Android(
        activity=row.text("activity"),
        intent=row.text("intent"),
        extras=row.one_of("extras", ("args", "arg")),
    )
    row.end()
    return android


def _releases(row: Row) -> Releases:
    fields = (*_NAMES, "version")
    names = row.row("names")
    releases = Releases(
        folder=row.text("folder", fields=fields),
        candidate=row.text("candidate", "", fields=(*fields, "number")),
        names={key: names.texts(key, fields=fields) for key in names.keys},
    )
    row.end()
    return releases
