"""What holds when processes are killed and when several use one journal."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from mozregression.journal import Journal, SessionInUseError, State
from mozregression.model.request import Request
from tests.journal.facts import verdict

ROOT = Path(__file__).parents[2]


@contextmanager
def worker(journal: Journal, session_id: int | str) -> Iterator["subprocess.Popen[str]"]:
    """A process that appends verdicts without end; killed at the end of the block."""
    command = [
        sys.executable,
        "-m",
        "tests.journal.worker",
        str(journal.path.parent),
        str(session_id),
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def lines(process: "subprocess.Popen[str]", count: int | None = None) -> list[int]:
    assert process.stdout is not None
    if count is None:
        return [int(line) for line in process.stdout]
    return [int(process.stdout.readline()) for _ in range(count)]


def test_every_append_that_returned_survives_a_kill(journal: Journal) -> None:
    wanted: int | str = "new"
    returned: list[int] = []
    for count in (1, 7, 40):  # appends before each kill
        with worker(journal, wanted) as process:
            (session_id,) = lines(process, 1)
            returned += lines(process, count)
        with journal.open() as session:
            assert session.id == session_id
            facts = session.facts()
        assert facts[: len(returned)] == tuple(verdict(number) for number in returned)
        # What was under way when the kill came may be there as well, but nothing torn.
        returned = list(range(len(facts)))
        assert facts == tuple(verdict(number) for number in returned)
        wanted = session_id


def test_a_session_belongs_to_one_process_until_that_ends(journal: Journal) -> None:
    with worker(journal, "new") as process:
        (session_id,) = lines(process, 1)
        assert [summary.state for summary in journal.sessions()] == [State.RUNNING]
        with pytest.raises(SessionInUseError, match=f"in use by process {process.pid}") as caught:
            journal.open(session_id)
        assert caught.value.pid == process.pid
    assert [summary.state for summary in journal.sessions()] == [State.STOPPED]
    journal.open(session_id).close()


def test_processes_may_start_at_once(journal: Journal) -> None:
    with (
        worker(journal, "new") as one,
        worker(journal, "new") as two,
        worker(journal, "new") as three,
    ):
        processes = (one, two, three)
        assert sorted(lines(process, 1)[0] for process in processes) == [1, 2, 3]
        for process in processes:
            assert lines(process, 5) == [0, 1, 2, 3, 4]


def test_a_commit_waits_for_the_disk(journal: Journal, request_made: Request) -> None:
    with journal.create(request_made, {}) as session:
        for pragma, wanted in (("journal_mode", "wal"), ("synchronous", 2)):
            assert session._connection.execute(f"PRAGMA {pragma}").fetchone() == (wanted,)


def test_facts_are_committed_one_by_one(journal: Journal, request_made: Request) -> None:
    with (
        journal.create(request_made, {}) as session,
        closing(sqlite3.connect(journal.path)) as other,
    ):
        for number in range(3):
            session.append(verdict(number))
            assert other.execute("SELECT COUNT(*) FROM facts").fetchone() == (number + 1,)
