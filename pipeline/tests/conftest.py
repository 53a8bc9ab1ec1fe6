"""The guards of all tests of this repository, and what the pipeline's tests share."""

from pathlib import Path

import pytest

from mozpipeline.definitions.history import History, shipped
from mozpipeline.home import Home
from tests.conftest import (
    _homes,
    _isolated_environment,
    _no_network,
    _nothing_left_running,
)

__all__ = ["_homes", "_isolated_environment", "_no_network", "_nothing_left_running"]


@pytest.fixture(scope="session")
def history() -> History:
    return shipped()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "data")
