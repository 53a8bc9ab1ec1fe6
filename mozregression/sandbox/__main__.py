"""python -m mozregression.sandbox"""

import sys

from mozregression.sandbox.cli import main

sys.exit(main(sys.argv[1:]))
