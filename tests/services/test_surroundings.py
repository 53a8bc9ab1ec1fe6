"""What the usual variables of a user's network do: proxies and certificates."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from mozregression.services.errors import ServiceError
from mozregression.services.http import Exchange, Http
from tests.services.faulty import FaultyServer, Reply, as_json


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[FaultyServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = FaultyServer(context)
    yield server
    server.close()


@pytest.fixture
def trusted(
    authority: trustme.CA, secure: FaultyServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> FaultyServer:
    """The secure server, its authority named by the user."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    return secure


def test_an_untrusted_certificate_is_final(
    secure: FaultyServer, http: Http, exchanges: list[Exchange]
) -> None:
    with pytest.raises(ServiceError, match=r"not trusted.*REQUESTS_CA_BUNDLE") as caught:
        http.json(secure.on("/a", as_json(1)))
    assert not caught.value.transient
    assert len(exchanges) == 1


def test_the_users_authorities_are_trusted(trusted: FaultyServer, http: Http) -> None:
    assert http.json(trusted.on("/a", as_json(1))) == 1


def test_a_protected_service_may_not_redirect_to_an_open_one(
    trusted: FaultyServer, server: FaultyServer, http: Http
) -> None:
    elsewhere = server.on("/a", as_json(1))
    url = trusted.on("/a", Reply(302, headers={"Location": elsewhere}))
    with pytest.raises(ServiceError, match="not protected"):
        http.json(url)
    with pytest.raises(ServiceError, match="not protected"), http.stream(url):
        pass


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy"])
def test_proxies_are_used(
    server: FaultyServer, http: Http, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    server.on("/a", as_json(1))
    monkeypatch.setenv(name, server.root)
    assert http.json("http://service.example/a") == 1
    assert server.received[0].headers["Host"] == "service.example"


def test_a_proxy_that_is_down_is_suspected(http: Http, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = FaultyServer()
    gone.close()
    monkeypatch.setenv("HTTP_PROXY", gone.root)
    with pytest.raises(ServiceError, match="proxy settings"):
        http.json("http://service.example/a")
