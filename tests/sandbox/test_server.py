import http.client
import math
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
import trustme

from mozregression.sandbox import Faults, Line, Manners, Sandbox, World
from tests.sandbox.helpers import AGENT

JSON = "/mozilla-central/json-pushes"


@pytest.fixture(autouse=True)
def _no_thread_stays() -> Iterator[None]:
    yield
    assert [each.name for each in threading.enumerate() if each.name.startswith("sandbox")] == []


def build_path(world: World) -> str:
    nightly = world.nightlies[0]
    return f"{nightly.path}firefox-{world.version(nightly.day)}.en-US.linux-x86_64.tar.xz"


def get(sandbox: Sandbox, path: str, **headers: str) -> requests.Response:
    given = {"User-Agent": AGENT} | {key.replace("_", "-"): value for key, value in headers.items()}
    return requests.get(sandbox.root + path, headers=given, timeout=60)


def test_connections_are_kept(world: World) -> None:
    with Sandbox(world) as sandbox:
        host, port = sandbox.root.removeprefix("http://").split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=60)
        connection.connect()
        used = connection.sock
        for path in ("/pub/", "/nothing", JSON, build_path(world)):
            connection.request("GET", path, headers={"User-Agent": AGENT})
            answer = connection.getresponse()
            assert len(answer.read()) == int(answer.headers["Content-Length"])
            assert connection.sock is used
        assert sandbox.requests == 4
        connection.close()


def test_hg_says_script_output_follows(world: World) -> None:
    with Sandbox(world) as sandbox:
        assert get(sandbox, JSON).reason == "Script output follows"
        assert get(sandbox, "/pub/").reason == "OK"


def test_head_has_the_headers_alone(world: World) -> None:
    with Sandbox(world) as sandbox:
        url = sandbox.root + build_path(world)
        head, whole = requests.head(url, timeout=60), requests.get(url, timeout=60)
        assert head.content == b""
        same = {"Content-Length", "ETag", "Accept-Ranges", "Content-Type"}
        assert {head.headers[name] for name in same} == {whole.headers[name] for name in same}


def test_the_log_knows_every_request_and_its_bytes(world: World) -> None:
    with Sandbox(world) as sandbox:
        whole = get(sandbox, build_path(world)).content
        get(sandbox, build_path(world), range="bytes=0-9")
        page = get(sandbox, "/pub/?x=1").content
        size = len(whole)
        assert [tuple(each) for each in sandbox.log] == [
            ("GET", build_path(world), size, 200),
            ("GET", build_path(world), 10, 206),
            ("GET", "/pub/?x=1", len(page), 200),
        ]
        assert (sandbox.requests, sandbox.build_bytes) == (3, size + 10)


def test_builds_can_be_fetched_at_the_same_time(world: World) -> None:
    with Sandbox(world) as sandbox:
        paths = [build_path(world)] * 20
        with ThreadPoolExecutor(8) as pool:
            bodies = set(pool.map(lambda path: get(sandbox, path).content, paths))
        assert len(bodies) == 1
        assert sandbox.requests == 20


def test_an_answer_can_lack_its_length(world: World) -> None:
    with Sandbox(world, manners=Manners(with_length=False)) as sandbox:
        push = next(world.pushes("autoland"))
        task = f"/api/index/v1/task/gecko.v2.autoland.revision.{push.tip}.firefox.linux64-opt"
        slug = get(sandbox, task).json()["taskId"]
        answer = get(sandbox, f"/api/queue/v1/task/{slug}/artifacts/public/build/target.tar.xz")
        assert "Content-Length" not in answer.headers
        assert answer.headers["x-goog-stored-content-length"] == str(len(answer.content))


def test_redirects_and_pings_work_over_the_wire(world: World) -> None:
    with Sandbox(world, manners=Manners(hg_redirect=True)) as sandbox:
        answer = get(sandbox, f"{JSON}?startID=3")
        assert answer.url.startswith(f"{sandbox.root}/hg-edge/")
        assert answer.json()
        path = "/submit/app/usage/1/df942b18-a4d9-4a77-8a72-aa3d94dff4fe"
        assert requests.post(sandbox.root + path, json={"a": 1}, timeout=60).status_code == 200
        assert sandbox.pings[0].body == {"a": 1}


def test_a_sandbox_ends_with_connections_open(world: World) -> None:
    with Sandbox(world) as sandbox:
        host, port = sandbox.root.removeprefix("http://").split(":")
        idle = socket.create_connection((host, int(port)))
        session = requests.Session()
        session.get(sandbox.root + "/pub/", timeout=60)
    idle.close()
    session.close()


def test_a_port_can_be_chosen_and_used_again(world: World) -> None:
    with Sandbox(world) as sandbox:
        port = int(sandbox.root.rpartition(":")[2])
    with Sandbox(world, port=port) as sandbox:
        assert sandbox.root == f"http://127.0.0.1:{port}"
        assert get(sandbox, "/pub/").status_code == 200


def test_outside_of_with_there_is_no_root(world: World) -> None:
    with pytest.raises(RuntimeError, match="not running"):
        _ = Sandbox(world).root


# HTTPS


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def test_https(world: World, authority: trustme.CA, tmp_path: Path) -> None:
    issued = authority.issue_cert("127.0.0.1")
    chain, key, trusted = tmp_path / "chain.pem", tmp_path / "key.pem", tmp_path / "ca.pem"
    chain.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    key.write_bytes(issued.private_key_pem.bytes())
    authority.cert_pem.write_to_path(str(trusted))
    with Sandbox(world, certificate=(chain, key)) as sandbox:
        assert sandbox.root.startswith("https://127.0.0.1:")
        with requests.Session() as session:
            session.verify = str(trusted)
            body = session.get(sandbox.root + build_path(world), timeout=60).content
            assert len(body) > 40_000
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(sandbox.root, timeout=60)


