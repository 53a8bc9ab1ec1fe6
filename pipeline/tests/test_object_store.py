"""The tables on an object store, with a local server that speaks S3."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import requests

from mozpipeline.ask import duck
from mozpipeline.ask.catalog import read_catalog
from mozpipeline.definitions.history import History
from mozpipeline.home import Home
from mozpipeline.load.loader import loading
from mozpipeline.store.files import ObjectFiles
from pings import deletion, packed, path, received, request, usages, uuid
from servers import free_port
from stores import TODAY

BUCKET = "pings"


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The URL of a server in a process of its own: some clients keep Python from answering."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                requests.get(f"{url}/moto-api/", timeout=5)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield url
        server.terminate()


@pytest.fixture
def store(s3: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A bucket of its own, and what clients need to know in the environment."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": s3,
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    requests.post(f"{s3}/moto-api/reset", timeout=30)
    requests.put(f"{s3}/{BUCKET}", timeout=30)
    return f"s3://{BUCKET}/tables"


def test_files_come_and_go(store: str) -> None:
    files = ObjectFiles(store)
    files.write("a/b/one", b"1")
    files.write("a/two", b"22")
    assert files.read("a/two") == b"22"
    assert files.names("a") == ["b/one", "two"]
    files.remove(["a/two", "a/never-there"])
    assert files.names("a") == ["b/one"]


def test_a_store_elsewhere_is_loaded_asked_and_erased(
    home: Home, history: History, store: str
) -> None:
    there = Home(home.folder, store)
    received(there, [*usages(range(10)), *usages(range(3))])
    with loading(there, history) as loader:
        assert loader.run().outcomes == {"stored": 10, "duplicate": 3}
    received(there, usages(range(12)))
    gone = request(path(99, "deletion-request"), packed(deletion(uuid(-4))))
    received(there, [gone])
    with loading(there, history) as loader:
        summary = loader.run()
    assert summary.outcomes == {"stored": 2, "duplicate": 10, "deletion_request": 1}
    assert summary.erased_rows == 1
    with duck.opened(read_catalog(there, history), TODAY) as engine:
        sql = "SELECT client_info.client_id FROM org_mozilla_mozregression.usage"
        clients = {client for (client,) in engine.ask(sql).rows}
    assert clients == {uuid(-n) for n in range(12) if n != 4}
    files = ObjectFiles(store)
    for name in files.names("org_mozilla_mozregression_stable/usage_v1"):
        content = files.read(f"org_mozilla_mozregression_stable/usage_v1/{name}")
        assert uuid(-4).encode() not in content
    assert not (home.folder / "tables").exists()
