"""From parsed options to what a session is made of. Asks no service."""

import re
from argparse import Namespace
from datetime import datetime, timezone
from pathlib import Path

from mozregression.driver.assembly import check
from mozregression.driver.settings import Settings
from mozregression.launch.host import this_machine
from mozregression.launch.profiles import ProfileError
from mozregression.model.apps import (
    APPS,
    BRANCHES,
    App,
    Platform,
    UnknownPlatformError,
    branch_named,
    build_types,
    choose_platform,
)
from mozregression.model.bounds import BadBoundError, Bound, DateBound, YearBefore, parse_bound
from mozregression.model.request import Request
from mozregression.settings.values import nearest
from mozregression.testers.command import CommandError

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,10}){0,2}", re.ASCII)


class UsageError(Exception):
    """What was asked for cannot be done. The message says why, in one line."""


def plan(options: Namespace) -> tuple[Request, Settings]:
    """The bisection that options ask for. Raises UsageError."""
    if not options.good and not options.bad:
        raise UsageError("--good is missing: when did it still work? For example --good 2026-05-01")
    settings = _settings(options)
    now = datetime.now(timezone.utc)
    good = _bound(options.good, now) if options.good else YearBefore()
    bad = _bound(options.bad, now) if options.bad else DateBound(now.date())
    return _request(options, settings, good, bad, now), settings


def plan_launch(options: Namespace) -> tuple[tuple[Request, ...], Settings]:
    """The builds that options ask to launch, as requests with one bound at both ends.

    Raises UsageError.
    """
    for name in ("good", "bad"):
        if getattr(options, name):
            raise UsageError(f"--launch runs builds without a bisection: leave --{name} out.")
    if options.json:
        raise UsageError("--json tells of bisections; --launch is none. Leave one of them out.")
    settings = _settings(options)
    if settings.automated and len(options.launch) > 1:
        raise UsageError(
            "Several --launch are a blind test, which a person judges. For a command give one."
        )
    now = datetime.now(timezone.utc)
    bounds = [_bound(text, now) for text in options.launch]
    return tuple(_request(options, settings, each, each, now) for each in bounds), settings


def _bound(text: str, now: datetime) -> Bound:
    try:
        return parse_bound(text, now.date())
    except BadBoundError as error:
        raise UsageError(_one_line(error)) from error


def _request(
    options: Namespace, settings: Settings, good: Bound, bad: Bound, now: datetime
) -> Request:
    app = APPS[options.app]
    platform = _platform(options, app)
    return Request(
        app=app.name,
        os=platform.os,
        arch=platform.arch,
        build_type=_build_type(options.build_type, app, platform),
        good=good,
        bad=bad,
        asked_at=int(now.timestamp()),
        check_ends=options.mode != "no-first-check",
        confirm=settings.automated and options.confirm,
        lang=_language(options.lang, app),
        branch=_branch(options.repo, app),
    )


def _platform(options: Namespace, app: App) -> Platform:
    """The platform whose builds are tested: this machine's, unless asked otherwise."""
    platform = _chosen(app, options.arch)
    if not options.bits or _bits(platform) in (None, options.bits):
        return platform
    if options.arch:
        raise UsageError(f"--arch {options.arch} and --bits {options.bits} contradict each other.")
    return _chosen(app, str(options.bits))


def _chosen(app: App, arch: str | None) -> Platform:
    try:
        return choose_platform(app, this_machine(), arch)
    except UnknownPlatformError as error:
        raise UsageError(_one_line(error)) from error


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
        raise UsageError(
            f"There are no {wanted} builds of {app.name} for {platform}, but {', '.join(known)}."
            f"{nearest(wanted, known)}"
        )
    return wanted


def _language(wanted: str | None, app: App) -> str | None:
    if app.lang is None:
        if not wanted:
            raise UsageError(f"{app.name} needs a language: choose one, such as --lang de.")
        if not _LANGUAGE.fullmatch(wanted):
            raise UsageError(f"{wanted!r:.80} is no language. Write it like de, pt-BR or ast.")
        return wanted
    if wanted:
        fitting = [each.name for each in APPS.values() if each.lang is None]
        raise UsageError(
            f"{app.name} has one language ({app.lang}). --lang is for --app {' or '.join(fitting)}."
        )
    return None


def _branch(wanted: str | None, app: App) -> str | None:
    if not wanted:
        return None
    branch = branch_named(wanted)
    if branch is None:
        raise UsageError(
            f"There is no branch {wanted!r:.80}.{nearest(wanted[:80], BRANCHES)} "
            f"Known are {', '.join(BRANCHES)} and ESR branches such as mozilla-esr140."
        )
    return None if branch.name == app.branch else branch.name


def _settings(options: Namespace) -> Settings:
    if options.command and options.argv:
        raise UsageError("Give the test either as --command or after --, not both.")
    settings = Settings(
        command=options.command,
        program=tuple(options.argv),
        test_timeout=options.test_timeout,
        timeout_verdict=options.timeout_verdict,
        profile=_absolute(options.profile),
        profile_persistence=options.profile_persistence,
        prefs=tuple(options.prefs),
        prefs_files=tuple(options.prefs_files),
        addons=tuple(str(Path(addon).absolute()) for addon in options.addons),
        arguments=tuple(options.cmdargs),
        show_output=options.process_output == "stdout",
        persist=_absolute(options.persist),
        persist_limit=options.persist_size_limit,
        http_timeout=options.http_timeout,
        work_ahead=options.background_dl,
        keep_guesses=options.background_dl_policy == "keep",
        archive=options.archive_base_url,
        adb_profile_dir=options.adb_profile_dir,
    )
    try:
        check(settings)
    except (ProfileError, CommandError) as error:
        raise UsageError(_one_line(error)) from error
    return settings


def _absolute(path: str | None) -> str | None:
    """A session may be resumed from another folder."""
    return str(Path(path).absolute()) if path else None


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
