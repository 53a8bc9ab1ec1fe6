"""Where the frozen program begins: the window, or the console when its first word is `--console`.

On Windows and macOS the console is a program of its own, told from the window by its name.
"""

import sys
from pathlib import Path

from mozregression.launch import frozen
from mozregression.telemetry.starting import FROZEN_OPTION

frozen.begin()

if sys.argv[1:2] == ["--console"]:
    del sys.argv[1]
    is_console = True
else:
    is_console = Path(sys.argv[0]).stem == "mozregression" or sys.argv[1:2] == [FROZEN_OPTION]

if is_console:
    from mozregression.__main__ import main
else:
    from mozregui.__main__ import main

sys.exit(main())
