"""A real server, the real SDK in real helpers, and a person who allows it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from mozregression.telemetry.consent import consent
from mozregression.telemetry.destination import destination
from mozregression.telemetry.outbox import DAY, Outbox, outbox
from mozregression.telemetry.recorder import Recorder
from mozregression.telemetry.records import Tally, Usage
from mozregression.telemetry.starting import FROZEN_OPTION
from tests.telemetry.server import PingServer

USAGE = Usage(
    "console",
    "firefox",
    "shippable",
    "bisection",
    {"good_date": "2026-05-01", "bad_date": "2026-11-01"},
)
TALLY = Tally("firefox", "shippable", {"3": 2, "60+": 1}, {"0": 4}, {}, {"24-35": 1})


def recorder(folder: Path, wanted: bool, environment: Mapping[str, str]) -> Recorder:
    """What records where this is the will, and these the circumstances."""
    return Recorder(folder, consent(wanted, environment), destination(environment))


@dataclass
class Client:
    """mozregression's side of telemetry on one machine. folder: of all outboxes."""

    folder: Path
    server: PingServer
    wanted: bool = True
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def outbox(self) -> Outbox:
        return outbox(self.folder, self.server.root)

    def recorder(self) -> Recorder:
        environment = {"MOZREGRESSION_TELEMETRY_ENDPOINT": self.server.root, **self.environment}
        return recorder(self.folder, self.wanted, environment)

    def bisect(self, tally: Tally | None = TALLY) -> None:
        """All that telemetry notices of a bisection; returns when the helper has ended."""
        records = self.recorder()
        records.begin(USAGE)
        self.settle()
        records.end(tally)
        self.settle()

    def help(self, *orders: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run a helper in sight."""
        return subprocess.run(
            [
                *(sys.executable, "-m", "mozregression", FROZEN_OPTION),
                *(str(self.outbox.folder), *orders),
            ],
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def settle(self) -> None:
        """Wait until no helper works on an outbox of this client."""
        # Twice: a helper that ends during a look may have started another after its beginning.
        while any(self.helpers()) or any(self.helpers()):
            time.sleep(0.02)

    def kill_helpers(self) -> None:
        for helper in self.helpers():
            helper.kill()
        self.settle()

    def helpers(self) -> Iterator[psutil.Process]:
        """Those that live."""
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                words = process.cmdline()
                begins = not words and process.exe() == str(Path(sys.executable).resolve())
                if begins or any(word.startswith(str(self.folder)) for word in words):
                    yield process

    def let_a_day_pass(self) -> None:
        """Everything that waits was recorded and sent a day ago."""
        then = time.time() - DAY - 1
        for file in (*self.outbox.retention.glob("*"), self.outbox.sent):
            if file.exists():
                os.utime(file, (then, then))


@pytest.fixture(autouse=True)
def _telemetry_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOZREGRESSION_TELEMETRY")


@pytest.fixture
def server() -> Iterator[PingServer]:
    with PingServer().running() as server:
        yield server


@pytest.fixture
def client(server: PingServer, tmp_path: Path) -> Iterator[Client]:
    client = Client(tmp_path / "telemetry", server)
    yield client
    server.released.set()
    client.kill_helpers()
