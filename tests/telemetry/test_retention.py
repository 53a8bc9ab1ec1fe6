"""Two pings on two schedules, and the metric that both carry."""

import json
from pathlib import Path

import jsonschema
import pytest

from mozregression.telemetry import definitions
from mozregression.telemetry.records import Tally
from tests.telemetry.conftest import TALLY, USAGE, Client
from tests.telemetry.server import PingServer

SCHEMA = json.loads(Path(__file__).with_name("glean.1.schema.json").read_text())


def begin_another(client: Client) -> None:
    """A bisection that is under way still."""
    client.recorder().begin(USAGE)
    client.settle()


def test_retention_goes_out_a_day_later_and_by_itself(client: Client, server: PingServer) -> None:
    client.bisect()
    client.bisect(Tally("fenix", "debug", {"24-35": 1}))
    assert not server.accepted("retention")
    client.let_a_day_pass()
    begin_another(client)
    assert len(server.accepted("usage")) == 2
    fenix, firefox = server.accepted("retention")
    for ping in (fenix, firefox):
        jsonschema.validate(ping.body, SCHEMA)
        assert "client_id" not in ping.body["client_info"]
        assert ping.body["ping_info"]["reason"] == "daily"
        assert len(ping.body["ping_info"]["end_time"]) == len("2026-11-21T21:38+00:00")
    assert firefox.body["metrics"]["string"] == {
        "retention.app": "firefox",
        "retention.build_type": "shippable",
    }
    assert firefox.body["metrics"]["labeled_counter"] == {
        "retention.launched_nightly": TALLY.launched_nightly,
        "retention.launched_push": TALLY.launched_push,
        "retention.missing_push": TALLY.missing_push,
    }
    assert fenix.body["metrics"]["labeled_counter"] == {"retention.launched_nightly": {"24-35": 1}}


def test_retention_goes_out_once_a_day_at_most(client: Client, server: PingServer) -> None:
    client.bisect()
    client.let_a_day_pass()
    client.bisect()
    begin_another(client)
    assert len(server.accepted("retention")) == 1


def test_no_label_is_lost_to_others(client: Client, server: PingServer) -> None:
    labels = definitions.metrics()["retention.launched_push"]["labels"]
    client.bisect(Tally("firefox", "shippable", launched_push=dict.fromkeys(labels, 1)))
    client.let_a_day_pass()
    begin_another(client)
    (ping,) = server.accepted("retention")
    counted = ping.body["metrics"]["labeled_counter"]["retention.launched_push"]
    assert counted == dict.fromkeys(labels, 1)


@pytest.mark.parametrize(("first", "second"), [("usage", "retention"), ("retention", "usage")])
def test_a_metric_of_two_pings_is_cleared_in_each_by_itself(
    client: Client, server: PingServer, first: str, second: str
) -> None:
    """Every step is a process of its own, so what is counted survives restarts."""

    def counts(name: str) -> list[int]:
        return [
            ping.body["metrics"]["counter"]["session.builds_launched"]
            for ping in server.accepted(name)
        ]

    def count() -> None:
        client.outbox.put(TALLY)
        client.help()

    def send(name: str) -> None:
        if name == "usage":
            client.outbox.put(USAGE)
            client.help()
        else:
            client.let_a_day_pass()
            client.help("retention")

    count()
    assert not server.received
    send(first)
    assert (counts(first), counts(second)) == ([7], [])
    count()
    send(second)
    assert (counts(first), counts(second)) == ([7], [14])
    count()
    send(first)
    send(second)
    assert (counts(first), counts(second)) == ([7, 14], [14, 7])


def test_a_helper_killed_while_counting_counts_once(client: Client, server: PingServer) -> None:
    client.outbox.put(TALLY)
    (file,) = client.outbox.spool.iterdir()
    client.help()
    (client.outbox.retention / file.name).rename(file)  # as if it had come so far
    client.help()
    client.bisect(None)
    (ping,) = server.accepted("usage")
    assert ping.body["metrics"]["counter"] == {"session.builds_launched": 7}
