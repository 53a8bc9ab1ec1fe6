"""JavaScript shells: a program that runs scripts and prints, from a flat archive of its own."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from mozregression.launch.desktop import find_program
from mozregression.launch.info import BuildInfo
from mozregression.launch.launcher import Installed, Opened, Unusable
from mozregression.launch.process import start
from mozregression.model.apps import App, Platform

_LIBRARY_PATHS = {"linux": "LD_LIBRARY_PATH", "mac": "DYLD_LIBRARY_PATH", "win": "PATH"}


class ShellLauncher:
    """Runs shells in the folder that they and their libraries are in."""

    def __init__(self, app: App, platform: Platform, arguments: Sequence[str] = ()) -> None:
        self._name = app.platforms[platform].binary
        self._platform = platform
        self._arguments = arguments

    def check(self) -> None:
        """Nothing more is needed than this machine."""

    def prepare(self, folder: Path) -> Installed | Unusable:
        binary = find_program(folder, self._name, self._platform)
        if binary is None:
            return Unusable(f"there is no program called {self._name} in {folder}")
        binary.chmod(binary.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
        variable = _LIBRARY_PATHS[self._platform.os]
        paths = [str(binary.parent), os.environ.get(variable, "")]
        environment = {variable: os.pathsep.join(filter(None, paths))}
        return Installed(folder, binary, BuildInfo(), environment=environment)

    def open(self, installed: Installed, output: Path) -> Opened:
        running = start(
            [str(installed.binary), *self._arguments],
            cwd=installed.binary.parent,
            env={**os.environ, **installed.environment},
            output=output,
        )
        return Opened(running, what="shell")

    def close(self) -> None:
        """Shells have nothing that could stay behind."""
