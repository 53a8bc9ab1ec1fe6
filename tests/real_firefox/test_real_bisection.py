"""A bisection of real archives, judged by screenshots, through the console as a user starts it."""

import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from mozregression.sandbox.sandbox import Sandbox
from mozregression.sandbox.world import World, WorldSpec
from tests.real_firefox import screenshot
from tests.real_firefox.archives import RealArchives
from tests.real_firefox.person import processes_of

pytestmark = pytest.mark.real_firefox

FEWEST_ARCHIVES = 6
REAL_SIZE = 75_000_000


def sources_around_change(world: World) -> tuple[str, str]:
    """What the last good and the first bad nightly were built from."""
    good, bad = next(pair for pair in pairwise(world.nightlies) if world.is_bad(pair[1]))
    return world.source(good).tip, world.source(bad).tip


def archives_fetched(sandbox: Sandbox) -> set[str]:
    return {served.path for served in sandbox.log if served.path.endswith(".linux-x86_64.tar.xz")}


def test_screenshots_find_the_nightly(serve: Callable[[int], Sandbox], room: Path) -> None:
    sandbox = serve(20)
    spec = sandbox.world.spec
    judge = shlex.join([sys.executable, screenshot.__file__])
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mozregression"),
            *("--good", str(spec.first), "--bad", str(spec.last)),
            *("--command", f"{judge} {{binary}}"),
            *("--persist-size-limit", "2"),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    good, bad = sources_around_change(sandbox.world)
    ranges = re.findall(r"\S+/pushloghtml\S*", done.stdout)
    address = "https://hg.mozilla.org/mozilla-central/pushloghtml"
    assert ranges == [f"{address}?fromchange={good}&tochange={bad}"]
    assert "exact to the nightly, confirmed by a second test of both ends" in done.stdout
    assert len(archives_fetched(sandbox)) >= FEWEST_ARCHIVES
    assert processes_of(room) == []
    assert list(room.glob("tmp/*")) == []


def test_archives_are_whole_and_real(shared_stream: Path, tmp_path: Path) -> None:
    world = World(WorldSpec(days=4))
    nightly = world.nightlies[-1]
    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        path = RealArchives(world, shared_stream, Path(folder)).archive(nightly)
        assert path.stat().st_size >= REAL_SIZE
        names = tar("--list", path)
        ini = tar("--extract", path, "--to-stdout", "firefox/application.ini")
    assert {"firefox/firefox", "firefox/libxul.so", "firefox/omni.ja"} <= set(names)
    assert f"BuildID={nightly.stamp}" in ini
    assert f"SourceStamp={world.source(nightly).tip}" in ini


def tar(action: str, path: Path, *arguments: str) -> list[str]:
    """Lines printed by the system's own tar, which reads the whole archive."""
    command = ["tar", action, "--file", str(path), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
