"""A config file of one's own."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from mozregression.console import arguments
from mozregression.settings.file import location

settings.register_profile("many", max_examples=10_000)

Configure = Callable[[str], Path]


@pytest.fixture
def help_parser() -> ArgumentParser:
    return arguments.parser()


@pytest.fixture
def configure() -> Configure:
    """Writes the user's config file."""

    def write(text: str) -> Path:
        path = location()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    return write
