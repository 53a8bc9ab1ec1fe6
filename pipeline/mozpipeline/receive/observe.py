"""Counts for Prometheus. They are plain numbers, until somebody asks."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

RESULTS = (
    "accepted",
    "not_found",
    "method",
    "unauthorized",
    "body_too_large",
    "inflated_too_large",
    "body_slow",
    "body_broken",
    "rate",
    "busy",
    "journal_failed",
)
SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5)
"""The upper ends of the histogram's buckets; one more has no end."""


class Counts:
    """What a receiver counts of itself."""

    def __init__(self, in_flight: Callable[[], int]) -> None:
        self._results = dict.fromkeys(RESULTS, 0)
        self._in_flight = in_flight
        self._bytes = 0
        self._buckets = [0] * (len(SECONDS) + 1)
        self._seconds = 0.0
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def refused(self, result: str) -> None:
        """result: one of RESULTS."""
        self._results[result] += 1

    def accepted(self, size: int, seconds: float) -> None:
        """size: bytes of the body; seconds: from the request to its acknowledgement."""
        self._results["accepted"] += 1
        self._bytes += size
        self._buckets[bisect_left(SECONDS, seconds)] += 1
        self._seconds += seconds

    def text(self) -> bytes:
        """In Prometheus' exposition format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """What the registry asks for."""
        results = CounterMetricFamily(
            "mozpipeline_submissions",
            "POST requests to /submit, by what became of them",
            labels=["result"],
        )
        for result, count in self._results.items():
            results.add_metric([result], count)
        yield results
        yield CounterMetricFamily(
            "mozpipeline_accepted_bytes", "Bytes of accepted bodies", value=self._bytes
        )
        ends = [*map(str, SECONDS), "+Inf"]
        yield HistogramMetricFamily(
            "mozpipeline_acknowledge_seconds",
            "From the request to its acknowledgement",
            buckets=list(zip(ends, accumulate(self._buckets), strict=True)),
            sum_value=self._seconds,
        )
        yield GaugeMetricFamily(
            "mozpipeline_in_flight_bytes",
            "Bytes of bodies that are being read or written",
            value=self._in_flight(),
        )
