"""Where the frozen program begins: the window, or the console when it is called by that name."""

import sys

from mozregression.launch import frozen

frozen.begin()

from pathlib import Path

from mozregression.telemetry.starting import FROZEN_OPTION

if Path(sys.argv[0]).stem == "mozregression" or sys.argv[1:2] == [FROZEN_OPTION]:
    from mozregression.__main__ import main
else:
    from mozregui.__main__ import main

sys.exit(main())
