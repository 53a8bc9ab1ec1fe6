"""Stopping a driver from another thread, wherever it is."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mozregression.driver import events
from mozregression.driver.events import Asking, Event, Fetching
from mozregression.driver.places import Places
from mozregression.driver.run import Driver, Stopped
from mozregression.driver.settings import Settings
from mozregression.sandbox.misbehaviour import Faults
from mozregression.sandbox.sandbox import Sandbox
from tests.driver.conftest import Bench, make_world


class Stopper:
    """Stops a driver, as often as it takes, from the first event of a kind on."""

    def __init__(self, kind: type[Event]) -> None:
        self._kind = kind
        self.seen = threading.Event()
        self.over = threading.Event()

    def __call__(self, event: Event) -> None:
        if isinstance(event, self._kind):
            self.seen.set()

    def work(self, driver: Driver) -> None:
        self.seen.wait()
        while not self.over.wait(0.05):
            driver.stop()


@pytest.mark.parametrize(
    ("kind", "settings", "misbehaviour"),
    [
        (Asking, Settings(), {"faults": Faults(slow=1, slow_seconds=5)}),
        (Fetching, Settings(), {"faults": Faults(slow=1, slow_seconds=5, paths=r"\.tar")}),
        (events.Testing, Settings(command="sleep 60"), {}),
    ],
    ids=["while asking a service", "while fetching", "while testing"],
)
def test_it_stops_and_can_be_resumed(
    tmp_path: Path, kind: type[Event], settings: Settings, misbehaviour: dict[str, object]
) -> None:
    world = make_world()
    where = Places(tmp_path / "state", tmp_path / "cache")
    with Sandbox(world, **misbehaviour) as sandbox:  # type: ignore[arg-type]
        stopper = Stopper(kind)
        bench = Bench(sandbox, where, Listening(stopper))
        with bench.session(settings) as session, bench.driver(session) as driver:
            thread = threading.Thread(target=stopper.work, args=(driver,))
            thread.start()
            try:
                assert driver.run() == Stopped()
            finally:
                stopper.seen.set()
                stopper.over.set()
                thread.join()
    bench.resumed().close()


class Listening(list[Event]):
    """Events that are told to a listener as they are noted."""

    def __init__(self, listener: Callable[[Event], None]) -> None:
        self._listener = listener

    def append(self, event: Event) -> None:
        super().append(event)
        self._listener(event)
