"""Programs of our own inside a frozen one, which holds no Python to run them with.

It runs itself instead, with the module's name as its first argument.
"""

import os
import sys
from types import ModuleType

_PROGRAMS = ("mozregression.launch.guardian", "mozregression.launch.device")


def script(module: ModuleType) -> list[str]:
    """The command that runs a module of `_PROGRAMS` which imports the standard library alone."""
    return _itself(module.__name__) or [sys.executable, "-I", "-S", str(module.__file__)]


def program(name: str) -> list[str]:
    """The command that runs any of `_PROGRAMS`, from the folder that holds this package."""
    return _itself(name) or [sys.executable, "-m", name]


def begin() -> None:
    """First of all in a frozen program. Does not return when it was started as one of ours."""
    _clean_environment()
    if sys.argv[1:2] and sys.argv[1] in _PROGRAMS:
        import runpy

        del sys.argv[0]
        runpy.run_module(sys.argv[0], run_name="__main__")
        sys.exit(0)


def _itself(name: str) -> list[str]:
    return [sys.executable, name] if getattr(sys, "frozen", False) else []


def _clean_environment() -> None:
    """What PyInstaller's bootloader tells itself must not reach the browsers that are started.

    Nor must it reach this program's own children: those begin anew, with its libraries.
    """
    for name in [name for name in os.environ if name.startswith("_PYI_")]:
        del os.environ[name]
    original = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if original is None:
        os.environ.pop("LD_LIBRARY_PATH", None)
    else:
        os.environ["LD_LIBRARY_PATH"] = original
