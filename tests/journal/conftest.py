from datetime import date
from pathlib import Path

import pytest

from mozregression.journal import Journal
from mozregression.model.bounds import DateBound
from mozregression.model.request import Request


@pytest.fixture
def request_made() -> Request:
    return Request(
        app="firefox",
        os="linux",
        arch="x86_64",
        build_type="shippable",
        good=DateBound(date(2026, 5, 1)),
        bad=DateBound(date(2026, 11, 1)),
        asked_at=1_793_000_000,
    )


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal", clock=lambda: 1_793_000_000.5)
