"""What the two YAML files say, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Metric:
    """One value that may be recorded. identifier: category and name, as pings carry them."""

    identifier: str
    type: str
    description: str
    lifetime: str
    pings: tuple[str, ...]
    bugs: tuple[str, ...]
    reviews: tuple[str, ...]
    emails: tuple[str, ...]
    sensitivity: tuple[str, ...]
    expires: str
    time_unit: str | None = None
    labels: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        """Its name below metrics.<type> in a table."""
        return self.identifier.replace(".", "_")

    @property
    def is_day(self) -> bool:
        """Whether it is a date without a time."""
        return self.type == "datetime" and self.time_unit in ("day", "month")


@dataclass(frozen=True, slots=True)
class Ping:
    """One kind of message. reasons: why it is sent, with a text each."""

    name: str
    description: str
    has_client_id: bool
    reasons: Mapping[str, str]
    bugs: tuple[str, ...]
    reviews: tuple[str, ...]
    emails: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Definitions:
    """All pings and metrics of one version of an application."""

    pings: Mapping[str, Ping]
    metrics: tuple[Metric, ...]

    def metrics_of(self, ping: str) -> tuple[Metric, ...]:
        return tuple(metric for metric in self.metrics if ping in metric.pings)


@dataclass(frozen=True, slots=True)
class Released:
    """Definitions as one version had them. version: as pings name it; released: when, if known."""

    version: str
    definitions: Definitions
    released: date | None = None
