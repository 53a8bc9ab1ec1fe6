"""Apps on a device, through the whole program, with a scripted adb."""

import re
import time
from datetime import datetime, timedelta, timezone

import pytest

from mozregression.sandbox.sandbox import Sandbox
from mozregression.sandbox.world import World, WorldSpec
from tests.console.conftest import Console
from tests.launch.conftest import Adb, adb

__all__ = ["adb"]

PACKAGES = {
    "fenix": "org.mozilla.fenix",
    "gve": "org.mozilla.geckoview_example",
}


@pytest.mark.covers(*(f"{app} on android-aarch64" for app in PACKAGES))
@pytest.mark.parametrize("app", PACKAGES)
def test_an_app_runs_until_it_is_closed_on_the_device(app: str, adb: Adb) -> None:
    adb.tell(package=PACKAGES[app])
    first = datetime.now(timezone.utc).date() - timedelta(days=3)
    with Sandbox(World(WorldSpec(first=first, days=4, all_apps=True))) as sandbox:
        words = ("--launch", str(sandbox.world.spec.last), "--app", app, "--arch", "arm64-v8a")
        process = Console(sandbox).start(*words)
        while process.poll() is None and not adb.calls("am start"):
            time.sleep(0.05)
        assert adb.installed == [PACKAGES[app]]
        adb.close_app()
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, output + errors
    assert adb.installed == []


def test_a_blind_test_installs_each_build_before_it_is_shown(adb: Adb) -> None:
    first = datetime.now(timezone.utc).date() - timedelta(days=3)
    with Sandbox(World(WorldSpec(first=first, days=4, all_apps=True))) as sandbox:
        days = (str(first), str(sandbox.world.spec.last))
        launches = [word for day in days for word in ("--launch", day)]
        words = (*launches, "--app", "fenix", "--arch", "arm64-v8a")
        result = Console(sandbox).run(*words, typed="g\nb\n")
    assert result.returncode == 0, result.stderr
    told = re.findall(r"Build \d, .* was .* nightly (\S+) ", result.stdout)
    assert sorted(told) == sorted(days)
    calls = "\n".join(adb.calls("install "))
    installed = re.findall(r"^install .*/builds/(\d{4}-\d\d-\d\d)-", calls, re.MULTILINE)
    assert installed[-2:] == told
