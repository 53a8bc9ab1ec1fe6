"""The usage ping: what it costs a launch, and whether pings arrive, whatever happens.

Whole console processes bisect small worlds, and real helpers tell a real server.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from statistics import median

import jsonschema
import psutil
from harness import INSTANT, Figure, Home, bounds, conclude, console, first_of, new_home, progress

from mozregression.sandbox.sandbox import Sandbox
from mozregression.sandbox.world import World, WorldSpec
from mozregression.telemetry.destination import VARIABLE

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
from tests.telemetry.server import Answer, PingServer  # noqa: E402 - needs the path

SCHEMA = json.loads((ROOT / "tests/telemetry/glean.1.schema.json").read_text())


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=100)
    options.add_argument("--pairs", type=int, default=30)
    asked = options.parse_args()
    world = World(WorldSpec(first=first_of(6), days=6, pushes_a_day=4, build_size=20_000))
    with Sandbox(world) as sandbox:
        return conclude(
            [
                *_launches(sandbox, asked.pairs),
                *_delivery(sandbox, asked.runs),
                *_faults(sandbox, asked.runs),
                *_parallel(sandbox),
                *_off_on_off(sandbox),
            ]
        )


class User:
    """Somebody with a home, whose mozregression tells a server."""

    def __init__(self, home: Home, sandbox: Sandbox, server: PingServer) -> None:
        self._home = home
        self._environment = home.environment(sandbox.root) | {VARIABLE: server.root}
        self._bounds = bounds(sandbox.world)

    def start(self, *arguments: str, **variables: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            console(*arguments),
            env={**self._environment, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def bisection(self, **variables: str) -> "subprocess.Popen[bytes]":
        return self.start(*self._bounds, "--command", INSTANT, "--no-confirm", **variables)

    def run(self, *arguments: str, **variables: str) -> None:
        with self.start(*arguments, **variables) as process:
            _ended_well(process)

    def bisect(self, **variables: str) -> None:
        with self.bisection(**variables) as process:
            _ended_well(process)

    def helpers(self) -> Iterator[psutil.Process]:
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if any(word.startswith(str(self._home.state)) for word in process.cmdline()):
                    yield process

    def settle(self) -> None:
        """Wait until all helpers have ended."""
        quiet = 0
        while quiet < 3:  # a process that begins has no command line for an instant
            quiet = 0 if any(self.helpers()) else quiet + 1
            time.sleep(0.05)

    def client_id(self) -> str:
        (file,) = self._home.state.glob("telemetry/*/glean/client_id.txt")
        return file.read_text()


def _ended_well(process: "subprocess.Popen[bytes]") -> None:
    _, errors = process.communicate()
    if process.returncode or b"Traceback" in errors:
        raise SystemExit(f"mozregression failed ({process.returncode}):\n{errors.decode()}")


@contextmanager
def _user(sandbox: Sandbox) -> Iterator[tuple[User, PingServer]]:
    with new_home() as home, PingServer().running() as server:
        user = User(home, sandbox, server)
        yield user, server
        server.released.set()
        user.settle()


def _launches(sandbox: Sandbox, pairs: int) -> Iterator[Figure]:
    """From the start of mozregression to that of what it launches."""
    ratios = []
    with _user(sandbox) as (allowing, _), _user(sandbox) as (refusing, _):
        for number in range(-1, pairs):  # the first downloads, and compiles
            turns = [(allowing, "1"), (refusing, "0")]
            seconds = {
                switch: _seconds_to_launch(user, sandbox, switch)
                for user, switch in (turns if number % 2 else reversed(turns))
            }
            if number >= 0:
                ratios.append(seconds["1"] / seconds["0"])
            progress(f"launches: {number + 1} of {pairs}")
    yield Figure("wall time of --launch to the process start, on ÷ off", median(ratios), 1.05)


def _seconds_to_launch(user: User, sandbox: Sandbox, switch: str) -> float:
    with new_home() as home:
        stamp = home.root / "stamp"
        code = f"import time; open({str(stamp)!r}, 'w').write(repr(time.time()))"
        command = f'{sys.executable} -S -c "{code}"'
        day = str(sandbox.world.spec.last)
        begun = time.time()
        user.run("--launch", day, "--command", command, MOZREGRESSION_TELEMETRY=switch)
        user.settle()
        return float(stamp.read_text()) - begun


def _delivery(sandbox: Sandbox, runs: int) -> Iterator[Figure]:
    with _user(sandbox) as (user, server):
        for number in range(runs):
            user.bisect()
            progress(f"healthy server: {number + 1} of {runs}")
        user.settle()
        pings = server.accepted("usage")
    validator = jsonschema.Draft6Validator(SCHEMA)
    valid = sum(validator.is_valid(ping.body) for ping in pings)
    yield Figure("healthy server: usage pings", len(pings), runs, at_least=True)
    documents = len({ping.document_id for ping in pings})
    yield Figure("healthy server: distinct documents", documents, runs, at_least=True)
    yield Figure("healthy server: valid", valid, runs, at_least=True)


def _faults(sandbox: Sandbox, runs: int) -> Iterator[Figure]:
    chance = Random(5)

    def answer() -> Answer:
        drawn = chance.random()
        return 503 if drawn < 0.3 else "reset" if drawn < 0.5 else "hang" if drawn < 0.6 else 200

    with _user(sandbox) as (user, server):
        server.answer = answer
        for number in range(runs):
            user.bisect()
            time.sleep(chance.uniform(0, 1))
            for helper in user.helpers():
                if chance.random() < 0.5:
                    helper.kill()
            progress(f"bad server, kills: {number + 1} of {runs}")
        user.settle()
        before = len(server.accepted("usage"))
        server.answer = lambda: 200
        server.released.set()
        for _ in range(3):
            user.bisect()
            user.settle()
        arrived = {ping.document_id for ping in server.accepted("usage")}
        made = {ping.document_id for ping in server.received if ping.name == "usage"}
    yield Figure("bad server, kills: arrived at once", before)
    yield Figure("bad server, kills: arrived in the end", len(arrived), runs + 3, at_least=True)
    yield Figure("bad server, kills: documents made", len(made), runs + 3)


def _parallel(sandbox: Sandbox) -> Iterator[Figure]:
    with _user(sandbox) as (user, server):
        for number in range(10):
            processes = [user.bisection() for _ in range(12)]
            for process in processes:
                with process:
                    _ended_well(process)
            progress(f"twelve at once: {number + 1} of 10")
        user.settle()
        arrived = {ping.document_id for ping in server.accepted("usage")}
    yield Figure("twelve at once, ten times: arrived", len(arrived), 120, at_least=True)


def _off_on_off(sandbox: Sandbox) -> Iterator[Figure]:
    periods = []
    with _user(sandbox) as (user, server):
        for _ in range(5):
            user.bisect()
            user.settle()
            periods.append(user.client_id())
            for _ in range(3):
                user.bisect(MOZREGRESSION_TELEMETRY="0")
                user.settle()
        requests = [
            ping.body["client_info"]["client_id"] for ping in server.accepted("deletion-request")
        ]
    yield Figure("off, on, off: deletion requests too many or too few", abs(len(requests) - 5), 0)
    right = sum(one == other for one, other in zip(requests, periods, strict=False))
    yield Figure("off, on, off: with the right id", right, 5, at_least=True)


if __name__ == "__main__":
    sys.exit(main())
