"""The loader: every received request ends in exactly one outcome, however often it is killed.

One batch, in this order, each step safe on the disk before the next:

1. rejected bytes, keyed by journal and number, so that a second time changes nothing;
2. counts, and in the same commit the number up to which this journal is counted;
3. rows, and in the same commit the number up to which this journal is in the table;
4. the journal lets go.

After a kill the journal still has the batch. What a table's commit says is in is not put in
again, and what is judged again is judged the same: nothing else wrote meanwhile.
"""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from filelock import FileLock, Timeout

from mozpipeline.definitions.history import History
from mozpipeline.definitions.model import Metric
from mozpipeline.errors import PipelineError
from mozpipeline.home import Home
from mozpipeline.load import telemetry
from mozpipeline.load.counts import Counts, Subject
from mozpipeline.load.decode import GleanPath, TelemetryPath, decode, document_id, read_path
from mozpipeline.load.erased import Erased
from mozpipeline.load.erasure import erase
from mozpipeline.load.judge import Judges
from mozpipeline.load.outcomes import Outcome, Reason, Refusal
from mozpipeline.load.rejects import Rejects
from mozpipeline.load.seen import Seen
from mozpipeline.load.sinks import Sink, Tables
from mozpipeline.load.tidying import tidy
from mozpipeline.receive.journal import Entry, identity, journals, let_go, read_after, scrub
from mozpipeline.shape.schema import DELETION_REQUEST
from mozpipeline.shape.table import APPLICATION
from mozpipeline.store.files import open_files

BATCH = 10_000
BATCH_BYTES = 32 * 2**20
WEIGHT = 64 * 2**20
"""Bytes of decoded pings that are held at most before they are written."""

INFLATION = 4
"""How much longer a ping is usually than its gzipped bytes."""

OTHER = "other"


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


class _Addressed(NamedTuple):
    """A request and what its path says. sink: where it goes if it is good."""

    entry: Entry
    parts: GleanPath | TelemetryPath | None
    document: bytes | None
    sink: Sink | None


