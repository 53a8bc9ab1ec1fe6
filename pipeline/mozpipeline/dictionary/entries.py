"""What the site says of each ping and metric. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from mozpipeline.ask.catalog import PROJECT
from mozpipeline.definitions.history import History
from mozpipeline.definitions.model import Metric, Ping
from mozpipeline.shape.table import NAMESPACE, VIEWS, table_name

APP = "org.mozilla.mozregression"


@dataclass(frozen=True, slots=True)
class MetricEntry:
    """came, went: versions; went is empty while it is sent. columns: by ping."""

    metric: Metric
    page: str
    came: str
    went: str
    columns: dict[str, str]
    samples: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PingEntry:
    """table, view: full names."""

    ping: Ping
    page: str
    came: str
    went: str
    table: str
    view: str
    metrics: tuple[MetricEntry, ...]
    sample: str


def entries(history: History) -> tuple[PingEntry, ...]:
    """Of every ping there ever was."""
    return tuple(_ping(history, ping) for ping in sorted(history.pings(), key=lambda p: p.name))


def metric_entries(pings: Sequence[PingEntry]) -> tuple[MetricEntry, ...]:
    """Each metric once."""
    found = {entry.page: entry for ping in pings for entry in ping.metrics}
    return tuple(found[page] for page in sorted(found))


def view_of(ping: str) -> str:
    return f"`{PROJECT}`.{VIEWS}.{ping.replace('-', '_')}"


def count_query(entry: PingEntry) -> str:
    """How many pings came in a year, and in how many of them each metric was."""
    counted = [
        f"  COUNT({metric.columns[entry.ping.name]}) AS m{number}"
        for number, metric in enumerate(entry.metrics)
    ]
    columns = ",\n".join(["  COUNT(*) AS pings", *counted])
    return f"SELECT\n{columns}\nFROM {entry.view}\nWHERE {_YEAR}"


_YEAR = "DATE(submission_timestamp) >= DATE_SUB(CURRENT_DATE(), INTERVAL 12 MONTH)"


def _ping(history: History, ping: Ping) -> PingEntry:
    versions = [one.version for one in history.released if ping.name in one.definitions.pings]
    came, went = _span(history, versions)
    metrics = sorted(history.metrics_of(ping.name), key=lambda metric: metric.identifier)
    sample = (
        f"SELECT DATE(submission_timestamp) AS day, COUNT(*) AS pings\nFROM {view_of(ping.name)}\n"
        f"WHERE {_YEAR}\nGROUP BY day\nORDER BY day"
    )
    return PingEntry(
        ping,
        f"ping-{ping.name}.html",
        came,
        went,
        f"`{PROJECT}`.{NAMESPACE}.{table_name(ping.name).rpartition('/')[2]}",
        view_of(ping.name),
        tuple(_metric(history, metric) for metric in metrics),
        sample,
    )


def _metric(history: History, metric: Metric) -> MetricEntry:
    key = (metric.type, metric.identifier)
    versions = [
        one.version
        for one in history.released
        if any((m.type, m.identifier) == key for m in one.definitions.metrics)
    ]
    came, went = _span(history, versions)
    column = f"metrics.{metric.type}.{metric.column}"
    return MetricEntry(
        metric,
        f"metric-{metric.identifier.replace('.', '-')}-{metric.type}.html",
        came,
        went,
        dict.fromkeys(metric.pings, column),
        tuple((ping, _sample(metric, column, view_of(ping))) for ping in metric.pings),
    )


def _span(history: History, versions: Sequence[str]) -> tuple[str, str]:
    """The first version, and the first after the last, if there is one."""
    every = [one.version for one in history.released]
    after = every.index(versions[-1]) + 1
    return versions[0], every[after] if after < len(every) else ""


def _sample(metric: Metric, column: str, view: str) -> str:
    if metric.type.startswith("labeled_"):
        return (
            f"SELECT entry.key AS label, SUM(entry.value) AS total\nFROM {view}\n"
            f"CROSS JOIN UNNEST({column}) AS entry\nWHERE {_YEAR}\n"
            "GROUP BY label\nORDER BY total DESC, label"
        )
    if metric.type in ("counter", "quantity"):
        return (
            f"SELECT DATE(submission_timestamp) AS day, SUM({column}) AS total\nFROM {view}\n"
            f"WHERE {_YEAR}\nGROUP BY day\nORDER BY day"
        )
    value = f"SUBSTR({column}, 1, 10)" if metric.is_day else column
    return (
        f"SELECT {value} AS value, COUNT(*) AS pings\nFROM {view}\n"
        f"WHERE {_YEAR}\n  AND {column} IS NOT NULL\nGROUP BY value\nORDER BY pings DESC, value"
    )
