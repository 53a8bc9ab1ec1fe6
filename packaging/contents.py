"""What a bundle holds and what is left out, on every system. Read by mozregression.spec."""

import fnmatch
from collections.abc import Sequence
from pathlib import PurePath
from typing import TypeAlias

from elf import needed

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
    "jsonpointer",
    "lib2to3",
    "numpy",
    "pip",
    "pydoc_data",
    "pygments",
    "pytest",
    "readline",
    "rfc3339_validator",
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
    "mozregression.launch.device",
    "mozregression.launch.guardian",
    "mozregression.telemetry.helper",
]

# Plugins of Qt; all others are left out. None of them draws with OpenGL, and neither do widgets.
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
    "wayland-shell-integration/*xdg-shell*",
]

# What Linux desktops bring themselves, and the packages of Debian that have it: the system's own
# fit its drivers, its fonts and its session.
SYSTEM_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libc.so.6": "libc6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libdl.so.2": "libc6",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgcc_s.so.1": "libgcc-s1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libm.so.6": "libc6",
    "libpthread.so.0": "libc6",
    "librt.so.1": "libc6",
    "libstdc++.so.6": "libstdc++6",
    "libutil.so.1": "libc6",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libxcb.so.1": "libxcb1",
    "ld-linux-x86-64.so.2": "libc6",
}

# Libraries and data that nothing kept uses.
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
    "*opengl32sw*",
    "*/sboms/*",
    "*/tests/*",
    "*/benchmarks/*",
    "glean_parser/templates/*",
    "*.pyi",
    "*/py.typed",
    "*libreadline*",
    "*libtinfo*",
    "*/_codecs_cn*",
    "*/_codecs_hk*",
    "*/_codecs_iso2022*",
    "*/_codecs_jp*",
    "*/_codecs_kr*",
    "*/_codecs_tw*",
    *SYSTEM_LIBRARIES,
]

# The largest bundle that is let through, in bytes; what comes in unexpectedly shows here.
MOST_UNPACKED = 95_000_000
MOST_PACKED = 28_000_000


def is_kept(place: str) -> bool:
    """Whether a file belongs into the bundle, by its place in there."""
    path = PurePath(place).as_posix()
    _, plugin, name = path.partition("/plugins/")
    if plugin and not matches(name, KEPT_PLUGINS):
        return False
    return not matches(path, LEFT_OUT) and not matches(PurePath(place).name, LEFT_OUT)


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
        wanted += [by_name[name] for name in needed(entry[1]) if name in by_name]
    return sorted(seen.values())


def matches(text: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(text, pattern) for pattern in patterns)
