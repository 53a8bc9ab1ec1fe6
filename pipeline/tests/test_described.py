"""The receiver answers as docs/pipeline/openapi.yaml says, to requests made of that description."""

from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings

from mozpipeline.definitions.history import History
from mozpipeline.home import Home
from mozpipeline.load.loader import loading
from mozpipeline.receive.app import _PAGES
from pings import outcomes
from servers import serving

pytest.importorskip("schemathesis", reason="schemathesis needs Python 3.11")
import described

SOME = settings(
    max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


def answer(session: requests.Session, case: Any, port: int) -> requests.Response:
    arguments = case.as_transport_kwargs(base_url=f"http://127.0.0.1:{port}")
    return session.request(**arguments, timeout=30)


def test_all_pages_are_described() -> None:
    paths = {path for path in described.description()["paths"] if not path.startswith("/submit")}
    assert paths == set(_PAGES)


def test_answers_are_as_described(tmp_path: Path) -> None:
    with (
        serving(Home(tmp_path), "--rate", "0") as server,
        requests.Session() as session,
    ):

        @SOME
        @given(described.requests())
        def check(case: Any) -> None:
            found = answer(session, case, server.port)
            assert str(found.status_code) in case.operation.definition.raw["responses"]
            assert found.status_code < 500

        check()


def test_what_is_accepted_is_accounted_for(tmp_path: Path, history: History) -> None:
    home = Home(tmp_path)
    sent = 0
    with serving(home, "--rate", "0") as server, requests.Session() as session:

        @SOME
        @given(described.requests(submissions_only=True))
        def send(case: Any) -> None:
            nonlocal sent
            answer(session, case, server.port)
            sent += 1

        send()
        counted = server.metrics()
    assert sum(counted.values()) == sent
    with loading(home, history) as loader:
        summary = loader.run()
    assert summary.outcomes.total() == counted["accepted"] > 0
    fields = sum(n for (outcome, _), n in outcomes(home).items() if outcome == "unknown_field")
    assert outcomes(home).total() - fields == counted["accepted"]
