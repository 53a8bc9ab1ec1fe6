"""Pings as the real client sends them, journals that hold them, and what came of them."""

import gzip
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

from deltalake import DeltaTable

from mozpipeline.home import Home
from mozpipeline.journal import Request, connect, insert

APP = "org-mozilla-mozregression"
NOON = 1_795_262_400_000_000  # 2026-11-21 12:00 UTC, in microseconds
DAY = 86_400_000_000


def uuid(number: int) -> str:
    return str(UUID(int=random.Random(number).getrandbits(128), version=4))


def usage(
    *, client: str = uuid(1), version: str = "7.0.0", metrics: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A usage ping. metrics: in place of the usual ones."""
    usual = {
        "string": {
            "usage.app": "firefox",
            "usage.build_type": "shippable",
            "usage.variant": "console",
            "usage.linux_distro": "debian",
            "usage.python_version": "3.12.4",
        },
        "datetime": {"usage.bad_date": "2026-10-01+00:00", "usage.good_date": "2026-09-01+00:00"},
        "counter": {"session.builds_launched": 9},
    }
    return {
        "client_info": {
            "app_build": "Unknown",
            "app_channel": "release",
            "app_display_version": version,
            "architecture": "x86_64",
            "build_date": "1970-01-01T00:00:00+00:00",
            "client_id": client,
            "first_run_date": "2026-11-21+00:00",
            "os": "Linux",
            "os_version": "Unknown",
            "telemetry_sdk_build": "71.0.0",
        },
        "metrics": usual if metrics is None else metrics,
        "ping_info": {
            "reason": "bisection",
            "seq": 0,
            "start_time": "2026-11-21T11:54:00.150+00:00",
            "end_time": "2026-11-21T11:54:00.196+00:00",
        },
    }


def retention() -> dict[str, Any]:
    ping = usage(
        metrics={
            "string": {"retention.app": "firefox", "retention.build_type": "shippable"},
            "labeled_counter": {
                "retention.launched_push": {"0": 4, "11": 2},
                "retention.missing_push": {"13": 1},
            },
        }
    )
    del ping["client_info"]["client_id"]
    return ping


def deletion(client: str) -> dict[str, Any]:
    ping = usage(client=client)
    del ping["metrics"]
    return ping


def packed(ping: Any) -> bytes:
    return gzip.compress(json.dumps(ping).encode(), 6, mtime=0)


def path(number: int, ping: str = "usage") -> str:
    return f"/submit/{APP}/{ping}/1/{uuid(number)}"


def request(
    path: str, body: bytes, *, received: int = NOON, debug_id: str | None = None
) -> Request:
    return (received, path, debug_id, None, body)


def usages(numbers: Iterable[int]) -> Iterator[Request]:
    """One usage ping of a client of its own for each number."""
    for number in numbers:
        yield request(path(number), packed(usage(client=uuid(-number))))


def received(home: Home, requests: Iterable[Request], worker: int = 0) -> Path:
    """Put requests into a journal, as a receiver does."""
    journal = home.journals / f"{worker}.sqlite"
    with closing(connect(journal)) as connection:
        insert(connection, list(requests))
    return journal


def in_journal(journal: Path) -> int:
    with closing(connect(journal)) as connection:
        return int(connection.execute("SELECT count(*) FROM requests").fetchone()[0])


def table(home: Home, name: str) -> list[dict[str, Any]]:
    """All rows, read by the library's own reader of the log and by nothing of ours."""
    import pyarrow.parquet as pq

    files = DeltaTable(f"{home.tables}/{name}").file_uris()
    return [
        {"submission_date": file.rpartition("submission_date=")[2][:10], **row}
        for file in files
        for row in pq.read_table(file, use_threads=False, partitioning=None).to_pylist()
    ]


def usage_rows(home: Home) -> list[dict[str, Any]]:
    return table(home, "org_mozilla_mozregression_stable/usage_v1")


def outcomes(home: Home) -> Counter[tuple[str, str]]:
    """Records by outcome and reason, as the table of outcomes has them."""
    found: Counter[tuple[str, str]] = Counter()
    for row in table(home, "monitoring/outcomes_v1"):
        found[row["outcome"], row["reason"]] += row["records"]
    return found
