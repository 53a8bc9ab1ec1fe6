"""The receiver, over real connections."""

import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path

import pytest

from mozpipeline.definitions.history import History
from mozpipeline.home import Home
from mozpipeline.journal import journals, read_after
from mozpipeline.load.loader import loading
from mozpipeline.receive.limits import Allowances
from pings import in_journal, packed, path, usage, usage_rows, uuid
from servers import Server, serving

PING = packed(usage())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(Home(tmp_path_factory.mktemp("receiver")), "--rate", "0") as running:
        yield running


def entries(home: Home) -> list[tuple[str, bytes]]:
    return [
        (entry.path, entry.body)
        for journal in journals(home.journals)
        for entry in read_after(journal, 0, 10**6, 2**30)
    ]


def test_an_acknowledged_ping_is_in_the_journal_as_it_came(server: Server) -> None:
    sent = path(1)
    assert server.post(sent, PING, content_encoding="gzip") == 200
    assert (sent, PING) in entries(server.home)


def test_a_ping_that_is_not_gzipped_is_accepted(server: Server) -> None:
    assert server.post(path(2), json.dumps(usage()).encode()) == 200


def test_the_older_form_is_accepted(server: Server) -> None:
    sent = f"/submit/telemetry/{uuid(3)}/main/Firefox/61.0/nightly/20180402"
    assert server.post(sent, b"{}") == 200


def test_what_is_wrong_inside_is_kept_and_judged_later(server: Server) -> None:
    for number, body in enumerate([b"", b"{", b"\x1f\x8bno", bytes(1000)], 10):
        assert server.post(path(number), body) == 200


def test_tags_are_kept_and_nothing_else_of_the_headers(server: Server) -> None:
    assert server.post(path(4), PING, x_debug_id="tag", x_source_tags="a,b", user_agent="me") == 200
    found = [
        entry
        for journal in journals(server.home.journals)
        for entry in read_after(journal, 0, 10**6, 2**30)
        if entry.path == path(4)
    ]
    assert [(entry.debug_id, entry.source_tags) for entry in found] == [("tag", "a,b")]


def test_addresses_of_clients_are_not_stored(server: Server) -> None:
    forwarded = "203.0.113.77"
    assert server.post(path(5), PING, x_forwarded_for=forwarded) == 200
    for file in server.home.folder.rglob("*"):
        if file.is_file():
            assert forwarded.encode() not in file.read_bytes()


@pytest.mark.parametrize(
    ("method", "place", "status"),
    [
        ("POST", "/submit", 404),
        ("POST", "/submit/a/b", 404),
        ("POST", "/submitted", 404),
        ("POST", "/", 404),
        ("POST", "/metrics", 405),
        ("GET", path(1), 405),
        ("DELETE", path(1), 405),
        ("GET", "/nowhere", 404),
        ("GET", "/__lbheartbeat__", 200),
        ("HEAD", "/__lbheartbeat__", 200),
    ],
)
def test_other_requests(server: Server, method: str, place: str, status: int) -> None:
    assert server.ask(method, place).status == status


def test_heartbeat_and_version(server: Server) -> None:
    assert json.loads(server.ask("GET", "/__heartbeat__").body) == {"status": "ok"}
    assert "version" in json.loads(server.ask("GET", "/__version__").body)


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "Bearer é"])
def test_reading_needs_the_token(server: Server, given: str) -> None:
    headers = {"Authorization": given.encode().decode("latin-1")} if given else {}
    answer = server.ask("GET", "/metrics", headers=headers)
    assert answer.status == 401
    assert answer.body == b""


def test_a_body_may_be_a_megabyte_and_no_more(server: Server) -> None:
    assert server.post(path(20), b" " * 2**20) == 200
    before = len(entries(server.home))
    assert server.post(path(21), b" " * (2**20 + 1)) == 413
    assert len(entries(server.home)) == before


