"""Which builds are meant: app, platform, build type, language and branch, checked together."""

import re
from dataclasses import dataclass

from mozregression.model.apps import (
    APPS,
    BRANCHES,
    App,
    Platform,
    UnknownPlatformError,
    branch_named,
    build_types,
    choose_platform,
    why_no_branch,
    why_not_bisected,
)
from mozregression.settings.values import nearest

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,10}){0,2}", re.ASCII)

_LONGEST_SHOWN = 80  # characters


class TargetError(ValueError):
    """There are no such builds. The message says what there is, in one line."""


@dataclass(frozen=True, slots=True)
class Target:
    """The part of a request that says which builds, in the words of the apps table."""

    app: str
    os: str
    arch: str
    build_type: str
    lang: str | None
    branch: str | None


def chosen(
    name: str,
    here: Platform,
    *,
    build_type: str | None = None,
    arch: str | None = None,
    bits: int | None = None,
    lang: str | None = None,
    branch: str | None = None,
    single: bool = False,
) -> Target:
    """The builds that somebody at a machine `here` means. Raises TargetError.

    name: of the app. build_type: None for the app's default. arch, branch: by any of their names.
    single: one build is meant, not a range.
    """
    if name not in APPS:
        raise TargetError(f"There is no app {name!r:.80}, but {', '.join(APPS)}.")
    app = APPS[name]
    platform = _platform(app, here, arch, bits)
    return Target(
        app.name,
        platform.os,
        platform.arch,
        _build_type(build_type, app, platform),
        _language(lang, app),
        _branch(branch, app, single=single),
    )


def _platform(app: App, here: Platform, arch: str | None, bits: int | None) -> Platform:
    """This machine's, unless asked otherwise."""
    try:
        platform = choose_platform(app, here, arch)
        if not bits or _bits(platform) in (None, bits):
            return platform
        if arch:
            raise TargetError(f"--arch {arch} and --bits {bits} contradict each other.")
        return choose_platform(app, here, str(bits))
    except UnknownPlatformError as error:
        raise TargetError(" ".join(str(error).split())) from error


def _bits(platform: Platform) -> int | None:
    """Width of addresses; None: builds are for both."""
    if platform.arch == "universal":
        return None
    return 64 if platform.arch.endswith("64") else 32


def _build_type(wanted: str | None, app: App, platform: Platform) -> str:
    known = build_types(app, platform)
    if wanted is None:
        return known[0]
    if wanted not in known:
        raise TargetError(
            f"There are no {wanted} builds of {app.name} for {platform}, but {', '.join(known)}."
            f"{nearest(wanted, known)}"
        )
    return wanted


def _language(wanted: str | None, app: App) -> str | None:
    if app.lang is None:
        if not wanted:
            raise TargetError(f"{app.name} needs a language: choose one, such as --lang de.")
        if not _LANGUAGE.fullmatch(wanted):
            raise TargetError(f"{wanted!r:.80} is no language. Write it like de, pt-BR or ast.")
        return wanted
    if wanted:
        fitting = [each.name for each in APPS.values() if each.lang is None]
        raise TargetError(
            f"{app.name} has one language ({app.lang}). --lang is for --app {' or '.join(fitting)}."
        )
    return None


def _branch(wanted: str | None, app: App, *, single: bool) -> str | None:
    if not wanted:
        return None
    known = branch_named(wanted)
    name = known.name if known else wanted[:_LONGEST_SHOWN]
    why = why_no_branch(app, name) if single else why_not_bisected(app, name)
    if why:
        raise TargetError(f"{why}{'' if known else nearest(name, BRANCHES)}")
    return None if name == app.branch else name
