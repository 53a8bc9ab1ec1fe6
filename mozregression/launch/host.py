"""What this machine is."""

import platform
import sys

from mozregression.model.apps import Platform

_SYSTEMS = {"linux": "linux", "win32": "win", "cygwin": "win", "darwin": "mac"}
_ARCHITECTURES = {
    "amd64": "x86_64",
    "x64": "x86_64",
    "arm64": "aarch64",
    "i386": "x86",
    "i486": "x86",
    "i586": "x86",
    "i686": "x86",
}


def this_machine() -> Platform:
    """The system and processor, in the words of the apps table.

    What the table has no word for stays as the system calls it: no app is made for it, and the
    message about that shall name it.
    """
    return platform_called(sys.platform, platform.machine())


def platform_called(system: str, machine: str) -> Platform:
    """system: as in sys.platform. machine: as in platform.machine()."""
    machine = machine.lower()
    return Platform(_SYSTEMS.get(system, system), _ARCHITECTURES.get(machine, machine))
