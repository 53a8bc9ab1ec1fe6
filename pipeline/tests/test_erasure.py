"""Deletion requests: what a client sent is gone, and nothing else is."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from mozpipeline.definitions.history import History
from mozpipeline.home import Home
from mozpipeline.load import loader as loader_module
from mozpipeline.load.loader import loading
from pings import (
    DAY,
    NOON,
    deletion,
    in_journal,
    outcomes,
    packed,
    path,
    received,
    request,
    table,
    usage,
    usage_rows,
    uuid,
)


def everything_in(folder: Path) -> str:
    """What every file holds: as it is, and decoded where it is compressed."""
    found = []
    for file in folder.rglob("*"):
        if not file.is_file():
            continue
        content = file.read_bytes()
        found.append(content.decode("latin-1"))
        if file.suffix == ".parquet":
            found.append(
                json.dumps(pq.read_table(file, partitioning=None).to_pylist(), default=str)
            )
        if content.startswith(b"SQLite format"):
            with closing(sqlite3.connect(file)) as connection:
                found.extend(connection.iterdump())
    return "\n".join(found).lower()


def sent(home: Home, clients: range) -> None:
    """Two days of pings of some clients, a rejected one and one with an odd field of each."""
    for day in range(2):
        received(
            home,
            (
                request(
                    path(1000 * day + client),
                    packed(usage(client=uuid(client))),
                    received=NOON + day * DAY,
                )
                for client in clients
            ),
        )
    rejects = [usage(client=uuid(client)) | {"ping_info": None} for client in clients]
    received(home, (request(path(2000 + n), packed(ping)) for n, ping in enumerate(rejects)))
    odd = [usage() | {"friend": {"of": uuid(client).upper()}} for client in clients]
    received(home, (request(path(3000 + n), packed(ping)) for n, ping in enumerate(odd)))
    received(
        home,
        (
            request(
                f"/submit/telemetry/{uuid(4000 + client)}/main/Firefox/61.0/nightly/2018",
                json.dumps({"clientId": uuid(client)}).encode(),
            )
            for client in clients
        ),
    )


def ask(home: Home, clients: list[int]) -> None:
    received(
        home,
        (
            request(path(5000 + client, "deletion-request"), packed(deletion(uuid(client).upper())))
            for client in clients
        ),
    )


def load(home: Home, history: History) -> loader_module.Summary:
    with loading(home, history) as loader:
        return loader.run()


def test_no_byte_of_an_erased_client_is_left(home: Home, history: History) -> None:
    sent(home, range(10, 30))
    load(home, history)
    for client in range(10, 30):
        assert uuid(client) in everything_in(home.folder)
    gone = [10, 11, 25]
    ask(home, gone)
    summary = load(home, history)
    assert summary.erased_clients == 3
    assert summary.erased_rows == 3 * 5
    left = everything_in(home.folder)
    for client in range(10, 30):
        assert (uuid(client) in left) is (client not in gone)
    assert len(usage_rows(home)) == 17 * 2 + 17
    assert len(table(home, "telemetry_stable/documents_v1")) == 17
    assert outcomes(home)["deletion_request", ""] == 3
    assert in_journal(home.journals / "0.sqlite") == 0


def test_what_is_still_in_a_journal_is_erased_too(home: Home, history: History) -> None:
    received(home, [request(path(1), packed(usage(client=uuid(10))))], worker=1)
    ask(home, [10])
    received(home, [request(path(2), packed(usage(client=uuid(10))))])
    load(home, history)
    assert usage_rows(home) == []
    assert uuid(10) not in everything_in(home.folder)


def test_what_comes_too_late_is_not_kept(home: Home, history: History) -> None:
    ask(home, [10])
    load(home, history)
    pings = [usage(client=uuid(10)), usage(client=uuid(11))]
    received(home, (request(path(n), packed(ping)) for n, ping in enumerate(pings)))
    load(home, history)
    assert outcomes(home)["rejected", "erased_client"] == 1
    assert [row["client_info"]["client_id"] for row in usage_rows(home)] == [uuid(11)]
    assert uuid(10) not in everything_in(home.folder)


def test_an_erasure_that_is_interrupted_is_done_the_next_time(
    home: Home, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(home, range(10, 13))
    load(home, history)
    ask(home, [11])

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patches:
        patches.setattr(loader_module, "erase", killed)
        with pytest.raises(KeyboardInterrupt):
            load(home, history)
    load(home, history)
    assert uuid(11) not in everything_in(home.folder)
    assert outcomes(home)["deletion_request", ""] == 1


def test_a_request_that_comes_twice_asks_once(home: Home, history: History) -> None:
    sent(home, range(10, 12))
    ask(home, [10])
    ask(home, [10])
    load(home, history)
    ask(home, [10])
    assert load(home, history).erased_rows == 0
    assert uuid(11) in everything_in(home.folder)
