"""`mozregression-gui`. Qt is loaded only when a window is to be shown."""

import sys
from collections.abc import Sequence

from mozregression import __version__
from mozregression.telemetry.starting import FROZEN_OPTION

_HELP = """\
usage: mozregression-gui [--version] [--help]

Find the landing that broke (or fixed) Firefox, in a window. The console's settings and sessions
are shared: what is begun here can go on there (mozregression resume), and the other way round.
"""
_NO_QT = (
    "mozregression-gui needs Qt, which cannot be loaded ({error}).\n"
    "Install it with: pip install 'mozregression[gui]'\n"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Show the window; returns the exit status."""
    arguments = sys.argv if argv is None else ["mozregression-gui", *argv]
    if arguments[1:2] == [FROZEN_OPTION]:  # a bundled program sends usage data by itself
        from mozregression.telemetry import helper

        return helper.main(arguments[2:])
    if "--version" in arguments[1:]:
        sys.stdout.write(f"mozregression {__version__}\n")
        return 0
    if {"-h", "--help"} & set(arguments[1:]):
        sys.stdout.write(_HELP)
        return 0
    try:
        from mozregui import app
    except ImportError as error:
        sys.stderr.write(_NO_QT.format(error=error))
        return 2
    return app.run(arguments)


if __name__ == "__main__":
    sys.exit(main())
