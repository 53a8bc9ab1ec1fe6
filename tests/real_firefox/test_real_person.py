"""A person who looks at real browsers and types what is seen."""

import os
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from mozregression.sandbox.sandbox import Sandbox
from tests.real_firefox.page import page
from tests.real_firefox.person import Person, browser_of, processes_of
from tests.real_firefox.screenshot import OFFLINE
from tests.real_firefox.test_real_bisection import sources_around_change

pytestmark = pytest.mark.real_firefox

DAYS = 4
ENDS = 2
SECONDS = 30


def profile_of(browser: psutil.Process) -> Path:
    line = browser.cmdline()
    return Path(line[line.index("-profile") + 1])


def test_a_person_finds_the_nightly(serve: Callable[[int], Sandbox], room: Path) -> None:
    sandbox = serve(DAYS)
    spec = sandbox.world.spec
    profiles: list[Path] = []
    with page() as shown:
        arguments = [
            *("--good", str(spec.first), "--bad", str(spec.last)),
            *("--arg=--headless", f"--arg={shown.url}"),
            *(f"--pref={name}:{value}" for name, value in OFFLINE.items()),
        ]
        with Person(arguments, os.environ) as person:
            while person.is_asked():
                assert not any(profile.exists() for profile in profiles)
                browser = browser_of(room)
                profiles.append(profile_of(browser))
                good = shown.runs_scripts()
                prefs = (profiles[-1] / "user.js").read_text()
                assert 'user_pref("browser.shell.checkDefaultBrowser", false);' in prefs
                assert 'user_pref("network.proxy.ssl_port", 9);' in prefs
                assert browser.is_running()
                person.answer("good" if good else "b")
                assert psutil.wait_procs([browser], SECONDS)[1] == []
            assert person.status == 0, person.seen
    good_source, bad_source = sources_around_change(sandbox.world)
    assert f"fromchange={good_source}&tochange={bad_source}" in person.seen
    assert len(set(profiles)) == len(profiles) > ENDS
    assert processes_of(room) == []
    assert list(room.glob("cache/mozregression/work/profile-*")) == []