def raw(server: Server, *parts: bytes, pause: float = 0) -> bytes:
    """What the server answers to bytes as they are, until it closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)
        answer = b""
        while b"\r\n\r\n" not in answer and (some := connection.recv(4096)):
            answer += some
    return answer


def head(place: str, *more: str) -> bytes:
    lines = [f"POST {place} HTTP/1.1", "Host: localhost", *more, "", ""]
    return "\r\n".join(lines).encode()


def test_a_body_in_chunks_has_the_same_limit(server: Server) -> None:
    start = head(path(22), "Transfer-Encoding: chunked")
    chunk = b"10000\r\n" + bytes(2**16) + b"\r\n"
    assert b" 200 " in raw(server, start, b"2\r\n{}\r\n", b"0\r\n\r\n")
    answer = raw(server, start, *[chunk] * 16, b"1\r\n0\r\n", b"0\r\n\r\n")
    assert b" 413 " in answer


def test_a_bomb_is_refused_for_ever(server: Server) -> None:
    bomb = gzip.compress(bytes(50 * 2**20))
    assert len(bomb) < 2**20
    assert server.post(path(23), bomb) == 413


def test_a_length_that_is_a_lie_is_no_ping(server: Server) -> None:
    before = len(entries(server.home))
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(head(path(24), "Content-Length: 100") + b"{}")
    for wrong in (
        "Content-Length: -1",
        "Content-Length: x",
        "Content-Length: 1\r\nContent-Length: 2",
    ):
        assert b" 400 " in raw(server, head(path(25), wrong) + b"{}")
    assert server.post(path(26), PING) == 200
    assert len(entries(server.home)) == before + 1


def test_it_counts_what_it_does(server: Server) -> None:
    before = server.metrics()
    server.post(path(30), PING)
    server.post("/submit/wrong", PING)
    server.post(path(31), bytes(2**20 + 1))
    after = server.metrics()
    for result in ("accepted", "not_found", "body_too_large"):
        assert after[result] == before[result] + 1


def test_one_bad_client_is_held_back_and_others_are_not(tmp_path: Path) -> None:
    options = ("--rate", "0.01", "--burst", "5", "--trust-proxy", "127.0.0.1")
    with serving(Home(tmp_path), *options) as server:
        statuses = [server.post(path(n), PING, x_forwarded_for="10.0.0.1") for n in range(8)]
        assert statuses == [200] * 5 + [503] * 3
        assert server.post(path(9), PING, x_forwarded_for="10.0.0.2") == 200
        answer = server.ask("POST", path(10), PING, {"X-Forwarded-For": "10.0.0.1"})
        assert answer.headers["retry-after"]
        assert server.metrics()["rate"] == 4


def test_without_a_trusted_proxy_nobody_chooses_an_address(tmp_path: Path) -> None:
    with serving(Home(tmp_path), "--rate", "0.01", "--burst", "2") as server:
        sent = [server.post(path(n), PING, x_forwarded_for=f"10.0.0.{n}") for n in range(3)]
        assert sent == [200, 200, 503]


def test_a_disk_that_is_full_is_no_loss(tmp_path: Path) -> None:
    reserve = str(2**30)  # mebibytes: more than any disk has
    with serving(Home(tmp_path), "--reserve", reserve) as server:
        assert server.post(path(1), PING) == 503
        assert server.ask("GET", "/__heartbeat__").status == 500
        assert server.ask("GET", "/__lbheartbeat__").status == 200
        assert "journal_failed" in (tmp_path / "server.log").read_text()


class Senders:
    """Threads that send pings, numbered from `start`, until the server is gone."""

    def __init__(self, server: Server, start: int) -> None:
        self.acknowledged: set[int] = set()
        self.under_way = threading.Event()
        self._server = server
        self._threads = [
            threading.Thread(target=self._send, args=(start + 10_000 * k,)) for k in range(4)
        ]
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _send(self, start: int) -> None:
        for number in range(start, start + 10_000):
            try:
                if self._server.post(path(number), PING) == 200:
                    self.acknowledged.add(number)
            except (OSError, HTTPException):
                return
            if number == start + 20:
                self.under_way.set()


def test_what_was_acknowledged_survives_kills(tmp_path: Path, history: History) -> None:
    home = Home(tmp_path)
    acknowledged: set[int] = set()
    for life in range(3):
        with serving(home, "--rate", "0") as server:
            senders = Senders(server, 40_000 * life)
            assert senders.under_way.wait(60)
            server.kill()
            senders.join()
            acknowledged |= senders.acknowledged
    assert len(acknowledged) > 60
    with loading(home, history) as loader:
        loader.run()
    rows = [row["document_id"] for row in usage_rows(home)]
    assert {uuid(n) for n in acknowledged} <= set(rows)
    assert len(rows) == len(set(rows))


def test_several_workers_have_journals_of_their_own(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with serving(home, "--workers", "2", "--rate", "0") as server:
        for number in range(40):
            assert server.post(path(number), PING) == 200
    assert sum(in_journal(journal) for journal in journals(home.journals)) == 40


def test_serving_can_load(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with serving(home, "--load", "--every", "0.2") as server:
        assert server.post(path(1), PING) == 200
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if any(home.folder.glob("tables/org_*/usage_v1/submission_date=*/*.parquet")):
                break
            time.sleep(0.1)
        while in_journal(journals(home.journals)[0]) and time.monotonic() < deadline:
            time.sleep(0.1)
    assert [row["document_id"] for row in usage_rows(home)] == [uuid(1)]
    assert not entries(home)


def test_a_slow_body_does_not_hold_a_place_for_ever(tmp_path: Path) -> None:
    with serving(Home(tmp_path), "--body-seconds", "0.3") as server:
        answer = raw(server, head(path(1), "Content-Length: 100"), b"{")
        assert b" 503 " in answer
        assert server.metrics()["body_slow"] == 1


def test_allowances_fill_up_with_time() -> None:
    allowances = Allowances(rate=2, burst=3)
    assert [allowances.take("a", 0) for _ in range(4)] == [True, True, True, False]
    assert [allowances.take("a", 1) for _ in range(3)] == [True, True, False]
    assert [allowances.take("a", 1000) for _ in range(4)] == [True, True, True, False]


def test_allowances_remember_so_many_and_no_more() -> None:
    allowances = Allowances(rate=0.1, burst=1, remembered=100)
    for client in range(10_000):
        assert allowances.take(str(client), 0)
    assert len(allowances._buckets) == 100
    assert not allowances.take("9999", 0)
