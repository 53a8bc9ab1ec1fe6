"""Browser profiles: fresh ones, clones of a user's own, or a user's own when asked for."""

import configparser
import json
import os
import re
import shutil
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

from mozregression.launch.launcher import LaunchError
from mozregression.launch.workdirs import WorkDir, WorkDirs

PrefValue: TypeAlias = str | int | bool

QUIET_PREFS: Mapping[str, PrefValue] = {
    # no updates (the policy file does it since Firefox 63)
    "app.update.enabled": False,
    "app.update.auto": False,
    "app.update.autodownload": "disabled",
    # no question when started after a kill, or when closed
    "browser.sessionstore.resume_from_crash": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.tabs.warnOnClose": False,
    "browser.warnOnQuit": False,
    # no first-run pages
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
    # no data about test runs for production; the address is one on purpose that leads nowhere
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.healthreport.documentServerURI": "http://%(server)s/healthreport/",
    "toolkit.telemetry.enabled": False,
    # add-ons that were put into the profile stay on
    "extensions.autoDisableScopes": 0,
}

_NO_UPDATES: Mapping[str, PrefValue] = {"app.update.enabled": False, "app.update.auto": False}

_BEGIN, _END = "// mozregression: begin\n", "// mozregression: end\n"
_PROFILE_LOCKS = {"lock", ".parentlock", "parent.lock"}


class ProfileError(LaunchError):
    """A preference, an add-on or a profile cannot be used. The message says which and why."""


class ProfileMode(Enum):
    """What happens to the profile between one build and the next."""

    CLONE = "clone"
    CLONE_FIRST = "clone-first"
    REUSE = "reuse"


@dataclass(frozen=True, slots=True)
class ProfileOptions:
    """The profile to start builds with.

    path: a profile of the user's, or None for a new one. Without one, `CLONE` gives every
    build a new profile and `CLONE_FIRST` gives all of them the same.
    """

    path: Path | None = None
    mode: ProfileMode = ProfileMode.CLONE
    prefs: Mapping[str, PrefValue] = field(default_factory=dict)
    addons: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile ready for one build. work: the temporary folder to remove after it, if any.

    foreign: other builds may have used it, so that a build may meet a profile newer than itself.
    """

    path: Path
    foreign: bool
    work: WorkDir | None = None

    @property
    def owned(self) -> tuple[Path, ...]:
        """What a guardian should remove when the build has ended."""
        return (self.work.whole,) if self.work else ()

    def remove(self) -> None:
        if self.work:
            self.work.remove()


class Profiles:
    """Makes the profile for each build of a session. Remove it (or leave its context) at the end.

    product: whose profiles they are, `firefox` or `thunderbird`. Nothing is done before a profile
    is taken. Raises ProfileError for options that cannot work.
    """

    def __init__(self, work: WorkDirs, options: ProfileOptions, product: str = "firefox") -> None:
        if options.mode is ProfileMode.REUSE and options.path is None:
            raise ProfileError("There is no profile to reuse: name one with --profile.")
        self._work = work
        self._options = options
        self._product = product
        self._kept: Path | None = None
        self._shared: WorkDir | None = None

    @property
    def has_addons(self) -> bool:
        return bool(self._options.addons)

    def take(self) -> Profile:
        """The profile for the next build. Raises ProfileError, too, when one cannot be copied."""
        path, mode = self._options.path, self._options.mode
        if path and not self._kept and (mode is ProfileMode.REUSE or not path.exists()):
            path.mkdir(parents=True, exist_ok=True)
            self._dress(path)
            self._kept = path
        if self._kept:
            return Profile(self._kept, foreign=True)
        if self._options.mode is ProfileMode.CLONE_FIRST:
            self._shared = self._shared or self._new()
            return Profile(self._shared.path, foreign=True)
        work = self._new()
        return Profile(work.path, foreign=self._options.path is not None, work=work)

    def remove(self) -> None:
        """Remove the profile that all builds shared, if there was one of ours."""
        if self._shared:
            self._shared.remove()
            self._shared = None

    def __enter__(self) -> "Profiles":  # noqa: PYI034 - typing.Self came with Python 3.11
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()

    def _new(self) -> WorkDir:
        work = self._work.make("profile")
        try:
            if self._options.path:
                _copy(self._options.path, work.path)
            self._dress(work.path)
        except BaseException:
            work.remove()
            raise
        return work

    def _dress(self, profile: Path) -> None:
        write_prefs(profile, {**quiet_prefs(self._product), **self._options.prefs})
        if self._options.addons:
            install_addons(profile, self._options.addons)


def quiet_prefs(product: str) -> Mapping[str, PrefValue]:
    """What keeps a product quiet: it does not ask, update, restore or send anything."""
    if product == "firefox":
        return QUIET_PREFS
    from mozprofile import ThunderbirdProfile

    return {**_NO_UPDATES, **ThunderbirdProfile.preferences}


def parse_pref(text: str) -> tuple[str, PrefValue]:
    """Read `name:value`. true, false and integers are what they look like, a value in quotes
    is text whatever it looks like, everything else is text too.

    Raises ProfileError.
    """
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise ProfileError(
            f"{text!r} is not a preference: write name:value, as in javascript.enabled:false."
        )
    return name.strip(), _cast(value)


def read_prefs(source: str) -> dict[str, PrefValue]:
    """Preferences of a file: JSON (an object), or INI as `<path>:<section>`, whose values are
    read as `parse_pref` reads them.

    Raises ProfileError.
    """
    whole = os.path.exists(source)  # noqa: PTH110 - unlike Path's, it takes any text
    path, colon, section = (source, "", "") if whole else source.rpartition(":")
    try:
        text = Path(path or source).read_text(encoding="utf-8")
        prefs = _from_ini(text, section) if colon else _from_json(text)
    except (OSError, ValueError, configparser.Error) as error:
        raise ProfileError(f"The preferences in {source} cannot be read: {error}") from error
    return prefs


def _from_json(text: str) -> dict[str, PrefValue]:
    prefs = json.loads(text)
    if not isinstance(prefs, dict):
        raise ValueError("it is not an object of names and values")  # noqa: TRY004
    for name, value in prefs.items():
        if not isinstance(value, str | int):
            raise ValueError(f"{name} is neither text, an integer, true nor false")  # noqa: TRY004
    return {name: _fitting(value) for name, value in prefs.items()}


def _from_ini(text: str, section: str) -> dict[str, PrefValue]:
    ini = configparser.RawConfigParser()
    ini.optionxform = str  # type: ignore[assignment,method-assign] # names keep their case
    ini.read_string(text)
    return {name: _cast(value) for name, value in ini.items(section)}


def _cast(value: str) -> PrefValue:
    if value in ("true", "false"):
        return value == "true"
    if re.fullmatch(r"[+-]?[0-9]+", value):
        return _fitting(int(value))
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value


def _fitting(value: PrefValue) -> PrefValue:
    if isinstance(value, int) and not -(2**31) <= value < 2**31:
        raise ProfileError(
            f"{value} is too big a number for a preference (32 bits). "
            f"If it is meant as text, quote it: '{value}'."
        )
    return value


def write_prefs(profile: Path, prefs: Mapping[str, PrefValue]) -> None:
    """Put preferences at the end of the profile's user.js, in place of those put there before."""
    file = profile / "user.js"
    text = file.read_bytes().decode("utf-8", "surrogateescape") if file.exists() else ""
    theirs = re.sub(f"{_BEGIN}.*?{_END}", "", text, flags=re.DOTALL)
    if theirs and not theirs.endswith("\n"):
        theirs += "\n"
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(prefs[name])});\n" for name in prefs]
    ours = "".join([_BEGIN, *lines, _END])
    file.write_bytes((theirs + ours).encode("utf-8", "surrogateescape"))


