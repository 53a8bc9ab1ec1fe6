"""The loader: every received request ends in exactly one outcome, however often it is killed.

One batch, in this order, each step safe on the disk before the next:

1. rejected bytes, keyed by journal and number, so that a second time changes nothing;
2. counts, and in the same commit the number up to which this journal is counted;
3. rows, and in the same commit the number up to which this journal is in the table;
4. the journal lets go.

After a kill the journal still has the batch. What a table's commit says is in is not put in
again, and what is judged again is judged the same: nothing else wrote meanwhile.
"""

import gc
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, cast

from filelock import FileLock, Timeout

from mozpipeline.definitions.history import History
from mozpipeline.definitions.model import Metric
from mozpipeline.errors import PipelineError
from mozpipeline.home import Home
from mozpipeline.journal import Entry, identity, journals, let_go, read_after, scrub
from mozpipeline.load import telemetry
from mozpipeline.load.counts import Counts
from mozpipeline.load.erased import Erased
from mozpipeline.load.erasure import erase
from mozpipeline.load.judge import Judges
from mozpipeline.load.rejects import Rejects
from mozpipeline.load.routes import Addressed, Routes
from mozpipeline.load.seen import Seen
from mozpipeline.load.sinks import Sink, Tables
from mozpipeline.load.tidying import tidy
from mozpipeline.shape.schema import DELETION_REQUEST
from mozpipeline.store.files import open_files
from mozpipeline.wire.decode import GleanPath, TelemetryPath, decode
from mozpipeline.wire.outcomes import Outcome, Reason, Refusal

BATCH = 10_000
BATCH_BYTES = 32 * 2**20
WEIGHT = 64 * 2**20
"""Bytes of decoded pings that are held at most before they are written."""

GRACE = 3600
"""Seconds from writing a file to committing it that no loader takes. Then nobody will."""

INFLATION = 4
"""How much longer a ping is usually than its gzipped bytes."""


@dataclass(slots=True)
class Summary:
    """What one run did. outcomes: records by outcome; erased: rows removed for deletions."""

    outcomes: Counter[str] = field(default_factory=Counter)
    erased_clients: int = 0
    erased_rows: int = 0
    compacted_files: int = 0


@dataclass(slots=True)
class _Pending:
    """What a batch has come to so far."""

    journal: str
    refused: list[tuple[Entry, Refusal]] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    weight: int = 0


