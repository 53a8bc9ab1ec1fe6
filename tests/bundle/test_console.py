"""The console inside the bundle: whole bisections, and the programs of its own that it starts."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import jsonschema
import psutil
import pytest

from mozregression import __version__
from mozregression.sandbox.sandbox import Sandbox
from mozregression.sandbox.world import World, WorldSpec
from tests import telemetry
from tests.bundle.conftest import Machine
from tests.launch.conftest import FENIX, Adb, adb
from tests.telemetry.server import PingServer

__all__ = ["adb"]

pytestmark = pytest.mark.bundle
SCHEMA = json.loads((Path(telemetry.__file__).with_name("glean.1.schema.json")).read_text())


def until(holds: Callable[[], object]) -> None:
    limit = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.02)


def programs(machine: Machine) -> Iterator[psutil.Process]:
    """Processes of the bundle that live."""
    for process in psutil.process_iter(["exe"]):
        if (process.info["exe"] or "").startswith(str(machine.bundle)):
            yield process


@pytest.mark.parametrize("program", ["mozregression", "mozregression-gui"])
def test_both_programs_start(machine: Machine, program: str) -> None:
    result = machine.run("--version", program=program)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == f"mozregression {__version__}\n"


def test_the_console_can_be_called_through_a_link(machine: Machine, tmp_path: Path) -> None:
    link = tmp_path / "mozregression"
    link.symlink_to(machine.bundle / "mozregression")
    result = machine.run("sessions", program=str(link))
    assert (result.returncode, result.stderr) == (0, "")


def test_a_whole_bisection(machine: Machine) -> None:
    result = machine.run(*machine.bounds, "--command", "{binary} --check")
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"The change is in {machine.sandbox.world.culprit.push}." in result.stdout
    report = machine.run("report", "--format", "json")
    assert json.loads(report.stdout)


def test_commands_see_the_environment_of_the_person(machine: Machine, tmp_path: Path) -> None:
    """Nothing of the bundle's own: a browser would load its libraries."""
    machine.environment["LD_LIBRARY_PATH"] = "/usr/local/mine"
    seen = tmp_path / "seen"
    day = str(machine.sandbox.world.spec.last)
    result = machine.run("--launch", day, "--command", f"export -p >'{seen}'")
    assert result.returncode == 0, result.stdout + result.stderr
    text = seen.read_text()
    assert "LD_LIBRARY_PATH='/usr/local/mine'" in text
    assert not [word for word in ("QT_PLUGIN_PATH", "_PYI_", "_ORIG") if word in text]


def test_nothing_stays_when_the_program_is_killed(machine: Machine) -> None:
    """The guardian is a program of ours inside the frozen one."""
    process = machine.start("mozregression", "--launch", str(machine.sandbox.world.spec.last))
    children: list[psutil.Process] = []

    def browser() -> bool:
        children[:] = psutil.Process(process.pid).children(recursive=True)
        return any("2147483" in child.cmdline() for child in children)

    until(browser)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    until(lambda: not any(child.is_running() for child in children))


def test_usage_is_told_by_the_helper_inside(machine: Machine) -> None:
    with PingServer().running() as server:
        machine.environment |= {
            "MOZREGRESSION_TELEMETRY": "1",
            "MOZREGRESSION_TELEMETRY_ENDPOINT": server.root,
        }
        day = str(machine.sandbox.world.spec.last)
        result = machine.run("--launch", day, "--command", "exit 0")
        assert result.returncode == 0, result.stdout + result.stderr
        until(lambda: server.received)
        until(lambda: not any(programs(machine)))
    (usage,) = [each for each in server.received if each.name == "usage"]
    jsonschema.validate(usage.body, SCHEMA)
    assert usage.body["metrics"]["string"]["usage.app"] == "firefox"


def test_an_app_on_a_device(machine: Machine, adb: Adb) -> None:
    """Errands on the device are programs of ours inside the frozen one."""
    machine.environment["PATH"] += os.pathsep + str(adb.folder)
    first = datetime.now(timezone.utc).date() - timedelta(days=3)
    with Sandbox(World(WorldSpec(first=first, days=4, all_apps=True))) as sandbox:
        machine.environment["MOZREGRESSION_SERVICES"] = sandbox.root
        words = ("--launch", str(sandbox.world.spec.last), "--app", "fenix")
        process = machine.start("mozregression", *words, "--arch", "arm64-v8a")
        until(lambda: process.poll() is not None or adb.calls("am start"))
        assert adb.installed == [FENIX], process.communicate()
        adb.close_app()
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, output + errors
    assert adb.installed == []
