"""Two real browsers side by side: the build under test, and one that is known to be good."""

import os
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from mozregression.sandbox.sandbox import Sandbox
from tests.real_firefox.page import page
from tests.real_firefox.person import Person, browsers_of, processes_of
from tests.real_firefox.screenshot import OFFLINE
from tests.real_firefox.test_real_person import profile_of

pytestmark = pytest.mark.real_firefox

SECONDS = 30


def test_a_good_build_stays_beside_two_probes(serve: Callable[[int], Sandbox], room: Path) -> None:
    sandbox = serve(4)
    spec = sandbox.world.spec
    with page() as shown:
        arguments = [
            *("--good", str(spec.first), "--bad", str(spec.last)),
            *("--arg=--headless", f"--arg={shown.url}"),
            *(f"--pref={name}:{value}" for name, value in OFFLINE.items()),
        ]
        with Person(arguments, os.environ) as person:
            assert person.is_asked()
            assert shown.runs_scripts()  # the good end
            person.answer("good")
            assert person.is_asked()
            assert not shown.runs_scripts()
            (probe,) = browsers_of(room)
            person.answer("reference")
            assert person.is_shown("is open beside this one")
            assert shown.runs_scripts()
            (beside,) = [one for one in browsers_of(room) if one != probe]
            assert profile_of(beside) != profile_of(probe)
            assert person.is_asked()
            person.answer("bad")
            assert psutil.wait_procs([probe], SECONDS)[1] == []
            assert person.is_asked()
            shown.runs_scripts()  # whether it does or not: a page was shown
            (second,) = [one for one in browsers_of(room) if one != beside]
            assert beside.is_running()
            assert second.is_running()
            person.answer("exit")
            assert person.status == 3, person.seen
            assert psutil.wait_procs([beside, second], SECONDS)[1] == []
    assert processes_of(room) == []
    assert list(room.glob("cache/mozregression/work/profile-*")) == []
