"""From parsed options to what a session is made of. Asks no service."""

from argparse import Namespace
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path

from mozregression.driver.assembly import check
from mozregression.driver.settings import Settings
from mozregression.driver.target import TargetError, chosen
from mozregression.faces.certainty import ages_of, certainty_of, suspects_of
from mozregression.launch.host import this_machine
from mozregression.launch.launcher import LaunchError
from mozregression.model.apps import APPS, Launch
from mozregression.model.bounds import BadBoundError, Bound, DateBound, SomeTimeBefore, parse_bound
from mozregression.model.request import Request
from mozregression.testers.command import CommandError


class UsageError(Exception):
    """What was asked for cannot be done. The message says why, in one line."""


def plan(options: Namespace) -> tuple[Request, Settings]:
    """The bisection that options ask for. Raises UsageError."""
    if not options.good and not options.bad:
        raise UsageError("--good is missing: when did it still work? For example --good 2026-05-01")
    settings = _settings(options)
    now = datetime.now(timezone.utc)
    good = _bound(options.good, now) if options.good else SomeTimeBefore()
    bad = _bound(options.bad, now) if options.bad else DateBound(now.date())
    return _request(options, settings, good, bad, now), settings


def plan_launch(options: Namespace) -> tuple[tuple[Request, ...], Settings]:
    """The builds that options ask to launch, as requests with one bound at both ends.

    Raises UsageError.
    """
    for name in ("good", "bad"):
        if getattr(options, name):
            raise UsageError(f"--launch runs builds without a bisection: leave --{name} out.")
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
    try:
        target = chosen(
            options.app,
            this_machine(),
            build_type=options.build_type,
            arch=options.arch,
            bits=options.bits,
            lang=options.lang,
            branch=options.repo,
            single=bool(options.launch),
        )
    except TargetError as error:
        raise UsageError(str(error)) from error
    if settings.jobs > 1 and APPS[target.app].launch is Launch.ANDROID:
        raise UsageError(f"--jobs {settings.jobs}: an Android device tests one build at a time.")
    try:
        certainty, prior = certainty_of(options), ages_of(options.prior)
        suspects = suspects_of(options.suspects)
    except ValueError as error:
        raise UsageError(_one_line(error)) from error
    return Request(
        **asdict(target),
        good=good,
        bad=bad,
        asked_at=int(now.timestamp()),
        check_ends=options.mode != "no-first-check",
        confirm=settings.automated and options.confirm,
        certainty=certainty,
        prior=prior,
        suspects=suspects,
    )


def _settings(options: Namespace) -> Settings:
    if options.command and options.argv:
        raise UsageError("Give the test either as --command or after --, not both.")
    if options.jobs > 1 and not (options.command or options.argv):
        raise UsageError("--jobs is for test commands: a person looks at one build at a time.")
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
        prefer_kept=options.approx_policy != "none",
        jobs=options.jobs,
        explain=options.explain,
        reference=options.reference,
    )
    try:
        check(settings)
    except (LaunchError, CommandError) as error:
        raise UsageError(_one_line(error)) from error
    return settings


def _absolute(path: str | None) -> str | None:
    """A session may be resumed from another folder."""
    return str(Path(path).absolute()) if path else None


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
