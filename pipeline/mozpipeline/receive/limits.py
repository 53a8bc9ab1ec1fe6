"""How much one client may ask for. Pure: the time is an argument.

Clients are told apart by address, in memory alone; nothing here is ever written or logged.
"""

from collections import OrderedDict
from dataclasses import dataclass

REMEMBERED = 50_000
"""Clients at most; the one longest silent is forgotten first."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds.

    drained: bodies up to here are read to their end before they are refused. rate: requests a
    second of one client, 0: any number.
    """

    body: int = 2**20
    drained: int = 16 * 2**20
    inflated: int = 8 * 2**20
    in_flight: int = 64 * 2**20
    body_seconds: float = 20
    rate: float = 20
    burst: float = 200


class Allowances:
    """A bucket of allowed requests per client, which fills up with time."""

    def __init__(self, rate: float, burst: float, remembered: int = REMEMBERED) -> None:
        self._rate = rate
        self._burst = burst
        self._remembered = remembered
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str, now: float) -> bool:
        """Whether the client may have one more request now (seconds of any steady clock)."""
        left, then = self._buckets.pop(client, (self._burst, now))
        left = min(self._burst, left + (now - then) * self._rate)
        allowed = left >= 1
        self._buckets[client] = (left - 1 if allowed else left, now)
        if len(self._buckets) > self._remembered:
            self._buckets.popitem(last=False)
        return allowed
