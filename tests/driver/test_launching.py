"""Builds of other kinds of apps: what the assembly sees to."""

from dataclasses import asdict
from datetime import datetime, timezone

import pytest

from mozregression.driver.assembly import assembled
from mozregression.driver.settings import Settings
from mozregression.journal import Journal
from mozregression.launch.launcher import LaunchError
from mozregression.model.bounds import DateBound
from mozregression.model.request import Request
from mozregression.services.endpoints import Endpoints
from tests.driver.conftest import Bench, Person


def test_without_a_device_nothing_is_asked_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    spec = bench.world.spec
    ends = DateBound(spec.first), DateBound(spec.last)
    now = int(datetime.now(timezone.utc).timestamp())
    request = Request("fenix", "android", "aarch64", "shippable", *ends, now)
    settings = Settings(command="true")
    with (
        Journal(bench.where.state).create(request, asdict(settings)) as session,
        pytest.raises(LaunchError, match="need the program adb"),
        assembled(
            session,
            settings,
            bench.where,
            Endpoints.at(bench.sandbox.root),
            bench.events.append,
            ask=Person(bench.world),
        ),
    ):
        pass
    assert bench.sandbox.log == []
