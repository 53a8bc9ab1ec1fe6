"""The most memory that the console holds while it bisects very long ranges.

The peak is read by the console process itself, as it ends: what a parent is told about its
child counts the parent's own memory in.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from harness import INSTANT, Figure, bounds, conclude, first_of, names_culprit, new_home, progress

from mozregression.model.apps import AUTOLAND
from mozregression.sandbox.sandbox import Sandbox
from mozregression.sandbox.world import World, WorldSpec

_LIMIT = 120  # MB
_YEARS = 5 * 365
_STATUS = Path("/proc/self/status")

# The console, and its peak on the last line of stderr.
_CONSOLE = f"""
import re, sys
from pathlib import Path
from mozregression.__main__ import main
code = main()
print(re.search(r"VmHWM:\\s*(\\d+) kB", Path("{_STATUS}").read_text())[1], file=sys.stderr)
sys.exit(code)
"""


def main() -> int:
    if not _STATUS.exists():
        print("The peak is read from /proc, which this system does not have.")
        return 0
    years = World(WorldSpec(first=first_of(_YEARS), days=_YEARS, pushes_a_day=24, regression=40000))
    pushes = World(WorldSpec(first=first_of(260), days=260, pushes_a_day=80))
    landings = pushes.logs[AUTOLAND]
    ends = [pushes.push(AUTOLAND, index).tip for index in (0, len(landings) - 1)]
    return conclude(
        [
            Figure(
                f"peak over 5 years, {len(years.nightlies)} nightlies",
                _peak(years, bounds(years)),
                _LIMIT,
                " MB",
            ),
            Figure(
                f"peak over {len(landings)} pushes",
                _peak(pushes, ["--good", ends[0], "--bad", ends[1]]),
                _LIMIT,
                " MB",
            ),
        ]
    )


def _peak(world: World, arguments: Sequence[str]) -> float:
    """Megabytes."""
    with new_home() as home, Sandbox(world) as sandbox:
        done = subprocess.run(
            [sys.executable, "-c", _CONSOLE, *arguments, "--command", INSTANT],
            env=home.environment(sandbox.root),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode or not names_culprit(done.stdout, world):
        raise SystemExit(f"wrong answer\n{done.stdout}{done.stderr}")
    progress(f"{len(world.logs[AUTOLAND])} pushes: {done.stdout.splitlines()[3]}")
    return int(done.stderr.split()[-1]) / 1000


if __name__ == "__main__":
    sys.exit(main())
