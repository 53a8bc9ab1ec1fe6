"""Who is asked, who is told, and what is left when the answer is no."""

import sys
from pathlib import Path

import pytest

from mozregression.telemetry.consent import consent
from mozregression.telemetry.destination import ENDPOINT, destination
from mozregression.telemetry.ledger import Ledger
from tests.telemetry.conftest import USAGE, Client, recorder
from tests.telemetry.server import PingServer


@pytest.mark.parametrize(
    ("wanted", "environment", "given", "why"),
    [
        (True, {}, True, "nothing turns it off"),
        (False, {}, False, "enable-telemetry"),
        (True, {"DO_NOT_TRACK": "1"}, False, "DO_NOT_TRACK=1"),
        (True, {"DO_NOT_TRACK": "yes, please"}, False, "DO_NOT_TRACK"),
        (True, {"DO_NOT_TRACK": "0"}, True, "nothing"),
        (True, {"DO_NOT_TRACK": ""}, True, "nothing"),
        (True, {"MOZREGRESSION_TELEMETRY": "0"}, False, "MOZREGRESSION_TELEMETRY=0"),
        (True, {"MOZREGRESSION_TELEMETRY": "Off"}, False, "MOZREGRESSION_TELEMETRY=off"),
        (True, {"MOZREGRESSION_TELEMETRY": "perhaps"}, False, "MOZREGRESSION_TELEMETRY"),
        (True, {"MOZREGRESSION_TELEMETRY": "1"}, True, "nothing"),
        (False, {"MOZREGRESSION_TELEMETRY": "1"}, False, "enable-telemetry"),
        (True, {"MOZREGRESSION_TELEMETRY": "1", "DO_NOT_TRACK": "1"}, False, "DO_NOT_TRACK"),
    ],
)
def test_any_no_wins(wanted: bool, environment: dict[str, str], given: bool, why: str) -> None:
    decided = consent(wanted, environment)
    assert decided.given is given
    assert why in decided.why


def test_only_a_chosen_endpoint_hears_of_automated_runs_and_stand_ins() -> None:
    assert not destination({}).quiet
    assert not destination({"CI": "false"}).quiet
    assert "CI" in destination({"CI": "true"}).quiet
    assert "stand-ins" in destination({}, stand_in=True).quiet
    chosen = {"MOZREGRESSION_TELEMETRY_ENDPOINT": "http://127.0.0.1:1/", "CI": "1"}
    assert destination(chosen, stand_in=True).endpoint == "http://127.0.0.1:1"
    assert not destination(chosen, stand_in=True).quiet
    assert destination({}, "http://127.0.0.1:2").endpoint == "http://127.0.0.1:2"
    assert "not an http" in destination({}, "ftp://example.org").quiet
    assert destination({}).endpoint == ENDPOINT


def test_without_the_sdk_nothing_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    assert "not installed" in destination({}).quiet


@pytest.mark.parametrize("environment", [{"CI": "1"}, {"DO_NOT_TRACK": "1"}])
def test_nothing_is_written_or_said_without_consent(
    tmp_path: Path, environment: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "telemetry"
    records = recorder(folder, True, environment)
    assert not records.begin(USAGE)
    records.end(None)
    assert not folder.exists()
    assert capfd.readouterr() == ("", "")


def test_the_first_run_is_to_be_told_of(client: Client, capfd: pytest.CaptureFixture[str]) -> None:
    assert client.recorder().begin(USAGE)
    assert not client.recorder().begin(USAGE)
    assert capfd.readouterr() == ("", "")  # by the face, in its own way


def test_a_helper_does_not_send_to_mozilla_from_where_it_should_not(tmp_path: Path) -> None:
    from mozregression.telemetry import helper
    from mozregression.telemetry.outbox import outbox

    box = outbox(tmp_path, ENDPOINT)
    box.put(USAGE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CI", "1")
        assert helper.main([str(box.folder)]) == 0
    assert len(list(box.records())) == 1
    assert not box.lock.exists()


def client_id(client: Client) -> str:
    return (client.outbox.glean / "client_id.txt").read_text()


def test_off_on_off(client: Client, server: PingServer) -> None:
    """One deletion request for each time it was on, with the id of that time."""
    ids = []
    for _ in range(2):
        client.wanted = True
        client.bisect()
        client.bisect()
        ids.append(client_id(client))
        client.wanted = False
        for _ in range(3):
            client.bisect()
        assert not client.outbox.folder.exists()
    requests = server.accepted("deletion-request")
    assert [ping.body["client_info"]["client_id"] for ping in requests] == ids
    assert len(set(ids)) == 2
    assert len(server.received) == 6


def test_a_deletion_request_is_repeated_until_a_server_takes_it(
    client: Client, server: PingServer
) -> None:
    client.bisect()
    old = client_id(client)
    server.answer = lambda: 503
    client.wanted = False
    client.bisect()
    assert not (client.outbox.glean / "client_id.txt").exists()
    assert {ping.name for ping in Ledger(client.outbox).pings()} == {"deletion-request"}
    server.answer = lambda: 200
    client.bisect()
    client.bisect()
    (request,) = server.accepted("deletion-request")
    assert request.body["client_info"]["client_id"] == old
    assert len({ping.document_id for ping in server.received}) == 2
    assert not client.outbox.folder.exists()


def test_on_again_before_the_deletion_request_went_out(client: Client, server: PingServer) -> None:
    client.bisect()
    old = client_id(client)
    server.answer = lambda: 503
    client.wanted = False
    client.bisect()
    server.answer = lambda: 200
    client.wanted = True
    client.bisect()
    (request,) = server.accepted("deletion-request")
    assert request.body["client_info"]["client_id"] == old
    first, second = server.accepted("usage")
    assert first.body["client_info"]["client_id"] == old
    assert second.body["client_info"]["client_id"] == client_id(client) != old
    assert not client.outbox.withdrawn


def test_what_was_never_sent_is_forgotten_without_a_word(
    client: Client, server: PingServer
) -> None:
    client.recorder().begin(USAGE)
    client.wanted = False
    client.bisect()
    assert not server.received
    assert not client.outbox.folder.exists()