def test_https_with_a_context_survives_silent_clients(world: World, authority: trustme.CA) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with Sandbox(world, certificate=context) as sandbox:
        host, port = sandbox.root.removeprefix("https://").split(":")
        silent = socket.create_connection((host, int(port)))
        time.sleep(0.05)
    silent.close()


# Misbehaviour: each rate at 1, so that the very first request is struck


def test_errors(world: World) -> None:
    with Sandbox(world, faults=Faults(error=1)) as sandbox:
        codes = {get(sandbox, "/pub/").status_code for _ in range(40)}
        assert codes == {500, 502, 503, 504}


def test_throttling(world: World) -> None:
    with Sandbox(world, faults=Faults(throttle=1, retry_after=2)) as sandbox:
        answers = [get(sandbox, JSON) for _ in range(20)]
        assert {answer.status_code for answer in answers} == {406, 429}
        assert {answer.headers["Retry-After"] for answer in answers} == {"2"}


def raw(sandbox: Sandbox, path: str) -> tuple[bytes, bool]:
    """Everything a server sends, and whether it ended with a reset."""
    host, port = sandbox.root.removeprefix("http://").split(":")
    received = b""
    with socket.create_connection((host, int(port)), timeout=60) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: x\r\n\r\n".encode())
        try:
            while data := client.recv(1 << 16):
                received += data
        except ConnectionResetError:
            return received, True
    return received, False


def test_resets_come_before_and_within_answers(world: World) -> None:
    with Sandbox(world, faults=Faults(reset=1)) as sandbox:
        ends = [raw(sandbox, build_path(world)) for _ in range(20)]
        assert all(reset for _, reset in ends)
        assert any(not received for received, _ in ends)
        assert any(received for received, _ in ends)


def test_cut_bodies_are_shorter_than_promised(world: World) -> None:
    with Sandbox(world, faults=Faults(cut=1)) as sandbox:
        for _ in range(5):
            received, reset = raw(sandbox, build_path(world))
            head, _, body = received.partition(b"\r\n\r\n")
            promised = int(head.partition(b"Content-Length: ")[2].split()[0])
            assert not reset
            assert len(body) < promised


def test_wrong_lengths_are_too_small(world: World) -> None:
    with Sandbox(world, faults=Faults(wrong_length=1)) as sandbox:
        received, _ = raw(sandbox, "/pub/")
        head, _, body = received.partition(b"\r\n\r\n")
        assert int(head.partition(b"Content-Length: ")[2].split()[0]) < len(body)


def test_wrong_types_replace_json_alone(world: World) -> None:
    with Sandbox(world, faults=Faults(wrong_type=1)) as sandbox:
        answer = get(sandbox, JSON)
        assert answer.status_code == 200
        assert answer.text.startswith("<!DOCTYPE html>")
        assert "Index of" in get(sandbox, "/pub/").text


def test_wrong_bytes_are_in_builds_alone_and_differ_each_time(world: World) -> None:
    with Sandbox(world) as sound:
        right = get(sound, build_path(world)).content
        page = get(sound, "/pub/").content
    with Sandbox(world, faults=Faults(wrong_bytes=1)) as sandbox:
        places = set()
        for _ in range(5):
            wrong = get(sandbox, build_path(world)).content
            (place,) = [
                at for at, pair in enumerate(zip(right, wrong, strict=True)) if len(set(pair)) > 1
            ]
            places.add(place)
        assert len(places) > 1
        assert get(sandbox, "/pub/").content == page


def test_slow_bodies_are_whole(world: World) -> None:
    with Sandbox(world, faults=Faults(slow=1, slow_seconds=0.1)) as sandbox:
        begun = time.monotonic()
        assert get(sandbox, "/pub/").text.endswith("</html>\n")
        assert time.monotonic() - begun >= 0.08


def test_faults_strike_at_their_rates_and_the_same_way_each_time(world: World) -> None:
    def codes() -> list[int]:
        faulty = Sandbox(world, faults=Faults(seed=4, error=0.3))
        with faulty as sandbox, requests.Session() as session:
            url = f"{sandbox.root}/pub/"
            return [session.get(url, timeout=60).status_code for _ in range(100)]

    first = codes()
    assert 15 <= sum(code >= 500 for code in first) <= 45
    assert codes() == first


def test_faults_can_be_kept_to_some_paths(world: World) -> None:
    with Sandbox(world, faults=Faults(error=1, paths=r"\.tar\.xz$")) as sandbox:
        assert get(sandbox, "/pub/").status_code == 200
        assert get(sandbox, build_path(world)).status_code >= 500


# The line


def test_a_line_has_bandwidth_for_all_together_and_latency(world: World) -> None:
    size = 50_000
    with Sandbox(world, line=Line(bandwidth=10 * size, latency=0.02)) as sandbox:
        begun = time.monotonic()
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda _: get(sandbox, build_path(world)), range(3)))
        # A lower bound is certain: three builds cannot come through any faster.
        assert time.monotonic() - begun >= 3 * sandbox.build_bytes / 3 / (10 * size)


def test_by_default_the_line_is_free() -> None:
    assert math.isinf(Line().bandwidth)
    assert Line().latency == 0
