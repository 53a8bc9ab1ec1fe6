"""Apps on an Android device."""

import json
import os
import re
import zipfile
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import mozregression
from mozregression.launch import frozen
from mozregression.launch.adb import find_adb, start_server
from mozregression.launch.apk import package_of
from mozregression.launch.info import read_info
from mozregression.launch.launcher import Installed, LaunchError, Opened, Unusable
from mozregression.launch.process import Running, start
from mozregression.launch.profiles import Profiles
from mozregression.launch.workdirs import WorkDirs
from mozregression.model.apps import App, Platform

_DONE, _UNUSABLE, _TROUBLE = 0, 3, 4  # exit status of errands, as device.py says
_GRACE = 30.0
"""Seconds that an errand gets to stop the app and to remove its profile."""

_GLANCE = 0.1
_SERIAL = "ANDROID_SERIAL"
_ABIS = {"arm": "armeabi-v7a", "aarch64": "arm64-v8a", "x86": "x86", "x86_64": "x86_64"}
_PACKAGE = re.compile(r"[A-Za-z]\w*(\.\w+)+", re.ASCII)


class AndroidLauncher:
    """Installs builds of an app on a device, one at a time, and starts them there.

    arguments: the only one, unless it begins with a dash, is a page to open. profile_dir: the
    folder on the device for profiles, None for one that mozdevice finds.
    """

    def __init__(
        self,
        app: App,
        platform: Platform,
        profiles: Profiles,
        work: WorkDirs,
        *,
        arguments: Sequence[str] = (),
        profile_dir: str | None = None,
    ) -> None:
        assert app.android  # noqa: S101 - the table was checked
        self._abi = _ABIS[platform.arch]
        self._usual_package = app.platforms[platform].binary
        self._start = app.android
        self._profiles = profiles
        self._work = work
        page = [each for each in arguments if len(arguments) == 1 and not each.startswith("-")]
        self._url = page[0] if page else None
        self._arguments = [] if page else list(arguments)
        self._profile_dir = profile_dir
        self._adb = ""
        self._serial = ""
        self._installed = ""

    def check(self) -> None:
        """Find adb and the device."""
        if self._profiles.has_addons:
            raise LaunchError("Add-ons cannot be installed in apps on Android: leave --addon out.")
        self._adb = find_adb()
        start_server(self._adb)
        _, said = self._errand("check", package=self._usual_package, abi=self._abi)
        self._serial = said.splitlines()[-1]

    def prepare(self, folder: Path) -> Installed | Unusable:
        """Install the APK in the folder."""
        try:
            (apk,) = folder.glob("*.apk")
            info = read_info(zipfile.Path(apk))
            package = package_of(apk) or self._usual_package
            if not _PACKAGE.fullmatch(package):
                return Unusable(f"{apk} is for {package!r}, which is no name of a package")
        except (OSError, ValueError, zipfile.BadZipFile) as error:
            return Unusable(f"there is no APK that can be read in {folder}: {error}")
        if package != self._installed:
            self._uninstall()
        self._installed = package
        code, said = self._errand("install", package=package, apk=str(apk))
        if code == _UNUSABLE:
            return Unusable(said)
        return Installed(folder, Path(package), info, environment={_SERIAL: self._serial})

    def open(self, installed: Installed, output: Path) -> Opened:
        """Start the app; returns when it is there, or cannot come."""
        with ExitStack() as stack:
            profile = self._profiles.take()
            stack.callback(profile.remove)
            scratch = self._work.make("device")
            stack.callback(scratch.remove)
            launched = scratch.path / "launched"
            running = self._begin(
                "run",
                output,
                scratch.path,
                (*profile.owned, scratch.whole),
                package=str(installed.binary),
                profile=str(profile.path),
                launched=str(launched),
                profile_dir=self._profile_dir,
                activity=self._start.activity,
                intent=self._start.intent,
                extras=self._start.extras,
                url=self._url,
                arguments=self._arguments,
            )
            stack.callback(running.stop, grace=_GRACE)
            while not launched.exists() and running.wait(_GLANCE) is None:
                pass
            discard = stack.pop_all().close
        return Opened(running, discard, what="app", grace=_GRACE, lingers=False)

    def close(self) -> None:
        """Uninstall what was installed last, if the device is still there, and remove profiles."""
        self._profiles.remove()
        with suppress(LaunchError):
            self._uninstall()

    def _uninstall(self) -> None:
        package, self._installed = self._installed, ""
        if package:
            self._errand("uninstall", package=package)

    def _errand(self, name: str, **needs: Any) -> tuple[int, str]:
        """Have an errand done; its exit status and what it says. Raises LaunchError."""
        with self._work.make("device") as scratch:
            output = scratch / "output"
            with self._begin(name, output, scratch, **needs) as running:
                ended = running.wait()
            said = output.read_text(encoding="utf-8", errors="replace").strip()
        if ended and ended.code in (_DONE, _UNUSABLE):
            return ended.code, said
        if ended and ended.code == _TROUBLE:
            raise LaunchError(said)
        last = "".join(said.splitlines()[-1:])
        raise LaunchError(f"What mozregression runs for the device {ended}. {last}")

    def _begin(
        self, name: str, output: Path, scratch: Path, owned: Sequence[Path] = (), **needs: Any
    ) -> Running:
        """Start an errand; what it needs see in device.py. scratch: for its temporary files."""
        chosen = {_SERIAL: self._serial} if self._serial else {}
        return start(
            [
                *(*frozen.program("mozregression.launch.device"), name),
                json.dumps({"adb": self._adb, "serial": self._serial, **needs}),
            ],
            cwd=Path(mozregression.__file__).parents[1],  # which -m looks into first
            env={**os.environ, **chosen, "TMPDIR": str(scratch)},
            output=output,
            owned=owned,
            grace=_GRACE,
        )
