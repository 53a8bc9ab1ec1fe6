"""What builds of an app are called, and where they are: questions to the table."""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from mozregression.model.apps.shipped import branch_named, shipped
from mozregression.model.apps.values import App, Nightlies, Platform
from mozregression.model.builds import Push

_STAMP = r"(?P<stamp>\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)"
_EARLY_STAMP = r"(?P<stamp>\d{4}-\d\d-\d\d-\d\d(?:-\d\d-\d\d)?)"
_HOURS_UNTIL = date(2012, 1, 1)  # about mid-2011 stamps began to tell minutes and seconds
_VERSION = r"(?P<version>[0-9][^-/]*?)"


class UnknownPlatformError(ValueError):
    """The app is not made for that platform. The message says what it is made for."""


class Route(NamedTuple):
    """A place in Taskcluster's index and the kind of build that is there."""

    kind: str
    namespace: str


# Platforms


def choose_platform(app: App, here: Platform, arch: str | None = None) -> Platform:
    """The platform to bisect on a machine that is `here`.

    arch: as a person wrote it (`--arch`, or 32 and 64), None to leave it open: the machine's own,
    or that of an app for other systems. Raises UnknownPlatformError.
    """
    systems = {platform.os for platform in app.platforms}
    os = here.os if here.os in systems else min(systems)
    if os not in ("android", here.os):
        raise UnknownPlatformError(
            f"There are no {app.name} builds for {here}. They are made for {_made_for(app)}."
        )
    wanted = arch or (here.arch if os == here.os else app.arch)
    if wanted is None:
        raise UnknownPlatformError(
            f"{app.name} has different builds for each processor: "
            f"choose one with --arch ({', '.join(architectures(app, os))})."
        )
    for platform in app.platforms:
        if platform.os == os and (platform.arch == wanted or _also_called(platform, wanted)):
            return platform
    raise UnknownPlatformError(
        f"There are no {app.name} builds for {os} on {wanted}. They are made for {_made_for(app)}."
    )


def architectures(app: App, os: str) -> tuple[str, ...]:
    """What `--arch` may be, without other spellings."""
    return tuple(platform.arch for platform in app.platforms if platform.os == os)


def build_types(app: App, platform: Platform) -> tuple[str, ...]:
    """What can be asked for on that platform, the default first."""
    return tuple(
        build_type
        for build_type, kinds in app.build_types.items()
        if not kinds or any(app.kinds[kind].is_known_on(platform) for kind in kinds)
    )


def _made_for(app: App) -> str:
    return ", ".join(map(str, app.platforms))


def _also_called(platform: Platform, arch: str) -> bool:
    spellings = shipped().spellings[platform]
    return "*" in spellings or arch.lower() in spellings


# Nightlies


def nightly_folder(
    app: App, platform: Platform, day: date, branch: str | None = None
) -> re.Pattern[str] | None:
    """Full-match pattern of folder names, whose group `stamp` is the build id with dashes.

    branch: other than the app's own. None: the app has no nightlies.
    """
    if app.nightlies is None:
        return None
    own = branch is None or branch == app.branch
    template = app.nightlies.folder.at(day) if own else app.nightlies.folder.latest
    stamp = _EARLY_STAMP if day < _HOURS_UNTIL else _STAMP
    return _folder_pattern(app, platform, template, branch or app.branch, stamp)


@lru_cache(maxsize=256)
def _folder_pattern(
    app: App, platform: Platform, template: str, branch: str, stamp: str
) -> re.Pattern[str]:
    names = app.platforms[platform].archive.latest
    return re.compile(
        f"{stamp}-{_filled(template, app, platform=names, branch=(branch,))}", re.ASCII
    )


def build_file(
    app: App,
    platform: Platform,
    day: date,
    lang: str | None = None,
    build_type: str | None = None,
) -> re.Pattern[str]:
    """Full-match pattern of a nightly's package. Its group `version`, if any, is the app's.

    lang: for apps that need one. Raises LookupError when there is none of that type.
    """
    nightlies = _nightlies_of_type(app, build_type)
    files = app.platforms[platform]
    return _file_pattern(
        app,
        nightlies.file,
        _with_ending(files.archive.at(day), nightlies, build_type or app.default_build_type),
        files.suffixes,
        lang or app.lang,
    )


def note_file(app: App, platform: Platform, day: date) -> re.Pattern[str] | None:
    """Pattern of the .txt that tells the source, when it is not called like the package."""
    if app.nightlies is None or not app.nightlies.note:
        return None
    names = app.platforms[platform].archive.at(day)
    return _file_pattern(app, app.nightlies.note, names, (".txt",), app.lang)


def note_folder(app: App, branch: str) -> str | None:
    """Branch part of the folder that tells the source, when it is not the package's."""
    if app.nightlies is None or not app.nightlies.note_folder:
        return None
    return app.nightlies.note_folder.format(branch=branch)


def why_unusable(
    app: App, platform: Platform, day: date, build_type: str | None = None
) -> str | None:
    """Why nightlies of that day cannot be used, for a person; None when they can."""
    for quirk in app.unusable:
        if quirk.holds(platform, day):
            return quirk.why
    try:
        _nightlies_of_type(app, build_type)
    except LookupError as error:
        return str(error.args[0])
    return None


def why_sourceless(app: App, platform: Platform, day: date) -> str | None:
    """Why nobody knows what nightlies of that day were made from; None when it can be known."""
    quirks = (quirk for quirk in app.sourceless if quirk.holds(platform, day))
    return next((quirk.why for quirk in quirks), None)


