"""The demo: a make-believe year through every stage, as its own receivers would have it."""

import gzip
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from random import Random

import orjson

from mozpipeline.demo.people import new_id, people, retention_ping, usage_ping, uses
from mozpipeline.home import Home
from mozpipeline.journal import Request, connect, insert
from mozpipeline.shape.table import APPLICATION

DAYS = 365
RETENTION = 0.4  # of uses are told by a retention ping as well
BROKEN = 0.004  # of pings have something wrong
TWICE = 0.01  # of pings come twice


def received(seed: int, today: date, people_count: int, use_count: int) -> Iterator[Request]:
    """What receivers would have got in the year up to today, oldest first."""
    random = Random(seed)
    crowd = people(random, people_count, today)
    sequences: dict[str, int] = {}
    for use in uses(random, crowd, use_count, today, DAYS):
        number = sequences[use.person.client] = sequences.get(use.person.client, -1) + 1
        sent = _request(random, "usage", usage_ping(use, number), use.when)
        yield _broken(random, sent) if random.random() < BROKEN else sent
        if random.random() < TWICE:
            yield sent
        if random.random() < RETENTION:
            later = use.when + timedelta(hours=random.randrange(1, 24))
            when = min(later, datetime.now(timezone.utc))
            yield _request(random, "retention", retention_ping(random, use), when)
    for person in crowd[:5]:  # who have had enough
        info = {"client_id": person.client, "app_display_version": person.version}
        yield _request(
            random,
            "deletion-request",
            {"client_info": info},
            datetime.combine(today, datetime.min.time(), timezone.utc),
        )


def fill(home: Home, requests: Iterator[Request]) -> int:
    """Put requests into a journal, as a receiver does. Returns how many there were."""
    listed = list(requests)
    with closing(connect(home.journals / "demo.sqlite")) as connection:
        insert(connection, listed)
    return len(listed)


def _request(random: Random, ping: str, body: dict[str, object], when: datetime) -> Request:
    path = f"/submit/{APPLICATION}/{ping}/1/{new_id(random)}"
    packed = gzip.compress(orjson.dumps(body), 6, mtime=0)
    return int(when.timestamp() * 1_000_000), path, None, None, packed


def _broken(random: Random, sent: Request) -> Request:
    """Something that does happen: half a body, a date that is none, an app nobody knows."""
    received_at, path, _, _, body = sent
    kind = random.randrange(3)
    if kind == 0:
        return received_at, path, None, None, body[: len(body) // 2]
    if kind == 1:
        return received_at, path.replace("mozregression", "mozprogression"), None, None, body
    ping = orjson.loads(gzip.decompress(body))
    ping["metrics"]["datetime"] = {"usage.bad_date": "2026-02-30+00:00"}
    return received_at, path, None, None, gzip.compress(orjson.dumps(ping), 6, mtime=0)


class Clock:
    """How long the stages take."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def lap(self) -> float:
        """Seconds since the last lap."""
        now = time.monotonic()
        passed, self._start = now - self._start, now
        return passed


def new_folder(folder: Path) -> bool:
    """Whether a folder is there for the demo to fill: not there yet, or empty."""
    return not folder.exists() or not any(folder.iterdir())
