"""How late a timer of a Qt thread fires. As a program: in an application that does nothing.

`python3 benchmarks/stalls.py` watches until its input ends, and prints what it saw as JSON.
"""

import json
import os
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

_TICK_MS = 2
_NANO = 1e-6  # milliseconds


@dataclass
class Stalls:
    """Of each tick, in milliseconds: late, by how much it was too late; worked, what the thread
    itself used of a processor before it; queued, how long the thread was ready to run but had no
    processor, as others had them (0 where the system does not tell).
    """

    late: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    queued: list[float] = field(default_factory=list)

    def add(self, others: "Stalls") -> None:
        """Take those of another time in."""
        self.late += others.late
        self.worked += others.worked
        self.queued += others.queued

    @property
    def own(self) -> list[float]:
        """Late by the doing of this program: without waiting for processors."""
        return [
            max(0.0, late - queued) for late, queued in zip(self.late, self.queued, strict=True)
        ]


def nearly_longest(times: list[float]) -> float:
    """What 99.9 % of them are not above."""
    return sorted(times)[int(len(times) * 0.999)]


class Watch:
    """Watches the thread it is made and started in, from `start` to `stop`."""

    def __init__(self) -> None:
        from qtpy.QtCore import Qt, QTimer

        self.stalls = Stalls()
        self._told = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self._before = self._now()
        self._timer.start(_TICK_MS)

    def stop(self) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        now = self._now()
        wall, worked, queued = (new - old for new, old in zip(now, self._before, strict=True))
        self._before = now
        self.stalls.late.append(max(0.0, wall - _TICK_MS))
        self.stalls.worked.append(worked)
        self.stalls.queued.append(queued)

    def _now(self) -> tuple[float, float, float]:
        queued = 0.0
        if sys.platform == "linux":
            queued = int(self._told.read_bytes().split()[1]) * _NANO
        return time.monotonic() * 1000, time.thread_time() * 1000, queued


def main() -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from qtpy.QtCore import QTimer
    from qtpy.QtWidgets import QApplication

    application = QApplication([])
    watch = Watch()
    watch.start()
    waiting = threading.Thread(target=sys.stdin.read, daemon=True)
    waiting.start()
    look = QTimer()
    look.timeout.connect(lambda: None if waiting.is_alive() else application.quit())
    look.start(50)
    application.exec_()
    watch.stop()
    print(json.dumps(asdict(watch.stalls)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
