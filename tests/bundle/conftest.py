"""The bundle that `dev.py bundle` made, unpacked, where there is no Python to be found."""

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mozregression.sandbox.sandbox import Sandbox
from tests.driver.conftest import make_world

ARCHIVE = Path(__file__).parents[2] / "dist/mozregression-gui-linux-x86_64.tar.xz"
_TOOLS = ("sh", "sleep", "touch", "ls", "rm", "mkdir", "test", "chmod")
"""What made builds and scripted devices are made of."""

_KEPT_VARIABLES = ("DISPLAY", "XAUTHORITY", "TEST_RUN_MARK")


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the bundle."""
    if not ARCHIVE.exists():
        pytest.skip(f"there is no {ARCHIVE.name} in dist/ (dev.py bundle makes it)")
    place = tmp_path_factory.mktemp("a folder")
    with tarfile.open(ARCHIVE) as archive:
        if sys.version_info >= (3, 12):
            archive.extractall(place, filter="data")
        else:
            archive.extractall(place)  # noqa: S202 - our own
    return place / "mozregression"


@dataclass
class Machine:
    """A machine without Python. environment: all that programs of the bundle see."""

    bundle: Path
    sandbox: Sandbox
    environment: dict[str, str]

    def start(self, program: str, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [str(self.bundle / program), *arguments],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(
        self, *arguments: str, program: str = "mozregression"
    ) -> "subprocess.CompletedProcess[str]":
        with self.start(program, *arguments) as process:
            try:
                output, errors = process.communicate(timeout=120)
            finally:
                process.kill()
        return subprocess.CompletedProcess(arguments, process.returncode, output, errors)

    @property
    def bounds(self) -> tuple[str, ...]:
        spec = self.sandbox.world.spec
        return ("--good", str(spec.first), "--bad", str(spec.last))

    @property
    def state(self) -> Path:
        """Where sessions are kept."""
        return Path(self.environment["XDG_STATE_HOME"], "mozregression")


@pytest.fixture
def machine(bundle: Path, tmp_path: Path) -> Iterator[Machine]:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in _TOOLS:
        (tools / name).symlink_to(shutil.which(name) or name)
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT_VARIABLES or name == "HOME" or name.startswith("XDG_")
    }
    with Sandbox(make_world()) as sandbox:
        more = {"PATH": str(tools), "LANG": "C.UTF-8", "MOZREGRESSION_SERVICES": sandbox.root}
        more["MOZREGRESSION_TELEMETRY"] = "0"
        yield Machine(bundle, sandbox, environment | more)
