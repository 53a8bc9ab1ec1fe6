"""Counts for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

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


class Counts:
    """What a receiver counts of itself."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        requests = Counter(
            "mozpipeline_submissions",
            "POST requests to /submit, by what became of them",
            ["result"],
            registry=self.registry,
        )
        self._results = {result: requests.labels(result) for result in RESULTS}
        self.bytes = Counter(
            "mozpipeline_accepted_bytes", "Bytes of accepted bodies", registry=self.registry
        )
        self.seconds = Histogram(
            "mozpipeline_acknowledge_seconds",
            "From the request to its acknowledgement",
            buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5),
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "mozpipeline_in_flight_bytes",
            "Bytes of bodies that are being read or written",
            registry=self.registry,
        )

    def count(self, result: str) -> None:
        self._results[result].inc()

    def text(self) -> bytes:
        """In Prometheus' exposition format."""
        return generate_latest(self.registry)
