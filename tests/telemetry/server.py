"""A server that takes pings, and can be told to take them badly."""

import gzip
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

Answer: TypeAlias = int | str
"""A status, or `reset`, or `hang`. What the server remembers it has got in any case."""


@dataclass(frozen=True)
class Received:
    """One request. accepted: it was answered with 200."""

    application: str
    name: str
    document_id: str
    headers: dict[str, str]
    body: Any
    accepted: bool


class PingServer:
    """received: all requests, repetitions included. answer: says what the next one gets."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answer: Callable[[], Answer] = lambda: 200
        self.released = threading.Event()  # ends what hangs
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def accepted(self, name: str | None = None) -> list[Received]:
        return [one for one in self.received if one.accepted and name in (None, one.name)]

    @contextmanager
    def running(self) -> Iterator["PingServer"]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            self.released.set()
            self._server.shutdown()
            self.close()
            thread.join()

    def close(self) -> None:
        """Nobody listens at this port any more."""
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers["Content-Length"]))
                answer = server.answer()
                _, _, application, name, _, document_id = self.path.split("/")
                received = Received(
                    application,
                    name,
                    document_id,
                    dict(self.headers),
                    json.loads(gzip.decompress(data)),
                    accepted=answer == 200,
                )
                server.received.append(received)
                self._answer(answer)

            def _answer(self, answer: Answer) -> None:
                if answer == "hang":
                    server.released.wait(60)
                elif answer == "reset":
                    linger = struct.pack("ii", 1, 0)
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    self.close_connection = True
                else:
                    self.send_response(int(answer))
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Nobody reads it."""

        return Handler