@contextmanager
def loading(home: Home, history: History) -> "Iterator[Loader]":
    """A loader, the only one on its data folder. Raises PipelineError when there is another."""
    home.folder.mkdir(parents=True, exist_ok=True)
    with (
        _alone(home),
        closing(Seen(home.seen)) as seen,
        closing(Rejects(home.rejects)) as rejects,
        closing(Erased(home.erased, _now())) as erased,
    ):
        yield Loader(home, history, seen, rejects, erased)


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    lock = FileLock(home.loading, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise PipelineError(
            f"Another loader works on {home.folder}.",
            "Wait until it ends; `serve --load` runs one all the time.",
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _uncollected() -> Iterator[None]:
    """A batch makes no cycles, so nobody needs to look for any among all it holds."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Loader:
    """Loads what journals hold. Made by `loading`."""

    def __init__(
        self, home: Home, history: History, seen: Seen, rejects: Rejects, erased: Erased
    ) -> None:
        self._home = home
        self._grace = GRACE if home.is_shared else 0
        self._seen = seen
        self._rejects = rejects
        self._erased = erased
        self._judges = Judges(history)
        self._tables = Tables(home.tables, open_files(home.tables), history)
        self._routes = Routes(self._judges, self._tables, seen)

    def run(self) -> Summary:
        """Load everything received so far, do what deletion requests ask, tidy up."""
        summary = Summary()
        self._rejects.forget_before(_now())
        for sink in self._tables.open_sinks():  # loaders of other machines may have been here
            sink.table.refresh()
            self._seen.catch_up(sink.table)
        self._clients: set[str] = set()
        kept: dict[Path, list[int]] = {}
        for path in journals(self._home.journals):
            kept[path] = self._load(path, summary)
        if self._clients:
            tables = self._tables.everything(self._seen)
            summary.erased_rows = erase(self._clients, tables, self._rejects, self._grace)
            summary.erased_clients = len(self._clients)
            self._erased.add(self._clients, _now())
            for table in tables:
                self._seen.catch_up(table)
        for path, numbers in kept.items():
            if numbers:
                let_go(path, numbers[-1])
                scrub(path)
        summary.compacted_files = tidy(
            [self._tables.counts, *(sink.table for sink in self._tables.open_sinks())], self._grace
        )
        return summary

    def _load(self, path: Path, summary: Summary) -> list[int]:
        """Load one journal. Returns the numbers of its deletion requests, which stay for now."""
        journal = identity(path)
        kept: list[int] = []
        number = 0
        while entries := read_after(path, number, BATCH, BATCH_BYTES):
            number = entries[-1].number
            pending = _Pending(journal)
            with _uncollected():
                for one in self._addressed(entries):
                    if not self._sort(one, pending):
                        kept.append(one.entry.number)
                    if pending.weight > WEIGHT:
                        self._commit(pending, one.entry.number)
                        let_go(path, one.entry.number, kept)
                self._commit(pending, number)
            let_go(path, number, kept)
            summary.outcomes += pending.counts.total
        return kept

    def _addressed(self, entries: Sequence[Entry]) -> list[Addressed]:
        """Where entries belong; remembers which of their documents are there already."""
        found = [self._routes.address(entry) for entry in entries]
        documents: dict[Sink, list[bytes]] = defaultdict(list)
        for one in found:
            if (sink := one.route.sink) is not None and one.document is not None:
                documents[sink].append(one.document)
        self._known = {
            sink: self._seen.among(sink.table, wanted) for sink, wanted in documents.items()
        }
        return found

    def _commit(self, pending: _Pending, number: int) -> None:
        """Everything up to `number` is safe when this returns."""
        done = {pending.journal: number}
        if pending.refused:
            self._rejects.add(pending.journal, pending.refused)
        counted = pending.counts.take(_now())
        if counted.num_rows:
            self._tables.counts.append(counted, done)
        for sink in self._tables.open_sinks():
            self._known.setdefault(sink, set()).update(sink.fresh)
            sink.commit(done, self._seen)
        pending.refused, pending.weight = [], 0

    # One record

    def _sort(self, one: Addressed, pending: _Pending) -> bool:
        """Bring a record to its outcome. False: a deletion request, which is still to be done."""
        sink = one.route.sink
        if sink is not None and one.entry.number <= sink.table.done(pending.journal):
            return True  # it was in, and counted, before the last kill
        found = self._judged(one)
        if isinstance(found, Refusal):
            self._count(one, pending, Outcome.REJECTED, found)
            if found.reason is not Reason.ERASED_CLIENT:
                pending.refused.append((one.entry, found))
        elif sink is None or one.document is None:
            self._clients.add(found.body["client_info"]["client_id"].lower())
            self._count(one, pending, Outcome.DELETION)
            return False
        elif one.document in sink.fresh or one.document in self._known[sink]:
            self._count(one, pending, Outcome.DUPLICATE)
        else:
            sink.fresh.add(one.document)
            unknown = self._add(one, found, sink)
            pending.weight += len(one.entry.body) * INFLATION
            self._count(one, pending, Outcome.STORED, unknown=unknown)
        return True

    def _judged(self, one: Addressed) -> "_Good | Refusal":
        parts = one.parts
        if one.route.refusal is not None or parts is None:
            return one.route.refusal or Refusal(Reason.BAD_PATH)
        if one.document is None:
            return Refusal(Reason.BAD_DOCUMENT_ID)
        body = decode(one.entry.body)
        if isinstance(body, Refusal):
            return body
        if isinstance(parts, TelemetryPath):
            return _Good(body, ())
        return self._judged_ping(body, parts.ping)

    def _judged_ping(self, body: dict[str, Any], name: str) -> "_Good | Refusal":
        if name == DELETION_REQUEST:
            return self._judges.deletion_refusal(body) or _Good(body, ())
        judge = self._judges.judge(name, body)
        if refusal := judge.refusal(body):
            return refusal
        if (client := body["client_info"].get("client_id")) and client in self._erased:
            return Refusal(Reason.ERASED_CLIENT)
        return _Good(body, judge.metrics)

    def _add(self, one: Addressed, good: "_Good", sink: Sink) -> Sequence[str]:
        """Put a ping into the rows of its table. Returns the fields nothing defines."""
        entry, parts = one.entry, one.parts
        if isinstance(parts, GleanPath):
            tags = (entry.debug_id, entry.source_tags)
            document = parts.document.lower()
            added = sink.rows.add(good.body, good.metrics, document, entry.received, tags)
            return cast("Sequence[str]", added)
        if parts is not None:
            sink.rows.add(telemetry.row(entry, parts, good.body))
        return ()

    def _count(
        self,
        one: Addressed,
        pending: _Pending,
        outcome: Outcome,
        refusal: Refusal | None = None,
        unknown: Sequence[str] = (),
    ) -> None:
        if one.entry.number <= self._tables.counts.done(pending.journal):
            return  # counted before the last kill
        pending.counts.add(one.entry.received, one.route.subject, outcome, refusal)
        if unknown:
            pending.counts.add_unknown(one.entry.received, one.route.subject, unknown)


class _Good(NamedTuple):
    """A decoded body that is right, and the metrics its version defines."""

    body: dict[str, Any]
    metrics: tuple[Metric, ...]


def _now() -> int:
    return time.time_ns() // 1000
