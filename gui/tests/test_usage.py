"""Usage data of the window: a server gets what a session did, unless the person says no."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mozregression.console import telemetry as console_telemetry
from mozregression.driver.places import Places, places
from mozregression.driver.settings import Settings
from mozregression.model.bounds import DateBound
from mozregression.services.endpoints import Endpoints
from mozregression.settings.file import load, location
from mozregression.telemetry.outbox import outbox
from mozregression.telemetry.records import Usage as UsageRecord
from mozregression.telemetry.starting import FROZEN_OPTION
from mozregui.models.usage import Usage
from mozregui.widgets.panels import PingsDialog
from mozregui.widgets.preferences import PreferencesDialog
from mozregui.work import launching
from mozregui.work.background import Background
from mozregui.work.usage import recorded_launch
from tests.driver.conftest import Bench
from tests.telemetry.conftest import Client
from tests.telemetry.request import REQUEST
from tests.telemetry.server import PingServer

from mailbox_of_a_window import Mailbox  # isort: skip
from windows import Person, button_named, opened  # isort: skip

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "tests/telemetry/glean.1.schema.json").read_text(encoding="utf-8")
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PingServer]:
    """Somebody chose it, and allows telemetry."""
    monkeypatch.delenv("MOZREGRESSION_TELEMETRY")
    with PingServer().running() as server:
        monkeypatch.setenv("MOZREGRESSION_TELEMETRY_ENDPOINT", server.root)
        yield server


@pytest.fixture
def client(server: PingServer, bench: Bench) -> Iterator[Client]:
    client = Client(bench.where.telemetry, server)
    yield client
    server.released.set()
    client.kill_helpers()


@pytest.fixture
def person(client: Client, bench: Bench, tmp_path: Path, qtbot: Any) -> Iterator[Person]:
    with opened(bench, tmp_path, qtbot) as person:
        yield person


def test_a_server_is_told_of_a_session(person: Person, client: Client, server: PingServer) -> None:
    person.begin()
    person.finish()
    client.settle()
    (ping,) = server.received
    jsonschema.validate(ping.body, SCHEMA)
    assert ping.body["ping_info"]["reason"] == "bisection"
    assert ping.body["metrics"]["string"]["usage.variant"] == "gui"
    first = f"{person.bench.world.spec.first}+00:00"
    assert ping.body["metrics"]["datetime"]["usage.good_date"] == first
    ((_, tally),) = client.outbox.tallies()
    assert tally.launched >= 3
    person.press(person.page.bar.undo)  # which goes on with the same session
    person.asked()
    person.finish()
    client.settle()
    assert len(server.received) == 1


def test_a_session_that_is_closed_early_is_told_of(
    bench: Bench, client: Client, server: PingServer, tmp_path: Path, qtbot: Any
) -> None:
    with opened(bench, tmp_path, qtbot) as person:
        person.begin()
        person.judge(1)
    client.settle()
    assert len(server.accepted("usage")) == 1


def test_a_build_by_itself_is_told_of(
    client: Client, server: PingServer, bench: Bench, mailbox: Mailbox
) -> None:
    heard: list[object] = []
    day = DateBound(bench.world.spec.first)
    request = replace(REQUEST, good=day, bad=day)
    endpoints = Endpoints.at(bench.sandbox.root)
    made = launching.Launching(request, Settings(), bench.where, endpoints, heard.append)
    made.start()
    ends = (launching.Shown, launching.Left)
    mailbox.until(lambda: any(isinstance(one, ends) for one in heard))
    assert not [one for one in heard if isinstance(one, launching.Failed)]
    assert made.close()
    client.settle()
    (ping,) = server.received
    assert ping.body["ping_info"]["reason"] == "launch"
    assert ping.body["metrics"]["string"]["usage.variant"] == "gui"
    assert ping.body["metrics"]["datetime"] == {"usage.launch_date": f"{day.day}+00:00"}
    ((_, tally),) = client.outbox.tallies()
    assert tally.launched == 1


def test_the_first_page_tells_before_anything_is_recorded(
    person: Person, client: Client, tmp_path: Path
) -> None:
    notice = person.window.start_page.notice
    person.until(notice.isVisible)
    assert "tells Mozilla" in notice.told.text()
    assert not client.outbox.exists
    person.press(button_named(notice, "All right"))
    assert not notice.isVisible()
    client.outbox.put(UsageRecord("gui", "firefox", "opt", "bisection"))
    with opened(person.bench, tmp_path, person.bot) as again:
        usage = Usage(again.bench.where, again.window._background)
        usage.refresh()
        again.until(lambda: usage.told)
        assert not again.window.start_page.notice.isVisible()


def test_a_no_on_the_first_page_is_for_good(
    person: Person, client: Client, server: PingServer
) -> None:
    person.until(person.window.start_page.notice.isVisible)
    person.press_named("Do not send anything")
    person.until(lambda: not person.window.start_page.notice.isVisible())
    assert load(location()).values == {"telemetry": False}
    person.begin()
    person.finish()
    client.settle()
    assert not client.folder.exists()
    assert not server.received


def test_turning_it_off_has_everything_deleted_even_while_a_session_goes_on(
    person: Person, client: Client, server: PingServer
) -> None:
    client.bisect()
    person.begin()
    person.judge(1)
    person.asked()
    dialog = preferences(person)
    assert server.root in dialog.usage.told.text()
    dialog.preferences.form["telemetry"].content = False
    person.press(button_named(dialog, "Save"))
    person.until(lambda: dialog.usage.told.text() == "Usage data is turned off.")
    client.settle()
    person.finish()
    client.settle()
    assert [ping.name for ping in server.received] == ["usage", "deletion-request"]
    assert not client.outbox.folder.exists()


def test_the_same_json_is_shown_as_by_the_console(
    person: Person,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    client.bisect()
    client.bisect()
    dialog = preferences(person)
    person.press_named("Show what is sent")
    (shown,) = dialog.findChildren(PingsDialog)
    assert shown.chosen.count() == 2
    monkeypatch.setattr(console_telemetry, "places", lambda: person.bench.where)
    assert console_telemetry.main(["show"]) == 0
    assert shown.text.toPlainText() + "\n" == capsys.readouterr().out
    latest = shown.text.toPlainText()
    shown.chosen.setCurrentIndex(1)
    assert json.loads(shown.text.toPlainText())["ping_info"]["seq"] == 0
    assert shown.text.toPlainText() != latest


def preferences(person: Person) -> PreferencesDialog:
    """The dialog, when it knows all it shows."""
    person.window.show_preferences()
    dialog = person.window.findChildren(PreferencesDialog)[-1]
    assert isinstance(dialog, PreferencesDialog)
    person.until(lambda: dialog.usage.told.text() and "Builds take" in dialog.cache.told.text())
    dialog.tabs.setCurrentIndex(dialog.tabs.count() - 1)
    return dialog


# Without Qt


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("DO_NOT_TRACK=1", "No usage data is recorded: DO_NOT_TRACK=1"),
        ("MOZREGRESSION_TELEMETRY=0", "No usage data is recorded: MOZREGRESSION_TELEMETRY=0"),
        ("MOZREGRESSION_TELEMETRY_ENDPOINT=", "none is recorded here: the services are"),
    ],
)
def test_why_nothing_is_recorded_is_told(
    setting: str, told: str, client: Client, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(*setting.split("="))
    usage = made(client, mailbox)
    usage.look_for_notice()
    usage.refresh()
    mailbox.until(lambda: usage.told)
    assert told in usage.told
    assert not usage.notice


def test_a_file_that_cannot_be_read_is_no_consent(
    client: Client, bench: Bench, mailbox: Mailbox
) -> None:
    location().parent.mkdir(parents=True)
    location().write_text("nonsense\n")
    with recorded_launch(REQUEST, bench.where):
        pass
    assert not client.folder.exists()
    usage = made(client, mailbox)
    usage.refresh()
    mailbox.until(lambda: "nonsense" in usage.told)


def made(client: Client, mailbox: Mailbox) -> Usage:
    state = client.folder.parent
    return Usage(Places(state, state), Background(mailbox.post))


def test_a_bundled_window_is_its_own_helper(server: PingServer) -> None:
    """And loads no Qt for that."""
    box = outbox(places().telemetry, server.root)
    box.put(UsageRecord("gui", "firefox", "opt", "bisection"))
    code = (
        "import sys\n"
        "for name in ('qtpy', 'PySide6', 'PySide2'): sys.modules[name] = None\n"
        "from mozregui.__main__ import main\n"
        "sys.exit(main())"
    )
    command = [sys.executable, "-W", "ignore", "-c", code, FROZEN_OPTION, str(box.folder)]
    folders = os.pathsep.join(map(str, sys.path))
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": folders}, check=False, timeout=60
    )
    assert done.returncode == 0
    assert len(server.accepted("usage")) == 1
