import gzip
import socket
import threading
from collections.abc import Callable

import pytest

from mozregression.services.errors import Cancelled, ServiceError, TooLargeError
from mozregression.services.http import PATIENT, Exchange, Http
from tests.services.conftest import Pauses
from tests.services.faulty import RESET, FaultyServer, Reply, as_json, as_text

HTML = as_text("<html><body>Please log in</body></html>")
GOOD = as_json({"answer": 42})


def test_names_itself(server: FaultyServer, http: Http) -> None:
    http.text(server.on("/a", as_text("hello")))
    agent = server.received[0].headers["User-Agent"]
    assert agent.startswith("mozregression/")
    assert "github.com/mozilla/mozregression" in agent


def test_sends_parameters_encoded(server: FaultyServer, http: Http) -> None:
    url = server.on("/a", GOOD)
    assert http.json(url, params={"date": "2026-05-01 10:00:00", "n": 2}) == {"answer": 42}
    assert server.received[0].query == {"date": "2026-05-01 10:00:00", "n": "2"}


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_not_there_is_none(server: FaultyServer, http: Http, status: int) -> None:
    url = server.on("/a", as_text("no such thing", status))
    assert http.text(url) is None
    assert http.json(url) is None
    assert len(server.received) == 2


@pytest.mark.parametrize(
    "bad",
    [
        *(Reply(status) for status in (500, 502, 503, 504, 406, 408, 429)),
        RESET,
        Reply(body=b'{"answer": 42}' * 9, fault="cut"),
        Reply(body=b"[1, 2, 3]   ", fault="short"),
        HTML,
        Reply(body=b'{"answer": '),
        Reply(body=b"[" * 100_000),
        Reply(body=b'"\xff"'),
        Reply(body=b"this is not gzip", headers={"Content-Encoding": "gzip"}),
    ],
    ids=lambda reply: f"{reply.status}-{reply.fault}-{reply.body[:8]!r}",
)
def test_tries_again(server: FaultyServer, http: Http, pauses: Pauses, bad: Reply) -> None:
    assert http.json(server.on("/a", bad, bad, GOOD)) == {"answer": 42}
    assert len(server.received) == 3
    assert len(pauses) == 2
    assert 0 < pauses[0] <= PATIENT.first_pause <= pauses[1] <= 2 * PATIENT.first_pause


def test_a_short_body_that_would_parse_is_not_taken(server: FaultyServer, http: Http) -> None:
    url = server.on("/a", Reply(body=b"123456", fault="short"), Reply(body=b"123456"))
    assert http.text(url) == "123456"


def test_slow_answers_are_tried_again(server: FaultyServer, pauses: Pauses) -> None:
    http = Http(sleep=pauses, timeouts=(5, 0.2))
    assert http.json(server.on("/a", Reply(delay=1.0), GOOD)) == {"answer": 42}
    http.close()


def test_gives_up_with_a_useful_message(server: FaultyServer, http: Http, pauses: Pauses) -> None:
    url = server.on("/a", as_text("down", 503))
    with pytest.raises(ServiceError, match=r"503 Service Unavailable.*try again") as caught:
        http.text(url)
    assert caught.value.url == url
    assert caught.value.status == 503
    assert caught.value.transient
    assert len(server.received) == PATIENT.attempts
    assert max(pauses) <= PATIENT.longest_pause


def test_a_page_in_place_of_json_is_not_asked_for_forever(server: FaultyServer, http: Http) -> None:
    with pytest.raises(ServiceError, match="not what was asked for"):
        http.json(server.on("/a", HTML))
    assert len(server.received) == PATIENT.unfit


@pytest.mark.parametrize("status", [400, 401, 403, 416])
def test_refusals_are_final(server: FaultyServer, http: Http, status: int) -> None:
    with pytest.raises(ServiceError, match=str(status)) as caught:
        http.text(server.on("/a", as_text("no", status)))
    assert not caught.value.transient
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("told", "waited"),
    [("7", 7.0), ("100000", PATIENT.longest_retry_after), ("soon", None)],
)
def test_retry_after(
    server: FaultyServer, http: Http, pauses: Pauses, told: str, waited: float | None
) -> None:
    http.json(server.on("/a", Reply(429, headers={"Retry-After": told}), GOOD))
    assert pauses == [waited] if waited else pauses[0] < 1


def test_retry_after_as_a_date(server: FaultyServer, http: Http, pauses: Pauses) -> None:
    past = Reply(503, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})
    future = Reply(503, headers={"Retry-After": "Fri, 21 Oct 2199 07:28:00 GMT"})
    http.json(server.on("/a", past, future, GOOD))
    assert pauses[0] < 1
    assert pauses[1] == PATIENT.longest_retry_after


