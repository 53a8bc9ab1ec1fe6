"""The console as a user runs it: a process of its own against a sandbox."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mozregression.sandbox.sandbox import Sandbox
from tests.driver.conftest import make_world


@dataclass
class Console:
    """Runs mozregression against a sandbox. variables: added to the environment."""

    sandbox: Sandbox
    variables: dict[str, str] = field(default_factory=dict)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "mozregression", *arguments],
            env={**os.environ, "MOZREGRESSION_SERVICES": self.sandbox.root, **self.variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
        with self.start(*arguments) as process:
            try:
                output, errors = process.communicate(typed, timeout=120)
            finally:
                process.kill()
        return subprocess.CompletedProcess(arguments, process.returncode, output, errors)

    @property
    def bounds(self) -> tuple[str, ...]:
        spec = self.sandbox.world.spec
        return ("--good", str(spec.first), "--bad", str(spec.last))


@pytest.fixture
def console() -> Iterator[Console]:
    with Sandbox(make_world()) as sandbox:
        yield Console(sandbox)


@pytest.fixture
def state() -> Path:
    """Where the console keeps sessions in this test's home."""
    return Path(os.environ["XDG_STATE_HOME"], "mozregression")
