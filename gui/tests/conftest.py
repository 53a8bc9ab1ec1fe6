"""Guards of all tests, and a window's surroundings: a sandbox, folders, a thread to call in."""

import os
import queue
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

from mozregression.driver.places import Places
from mozregression.sandbox.sandbox import Sandbox
from mozregression.services.endpoints import VARIABLE
from tests.conftest import (  # noqa: F401 - fixtures that surround each test here, too
    _homes,
    _isolated_environment,
    _no_network,
    _nothing_left_running,
)
from tests.driver.conftest import Bench, make_world

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

PATIENCE = 60.0


class Mailbox:
    """Stands in for the event loop of a window: what is posted is called in `until`."""

    def __init__(self) -> None:
        self._posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def post(self, what: Callable[[], None]) -> None:
        self._posted.put(what)

    def until(self, reached: Callable[[], object]) -> None:
        """Call what is posted until something is reached."""
        deadline = time.monotonic() + PATIENCE
        while not reached():
            assert time.monotonic() < deadline, "it was never reached"
            self._call_next()

    def _call_next(self) -> None:
        try:
            posted = self._posted.get(timeout=0.05)
        except queue.Empty:
            return
        posted()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with Sandbox(make_world()) as sandbox:
        monkeypatch.setenv(VARIABLE, sandbox.root)
        yield Bench(sandbox, Places(tmp_path / "state", tmp_path / "cache"))


@pytest.fixture
def now() -> Callable[[], datetime]:
    moment = datetime.now(timezone.utc)
    return lambda: moment


@pytest.fixture(autouse=True)
def _quick_browsers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made builds need no time to come up."""
    monkeypatch.setattr("mozregression.testers.browser._MOMENT", 0.02)
