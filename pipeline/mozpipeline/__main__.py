"""Starts the console."""

import sys

from mozpipeline.console.main import main

if __name__ == "__main__":
    sys.exit(main())
