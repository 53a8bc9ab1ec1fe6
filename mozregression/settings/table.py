"""Every setting. The command line, the config file, windows and docs/console.md are made of this.

Choices that come from the table of apps are read from it when they are looked at.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import overload

from mozregression.settings.certainty import CERTAINTY
from mozregression.settings.shapes import Group, Kind, Setting, Value

__all__ = ["BY_KEY", "BY_NAME", "DEFAULT_LIMIT", "SETTINGS", "Group", "Kind", "Setting", "Value"]

DEFAULT_LIMIT = 20.0  # GiB


class _Names(Sequence[str]):
    """Names that are made when they are looked at."""

    def __init__(self, make: Callable[[], Sequence[str]]) -> None:
        self._make = cache(make)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...

    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return self._make()[index]

    def __len__(self) -> int:
        return len(self._make())


def _apps() -> Sequence[str]:
    from mozregression.model.apps import APPS

    return tuple(APPS)


def _build_types() -> Sequence[str]:
    from mozregression.model.apps import APPS

    return tuple(dict.fromkeys(name for app in APPS.values() for name in app.build_types))


_BOUND = (
    "date (2026-05-01, '3 weeks ago'), build id (14 digits), release (150), hg tag, "
    "or changeset (hg or git)"
)

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "good",
        Group.RANGE,
        ("-g", "--good"),
        "Last known good",
        f"last known good: {_BOUND}; looked for when left out",
        metavar="BOUND",
    ),
    Setting(
        "bad",
        Group.RANGE,
        ("-b", "--bad"),
        "First known bad",
        "first known bad (default: today)",
        metavar="BOUND",
    ),
    Setting(
        "mode",
        Group.RANGE,
        ("-M", "--mode"),
        "Mode",
        "no-first-check: do not test the two ends first",
        default="classic",
        choices=("classic", "no-first-check"),
        key="mode",
    ),
    Setting(
        "find_fix",
        Group.RANGE,
        ("--find-fix",),
        "Look for a fix",
        "accepted for old habits: a good bound newer than the bad one asks for the fix by itself",
        kind=Kind.FLAG,
        default=False,
        inert=True,
    ),
    Setting(
        "launch",
        Group.RANGE,
        ("--launch",),
        "Launch one build",
        "run the build that this means and exit with its exit status, without a bisection; given "
        "several times, a blind test: builds come in secret order, you judge, then it is told "
        "which was which",
        kind=Kind.LIST,
        default=(),
        metavar="BOUND",
    ),
    Setting(
        "app",
        Group.BUILDS,
        ("-n", "--app"),
        "Application",
        "what to bisect",
        default="firefox",
        choices=_Names(_apps),
        metavar="APP",
        key="app",
    ),
    Setting(
        "build_type",
        Group.BUILDS,
        ("-B", "--build-type"),
        "Build type",
        "the app's first when not given; others stand in where it is missing; one of",
        choices=_Names(_build_types),
        metavar="TYPE",
        key="build-type",
    ),
    Setting(
        "arch",
        Group.BUILDS,
        ("--arch",),
        "Architecture",
        "architecture of the builds, such as x86_64, x86, aarch64 or arm64-v8a "
        "(default: this machine's)",
        metavar="ARCH",
    ),
    Setting(
        "bits",
        Group.BUILDS,
        ("--bits",),
        "Bits",
        "the same by the width of addresses",
        kind=Kind.NUMBER,
        choices=(32, 64),
        key="bits",
    ),
    Setting(
        "lang",
        Group.BUILDS,
        ("--lang",),
        "Language",
        "language of the builds, such as de or pt-BR; for firefox-l10n and thunderbird-l10n",
        metavar="LANG",
    ),
    Setting(
        "repo",
        Group.BUILDS,
        ("--repo",),
        "Branch",
        "bisect builds of this branch, by its name or in short (m-c, inbound, beta, release, "
        "esr140) (default: what the app's nightlies are made from, then where that lands)",
        metavar="BRANCH",
        key="repo",
    ),
    Setting(
        "command",
        Group.TEST,
        ("-c", "--command"),
        "Test command",
        "shell command that judges a build: exit 0 good, 1-124 bad, 125 skip; "
        "{binary} and other placeholders are replaced",
        metavar="SHELL",
    ),
    Setting(
        "test_timeout",
        Group.TEST,
        ("--test-timeout",),
        "Time for a test",
        "end a command that takes longer",
        kind=Kind.SECONDS,
        metavar="SECONDS",
    ),
    Setting(
        "timeout_verdict",
        Group.TEST,
        ("--timeout-verdict",),
        "A timeout means",
        "what a timeout means",
        default="skip",
        choices=("skip", "good", "bad"),
    ),
    Setting(
        "confirm",
        Group.TEST,
        ("--no-confirm",),
        "Test the final pair twice",
        "do not test the final pair a second time",
        kind=Kind.FLAG,
        default=True,
    ),
    Setting(
        "jobs",
        Group.TEST,
        ("-j", "--jobs"),
        "Tests at once",
        "how many test commands may run at once",
        kind=Kind.COUNT,
        default=1,
        metavar="K",
    ),
    Setting(
        "reference",
        Group.TEST,
        ("--reference",),
        "Open a good build beside",
        "where you are asked: open a build that is known to be good beside those under test, as "
        "soon as there is one",
        kind=Kind.FLAG,
        default=False,
        key="reference",
    ),
    *CERTAINTY,
    Setting(
        "profile",
        Group.BROWSER,
        ("-p", "--profile"),
        "Profile to test with",
        "profile to test with",
        kind=Kind.PATH,
        metavar="DIR",
        key="profile",
    ),
    Setting(
        "profile_persistence",
        Group.BROWSER,
        ("--profile-persistence",),
        "Between builds the profile is",
        "clone the profile for each build, once, or use it as it is",
        default="clone",
        choices=("clone", "clone-first", "reuse"),
        key="profile-persistence",
    ),
    Setting(
        "prefs",
        Group.BROWSER,
        ("--pref",),
        "Preferences",
        "set preferences",
        kind=Kind.LIST,
        default=(),
        metavar="NAME:VALUE",
        several=True,
    ),
    Setting(
        "prefs_files",
        Group.BROWSER,
        ("--preferences",),
        "Files of preferences",
        "set the preferences of files, JSON or a section of an INI file; --pref wins over them",
        kind=Kind.LIST,
        default=(),
        metavar="FILE[:SECTION]",
        several=True,
    ),
    Setting(
        "addons",
        Group.BROWSER,
        ("-e", "--addon"),
        "Add-ons",
        "install an add-on",
        kind=Kind.LIST,
        default=(),
        metavar="PATH",
    ),
    Setting(
        "cmdargs",
        Group.BROWSER,
        ("-a", "--arg"),
        "Arguments for the browser",
        "argument for the browser; with dashes: --arg=--headless",
        kind=Kind.LIST,
        default=(),
        metavar="ARG",
        key="cmdargs",
    ),
    Setting(
        "adb_profile_dir",
        Group.BROWSER,
        ("--adb-profile-dir",),
        "Folder for profiles on the device",
        "folder on an Android device that profiles are put into (default: the device's own "
        "folder for tests)",
        metavar="DIR",
        key="adb-profile-dir",
    ),
    Setting(
        "process_output",
        Group.BROWSER,
        ("-P", "--process-output"),
        "Output of the browser",
        "stdout: show what the browser prints; it is kept with the session in any case",
        default="none",
        choices=("none", "stdout"),
        key="process-output",
    ),
    Setting(
        "persist",
        Group.DOWNLOADS,
        ("--persist",),
        "Folder for builds",
        "keep builds here (default: a cache folder)",
        kind=Kind.PATH,
        metavar="DIR",
        key="persist",
    ),
    Setting(
        "persist_size_limit",
        Group.DOWNLOADS,
        ("--persist-size-limit",),
        "Most room for builds (GiB)",
        "remove the least recently used builds beyond this; 0: no limit",
        kind=Kind.GIBIBYTES,
        default=DEFAULT_LIMIT,
        metavar="GIB",
        key="persist-size-limit",
    ),
    Setting(
        "http_timeout",
        Group.DOWNLOADS,
        ("--http-timeout",),
        "Patience with a silent service (seconds)",
        "give a request up when nothing has come for so long",
        kind=Kind.SECONDS,
        default=60.0,
        metavar="SECONDS",
        key="http-timeout",
    ),
    Setting(
        "background_dl",
        Group.DOWNLOADS,
        ("--no-background-dl",),
        "Fetch likely next builds during a test",
        "do not fetch likely next builds while one is tested",
        kind=Kind.FLAG,
        default=True,
        key="no-background-dl",
    ),
    Setting(
        "background_dl_policy",
        Group.DOWNLOADS,
        ("--background-dl-policy",),
        "Builds fetched in vain",
        "a likely next build, when another is needed: cancel gives it up, keep fetches it later",
        default="cancel",
        choices=("cancel", "keep"),
        key="background-dl-policy",
    ),
    Setting(
        "archive_base_url",
        Group.DOWNLOADS,
        ("--archive-base-url",),
        "Archive",
        "where the archive of builds is (default: https://archive.mozilla.org/pub)",
        kind=Kind.URL,
        metavar="URL",
        key="archive-base-url",
    ),
    Setting(
        "approx_policy",
        Group.DOWNLOADS,
        ("--approx-policy",),
        "Builds that are there already",
        "auto prefers builds kept on the disk where that saves time, none treats all builds alike",
        default="auto",
        choices=("auto", "none"),
        key="approx-policy",
    ),
    Setting(
        "taskcluster_clientid",
        Group.DOWNLOADS,
        (),
        "Taskcluster client",
        "the client that may fetch private builds",
        key="taskcluster-clientid",
    ),
    Setting(
        "taskcluster_accesstoken",
        Group.DOWNLOADS,
        (),
        "Taskcluster access token",
        "its access token; never shown, and kept nowhere but in your file",
        key="taskcluster-accesstoken",
    ),
    Setting(
        "telemetry",
        Group.OTHER,
        ("--no-telemetry",),
        "Send usage data",
        "record and send no usage data",
        kind=Kind.FLAG,
        default=True,
        key="enable-telemetry",
    ),
    Setting(
        "telemetry_endpoint",
        Group.OTHER,
        ("--telemetry-endpoint",),
        "Where usage data goes",
        "where usage data goes (default: https://incoming.telemetry.mozilla.org)",
        kind=Kind.URL,
        metavar="URL",
        key="telemetry-endpoint",
    ),
    Setting(
        "update_check",
        Group.OTHER,
        ("--no-update-check",),
        "Look for newer releases",
        "do not look for a newer mozregression, once a day, to tell you at the end",
        kind=Kind.FLAG,
        default=True,
        key="no-update-check",
    ),
    Setting(
        "debug",
        Group.OTHER,
        ("-d", "--debug"),
        "Show requests",
        "show every request made",
        kind=Kind.FLAG,
        default=False,
    ),
)

BY_NAME = {setting.name: setting for setting in SETTINGS}
BY_KEY = {setting.key: setting for setting in SETTINGS if setting.key}
