"""The HTTP server: keep-alive, one thread a connection, one send for a small answer."""

import contextlib
import http.client
import os
import socket
import socketserver
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any, NamedTuple

from mozregression.sandbox.blobs import Blob
from mozregression.sandbox.messages import Request, Response, ranged
from mozregression.sandbox.misbehaviour import Delivery, Faults, Line, Queue, Trouble

BODY_LIMIT = 16 << 20
_ABRUPT = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)  # linger on, for no time

Route = Callable[[Request], Response]


class Served(NamedTuple):
    """One request that was answered. bytes_sent: of the body."""

    method: str
    path: str
    bytes_sent: int
    status: int


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Answers with `route`, over `line`, with `faults`; keeps a log."""

    daemon_threads = True
    allow_reuse_address = os.name == "posix"  # elsewhere it lets two share a port
    request_queue_size = 128

    def __init__(
        self,
        port: int,
        route: Route,
        faults: Faults,
        line: Line,
        context: ssl.SSLContext | None,
    ) -> None:
        self.route = route
        self.trouble = Trouble(faults)
        self.queue = Queue(line)
        self.context = context
        self.log: list[Served] = []
        self.build_bytes = 0
        self._lock = threading.Lock()
        self._open: dict[threading.Thread, socket.socket] = {}
        super().__init__(("127.0.0.1", port), Handler)

    @property
    def port(self) -> int:
        port: int = self.server_address[1]
        return port

    def begin(self, served: Served) -> int:
        """Log an answer before it leaves, so that no client is ahead of the log."""
        with self._lock:
            self.log.append(served)
            return len(self.log) - 1

    def count(self, entry: int, size: int, *, build: bool) -> None:
        """Add body bytes to an answer in the log."""
        with self._lock:
            served = self.log[entry]
            self.log[entry] = served._replace(bytes_sent=served.bytes_sent + size)
            self.build_bytes += size if build else 0

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread that `end` can hang up on and wait for."""
        thread = threading.Thread(
            target=self.process_request_thread,
            args=(request, client_address),
            name="sandbox-connection",
            daemon=True,
        )
        with self._lock:
            self._open[thread] = request
        thread.start()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        thread = threading.current_thread()
        connection = request
        try:
            if self.context:
                connection = self.context.wrap_socket(
                    request, server_side=True, do_handshake_on_connect=False
                )
                with self._lock:
                    self._open[thread] = connection
                connection.do_handshake()
            self.finish_request(connection, client_address)
        except OSError:
            pass  # clients may hang up at any time
        finally:
            connection.close()
            with self._lock:
                self._open.pop(thread, None)

    def end(self) -> None:
        """Stop serving, hang up on everybody, wait for the threads."""
        self.shutdown()
        self.server_close()
        with self._lock:
            connections = dict(self._open)
        for thread, connection in connections.items():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join(10)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().setup()

    def do_GET(self) -> None:
        request = self._read()
        response = ranged(request, self.server.route(request))
        delivery = self.server.trouble.strike(request, response)
        time.sleep(self.server.queue.line.latency)
        status = delivery.response.status
        entry = self.server.begin(Served(request.method, request.target, 0, status))
        self._deliver(request, delivery, entry)

    do_HEAD = do_POST = do_GET  # noqa: N815 - names set by the base class

    def _read(self) -> Request:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(min(length, BODY_LIMIT))
        scheme = "https" if self.server.context else "http"
        return Request(
            method=self.command,
            target=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            origin=f"{scheme}://{self.headers.get('Host', f'127.0.0.1:{self.server.port}')}",
        )

    def _deliver(self, request: Request, delivery: Delivery, entry: int) -> None:
        response, stop = delivery.response, delivery.stop_after
        body: Blob = response.body
        if stop is not None and stop < 0:
            self._hang_up(reset=True)
            return
        chunked = not response.with_length and delivery.promised is None
        pending = self._head(response, delivery.promised, chunked=chunked)
        if request.method == "HEAD" or response.status == 304:
            self._send(pending)
            return
        end = body.size if stop is None else stop
        pause = delivery.seconds / (1 + end // self._piece(delivery)) if delivery.seconds else 0
        for chunk in self._pieces(body, end, self._piece(delivery)):
            self.server.queue.wait(len(chunk))
            time.sleep(pause)
            self.server.count(entry, len(chunk), build=response.build)
            framed = b"%x\r\n%b\r\n" % (len(chunk), chunk) if chunked else chunk
            self._send(pending + framed)
            pending = b""
        if chunked and stop is None:
            pending += b"0\r\n\r\n"
        self._send(pending)
        if stop is not None or delivery.promised is not None:
            self._hang_up(reset=delivery.reset)

    def _piece(self, delivery: Delivery) -> int:
        if delivery.seconds:
            return max(1, min(self.server.queue.piece, delivery.response.body.size // 10))
        return self.server.queue.piece

    @staticmethod
    def _pieces(body: Blob, end: int, size: int) -> Iterator[bytes]:
        for chunk in body.chunks(0, end):
            for at in range(0, len(chunk), size):
                yield chunk[at : at + size]

    def _head(self, response: Response, promised: int | None, *, chunked: bool) -> bytes:
        reason = response.reason or http.client.responses.get(response.status, "")
        lines = [f"HTTP/1.1 {response.status} {reason}", f"Date: {self.date_time_string()}"]
        lines += [f"{name}: {value}" for name, value in response.headers]
        if chunked:
            lines.append("Transfer-Encoding: chunked")
        else:
            length = response.body.size if promised is None else promised
            lines.append(f"Content-Length: {length}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")

    def _send(self, data: bytes) -> None:
        if data:
            self.request.sendall(data)

    def _hang_up(self, *, reset: bool) -> None:
        self.close_connection = True
        if reset:
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABRUPT)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as in the base class
        """Sandbox.log is the log."""