def install_addons(profile: Path, addons: Iterable[Path]) -> None:
    """Put add-ons (packed, unpacked, or a folder of add-ons) into a profile.

    Raises ProfileError for what is not an add-on.
    """
    from mozprofile.addons import AddonManager

    manager = AddonManager(str(profile), restore=False)
    for given in addons:
        manager.install([str(addon) for addon in _addons_at(given)])
    if manager.backup_dir:  # earlier versions, which it would put back when told to restore
        shutil.rmtree(manager.backup_dir, ignore_errors=True)


def _addons_at(given: Path) -> list[Path]:
    problem = _why_no_addon(given)
    if not problem:
        return [given]
    inside = sorted(given.iterdir()) if given.is_dir() else []
    addons = [path for path in inside if not _why_no_addon(path)]
    if addons:
        return addons
    raise ProfileError(f"{given} is not an add-on: {problem}")


def _why_no_addon(path: Path) -> str:
    """Why mozprofile could not install the file or folder; empty if it can."""
    from mozprofile.addons import AddonFormatError, AddonManager

    try:
        AddonManager.addon_details(str(path))
    except (AddonFormatError, OSError, ValueError, LookupError) as error:
        return str(error) or type(error).__name__
    return ""


def _copy(source: Path, target: Path) -> None:
    try:
        shutil.copytree(
            source,
            target,
            dirs_exist_ok=True,
            ignore_dangling_symlinks=True,
            ignore=_not_to_copy,
        )
    except OSError as error:
        raise ProfileError(
            f"The profile {source} cannot be copied: {error}. "
            "If a browser is using it, close that browser."
        ) from error


def _not_to_copy(folder: str, names: list[str]) -> list[str]:
    """What must not or cannot be copied: a running browser's locks, sockets and pipes."""
    return [name for name in names if name in _PROFILE_LOCKS or _is_special(Path(folder, name))]


def _is_special(path: Path) -> bool:
    mode = path.lstat().st_mode
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode))
