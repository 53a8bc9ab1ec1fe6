"""A local HTTP server that can be told how to treat each request, and builds to serve."""

import hashlib
import io
import random
import socket
import struct
import tarfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mozregression.builds.download import Patience
from mozregression.model.builds import Build, Checksum
from mozregression.services.http import Http

HASTE = Patience(attempts=4, first_wait=0.0, longest_wait=0.01)


@dataclass
class Treatment:
    """What the server does to one request; by default nothing bad.

    cut: bytes of the body after which the connection ends; reset: with a reset instead.
    gate: waited for after the first half of the body. pause: seconds before each block.
    """

    status: int | None = None
    cut: int | None = None
    reset: bool = False
    ignore_range: bool = False
    wrong_byte: int | None = None
    no_length: bool = False
    shift_range: int = 0
    gate: threading.Event | None = None
    pause: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Request:
    path: str
    headers: dict[str, str]


class Shop:
    """What the server serves, and what it was asked for."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.files: dict[str, bytes] = {}
        self.headers: dict[str, str] = {}
        self.etag: str | None = '"one"'
        self.queue: dict[str, list[Treatment]] = {}
        self.always: Treatment | None = None
        self.requests: list[Request] = []
        self.half = threading.Event()
        self.sent = 0

    def serve(self, name: str, content: bytes) -> str:
        self.files[f"/{name}"] = content
        return f"{self.base}/{name}"

    def treat(self, name: str, *treatments: Treatment) -> None:
        """Treat the next requests for `name` like this, one after the other."""
        self.queue.setdefault(f"/{name}", []).extend(treatments)

    def treatment(self, path: str) -> Treatment:
        waiting = self.queue.get(path)
        return waiting.pop(0) if waiting else self.always or Treatment()

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    shop: Shop

    def do_GET(self) -> None:
        self.shop.requests.append(Request(self.path, dict(self.headers.items())))
        treatment = self.shop.treatment(self.path)
        content = self.shop.files.get(self.path)
        status = treatment.status or (404 if content is None else 200)
        if status != 200 or content is None:
            self._answer(status, b"no", treatment)
            return
        if treatment.wrong_byte is not None:
            at = treatment.wrong_byte
            content = content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]
        self._serve(content, treatment)

    def _serve(self, content: bytes, treatment: Treatment) -> None:
        wanted = self.headers.get("Range")
        fits = self.headers.get("If-Range") in (None, self.shop.etag)
        if not wanted or not fits or treatment.ignore_range:
            self._answer(200, content, treatment)
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) + treatment.shift_range
        if start >= len(content):
            self._answer(416, b"", treatment, {"Content-Range": f"bytes */{len(content)}"})
            return
        span = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self._answer(206, content[start:], treatment, {"Content-Range": span})

    def _answer(
        self, status: int, body: bytes, treatment: Treatment, more: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        if self.shop.etag and status < 300:
            self.send_header("ETag", self.shop.etag)
        for name, value in {**self.shop.headers, **(more or {}), **treatment.headers}.items():
            self.send_header(name, value)
        if treatment.no_length:
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self._send(body, treatment)

    def _send(self, body: bytes, treatment: Treatment) -> None:
        upto = len(body) if treatment.cut is None else min(treatment.cut, len(body))
        block = 64 * 1024
        for at in range(0, upto, block):
            if treatment.pause:
                time.sleep(treatment.pause)
            if treatment.gate and at >= len(body) // 2:
                self.shop.half.set()
                treatment.gate.wait(30)
            piece = body[at : min(at + block, upto)]
            self.wfile.write(piece)
            self.shop.sent += len(piece)
        if treatment.reset:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        if treatment.reset or upto < len(body):
            self.close_connection = True
            self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are what these tests are about."""


@pytest.fixture
def shop() -> Iterator[Shop]:
    handler = type("Handler", (_Handler,), {})
    server = _Server(("127.0.0.1", 0), handler)
    shop = Shop(f"http://127.0.0.1:{server.server_address[1]}")
    handler.shop = shop  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield shop
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def door() -> Iterator[Http]:
    http = Http()
    yield http
    http.close()


def noise(size: int, seed: int = 0) -> bytes:
    """Bytes that do not compress."""
    return random.Random(seed).randbytes(size)


def tarball(
    files: dict[str, bytes] | None = None, *, kind: str = "xz", executable: str = "firefox/firefox"
) -> bytes:
    """A build's archive; by default one of about 1.2 MB."""
    files = files or {
        "firefox/firefox": b"#!/bin/sh\n",
        "firefox/libxul.so": noise(1_000_000),
        "firefox/browser/omni.ja": noise(200_000, seed=1),
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=f"w:{kind}") as tar:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            info.mode = 0o755 if name == executable else 0o644
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def sha512_of(content: bytes) -> Checksum:
    return Checksum("sha512", hashlib.sha512(content).hexdigest())


def build_at(url: str, *, content: bytes | None = None, candidate: str = "") -> Build:
    """A Build of `url`; with `content`, one whose checksum the service promised."""
    return Build(
        candidate=candidate or "nightly/mozilla-central/20260501092011",
        app="firefox",
        platform="linux-x86_64",
        build_type="shippable",
        url=url,
        file_name=url.rsplit("/", 1)[-1],
        checksum=None if content is None else sha512_of(content),
    )
