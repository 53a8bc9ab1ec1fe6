"""From records to pings that a server has, with the real SDK."""

import itertools
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from mozregression import __version__
from mozregression.telemetry.ledger import Ledger
from mozregression.telemetry.outbox import DAY
from mozregression.telemetry.records import Usage
from tests.telemetry.conftest import USAGE, Client
from tests.telemetry.server import Answer, PingServer

SCHEMA = json.loads(Path(__file__).with_name("glean.1.schema.json").read_text())


def test_a_bisection_becomes_one_valid_usage_ping(client: Client, server: PingServer) -> None:
    client.bisect()
    (ping,) = server.received
    jsonschema.validate(ping.body, SCHEMA)
    assert (ping.application, ping.name) == ("org-mozilla-mozregression", "usage")
    about = ping.body["client_info"]
    assert about["app_display_version"] == __version__
    assert about["app_channel"] == "development"
    assert about["client_id"]
    assert ping.body["ping_info"]["reason"] == "bisection"
    strings = ping.body["metrics"]["string"]
    assert strings["usage.variant"] == "console"
    assert strings["usage.app"] == "firefox"
    assert strings["usage.build_type"] == "shippable"
    assert {"usage.python_version", "usage.linux_version", "usage.linux_distro"} <= strings.keys()


@pytest.mark.parametrize(
    "zone", ["UTC", "America/Los_Angeles", "America/St_Johns", "Asia/Kathmandu"]
)
def test_dates_are_right_in_every_zone(client: Client, server: PingServer, zone: str) -> None:
    client.outbox.put(Usage("gui", "fenix", "opt", "launch", {"launch_date": "2026-05-01"}))
    client.help(TZ=zone)
    (ping,) = server.received
    assert ping.body["metrics"]["datetime"] == {"usage.launch_date": "2026-05-01+00:00"}
    assert ping.body["ping_info"]["reason"] == "launch"


def test_the_helper_says_nothing_and_ends_well(client: Client) -> None:
    client.outbox.put(USAGE)
    done = client.help()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_many_at_once_lose_nothing(client: Client, server: PingServer) -> None:
    """Each starts a helper, and one of them does the work of all."""
    recorders = [client.recorder() for _ in range(12)]
    for each in recorders:
        each.begin(USAGE)
        each.end(None)
    client.settle()
    assert len({ping.document_id for ping in server.accepted("usage")}) == 12
    assert [ping.body["ping_info"]["seq"] for ping in server.accepted()] == list(range(12))


def test_what_comes_while_a_helper_works_is_seen_to(client: Client, server: PingServer) -> None:
    answers: Iterator[Answer] = itertools.chain(["hang"], itertools.repeat(200))
    server.answer = lambda: next(answers)
    first = client.recorder()
    first.begin(USAGE)
    first.end(None)
    while not server.received:
        time.sleep(0.02)
    second = client.recorder()
    second.begin(USAGE)
    second.end(None)  # its helper leaves at once
    server.released.set()
    client.settle()
    assert len(server.accepted()) == 2


def test_more_than_the_sdk_sends_in_a_minute_waits(client: Client, server: PingServer) -> None:
    for _ in range(17):
        client.outbox.put(USAGE)
    client.recorder().end(None)
    while len(server.received) < 15:
        time.sleep(0.02)
    client.kill_helpers()
    client.help()
    assert len({ping.document_id for ping in server.received}) == 17


# A server that is not well


@pytest.mark.parametrize("answer", [500, 404, 407, 429, 302, "reset", "hang"])
def test_a_ping_survives_a_bad_server(
    client: Client, server: PingServer, answer: int | str
) -> None:
    server.answer = lambda: answer
    records = client.recorder()
    records.begin(USAGE)
    records.end(None)
    if answer == "hang":
        while not server.received:
            time.sleep(0.02)
        client.kill_helpers()
    client.settle()
    assert server.received
    assert not server.accepted()
    server.answer = lambda: 200
    client.bisect(None)
    pings = server.accepted()
    assert len(pings) == 2
    assert {ping.document_id for ping in server.received} == {ping.document_id for ping in pings}


def test_a_ping_that_is_refused_for_what_it_says_is_given_up(
    client: Client, server: PingServer
) -> None:
    server.answer = lambda: 400
    client.bisect(None)
    client.bisect(None)
    assert len(server.received) == 2
    assert not client.outbox.pending()


def test_without_a_server_records_wait(tmp_path: Path) -> None:
    nobody = PingServer()
    nobody.close()
    client = Client(tmp_path, nobody)
    for _ in range(3):
        client.outbox.put(USAGE)
    client.help()
    assert len(list(client.outbox.records())) == 2
    assert len(client.outbox.pending()) == 1
    assert Ledger(client.outbox).pings()[0].answer == "no answer"
    for _ in range(3):
        client.bisect(None)
    assert len(list(client.outbox.records())) + len(client.outbox.pending()) == 6


def test_copies_are_kept_for_a_month(client: Client, server: PingServer) -> None:
    client.bisect(None)
    server.answer = lambda: 503
    client.bisect(None)
    then = time.time() - 31 * DAY
    for file in client.outbox.kept.iterdir():
        os.utime(file, (then, then))
    client.help()
    (pending,) = Ledger(client.outbox).pings()
    assert pending.sent is None
