"""What a bundle holds and what is left out, for every system. Read by mozregression.spec."""

import fnmatch
import re
import subprocess
from collections.abc import Sequence
from pathlib import PurePath
from typing import TypeAlias

Entry: TypeAlias = tuple[str, str, str]
"""As PyInstaller has them: place in the bundle, source, kind."""

# Modules that something imports in a case that never comes.
EXCLUDED_MODULES = [
    "IPython",
    "PIL",
    "PySide6.QtDBus",
    "PySide6.QtNetwork",
    "PySide6.QtOpenGL",
    "PySide6.QtOpenGLWidgets",
    "PySide6.QtPrintSupport",
    "PySide6.QtQml",
    "PySide6.QtQuick",
    "PySide6.QtTest",
    "OpenSSL",
    "_pytest",
    "cryptography",
    "curses",
    "hypothesis",
    "lib2to3",
    "numpy",
    "pip",
    "pydoc_data",
    "pygments",
    "pytest",
    "readline",
    "setuptools",
    "tkinter",
    "trustme",
    "turtle",
    "unittest",
    "wcwidth",
]

# Modules that are imported by their names alone.
HIDDEN_MODULES = [
    "PySide6.QtSvg",
    "mozregression.launch.guardian",
    "mozregression.telemetry.helper",
]

# Plugins of Qt; all others are left out.
KEPT_PLUGINS = [
    "iconengines/*svg*",
    "imageformats/*svg*",
    "platforminputcontexts/*compose*",
    "platforminputcontexts/*ibus*",
    "platforms/*cocoa*",
    "platforms/*offscreen*",
    "platforms/*windows*",
    "platforms/*xcb*",
    "platforms/*wayland*",
    "platformthemes/*xdgdesktopportal*",
    "styles/*",
    "wayland-decoration-client/*",
    "wayland-graphics-integration-client/*",
    "wayland-shell-integration/*xdg-shell*",
    "xcbglintegrations/*egl*",
]

# Libraries and data that nothing kept uses, and those that every desktop brings itself: the
# system's own fit its drivers, its fonts and its session.
LEFT_OUT = [
    "*/translations/*",
    "*/qml/*",
    "*Qt6Pdf*",
    "*Qt6Qml*",
    "*Qt6Quick*",
    "*Qt6VirtualKeyboard*",
    "*Qt6Network*",
    "*Qt6OpenGL*",
    "*Qt6EglFS*",
    "*Qt6Test*",
    "*/sboms/*",
    "*/tests/*",
    "*libreadline*",
    "*libtinfo*",
    "*/_codecs_cn*",
    "*/_codecs_hk*",
    "*/_codecs_iso2022*",
    "*/_codecs_jp*",
    "*/_codecs_kr*",
    "*/_codecs_tw*",
    "libEGL.so*",
    "libGL.so*",
    "libGLX.so*",
    "libGLdispatch.so*",
    "libX11.so*",
    "libX11-xcb.so*",
    "libXau.so*",
    "libXdmcp.so*",
    "libdbus-1.so*",
    "libexpat.so*",
    "libfontconfig.so*",
    "libfreetype.so*",
    "libgcc_s.so*",
    "libgio-2.0.so*",
    "libglib-2.0.so*",
    "libgmodule-2.0.so*",
    "libgobject-2.0.so*",
    "libgthread-2.0.so*",
    "libpng16.so*",
    "libstdc++.so*",
    "libsystemd.so*",
    "libxcb.so*",
]

# The largest bundle that is let through, in bytes; what comes in unexpectedly shows here.
MOST_UNPACKED = 95_000_000
MOST_PACKED = 28_000_000


def is_kept(place: str) -> bool:
    """Whether a file belongs into the bundle, by its place in there."""
    path = PurePath(place).as_posix()
    _, plugin, name = path.partition("/plugins/")
    if plugin and not _matches(name, KEPT_PLUGINS):
        return False
    return not _matches(path, LEFT_OUT) and not _matches(PurePath(place).name, LEFT_OUT)


def reachable(binaries: Sequence[Entry]) -> list[Entry]:
    """Those that something kept is linked with: modules, plugins of Qt, and what these need.

    On Linux; elsewhere nothing is taken along that nobody needs.
    """
    by_name = {PurePath(place).name: (place, source, kind) for place, source, kind in binaries}
    wanted = [
        entry
        for entry in binaries
        if entry[2] == "EXTENSION"
        or "/plugins/" in entry[0]
        or ".abi3." in entry[0]
        or "libpython" in entry[0]
        or "glean" in entry[0]
    ]
    seen: dict[str, Entry] = {}
    while wanted:
        entry = wanted.pop()
        if entry[0] in seen:
            continue
        seen[entry[0]] = entry
        wanted += [by_name[name] for name in _needed(entry[1]) if name in by_name]
    return sorted(seen.values())


def _needed(library: str) -> list[str]:
    """Names of the libraries that a library is linked with."""
    command = ["readelf", "-d", library]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.findall(r"\(NEEDED\).*\[(.+)\]", told)


def _matches(text: str, patterns: list[str]) -> bool:
    return any(fnmatch.fnmatchcase(text, pattern) for pattern in patterns)
