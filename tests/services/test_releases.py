from datetime import date

import pytest

from mozregression.services.errors import ServiceError
from mozregression.services.http import Http
from mozregression.services.releases import Releases
from tests.services.faulty import FaultyServer, Reply, as_json, as_text

MAJOR = "/firefox_history_major_releases.json"
STABILITY = "/firefox_history_stability_releases.json"
DEVELOPMENT = "/firefox_history_development_releases.json"


@pytest.fixture
def releases(http: Http, server: FaultyServer) -> Releases:
    server.on(MAJOR, as_json({"14.0.1": "2012-07-17", "102.0": "2022-06-28"}))
    server.on(STABILITY, as_json({"102.10.0": "2023-04-11", "102.9.0": "2023-03-14"}))
    server.on(DEVELOPMENT, as_json({"137.0b9": "2025-03-21", "137.0b10": "2025-03-24"}))
    return Releases(http, server.root)


@pytest.mark.parametrize(
    ("version", "day"),
    [
        ("14.0.1", date(2012, 7, 17)),
        ("102.0", date(2022, 6, 28)),
        ("102.0esr", date(2022, 6, 28)),
        ("102.10", date(2023, 4, 11)),
        ("102.10.0esr", date(2023, 4, 11)),
        ("137.0b10", date(2025, 3, 24)),
    ],
)
def test_released(releases: Releases, version: str, day: date) -> None:
    assert releases.look_up(version)[0] == day


def test_unknown_versions_come_with_those_near(releases: Releases) -> None:
    assert releases.look_up("102.1") == (None, ("102.0", "102.9.0", "102.10.0"))
    assert releases.look_up("137.0b1") == (None, ("137.0b9", "137.0b10"))
    assert releases.look_up("10.2") == (None, ())


@pytest.mark.parametrize(
    "reply", [as_text("gone", 404), as_json(["102.0"]), as_json({"102.0": "soon"})]
)
def test_a_list_that_is_not_there_is_a_fault(
    http: Http, server: FaultyServer, reply: Reply
) -> None:
    server.on(MAJOR, reply)
    server.on(STABILITY, as_json({}))
    with pytest.raises(ServiceError):
        Releases(http, server.root).look_up("102.0")
