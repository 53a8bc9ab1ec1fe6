"""Worlds whose nightlies are real. What needs them is skipped where there is no Firefox."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import pytest

from mozregression.sandbox.sandbox import Sandbox
from mozregression.sandbox.world import World, WorldSpec
from mozregression.services.endpoints import VARIABLE
from tests.real_firefox.archives import RealArchives, compress_shared, why_not

AGE = timedelta(days=100)
"""Of the newest nightly. Builds of pushes from the last weeks are taken for granted."""


@pytest.fixture(scope="session")
def shared_stream(pytestconfig: pytest.Config) -> Path:
    if reason := why_not():
        pytest.skip(reason)
    return _compressed(pytestconfig)


@cache
def _compressed(config: pytest.Config) -> Path:
    """Once in a run, whichever tests ask for it."""
    folder = tempfile.TemporaryDirectory(prefix="real-firefox-")
    config.add_cleanup(folder.cleanup)
    stream = Path(folder.name, "shared.xz")
    compress_shared(stream)
    return stream


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where everything goes that the test makes. Unlike tmp_path it is removed: it gets big."""
    with tempfile.TemporaryDirectory(prefix="room-", dir=tmp_path) as folder:
        for variable, name in (("XDG_CACHE_HOME", "cache"), ("TMPDIR", "tmp")):
            Path(folder, name).mkdir()
            monkeypatch.setenv(variable, str(Path(folder, name)))
        yield Path(folder)


@pytest.fixture
def serve(
    shared_stream: Path, room: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[int], Sandbox]]:
    """Serves a world of so many days, to this process and those it starts.

    It has a nightly a day, and builds of pushes are not kept.
    """
    with ExitStack() as stack:

        def start(days: int) -> Sandbox:
            world = _world(days)
            folder = room / "archives"
            folder.mkdir()
            archives = RealArchives(world, shared_stream, folder)
            sandbox = stack.enter_context(Sandbox(world, archives=archives))
            monkeypatch.setenv(VARIABLE, sandbox.root)
            return sandbox

        yield start


def _world(days: int) -> World:
    today = datetime.now(timezone.utc).date()
    return World(
        WorldSpec(
            first=today - AGE - timedelta(days=days),
            days=days,
            now=today,
            pushes_a_day=6,
            nightlies_a_day=1,
            tc_kept_days=1,
            archive_integration_since=today,
        )
    )
