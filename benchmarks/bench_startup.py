"""What `mozregression --version` and `--help` cost, against Python alone."""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from harness import Figure, conclude

_PAIRS = 25


def main() -> int:
    script = Path(sys.executable).with_name("mozregression")
    program = [str(script)] if script.exists() else [sys.executable, "-m", "mozregression"]
    figures = [
        Figure(f"mozregression {option}, times python -c pass", _ratio([*program, option]), limit)
        for option, limit in (("--version", 3), ("--help", 5))
    ]
    return conclude(figures)


def _ratio(command: list[str]) -> float:
    """Median against median, of runs that take turns."""
    bare = [sys.executable, "-c", "pass"]
    for each in (command, bare):
        _seconds(each)  # compiled files and disk caches are made
    pairs = [(_seconds(command), _seconds(bare)) for _ in range(_PAIRS)]
    return median(pair[0] for pair in pairs) / median(pair[1] for pair in pairs)


def _seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
