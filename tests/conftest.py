"""Guards around every test: it talks to loopback alone, has an environment of its own and
leaves nothing running.
"""

import ipaddress
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

GRACE = 3.0  # seconds that threads and processes get to end after their test

# Inherited by every process a test starts, so that orphans are recognised as well as children.
MARK = "TEST_RUN_MARK"
OWN_MARK = f"{os.getpid()}.{time.time_ns()}"
os.environ[MARK] = OWN_MARK


def pytest_report_header() -> str:
    return f"tests run by Python {sys.version.split()[0]} at {sys.executable}"


# No network but loopback


class NetworkGuard:
    """Ends each attempt to look up or reach a host that is not this machine, and remembers it.

    An audit hook sees what Python's sockets are about to do, however they were called. The
    attempts are kept because the code under test may swallow the failure.
    """

    def __init__(self) -> None:
        self._attempts: list[str] = []

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            sock, address = arguments
            if sock.family in (socket.AF_INET, socket.AF_INET6) and address is not None:
                self._check(event, address[0], address)
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            host = arguments[0]
            if not _is_address(host):  # an address needs no look-up
                self._check(event, host, host)

    def take(self) -> list[str]:
        attempts, self._attempts = self._attempts, []
        return attempts

    def _check(self, event: str, host: str | bytes | None, target: object) -> None:
        if not _is_loopback(host):
            attempt = f"{event} {target!r}"
            self._attempts.append(attempt)
            pytest.fail(f"a test may only talk to 127.0.0.1, but tried {attempt}")


def _is_address(host: str | bytes | None) -> bool:
    return isinstance(_parsed(host), ipaddress.IPv4Address | ipaddress.IPv6Address)


def _is_loopback(host: str | bytes | None) -> bool:
    match _parsed(host):
        case None | "" | "localhost":
            return True
        case ipaddress.IPv6Address(ipv4_mapped=ipaddress.IPv4Address() as inner):
            return inner.is_loopback
        case ipaddress.IPv4Address() | ipaddress.IPv6Address() as address:
            return address.is_loopback
    return False


def _parsed(
    host: str | bytes | None,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address | str | None:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    try:
        return name if name is None else ipaddress.ip_address(name)
    except ValueError:
        return name


network_guard = NetworkGuard()
sys.addaudithook(network_guard)


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    yield
    if attempts := network_guard.take():
        pytest.fail("the test tried to leave this machine: " + "; ".join(attempts))


# An environment of its own

HOME_VARIABLES = {
    "HOME": ".",
    "USERPROFILE": ".",
    "APPDATA": "roaming",
    "LOCALAPPDATA": "local",
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_RUNTIME_DIR": ".runtime",
    "XDG_STATE_HOME": ".local/state",
}
REMOVED_VARIABLES = {
    "CLICOLOR_FORCE",
    "COLUMNS",
    "CURL_CA_BUNDLE",
    "FORCE_COLOR",
    "LINES",
    "NO_COLOR",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
}


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def _isolated_environment(_homes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in tuple(os.environ):
        if (
            name in REMOVED_VARIABLES
            or name.startswith(("MOZREGRESSION_", "XDG_"))
            or name.upper().endswith("_PROXY")
        ):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MOZREGRESSION_TELEMETRY", "0")  # helpers know no guards
    home = Path(tempfile.mkdtemp(dir=_homes))
    for name, place in HOME_VARIABLES.items():
        folder = home / place
        folder.mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv(name, str(folder))


# Nothing left running


@pytest.fixture(autouse=True)
def _nothing_left_running() -> Iterator[None]:
    threads = set(threading.enumerate())
    pids = set(psutil.pids())
    yield
    deadline = time.monotonic() + GRACE
    while _threads_left(threads) or _processes_left(pids):
        if time.monotonic() > deadline:
            left = [*_threads_left(threads), *map(_ended, _processes_left(pids))]
            pytest.fail("the test left something running: " + "; ".join(left))
        time.sleep(0.02)


def _threads_left(before: set[threading.Thread]) -> list[str]:
    return [
        f"thread {thread.name!r} running {_target_name(thread)}"
        for thread in threading.enumerate()
        if thread not in before and (not thread.daemon or _is_ours(thread))
    ]


def _is_ours(thread: threading.Thread) -> bool:
    names = (thread.name, _target_name(thread), type(thread).__module__)
    return any(name.startswith("mozregression") for name in names)


def _target_name(thread: threading.Thread) -> str:
    target = getattr(thread, "_target", None)
    if target is None:
        return f"{type(thread).__module__}.{type(thread).__qualname__}"
    return f"{getattr(target, '__module__', '')}.{getattr(target, '__qualname__', target)}"


def _processes_left(before: set[int]) -> list[psutil.Process]:
    return [
        process
        for pid in set(psutil.pids()) - before
        if (process := _process_from_here(pid)) is not None
    ]


def _process_from_here(pid: int) -> psutil.Process | None:
    """The process, if it lives and comes from this test run."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        if process.ppid() == os.getpid() or process.environ().get(MARK) == OWN_MARK:
            return process
    except psutil.Error:  # it ended meanwhile, or is somebody else's
        pass
    return None


def _ended(process: psutil.Process) -> str:
    """Describes the process and ends it, so that one bad test does not disturb the others."""
    try:
        description = f"process {process.pid}: {' '.join(process.cmdline())}"
        process.kill()
    except psutil.Error:
        return f"process {process.pid}, which ended late"
    return description
