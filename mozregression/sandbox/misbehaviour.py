"""How a server can be told to misbehave, and how slow its line is."""

import math
import re
import threading
import time
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from random import Random

from mozregression.sandbox.blobs import Flipped
from mozregression.sandbox.messages import Request, Response, page, text


class Fault(Enum):
    """What goes wrong with one answer."""

    ERROR = auto()
    THROTTLE = auto()
    RESET = auto()
    CUT = auto()
    SLOW = auto()
    WRONG_LENGTH = auto()
    WRONG_TYPE = auto()
    WRONG_BYTES = auto()


@dataclass(frozen=True, slots=True)
class Faults:
    """Chances, per request, from 0 to 1; at most one fault strikes a request.

    error: 500, 502, 503 or 504. throttle: 406 or 429, with Retry-After. reset: the connection
    is reset, before the answer or in the middle of it. cut: the connection is closed before
    the promised length is reached. slow: the body trickles for slow_seconds. wrong_length:
    Content-Length is too small. wrong_type: an HTML error page with status 200 in place of
    JSON. wrong_bytes: a bit of a build is turned over; the next try may be right.
    paths: a regular expression; only requests whose path it finds are struck.
    """

    seed: int = 0
    error: float = 0.0
    throttle: float = 0.0
    reset: float = 0.0
    cut: float = 0.0
    slow: float = 0.0
    wrong_length: float = 0.0
    wrong_type: float = 0.0
    wrong_bytes: float = 0.0
    retry_after: int = 0
    slow_seconds: float = 0.5
    paths: str = ""

    def rates(self) -> dict[Fault, float]:
        return {
            Fault.ERROR: self.error,
            Fault.THROTTLE: self.throttle,
            Fault.RESET: self.reset,
            Fault.CUT: self.cut,
            Fault.SLOW: self.slow,
            Fault.WRONG_LENGTH: self.wrong_length,
            Fault.WRONG_TYPE: self.wrong_type,
            Fault.WRONG_BYTES: self.wrong_bytes,
        }


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an answer is sent.

    stop_after: bytes of the body after which the connection ends; reset: by a reset.
    promised: a Content-Length that is not true. seconds: how long the body takes at least.
    """

    response: Response
    stop_after: int | None = None
    reset: bool = False
    promised: int | None = None
    seconds: float = 0.0


class Trouble:
    """Draws faults. Two runs with the same requests in the same order have the same faults."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._rng = Random(f"faults/{faults.seed}")
        self._lock = threading.Lock()

    def strike(self, request: Request, response: Response) -> Delivery:
        faults = self._faults
        if not re.search(faults.paths, request.path):
            return Delivery(response)
        with self._lock:
            draw, amount = self._rng.random(), self._rng.random()
        for fault, rate in faults.rates().items():
            if draw < rate:
                return self._apply(fault, response, amount)
            draw -= rate
        return Delivery(response)

    def _apply(self, fault: Fault, response: Response, amount: float) -> Delivery:
        part = int(amount * response.body.size)
        if fault is Fault.RESET:
            return Delivery(response, stop_after=-1 if amount < 0.5 else part, reset=True)
        if fault is Fault.SLOW:
            return Delivery(response, seconds=self._faults.slow_seconds)
        if fault is Fault.CUT and response.body.size:
            return Delivery(response, stop_after=part)
        if fault is Fault.WRONG_LENGTH and response.body.size:
            return Delivery(response, promised=part)
        return Delivery(self._replaced(fault, response, amount))

    def _replaced(self, fault: Fault, response: Response, amount: float) -> Response:
        """Another answer in place of the right one, where the fault fits it."""
        if fault is Fault.ERROR:
            return text("Internal Server Error.", (500, 502, 503, 504)[int(amount * 4)])
        if fault is Fault.THROTTLE:
            headers = (("Retry-After", str(self._faults.retry_after)),)
            return text("Slow down.", (406, 429)[int(amount * 2)], headers=headers)
        if fault is Fault.WRONG_TYPE and "json" in (response.header("Content-Type") or ""):
            return page("Error", "<h1>Something went wrong</h1>")
        if fault is Fault.WRONG_BYTES and response.build and response.body.size:
            position = int(amount * response.body.size)
            return replace(response, body=Flipped(response.body, position))
        return response


@dataclass(frozen=True, slots=True)
class Line:
    """bandwidth: bytes per second, shared by all connections. latency: seconds per request."""

    bandwidth: float = math.inf
    latency: float = 0.0


_LATE = 0.02  # seconds by which a busy machine may wake up a sender too late


@dataclass(slots=True)
class Queue:
    """Lets bytes through at the bandwidth of a line, first come, first served.

    A sender that comes late does not slow the line down: on a real one, bytes are under way
    meanwhile.
    """

    line: Line
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _free_at: float = 0.0

    @property
    def piece(self) -> int:
        """Bytes to send at a time, so that connections share the line fairly."""
        if math.isinf(self.line.bandwidth):
            return 1 << 18
        return max(1024, min(1 << 16, int(self.line.bandwidth / 100)))

    def wait(self, size: int) -> None:
        """Return when `size` more bytes would have come through."""
        if math.isinf(self.line.bandwidth):
            return
        with self._lock:
            now = time.monotonic()
            if now - self._free_at > _LATE:
                self._free_at = now  # the line was idle
            self._free_at += size / self.line.bandwidth
            pause = self._free_at - now
        time.sleep(max(0.0, pause))