def _nightlies_of_type(app: App, build_type: str | None) -> Nightlies:
    if app.nightlies is None:
        raise LookupError(f"There are no nightlies of {app.name}.")
    if build_type is not None and build_type not in app.nightlies.types:
        raise LookupError(
            f"There are no {build_type} nightlies of {app.name}, but "
            f"{', '.join(app.nightlies.types)}."
        )
    return app.nightlies


def _with_ending(names: tuple[str, ...], nightlies: Nightlies, build_type: str) -> tuple[str, ...]:
    return tuple(name + nightlies.types.get(build_type, "") for name in names)


# Builds of pushes


def index_routes(app: App, platform: Platform, push: Push, build_type: str) -> tuple[Route, ...]:
    """Where Taskcluster may have a build of a push, in the order to try."""
    branch = branch_named(push.branch)
    name = app.platforms[platform].taskcluster.at(push.moment)
    routes = []
    for kind in (app.kinds[key] for key in app.build_types[build_type]):
        if kind.is_made(platform, push.moment):
            job = kind.jobs.get(platform, kind.job).format(platform=name, app=app.stem)
            namespace = kind.index.format(
                domain=branch.domain if branch else "gecko",
                branch=push.branch,
                tip=push.tip,
                product=app.product,
                job=job,
            )
            routes.append(Route(kind.name, namespace))
    return tuple(routes)


def index_day(branch: str, day: date) -> str:
    """The namespace of all builds of a branch's pushes on a day."""
    known = branch_named(branch)
    domain = known.domain if known else "gecko"
    return f"{domain}.v2.{branch}.pushdate.{day:%Y.%m.%d}"


def artifact_names(
    app: App, platform: Platform, when: date | datetime | None = None
) -> tuple[str, ...]:
    """What a task may call the build, the likeliest first; None: at whatever time."""
    artifacts = app.platforms[platform].artifacts
    if when is not None:
        return artifacts.at(when)
    return tuple(dict.fromkeys(name for names in reversed(artifacts.values) for name in names))


def integration_folder(app: App, branch: str, day: date) -> str | None:
    """The folder of a day's archived builds under the archive's root; None: none are kept."""
    kept = app.archived
    if kept is None or branch not in kept.branches or day < kept.since:
        return None
    return kept.folder.format(branch=branch, day=f"{day:%Y/%m/%d}")


def integration_file(app: App, platform: Platform) -> re.Pattern[str] | None:
    """Full-match pattern of an archived build's package; None: none for this platform."""
    files = app.platforms[platform]
    if app.archived is None or not files.integration:
        return None
    return _file_pattern(app, app.archived.file, files.integration, files.suffixes, app.lang)


def integration_note(app: App, platform: Platform) -> re.Pattern[str] | None:
    """Pattern of its .txt, when that is not called like the package."""
    if app.archived is None or not app.archived.note:
        return None
    names = app.platforms[platform].integration
    return _file_pattern(app, app.archived.note, names, (".txt",), app.lang)


def has_push_builds(app: App, build_type: str) -> bool:
    return bool(app.build_types[build_type])


# Releases


def release_folder(app: App, platform: Platform, version: str, lang: str | None = None) -> str:
    """Folder of a release under the archive's root. Raises LookupError when there is none."""
    return _release(app, platform, "folder", version=version, lang=lang)


def candidate_folder(
    app: App, platform: Platform, version: str, number: int, lang: str | None = None
) -> str:
    """Folder of a release candidate (`build1` is number 1). Raises LookupError."""
    return _release(app, platform, "candidate", version=version, lang=lang, number=number)


def release_names(
    app: App, platform: Platform, version: str, lang: str | None = None
) -> tuple[str, ...]:
    """Names that the package of a release or candidate may have, the best first."""
    templates = app.releases.names.get(platform.os, ()) if app.releases else ()
    name = app.platforms[platform].release
    return tuple(
        template.format(
            stem=app.stem, title=app.title, version=version, lang=lang or app.lang, platform=name
        )
        for template in templates
    )


def _release(app: App, platform: Platform, which: str, **fields: object) -> str:
    template = getattr(app.releases, which, "")
    name = app.platforms[platform].release
    if not template or not name:
        raise LookupError(f"The archive has no {which} of {app.name} releases for {platform}.")
    fields["lang"] = fields["lang"] or app.lang
    path = template.format(stem=app.stem, title=app.title, platform=name, **fields)
    return f"{app.archive_dir}/{path}"


# Patterns


@lru_cache(maxsize=256)
def _file_pattern(
    app: App,
    template: str,
    names: tuple[str, ...],
    suffixes: tuple[str, ...],
    lang: str | None,
) -> re.Pattern[str]:
    if lang is None and "{lang}" in template:
        raise LookupError(f"{app.name} needs a language, such as de.")
    ending = "" if "{suffix}" in template else f"(?:{_any(suffixes)})"
    pattern = _filled(template, app, platform=names, suffix=suffixes, lang=(lang or "",))
    return re.compile(pattern + ending, re.ASCII)


def _filled(template: str, app: App, **names: tuple[str, ...]) -> str:
    """A template as a regular expression; several names are choices."""
    parts = {key: f"(?:{_any(values)})" for key, values in names.items()}
    parts |= {"stem": re.escape(app.stem), "version": _VERSION}
    escaped = re.sub(r"[^{}]+(?![^{}]*\})", lambda text: re.escape(text[0]), template)
    return escaped.format(**parts)


def _any(values: tuple[str, ...]) -> str:
    return "|".join(map(re.escape, values))
