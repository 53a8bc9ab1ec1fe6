from collections.abc import Iterator

import pytest

from mozregression.services.http import Exchange, Http
from tests.services.faulty import FaultyServer


class Pauses(list[float]):
    """Stands in for sleeping: notes how long, returns at once."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    server = FaultyServer()
    yield server
    server.close()


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def exchanges() -> list[Exchange]:
    return []


@pytest.fixture
def http(pauses: Pauses, exchanges: list[Exchange]) -> Iterator[Http]:
    http = Http(sleep=pauses, on_request=exchanges.append)
    yield http
    http.close()
