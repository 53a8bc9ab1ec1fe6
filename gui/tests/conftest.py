"""Guards of all tests, and a window's surroundings: a sandbox, folders, a thread to call in."""

import os
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

from faces import Face  # isort: skip
from mailbox_of_a_window import Mailbox  # isort: skip

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with Sandbox(make_world()) as sandbox:
        monkeypatch.setenv(VARIABLE, sandbox.root)
        yield Bench(sandbox, Places(tmp_path / "state", tmp_path / "cache"))


@pytest.fixture
def face(bench: Bench, mailbox: Mailbox) -> Iterator[Face]:
    made = Face(bench, mailbox)
    yield made
    made.close()


@pytest.fixture
def now() -> Callable[[], datetime]:
    moment = datetime.now(timezone.utc)
    return lambda: moment


@pytest.fixture(autouse=True)
def _quick_browsers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made builds need no time to come up."""
    monkeypatch.setattr("mozregression.testers.browser._MOMENT", 0.02)