def test_an_unreachable_host_is_named(http: Http, exchanges: list[Exchange]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        with pytest.raises(ServiceError, match=r"127\.0\.0\.1 cannot be reached.*proxy") as caught:
            http.text(url)
    assert caught.value.transient
    assert [exchange.status for exchange in exchanges] == [None] * PATIENT.unreached


def test_a_wrong_address_is_final(http: Http, exchanges: list[Exchange]) -> None:
    with pytest.raises(ServiceError, match="Check the address"):
        http.text("gopher://127.0.0.1/")
    assert len(exchanges) == 1


def test_redirects_are_followed_and_counted(
    server: FaultyServer, http: Http, exchanges: list[Exchange]
) -> None:
    server.on("/edge", GOOD)
    url = server.on("/a", Reply(302, headers={"Location": "/edge"}))
    assert http.json(url) == {"answer": 42}
    assert [(exchange.url, exchange.status) for exchange in exchanges] == [
        (url, 302),
        (server.root + "/edge", 200),
    ]
    assert exchanges[1].bytes == len(GOOD.body)


def test_redirects_do_not_go_round_for_ever(server: FaultyServer, http: Http) -> None:
    with pytest.raises(ServiceError, match="redirects"):
        http.text(server.on("/a", Reply(302, headers={"Location": "/a"})))


@pytest.mark.parametrize("location", ["http://[bad", "gopher://127.0.0.1/"])
def test_redirects_to_nowhere_are_final(server: FaultyServer, http: Http, location: str) -> None:
    with pytest.raises(ServiceError) as caught:
        http.text(server.on("/a", Reply(302, headers={"Location": location})))
    assert not caught.value.transient
    assert len(server.received) == 1


def test_connections_are_kept(server: FaultyServer, http: Http) -> None:
    url = server.on("/a", as_text("missing", 404), GOOD)
    ports = set()

    original = server._serve

    def noting(handler: object) -> None:
        ports.add(handler.client_address[1])  # type: ignore[attr-defined]
        original(handler)  # type: ignore[arg-type]

    server._serve = noting  # type: ignore[method-assign]
    for _ in range(5):
        http.text(url)
    assert len(ports) == 1


def test_compressed_bodies_are_bounded_as_unpacked(server: FaultyServer, http: Http) -> None:
    bomb = gzip.compress(b"0" * 10_000_000)
    url = server.on("/a", Reply(body=bomb, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(TooLargeError):
        http.read(url, str, limit=1_000_000)
    assert len(server.received) == 1
    assert http.read(url, len) == 10_000_000


def test_waiting_ends_when_the_user_wants_to_stop(server: FaultyServer) -> None:
    cancelled = threading.Event()
    url = server.on("/a", Reply(503, headers={"Retry-After": "100"}))
    http = Http(cancelled=cancelled, on_request=lambda _: cancelled.set())
    with pytest.raises(Cancelled):
        http.text(url)
    with pytest.raises(Cancelled):
        http.text(url)
    assert len(server.received) == 1
    http.close()


def test_a_stream_ends_when_the_user_wants_to_stop(server: FaultyServer) -> None:
    cancelled = threading.Event()
    http = Http(cancelled=cancelled)
    url = server.on("/a", Reply(body=b"x" * 1_000_000))
    with http.stream(url) as answer:
        chunks = answer.chunks(1000)
        next(chunks)
        cancelled.set()
        with pytest.raises(Cancelled):
            next(chunks)
    http.close()


@pytest.mark.parametrize("status", [200, 206, 404, 416, 424, 503])
def test_streams_show_any_status_once(
    server: FaultyServer, http: Http, exchanges: list[Exchange], status: int
) -> None:
    url = server.on("/a", Reply(status, b"12345" * 10, {"X-Name": "value"}))
    with http.stream(url, headers={"Range": "bytes=3-"}) as answer:
        assert answer.status == status
        assert answer.headers["x-name"] == "value"
        assert answer.url == url
        assert list(answer.chunks(20)) == [b"12345" * 4, b"12345" * 4, b"12345" * 2]
    (request,) = server.received
    assert request.headers["Range"] == "bytes=3-"
    assert request.headers["Accept-Encoding"] == "identity"
    assert [(exchange.status, exchange.bytes) for exchange in exchanges] == [(status, 50)]


@pytest.mark.parametrize("fault", ["reset", "cut", "short"])
def test_a_broken_stream_says_that_it_may_be_tried_again(
    server: FaultyServer, http: Http, fault: str
) -> None:
    url = server.on("/a", Reply(body=b"x" * 1000, fault=fault))

    def read_all() -> None:
        with http.stream(url) as answer:
            list(answer.chunks())

    with pytest.raises(ServiceError) as caught:
        read_all()
    assert caught.value.transient
    assert len(server.received) == 1


def test_one_door_serves_many_threads(server: FaultyServer, http: Http) -> None:
    urls = [server.on(f"/{number}", RESET, as_json(number)) for number in range(24)]
    got: list[object] = []
    threads = [threading.Thread(target=lambda url=url: got.append(http.json(url))) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got, key=str) == sorted(range(24), key=str)


def test_parse_may_refuse(server: FaultyServer, http: Http) -> None:
    def even(text: str) -> int:
        if int(text) % 2:
            raise ValueError("it is odd")
        return int(text)

    parse: Callable[[str], int] = even
    assert http.read(server.on("/a", as_text("1"), as_text("2")), parse) == 2