class Loader:
    """One at a time on one data folder. Use as a context."""

    def __init__(self, home: Home, history: History) -> None:
        self._home = home
        self._judges = Judges(history)
        self._lock = FileLock(home.loading, timeout=0)
        self._history = history

    def __enter__(self) -> "Loader":
        self._home.folder.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire()
        except Timeout:
            raise PipelineError(
                f"Another loader works on {self._home.folder}.",
                "Wait until it ends; `serve --load` runs one all the time.",
            ) from None
        self._seen = Seen(self._home.seen)
        self._rejects = Rejects(self._home.rejects)
        self._erased = Erased(self._home.erased, _now())
        files = open_files(self._home.tables)
        self._tables = Tables(self._home.tables, files, self._history)
        return self

    def __exit__(self, *_: object) -> None:
        self._seen.close()
        self._rejects.close()
        self._erased.close()
        self._lock.release()

    def run(self) -> Summary:
        """Load everything received so far, do what deletion requests ask, tidy up."""
        summary = Summary()
        self._rejects.forget_before(_now())
        self._clients: set[str] = set()
        kept: dict[Path, list[int]] = {}
        for path in journals(self._home.journals):
            kept[path] = self._load(path, summary)
        if self._clients:
            tables = self._tables.everything(self._seen)
            summary.erased_rows = erase(self._clients, tables, self._rejects)
            summary.erased_clients = len(self._clients)
            self._erased.add(self._clients, _now())
            for table in tables:
                self._seen.catch_up(table)
        for path, numbers in kept.items():
            if numbers:
                let_go(path, numbers[-1])
                scrub(path)
        summary.compacted_files = tidy(
            [self._tables.counts, *(sink.table for sink in self._tables.open_sinks())]
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

    def _addressed(self, entries: Sequence[Entry]) -> list["_Addressed"]:
        """Where entries belong, by their paths, and whether their documents are there already."""
        found = [self._address(entry) for entry in entries]
        documents: dict[str, list[bytes]] = {}
        sinks: dict[str, Sink] = {}
        for one in found:
            if one.sink is not None and one.document is not None:
                sinks[one.sink.table.name] = one.sink
                documents.setdefault(one.sink.table.name, []).append(one.document)
        self._known = {
            name: self._seen.among(sink.table, documents[name]) for name, sink in sinks.items()
        }
        return found

    def _address(self, entry: Entry) -> "_Addressed":
        parts = read_path(entry.path)
        if parts is None:
            return _Addressed(entry, parts, None, None)
        sink = None
        if isinstance(parts, TelemetryPath):
            sink = self._tables.documents(self._seen)
        elif self._strange(parts) is None and parts.ping != DELETION_REQUEST:
            sink = self._tables.ping(parts.ping, self._seen)
        return _Addressed(entry, parts, document_id(parts.document), sink)

    def _commit(self, pending: _Pending, number: int) -> None:
        """Everything up to `number` is safe when this returns."""
        done = {pending.journal: number}
        if pending.refused:
            self._rejects.add(pending.journal, pending.refused)
        counted = pending.counts.take(_now())
        if counted.num_rows:
            self._tables.counts.append(counted, done)
        for sink in self._tables.open_sinks():
            sink.commit(done, self._seen)
        pending.refused, pending.weight = [], 0

    # One record

    def _sort(self, one: "_Addressed", pending: _Pending) -> bool:
        """Bring a record to its outcome. False: a deletion request, which is still to be done."""
        entry, sink = one.entry, one.sink
        if sink is not None and entry.number <= sink.table.done(pending.journal):
            return True  # it was in, and counted, before the last kill
        found = self._judged(one)
        if isinstance(found, Refusal):
            self._count(one, pending, Outcome.REJECTED, found)
            if found.reason is not Reason.ERASED_CLIENT:
                pending.refused.append((entry, found))
            return True
        if sink is None or one.document is None:
            self._clients.add(found[0]["client_info"]["client_id"].lower())
            self._count(one, pending, Outcome.DELETION)
            return False
        if one.document in sink.fresh or one.document in self._known[sink.table.name]:
            self._count(one, pending, Outcome.DUPLICATE)
            return True
        body, metrics = found
        self._add(one, body, metrics, sink)
        sink.fresh.add(one.document)
        pending.weight += len(entry.body) * INFLATION
        self._count(one, pending, Outcome.STORED)
        return True

    def _judged(self, one: "_Addressed") -> tuple[dict[str, Any], tuple[Metric, ...]] | Refusal:
        """The decoded body, if it is good, and the metrics its version defines."""
        parts = one.parts
        if parts is None:
            return Refusal(Reason.BAD_PATH)
        if isinstance(parts, GleanPath) and (refusal := self._strange(parts)):
            return refusal
        if one.document is None:
            return Refusal(Reason.BAD_DOCUMENT_ID)
        body = decode(one.entry.body)
        if isinstance(body, Refusal):
            return body
        if isinstance(parts, TelemetryPath):
            return body, ()
        if parts.ping == DELETION_REQUEST:
            return self._judges.deletion_refusal(body) or (body, ())
        judge = self._judges.judge(parts.ping, body)
        if refusal := judge.refusal(body):
            return refusal
        if (client := body["client_info"].get("client_id")) and client in self._erased:
            return Refusal(Reason.ERASED_CLIENT)
        return body, judge.metrics

    def _strange(self, parts: GleanPath) -> Refusal | None:
        if parts.app != APPLICATION:
            return Refusal(Reason.UNKNOWN_APP)
        if parts.ping != DELETION_REQUEST and not self._judges.knows(parts.ping):
            return Refusal(Reason.UNKNOWN_PING)
        if parts.version != "1":
            return Refusal(Reason.UNKNOWN_VERSION)
        return None

    def _add(
        self, one: "_Addressed", body: dict[str, Any], metrics: tuple[Metric, ...], sink: Sink
    ) -> None:
        entry, parts = one.entry, one.parts
        if isinstance(parts, TelemetryPath):
            sink.rows.add(telemetry.row(entry, parts, body))
        elif parts is not None:
            tags = (entry.debug_id, entry.source_tags)
            sink.rows.add(body, metrics, parts.document.lower(), entry.received, tags)

    def _count(
        self,
        one: "_Addressed",
        pending: _Pending,
        outcome: Outcome,
        refusal: Refusal | None = None,
    ) -> None:
        if one.entry.number > self._tables.counts.done(pending.journal):
            pending.counts.add(one.entry.received, self._subject(one.parts), outcome, refusal)

    def _subject(self, parts: GleanPath | TelemetryPath | None) -> Subject:
        if isinstance(parts, TelemetryPath):
            return (telemetry.APP, OTHER)
        if parts is None or parts.app != APPLICATION:
            return (OTHER, OTHER)
        known = parts.ping == DELETION_REQUEST or self._judges.knows(parts.ping)
        return (APPLICATION, parts.ping if known else OTHER)


def _now() -> int:
    return time.time_ns() // 1000
