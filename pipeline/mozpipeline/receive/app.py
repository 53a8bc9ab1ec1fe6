"""The RSGI application: routes, limits, acknowledgements.

A Glean client deletes a ping on any 4xx answer and tries again on everything that is not 2xx or
4xx. So 4xx is for what can never become right; for whatever may pass, 503. What is wrong inside
a body is not said to the client at all: the bytes are kept, and judged when they are loaded.

https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md
"""

import asyncio
import hmac
import sqlite3
import time
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from mozpipeline.logs import log
from mozpipeline.receive.deadlines import Deadlines, LateError
from mozpipeline.receive.limits import Allowances, Limits
from mozpipeline.receive.observe import Counts
from mozpipeline.receive.writer import Writer
from mozpipeline.wire.decode import MOST_INFLATION, inflate, read_path
from mozpipeline.wire.outcomes import Reason, Refusal

MAX_TAG = 200
RETRY = [("retry-after", "60")]
_JSON = [("content-type", "application/json")]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a receiver is told. token: for read endpoints; without one they are closed.

    journal: one worker's file; before workers exist, the folder of all.
    trusted: addresses of proxies whose X-Forwarded-For names the client. reserve: bytes of disk
    that are left free.
    """

    journal: Path
    version: Mapping[str, str] = field(default_factory=dict)
    token: str = ""
    trusted: frozenset[str] = frozenset()
    reserve: int = 64 * 2**20
    limits: Limits = field(default_factory=Limits)


class _NotAcceptedError(Exception):
    """A submission ends here. result: a word of observe.RESULTS."""

    def __init__(self, status: int, result: str) -> None:
        super().__init__(result)
        self.status = status
        self.result = result


class Receiver:
    """One receiving process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._limits = settings.limits
        self._allowances = Allowances(self._limits.rate, self._limits.burst)
        self._in_flight = 0
        self._failing = False
        self._counts = Counts(lambda: self._in_flight)

    # What RSGI asks for

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._writer = Writer(self._settings.journal, self._settings.reserve, loop)
        self._deadlines = Deadlines(self._limits.body_seconds, loop)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._writer.close()

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        if scope.proto != "http":
            protocol.close(403)
        elif scope.path.startswith("/submit"):
            await self._submission(scope, protocol)
        else:
            await self._page(scope, protocol)

    # Submissions

    async def _submission(self, scope: Any, protocol: Any) -> None:
        start = time.perf_counter()
        try:
            size = await self._accept(scope, protocol)
        except _NotAcceptedError as refused:
            self._counts.refused(refused.result)
            protocol.response_empty(refused.status, RETRY if refused.status == 503 else [])
            return
        protocol.response_empty(200, [])
        self._counts.accepted(size, time.perf_counter() - start)

    async def _accept(self, scope: Any, protocol: Any) -> int:
        """How many bytes long the body was that is now on the disk."""
        path, headers = scope.path, scope.headers
        refused: _NotAcceptedError | None = None
        if read_path(path) is None:
            refused = _NotAcceptedError(404, "not_found")
        elif scope.method != "POST":
            refused = _NotAcceptedError(405, "method")
        elif self._limits.rate and not self._allowances.take(self._client(scope), time.monotonic()):
            refused = _NotAcceptedError(503, "rate")
        if refused is not None:
            await self._drain(_length(headers), protocol)
            raise refused
        body = await self._body(headers, protocol)
        try:
            await self._write(path, headers, body)
        finally:
            self._in_flight -= len(body)
        return len(body)

    def _client(self, scope: Any) -> str:
        address = str(scope.client).rsplit(":", 1)[0]
        if address in self._settings.trusted:
            named = scope.headers.get("x-forwarded-for", "")
            return str(named).rsplit(",", 1)[-1].strip() or address
        return address

    async def _body(self, headers: Any, protocol: Any) -> bytes:
        """The whole body, counted in flight."""
        length = _length(headers)
        # In chunks nobody knows: until it is too much.
        expected = self._limits.body if length is None else length
        if expected > self._limits.body:
            await self._drain(length, protocol)
            raise _NotAcceptedError(413, "body_too_large")
        if self._in_flight + expected > self._limits.in_flight:
            raise _NotAcceptedError(503, "busy")
        self._in_flight += expected
        body = b""
        try:
            body = await self._in_time(self._chunks(protocol) if length is None else protocol())
            self._check_inflated(body)
        except BaseException:
            self._in_flight -= expected
            raise
        self._in_flight -= expected - len(body)
        return body

    async def _in_time(self, reading: Awaitable[bytes]) -> bytes:
        try:
            return await self._deadlines.keep(reading)
        except LateError:
            raise _NotAcceptedError(503, "body_slow") from None
        except RuntimeError:  # RSGI's faults: the client went away, or spoke no HTTP
            raise _NotAcceptedError(503, "body_broken") from None

    async def _drain(self, length: int | None, protocol: Any) -> None:
        """Read and forget: many clients hear no answer before they have sent everything."""

        async def read() -> bytes:
            async for _ in protocol:
                pass
            return b""

        if length is not None and 0 < length <= self._limits.drained:
            await self._in_time(read())

    async def _chunks(self, protocol: Any) -> bytes:
        parts = bytearray()
        async for chunk in protocol:
            parts += chunk
            if len(parts) > self._limits.body:
                raise _NotAcceptedError(413, "body_too_large")
        return bytes(parts)

    def _check_inflated(self, body: bytes) -> None:
        if len(body) * MOST_INFLATION <= self._limits.inflated:
            return  # however it is packed, it cannot be too much
        plain = inflate(body, self._limits.inflated)
        if isinstance(plain, Refusal) and plain.reason is Reason.TOO_LARGE:
            raise _NotAcceptedError(413, "inflated_too_large")

    async def _write(self, path: str, headers: Any, body: bytes) -> None:
        debug, tags = headers.get("x-debug-id"), headers.get("x-source-tags")
        request = (
            time.time_ns() // 1000,
            path,
            debug[:MAX_TAG] if debug else None,
            tags[:MAX_TAG] if tags else None,
            body,
        )
        try:
            await self._writer.append(request)
        except (OSError, sqlite3.Error) as error:
            if not self._failing:  # once per failure, not once per request
                log().error("journal_failed", error=str(error))
            self._failing = True
            raise _NotAcceptedError(503, "journal_failed") from error
        self._failing = False

    # Everything else

    async def _page(self, scope: Any, protocol: Any) -> None:
        if scope.method not in ("GET", "HEAD"):
            protocol.response_empty(405 if scope.path in _PAGES else 404, [])
        elif scope.path == "/__lbheartbeat__":
            protocol.response_empty(200, [])
        elif scope.path == "/__heartbeat__":
            status = "journal_failed" if self._failing else "ok"
            body = orjson.dumps({"status": status})
            protocol.response_bytes(500 if self._failing else 200, _JSON, body)
        elif scope.path == "/__version__":
            protocol.response_bytes(200, _JSON, orjson.dumps(dict(self._settings.version)))
        elif scope.path == "/metrics":
            self._metrics(scope, protocol)
        else:
            protocol.response_empty(404, [])

    def _metrics(self, scope: Any, protocol: Any) -> None:
        given = str(scope.headers.get("authorization", "")).removeprefix("Bearer ")
        token = self._settings.token
        if not token or not hmac.compare_digest(given.encode(), token.encode()):
            protocol.response_empty(401, [("www-authenticate", "Bearer")])
            return
        kind = [("content-type", "text/plain; version=0.0.4; charset=utf-8")]
        protocol.response_bytes(200, kind, self._counts.text())


def _length(headers: Any) -> int | None:
    """Of the body, if its sender says it."""
    text = str(headers.get("content-length", ""))
    return int(text) if text.isdecimal() and len(text) < 20 else None


_PAGES = ("/__lbheartbeat__", "/__heartbeat__", "/__version__", "/metrics")
