"""Apps other than Firefox that run on this machine, through the whole program."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

import pytest

from mozregression.sandbox.sandbox import Sandbox
from mozregression.sandbox.world import World, WorldSpec
from tests.console.conftest import Console

# Options of each app, and the branch on which its bug landed.
APPS = {
    "firefox-l10n": (("--lang", "de"), "autoland"),
    "thunderbird": ((), "comm-central"),
    "thunderbird-l10n": (("--lang", "de"), "comm-central"),
    "devedition": ((), "mozilla-beta"),
    "jsshell": ((), "autoland"),
}


@contextmanager
def world_of(branch: str) -> Iterator[Console]:
    first = datetime.now(timezone.utc).date() - timedelta(days=14)
    world = World(
        WorldSpec(seed=5, first=first, days=15, all_apps=True, broken_on=branch, build_size=20_000)
    )
    with Sandbox(world) as sandbox:
        yield Console(sandbox)


@pytest.mark.covers(*(f"{app} on linux-x86_64" for app in APPS))
@pytest.mark.parametrize("app", APPS)
def test_an_app_is_bisected_and_launched(app: str) -> None:
    more, branch = APPS[app]
    with world_of(branch) as console:
        words = (*console.bounds, "--app", app, "--arch", "x86_64", *more)
        result = console.run(*words, "--command", "{binary} --check")
        assert result.returncode == 0, result.stdout + result.stderr
        culprit = console.sandbox.world.culprit.push
        assert culprit.tip[:12] in result.stdout
        launched = console.run("--launch", words[3], *words[4:], "--arg=--check")
        assert launched.returncode == 1, launched.stdout + launched.stderr
