"""What a person at a console sees of telemetry, and what their bisections record."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from mozregression.sandbox.sandbox import Sandbox
from mozregression.settings.file import location
from mozregression.telemetry.destination import ENDPOINT
from mozregression.telemetry.ledger import Ledger
from mozregression.telemetry.outbox import outbox
from tests.console.conftest import Console
from tests.driver.conftest import make_world
from tests.telemetry.conftest import USAGE, Client
from tests.telemetry.server import PingServer

SCHEMA = json.loads(Path(__file__).with_name("glean.1.schema.json").read_text())
CHECK = ("--command", "{binary} --check", "--no-confirm")


def telemetry_folder() -> Path:
    return Path(os.environ["XDG_STATE_HOME"], "mozregression", "telemetry")


@pytest.fixture
def client(server: PingServer) -> Iterator[Client]:
    """Sees the outboxes of the console."""
    client = Client(telemetry_folder(), server)
    yield client
    server.released.set()
    client.kill_helpers()


@pytest.fixture
def console(server: PingServer) -> Iterator[Console]:
    with Sandbox(make_world()) as sandbox:
        yield Console(sandbox, {"MOZREGRESSION_TELEMETRY_ENDPOINT": server.root})


def test_a_bisection_is_told_of(console: Console, client: Client, server: PingServer) -> None:
    done = console.run(*console.bounds, *CHECK)
    assert done.returncode == 0
    assert len(done.stderr.splitlines()) == 2  # the notice of a first run
    assert "mozregression telemetry off" in done.stderr
    client.settle()
    (ping,) = server.received
    jsonschema.validate(ping.body, SCHEMA)
    spec = console.sandbox.world.spec
    assert ping.body["metrics"]["datetime"] == {
        "usage.good_date": f"{spec.first}+00:00",
        "usage.bad_date": f"{spec.last}+00:00",
    }
    assert ping.body["metrics"]["string"]["usage.variant"] == "console"
    ((_, tally),) = client.outbox.tallies()
    assert tally.launched_nightly["0"] >= 2
    assert tally.launched_push["0"] >= 1


def test_a_launch_is_told_of(console: Console, client: Client, server: PingServer) -> None:
    day = str(console.sandbox.world.spec.last)
    assert console.run("--launch", day, "--command", "{binary} --check").returncode in (0, 1)
    client.settle()
    (ping,) = server.received
    assert ping.body["ping_info"]["reason"] == "launch"
    assert ping.body["metrics"]["datetime"] == {"usage.launch_date": f"{day}+00:00"}
    ((_, tally),) = client.outbox.tallies()
    assert tally.launched == 1


def test_a_reader_does_not_wait_for_a_server(
    console: Console, client: Client, server: PingServer
) -> None:
    """The end of the output comes with the end of the bisection, not of the helper."""
    server.answer = lambda: "hang"
    done = console.run(*console.bounds, *CHECK)  # reads to the end of both streams
    assert done.returncode == 0
    assert any(client.helpers())


@pytest.mark.covers("--no-telemetry")
@pytest.mark.parametrize(
    "variables", [{"DO_NOT_TRACK": "1"}, {"MOZREGRESSION_TELEMETRY": "no"}, {}]
)
def test_nobody_is_told_without_consent(
    console: Console, server: PingServer, variables: dict[str, str]
) -> None:
    console.variables |= variables
    options = [] if variables else ["--no-telemetry"]
    done = console.run(*console.bounds, *CHECK, *options)
    assert (done.returncode, done.stderr) == (0, "")
    assert not telemetry_folder().exists()
    assert not server.received


@pytest.mark.covers("--telemetry-endpoint", "telemetry-endpoint =")
def test_the_endpoint_is_a_setting(console: Console, client: Client, server: PingServer) -> None:
    del console.variables["MOZREGRESSION_TELEMETRY_ENDPOINT"]
    console.run(*console.bounds, *CHECK, "--telemetry-endpoint", server.root)
    location().parent.mkdir(parents=True)
    location().write_text(f"telemetry-endpoint = {server.root}\n")
    console.run(*console.bounds, *CHECK)
    client.settle()
    assert len(server.accepted("usage")) == 2


def test_a_stand_in_for_the_services_tells_nobody(console: Console) -> None:
    del console.variables["MOZREGRESSION_TELEMETRY_ENDPOINT"]
    done = console.run(*console.bounds, *CHECK)
    assert (done.returncode, done.stderr) == (0, "")
    assert not telemetry_folder().exists()


def test_resuming_is_no_second_bisection(
    console: Console, client: Client, server: PingServer
) -> None:
    assert console.run(*console.bounds, "--command", "./nonexistent-test {binary}").returncode
    assert console.run("resume", "--command", "{binary} --check").returncode == 0
    client.settle()
    assert len(server.accepted("usage")) == 1


def test_mach_is_another_variant_and_imports_no_glean(
    console: Console, client: Client, server: PingServer
) -> None:
    code = (
        "import sys; from mozregression import mach_interface as m\n"
        "options = vars(m.parser().parse_args(sys.argv[1:]))\n"
        "try: m.run(options)\n"
        "finally: print(*[name for name in sys.modules if name.startswith('glean')])"
    )
    environment = {
        **os.environ,
        **console.variables,
        "MOZREGRESSION_SERVICES": console.sandbox.root,
    }
    done = subprocess.run(
        [sys.executable, "-c", code, *console.bounds, *CHECK],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("\n\n")
    client.settle()
    (ping,) = server.received
    assert ping.body["metrics"]["string"]["usage.variant"] == "mach"


# mozregression telemetry


def test_status_tells_all_there_is(console: Console, client: Client, server: PingServer) -> None:
    told = console.run("telemetry").stdout
    assert "Telemetry: on: " in told
    assert "Client id: none" in told
    assert not telemetry_folder().exists()
    client.bisect()
    server.answer = lambda: 503
    client.bisect()
    told = console.run("telemetry").stdout
    first, second = Ledger(client.outbox).pings()
    assert f"Client id: {first.body['client_info']['client_id']}" in told
    assert f"Endpoint:  {server.root}" in told
    pending, sent = told.partition("Sent in the last 30 days:")[::2]
    assert second.document_id in pending
    assert "503 Service Unavailable" in pending
    assert first.document_id in sent


def test_show_prints_what_the_server_got(
    console: Console, client: Client, server: PingServer
) -> None:
    client.bisect()
    client.bisect()
    first, second = server.received
    assert json.loads(console.run("telemetry", "show").stdout) == second.body
    assert json.loads(console.run("telemetry", "show", first.document_id).stdout) == first.body
    assert json.loads(console.run("telemetry", "show", "--ping", "usage").stdout) == second.body
    nothing = console.run("telemetry", "show", "--ping", "retention")
    assert nothing.returncode == 1
    assert "there is no such ping" in nothing.stderr


def test_off_and_on(console: Console, client: Client, server: PingServer) -> None:
    client.bisect()
    assert "Telemetry is off" in console.run("telemetry", "off").stdout
    client.settle()
    assert [ping.name for ping in server.received] == ["usage", "deletion-request"]
    assert not client.outbox.folder.exists()
    assert "enable-telemetry = no" in location().read_text()
    assert "Telemetry: off: enable-telemetry" in console.run("telemetry").stdout
    assert console.run(*console.bounds, *CHECK).stderr == ""
    assert "Telemetry is on" in console.run("telemetry", "on").stdout
    assert "enable-telemetry = yes" in location().read_text()
    console.variables["DO_NOT_TRACK"] = "1"
    assert "Telemetry is off: DO_NOT_TRACK=1" in console.run("telemetry", "on").stdout


@pytest.mark.covers("enable-telemetry =")
@pytest.mark.parametrize("word", ["no", "false", "off", "0"])
def test_every_no_of_the_config_file_is_one(console: Console, word: str) -> None:
    location().parent.mkdir(parents=True)
    location().write_text(f"enable-telemetry = {word}\n")
    assert "Telemetry: off: " in console.run("telemetry").stdout


def test_tags(console: Console, client: Client, server: PingServer) -> None:
    assert console.run("telemetry", "--debug-tag", "no tag").returncode == 2
    sources = ("--source-tag", "one", "--source-tag", "two")
    assert console.run("telemetry", "--debug-tag", "my-tag", *sources).returncode == 0
    client.bisect()
    assert console.run("telemetry", "--debug-tag", "").returncode == 0
    client.bisect()
    first, second = server.received
    assert first.headers["X-Debug-ID"] == "my-tag"
    assert first.headers["X-Source-Tags"] == second.headers["X-Source-Tags"] == "one,two"
    assert "X-Debug-ID" not in second.headers


def test_log_delivers_in_sight(console: Console, client: Client, server: PingServer) -> None:
    client.outbox.put(USAGE)
    done = console.run("telemetry", "--log")
    assert len(server.accepted("usage")) == 1
    assert "usage" in done.stderr


def test_a_stand_in_never_delivers_to_mozilla(console: Console) -> None:
    del console.variables["MOZREGRESSION_TELEMETRY_ENDPOINT"]
    box = outbox(telemetry_folder(), ENDPOINT)
    box.put(USAGE)
    assert console.run("telemetry", "--log").returncode == 2
    assert len(list(box.records())) == 1


# mozregression activity


def test_activity_needs_no_telemetry(console: Console, tmp_path: Path) -> None:
    console.variables["DO_NOT_TRACK"] = "1"
    assert console.run("activity").returncode == 0
    console.run(*console.bounds, *CHECK)
    told = console.run("activity").stdout
    for title in ("Sessions", "Builds launched", "Ages", "Bytes", "Cache", "Time", "Verdicts"):
        assert f"\n{title}" in f"\n{told}"
    page = tmp_path / "activity.html"
    assert console.run("activity", "--html", str(page)).returncode == 0
    written = page.read_text()
    assert written.count("<svg") >= 3
    assert "http" not in written.replace("http-equiv", "")
    assert "<script" not in written


def test_an_activity_page_that_cannot_be_written_is_told(console: Console, tmp_path: Path) -> None:
    done = console.run("activity", "--html", str(tmp_path))
    assert done.returncode == 4
    assert "cannot be written" in done.stderr
