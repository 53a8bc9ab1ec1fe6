"""Running receivers: Granian and, if wanted, a loader beside it."""

import gc
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from mozpipeline.logs import log, set_up_logs
from mozpipeline.receive.app import Receiver, Settings

RESTART = 5.0  # seconds until a loader that ended is started again
PATIENCE = 30.0  # seconds a loader gets to finish its batch


@dataclass(frozen=True, slots=True)
class Listen:
    """Where receivers listen. certificate and key: paths of PEM files for TLS."""

    address: str
    port: int
    workers: int = 1
    certificate: str = ""
    key: str = ""


_held: list[FileLock] = []
"""Locks of journals, until the process ends."""


def make_receiver(settings: Settings) -> Receiver:
    """In the worker process. Takes the first journal that no other worker has."""
    set_up_logs()
    journals = settings.journal
    journals.mkdir(parents=True, exist_ok=True)
    for number in range(1000):
        lock = FileLock(journals / f"{number}.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            continue
        _held.append(lock)
        gc.freeze()  # what is there by now stays, so nobody has to look through it again
        return Receiver(replace(settings, journal=journals / f"{number}.sqlite"))
    raise RuntimeError(f"a thousand receivers have journals in {journals}")


def serve(settings: Settings, listen: Listen, loader: Sequence[str] = ()) -> None:
    """Until SIGINT or SIGTERM. loader: a command that is kept running meanwhile."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings

    set_up_logs()
    supervisor = Supervisor(loader) if loader else None
    tls: dict[str, Any] = {}
    if listen.certificate:
        tls = {"ssl_cert": Path(listen.certificate), "ssl_key": Path(listen.key)}
    server = Granian(
        "mozpipeline",
        address=listen.address,
        port=listen.port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        workers=listen.workers,
        websockets=False,
        backlog=2048,
        backpressure=1024,
        http1_settings=HTTP1Settings(header_read_timeout=10_000),
        log_access=False,
        respawn_failed_workers=True,
        **tls,
    )
    if supervisor:
        server.on_startup(supervisor.start)
        server.on_shutdown(supervisor.stop)
    log().info("serving", address=listen.address, port=listen.port, journal=str(settings.journal))
    receivers: Any = partial(make_receiver, settings)  # Granian says it wants a bare function
    server.serve(target_loader=receivers, wrap_loader=False)


class Supervisor:
    """Keeps a command running, in a process of its own: a fault there must not end receiving."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="mozpipeline-loader", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if (process := self._process) is not None and process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)
            code = self._process.wait()
            if not self._stopping.is_set():
                log().error("loader_ended", exit_status=code)
            self._stopping.wait(RESTART)


def version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def python_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mozpipeline", *arguments]
