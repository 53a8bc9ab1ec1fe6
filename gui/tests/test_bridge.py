"""From threads to the window: in order, in turns, until it is closed."""

import threading
import time
from typing import Any

from qtpy.QtCore import QTimer

from mozregui.widgets.bridge import Bridge


def test_everything_is_called_in_order_in_the_thread_of_the_window(qtbot: Any) -> None:
    bridge = Bridge()
    called: list[tuple[int, int]] = []

    def post(sender: int) -> None:
        for number in range(200):
            bridge.post(
                lambda number=number: (
                    called.append((sender, number))  # type: ignore[misc]
                    if threading.current_thread() is threading.main_thread()
                    else None
                )
            )

    threads = [threading.Thread(target=post, args=(sender,)) for sender in range(3)]
    for each in threads:
        each.start()
    qtbot.waitUntil(lambda: len(called) == 600)
    for sender in range(3):
        assert [number for one, number in called if one == sender] == list(range(200))


def test_other_things_have_their_turns_too(qtbot: Any) -> None:
    bridge = Bridge()
    seen: list[str] = []
    clock = QTimer()
    clock.timeout.connect(lambda: seen.append("painted"))
    clock.start(0)

    def work() -> None:
        time.sleep(0.003)
        seen.append("worked")

    for _ in range(20):
        bridge.post(work)
    qtbot.waitUntil(lambda: seen.count("worked") == 20)
    clock.stop()
    last = len(seen) - 1 - seen[::-1].index("worked")
    assert "painted" in seen[seen.index("worked") : last]


def test_a_closed_one_calls_nothing(qtbot: Any) -> None:
    bridge = Bridge()
    called: list[str] = []
    bridge.post(lambda: called.append("before"))
    bridge.close()
    bridge.close()
    bridge.post(lambda: called.append("after"))
    qtbot.wait(50)
    assert called == []
