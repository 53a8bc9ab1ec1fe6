"""Real receivers, as processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from mozpipeline.home import Home

TOKEN = "a token of the tests"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Server:
    """A running `mozpipeline serve`."""

    home: Home
    port: int
    process: "subprocess.Popen[bytes]"

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def post(self, path: str, body: bytes, **headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", path, body, named).status

    def metrics(self) -> dict[str, float]:
        """What became of submissions, as the server counts it."""
        answer = self.ask("GET", "/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        lines = [line.split() for line in answer.body.decode().splitlines()]
        start = 'mozpipeline_submissions_total{result="'
        return {
            name[len(start) : -2]: float(value)
            for name, value, *_ in lines
            if name.startswith(start)
        }

    def kill(self) -> None:
        """As kill -9 does, receiver and all."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def serving(home: Home, *options: str, log: Path | None = None) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "mozpipeline", "serve", "--data", str(home.folder)]
    command += ["--port", str(port), *options]
    home.folder.mkdir(parents=True, exist_ok=True)
    with (log or home.folder / "server.log").open("wb") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "MOZPIPELINE_TOKEN": TOKEN},
            start_new_session=True,
        )
    server = Server(home, port, process)
    try:
        wait_until_up(server)
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


def wait_until_up(server: Server) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            break
        try:
            if server.ask("GET", "/__lbheartbeat__").status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError((server.home.folder / "server.log").read_text())


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
