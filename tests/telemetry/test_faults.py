"""Kills, damage and full disks: nothing is lost that could be kept, nothing becomes two pings,
and nobody notices.
"""

import random
import shutil
import time
from pathlib import Path

import pytest

from mozregression.telemetry.records import Usage
from tests.telemetry.conftest import USAGE, Client
from tests.telemetry.server import PingServer


@pytest.mark.parametrize("seed", range(4))
def test_kills_make_no_ping_twice(client: Client, server: PingServer, seed: int) -> None:
    chance = random.Random(seed)
    records = client.recorder()
    for app in ("firefox", "fenix", "thunderbird"):
        records.begin(Usage("console", app, "opt", "bisection"))
    for _ in range(5):
        records.end(None)
        time.sleep(chance.uniform(0.2, 0.9))
        client.kill_helpers()
    client.help()
    apps = {
        ping.document_id: ping.body["metrics"]["string"]["usage.app"] for ping in server.received
    }
    assert sorted(apps.values()) == ["fenix", "firefox", "thunderbird"]


@pytest.mark.parametrize("step", ["stored", "copied"])
def test_a_helper_killed_between_two_steps(client: Client, server: PingServer, step: str) -> None:
    """The SDK has the ping; its copy, or only the removal of the record, is missing."""
    client.outbox.put(USAGE)
    spool, before = client.outbox.spool, client.outbox.folder / "before"
    shutil.copytree(spool, before)
    server.answer = lambda: 503
    client.help()
    assert len(client.outbox.pending()) == 1
    shutil.rmtree(spool)
    before.rename(spool)
    if step == "stored":
        shutil.rmtree(client.outbox.kept)
    server.answer = lambda: 200
    client.help()
    assert len({ping.document_id for ping in server.received}) == 1
    assert not list(client.outbox.records())


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("glean", "file"),
        ("glean", "folder"),
        ("glean", "garbage"),
        ("glean/db/data.safe.bin", "folder"),
        ("intent", "folder"),
        ("intent", "garbage"),
        ("kept", "file"),
        ("kept", "garbage"),
        ("lock", "folder"),
        ("retention", "file"),
        ("sent", "folder"),
        ("spool", "file"),
    ],
)
def test_damage_is_not_noticed(
    client: Client, name: str, damage: str, capfd: pytest.CaptureFixture[str]
) -> None:
    client.bisect()
    capfd.readouterr()
    place = client.outbox.folder / name
    if damage == "garbage":
        for file in (place, *place.rglob("*")):
            if file.is_file():
                file.write_bytes(b"\xff\0{" * 10)
    else:
        if place.is_dir():
            shutil.rmtree(place)
        place.unlink(missing_ok=True)
        if damage == "file":
            place.write_text("what")
        else:
            place.mkdir()
    client.bisect()
    assert not list(client.helpers())
    assert capfd.readouterr() == ("", "")


def test_garbage_does_not_hold_up_the_rest(client: Client, server: PingServer) -> None:
    client.outbox.put(USAGE)
    for number, text in enumerate(["", "{", "[]", "{}", '{"kind": "usage"}', '{"kind": 1}']):
        (client.outbox.spool / f"{number}.json").write_text(text)
    client.help()
    assert len(server.accepted()) == 1
    assert not list(client.outbox.spool.iterdir())


def test_a_full_disk_is_not_noticed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    client.bisect()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        patch.setattr(Path, "touch", full)
        client.bisect()
        client.wanted = False
        client.bisect()
    assert not list(client.outbox.folder.rglob("*.new"))


def test_a_place_that_cannot_be_is_not_noticed(
    client: Client, capfd: pytest.CaptureFixture[str]
) -> None:
    client.folder.write_text("no folder")
    client.bisect()
    client.wanted = False
    client.bisect()
    assert capfd.readouterr() == ("", "")
