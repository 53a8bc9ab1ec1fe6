"""Every setting. The command line, the config file, windows and docs/console.md are made of this.

Settings that a bisection does not obey yet are not here.
"""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool | tuple[str, ...] | None


class Kind(Enum):
    """What a value looks like. The value says it to a person.

    FLAG: True or False. LIST: any number of texts. PATH: may begin with `~`.
    """

    TEXT = "any text"
    LIST = "texts, separated by commas"
    PATH = "a path"
    URL = "an http or https URL"
    NUMBER = "a whole number"
    SECONDS = "a number of seconds above 0"
    GIBIBYTES = "a number of GiB, such as 20 or 0.5"
    FLAG = "true or false"


class Group(Enum):
    """Settings that belong together, under the heading they get."""

    RANGE = "range"
    TEST = "test (without a command you are asked about each build)"
    BROWSER = "browser"
    DOWNLOADS = "downloads"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    name: attribute of the parsed options. label: what a form calls it. key: in the config file,
    None for what belongs to one bisection. A flag's option and key turn its default around.
    several: one option may bring more than one value.
    """

    name: str
    group: Group
    options: tuple[str, ...]
    label: str
    help: str
    kind: Kind = Kind.TEXT
    default: Value = None
    choices: tuple[str, ...] | tuple[int, ...] = ()
    metavar: str | None = None
    key: str | None = None
    several: bool = False


DEFAULT_LIMIT = 20.0  # GiB

# What can be started and judged; the table of apps knows more.
_APPS = ("firefox",)
_BUILD_TYPES = ("shippable", "opt")
_ARCHITECTURES = ("x86_64", "x86", "aarch64")

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
        f"last known good: {_BOUND}; a year before the bad one when left out",
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
        "app",
        Group.RANGE,
        ("-n", "--app"),
        "Application",
        "what to bisect",
        default=_APPS[0],
        choices=_APPS,
        key="app",
    ),
    Setting(
        "build_type",
        Group.RANGE,
        ("-B", "--build-type"),
        "Build type",
        "the others are tried where it is missing",
        default=_BUILD_TYPES[0],
        choices=_BUILD_TYPES,
        key="build-type",
    ),
    Setting(
        "arch",
        Group.RANGE,
        ("--arch",),
        "Architecture",
        "architecture of the builds, where this machine can run another",
        choices=_ARCHITECTURES,
    ),
    Setting(
        "bits",
        Group.RANGE,
        ("--bits",),
        "Bits",
        "the same by the width of addresses",
        kind=Kind.NUMBER,
        choices=(32, 64),
        key="bits",
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

# Keys that a file of another version may hold and this one has no use for.
KEPT_KEYS = frozenset(
    {
        "adb-profile-dir",
        "approx-policy",
        "enable-telemetry",
        "repo",
        "taskcluster-accesstoken",
        "taskcluster-clientid",
    }
)
