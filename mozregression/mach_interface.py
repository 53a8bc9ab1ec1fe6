"""What `mach mozregression` of mozilla-central calls; it uses nothing else of the package.

mach takes an ImportError for "not installed", so this module imports next to nothing.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import Any

from mozregression.console import arguments
from mozregression.console.main import begin


def new_release_on_pypi() -> str | None:
    """The version mach should install in place of this one; None when there is none newer, and
    when nothing can be learnt about it within a moment. Asked once a day at most. Never raises.
    """
    from mozregression.driver.release import newer_release

    return newer_release()


def parser() -> ArgumentParser:
    """The parser of the command, with defaults of the user's config file."""
    return arguments.parser()


def run(options: Mapping[str, Any]) -> None:
    """Do what the parsed options ask for, by their names, and leave by SystemExit.

    Options that are missing have their defaults, those that are unknown mean nothing. Newer
    releases are mach's own business.
    """
    complete = {**arguments.defaults(), **options, "update_check": False, "variant": "mach"}
    try:
        status = begin(Namespace(**complete))
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)
