"""Sessions: created, listed, and open in one process at a time."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, final

from filelock import FileLock, Timeout

from mozregression.journal.database import connect, faults, transaction
from mozregression.journal.encoding import from_json, to_json
from mozregression.journal.errors import SessionInUseError, UnknownSessionError
from mozregression.model.facts import Fact, VerdictGiven, VerdictRetracted
from mozregression.model.report import Outcome
from mozregression.model.request import Request

FILE = "journal.sqlite"
LOCK_PATIENCE = 0.25  # seconds; a process that lists sessions holds each lock for an instant


class State(Enum):
    """What happens to a session now. The value is for people."""

    RUNNING = "running elsewhere"
    STOPPED = "stopped"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Summary:
    """A session in a list. created: UTC seconds; verdicts: given and not retracted."""

    id: int
    created: int
    request: Request
    state: State
    verdicts: int
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Record:
    """A session as it is kept, to be read only."""

    summary: Summary
    settings: dict[str, Any]
    facts: tuple[Fact, ...]


@final
class Session:
    """One session, open in this process alone until it is closed. A context manager.

    request and settings: as given to Journal.create. folder: the session's own, for what its
    tests put out. May be used from any thread, by one at a time. Methods raise JournalError.
    """

    def __init__(
        self,
        journal: "Journal",
        session_id: int,
        connection: sqlite3.Connection,
        resources: ExitStack,
    ) -> None:
        """Takes over resources: what is let go of when the session is closed."""
        self.id = session_id
        self.folder = journal.session_folder(session_id)
        self._journal = journal
        self._connection = connection
        with faults(journal.path):
            request, settings = connection.execute(
                "SELECT request, settings FROM sessions WHERE id = ?", (session_id,)
            ).fetchone()
            self.request: Request = from_json(request, Request)
            self.settings: dict[str, Any] = from_json(settings, dict[str, Any])
        self._resources = resources.pop_all()

    def facts(self) -> tuple[Fact, ...]:
        """All facts in the order they were appended, read from the disk."""
        with faults(self._journal.path):
            return _facts(self.id, self._connection)

    def append(self, fact: Fact) -> None:
        """Returns when the fact is on the disk. After a JournalError it is not in the journal."""
        with faults(self._journal.path):
            self._connection.execute(
                "INSERT INTO facts (session, seq, kind, fact) "
                "SELECT :id, 1 + COALESCE(MAX(seq), 0), :kind, :fact "
                "FROM facts WHERE session = :id",
                {"id": self.id, "kind": type(fact).__name__, "fact": to_json(fact, Fact)},
            )

    def extend(self, facts: Iterable[Fact]) -> None:
        """Append many facts, all of them or none."""
        with faults(self._journal.path), transaction(self._connection):
            for fact in facts:
                self.append(fact)

    def revise(self, settings: Mapping[str, Any]) -> None:
        """Go on with other settings from now on."""
        with faults(self._journal.path):
            self._connection.execute(
                "UPDATE sessions SET settings = ? WHERE id = ?",
                (to_json(dict(settings), dict[str, Any]), self.id),
            )
            self.settings = dict(settings)

    def finish(self, outcome: Outcome) -> None:
        """There is nothing left to do: the session is no longer offered to be resumed."""
        with faults(self._journal.path):
            self._connection.execute(
                "UPDATE sessions SET finished = ?, outcome = ? WHERE id = ?",
                (self._journal.now(), to_json(outcome, Outcome), self.id),
            )

    def reopen(self) -> None:
        """There is something to do again: the session is offered to be resumed."""
        with faults(self._journal.path):
            self._connection.execute(
                "UPDATE sessions SET finished = NULL, outcome = NULL WHERE id = ?", (self.id,)
            )

    def close(self) -> None:
        """Let others open the session. Closing again does nothing."""
        self._resources.close()

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Journal:
    """The sessions kept in a folder. Holds nothing open itself.

    clock: UTC seconds since 1970. Methods raise JournalError.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self.path = folder / FILE
        self._clock = clock

    def now(self) -> int:
        return int(self._clock())

    def session_folder(self, session_id: int) -> Path:
        return self.path.parent / "sessions" / str(session_id)

    def create(self, request: Request, settings: Mapping[str, Any]) -> Session:
        """A new session without facts. settings: whatever JSON can hold."""
        texts = to_json(request, Request), to_json(dict(settings), dict[str, Any])
        with self._connected() as (connection, resources):
            with transaction(connection):
                connection.execute(
                    "INSERT INTO sessions (created, request, settings) VALUES (?, ?, ?)",
                    (self.now(), *texts),
                )
                (session_id,) = connection.execute("SELECT last_insert_rowid()").fetchone()
                # Only a process that still works on a journal moved away can hold a new session.
                if not self._hold(session_id, connection, resources):
                    raise SessionInUseError(session_id, None)
            return Session(self, session_id, connection, resources)

    def open(self, session_id: int | None = None) -> Session:
        """A session to go on with; None: the latest that is neither finished nor in use.

        Raises UnknownSessionError when there is none, SessionInUseError when another process
        works on it.
        """
        with self._connected() as (connection, resources):
            fitting = _fitting(session_id, connection)
            for one in fitting:
                if self._hold(one, connection, resources):
                    return Session(self, one, connection, resources)
            if fitting:
                raise SessionInUseError(fitting[0], _holder(fitting[0], connection))
        what = "unfinished session to resume" if session_id is None else f"session {session_id}"
        raise UnknownSessionError(f"There is no {what}. `mozregression sessions` lists all.")

    def sessions(self) -> list[Summary]:
        """All sessions, the oldest first."""
        if not self.path.exists():
            return []
        with self._connected() as (connection, _):
            kinds = VerdictGiven.__name__, VerdictRetracted.__name__
            return [self._summary(*row) for row in connection.execute(SUMMARIES, kinds)]

    def read(self, session_id: int | None = None) -> Record:
        """A session as it is now, whoever works on it; None: the one begun last.

        Raises UnknownSessionError when there is none.
        """
        summaries = self.sessions()
        fitting = [one for one in summaries if session_id in (None, one.id)]
        if not fitting:
            what = "session yet" if session_id is None else f"session {session_id}"
            raise UnknownSessionError(f"There is no {what}. `mozregression sessions` lists all.")
        summary = fitting[-1]
        with self._connected() as (connection, _):
            (settings,) = connection.execute(
                "SELECT settings FROM sessions WHERE id = ?", (summary.id,)
            ).fetchone()
            facts = _facts(summary.id, connection)
            return Record(summary, from_json(settings, dict[str, Any]), facts)

    @contextmanager
    def _connected(self) -> Iterator[tuple[sqlite3.Connection, ExitStack]]:
        """A connection, and the stack that closes it unless a Session takes it over."""
        with ExitStack() as resources, faults(self.path):
            yield resources.enter_context(closing(connect(self.path))), resources

    def _hold(self, session_id: int, connection: sqlite3.Connection, resources: ExitStack) -> bool:
        """Keep the session for this process; False when another one has it."""
        self.session_folder(session_id).mkdir(parents=True, exist_ok=True)
        try:
            resources.enter_context(self._lock(session_id).acquire(timeout=LOCK_PATIENCE))
        except Timeout:
            return False
        connection.execute("UPDATE sessions SET holder = ? WHERE id = ?", (os.getpid(), session_id))
        return True

    def _lock(self, session_id: int) -> FileLock:
        folder = self.session_folder(session_id)
        # Not per thread: a session may be closed by another thread than opened it.
        return FileLock(folder.with_name(f"{folder.name}.lock"), thread_local=False)

    def _summary(self, session_id: int, *columns: Any) -> Summary:
        created, finished, request, outcome, verdicts = columns
        return Summary(
            id=session_id,
            created=created,
            request=from_json(request, Request),
            state=State.FINISHED if finished else self._state_of_unfinished(session_id),
            verdicts=verdicts,
            outcome=from_json(outcome, Outcome) if outcome else None,
        )

    def _state_of_unfinished(self, session_id: int) -> State:
        try:
            with self._lock(session_id).acquire(timeout=0):
                return State.STOPPED
        except Timeout:
            return State.RUNNING


def _facts(session_id: int, connection: sqlite3.Connection) -> tuple[Fact, ...]:
    query = "SELECT fact FROM facts WHERE session = ? ORDER BY seq"
    return tuple(from_json(fact, Fact) for (fact,) in connection.execute(query, (session_id,)))


def _fitting(session_id: int | None, connection: sqlite3.Connection) -> list[int]:
    """Sessions that may be meant, the best first."""
    if session_id is None:
        query = "SELECT id FROM sessions WHERE finished IS NULL ORDER BY id DESC"
        return [one for (one,) in connection.execute(query)]
    query = "SELECT id FROM sessions WHERE id = ?"
    return [one for (one,) in connection.execute(query, (session_id,))]


def _holder(session_id: int, connection: sqlite3.Connection) -> int | None:
    query = "SELECT holder FROM sessions WHERE id = ?"
    pid: int | None = connection.execute(query, (session_id,)).fetchone()[0]
    return pid


SUMMARIES = """
SELECT id, created, finished, request, outcome, (
    SELECT COUNT(CASE kind WHEN ? THEN 1 END) - COUNT(CASE kind WHEN ? THEN 1 END)
    FROM facts WHERE session = sessions.id
) FROM sessions ORDER BY id
"""
