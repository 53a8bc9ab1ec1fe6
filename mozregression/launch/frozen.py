"""Scripts of our own inside a frozen program, which holds no Python to run them with.

It runs itself instead, with the script's module as its first argument.
"""

import importlib
import os
import sys
from types import ModuleType

_SCRIPTS = ("mozregression.launch.guardian",)


def script(module: ModuleType) -> list[str]:
    """The command that runs a module of `_SCRIPTS` as a program."""
    if getattr(sys, "frozen", False):
        return [sys.executable, module.__name__]
    return [sys.executable, "-I", "-S", str(module.__file__)]


def begin() -> None:
    """First of all in a frozen program. Does not return when it was started as a script."""
    _restore("LD_LIBRARY_PATH")
    if sys.argv[1:2] and sys.argv[1] in _SCRIPTS:
        importlib.import_module(sys.argv[1]).main()
        sys.exit(0)


def _restore(variable: str) -> None:
    """What the bootloader changed for itself must not reach the browsers that are started."""
    original = os.environ.pop(f"{variable}_ORIG", None)
    if original is None:
        os.environ.pop(variable, None)
    else:
        os.environ[variable] = original
