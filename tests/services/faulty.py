"""A small HTTP server on loopback that answers from a script and can misbehave."""

import json
import socket
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Query = dict[str, str]


@dataclass(frozen=True)
class Reply:
    """One scripted answer.

    fault: "reset" (no answer), "cut" (half of the body, then reset), "short" (half of the
    body, then a polite end). delay: seconds before the answer.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    delay: float = 0.0


def as_json(value: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(value).encode(), {"Content-Type": "application/json"})


def as_text(value: str, status: int = 200) -> Reply:
    return Reply(status, value.encode(), {"Content-Type": "text/html"})


RESET = Reply(fault="reset")
NOT_FOUND = Reply(404, b"Not Found")


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    path: str
    query: Query
    headers: dict[str, str]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """Clients that go away are part of the play."""


class FaultyServer:
    """Answers of a path are used up in order; the last one stays."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.received: list[Received] = []
        self._replies: defaultdict[str, list[Reply | Callable[[Query], Reply]]] = defaultdict(list)
        self._lock = threading.Lock()
        script = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                script._serve(self)

            def log_message(self, *_: object) -> None:
                pass

        self._scheme = "https" if tls else "http"
        self._server = _Server(("127.0.0.1", 0), Handler)
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def root(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}"

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.received]

    def on(self, path: str, *replies: Reply | Callable[[Query], Reply]) -> str:
        """Script a path, with answers or with what makes them of the query; gives its URL."""
        self._replies[path] = list(replies)
        return self.root + path

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        with self._lock:
            query = dict(parse_qsl(parts.query))
            self.received.append(Received(parts.path, query, dict(handler.headers)))
            replies = self._replies.get(parts.path) or [NOT_FOUND]
            scripted = replies.pop(0) if len(replies) > 1 else replies[0]
        reply = scripted if isinstance(scripted, Reply) else scripted(query)
        time.sleep(reply.delay)
        if reply.fault == "reset":
            _reset(handler)
            return
        handler.send_response(reply.status)
        for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        half = len(reply.body) // 2
        handler.wfile.write(reply.body[:half] if reply.fault else reply.body)
        if reply.fault == "cut":
            _reset(handler)
        elif reply.fault == "short":
            handler.close_connection = True


def _reset(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.flush()
    linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()
    handler.close_connection = True
