"""The journal: groups, full disks, numbers that are never given twice."""

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from mozpipeline.home import Home
from mozpipeline.journal import (
    connect,
    identity,
    let_go,
    read_after,
    scrub,
)
from mozpipeline.receive.writer import NoRoomError, Writer
from pings import in_journal, received, request

REQUEST = request("/submit/a", b"body")


def numbers(journal: Path) -> list[int]:
    return [entry.number for entry in read_after(journal, 0, 100, 2**20)]


def test_many_at_once_share_commits(tmp_path: Path) -> None:
    journal = tmp_path / "0.sqlite"

    async def append_many() -> int:
        writer = Writer(journal, 0, asyncio.get_running_loop())
        try:
            await asyncio.gather(*(writer.append(REQUEST) for _ in range(500)))
            assert in_journal(journal) == 500  # before it is closed
        finally:
            writer.close()
        return writer.groups

    assert asyncio.run(append_many()) < 100


def test_what_waits_is_written_at_the_end(tmp_path: Path) -> None:
    journal = tmp_path / "0.sqlite"

    async def append_and_close() -> None:
        writer = Writer(journal, 0, asyncio.get_running_loop())
        waiting = [writer.append(REQUEST) for _ in range(10)]
        writer.close()
        await asyncio.gather(*waiting)

    asyncio.run(append_and_close())
    assert in_journal(journal) == 10


def test_a_full_disk_is_a_fault_until_there_is_room(tmp_path: Path) -> None:
    journal = tmp_path / "0.sqlite"

    async def append() -> None:
        writer = Writer(journal, 2**62, asyncio.get_running_loop())
        try:
            with pytest.raises(NoRoomError):
                await writer.append(REQUEST)
            writer._reserve = 0
            await writer.append(REQUEST)
        finally:
            writer.close()

    asyncio.run(append())
    assert in_journal(journal) == 1


def test_a_journal_that_cannot_be_opened_is_a_fault_until_it_can(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder is wanted")

    async def append() -> None:
        writer = Writer(blocked / "0.sqlite", 0, asyncio.get_running_loop())
        try:
            with pytest.raises(OSError, match="blocked"):
                await writer.append(REQUEST)
            blocked.unlink()
            await writer.append(REQUEST)
        finally:
            writer.close()

    asyncio.run(append())
    assert in_journal(blocked / "0.sqlite") == 1


def test_numbers_are_never_given_twice(home: Home) -> None:
    journal = received(home, [REQUEST] * 3)
    let_go(journal, 3)
    received(home, [REQUEST])
    assert numbers(journal) == [4]


def test_a_journal_made_anew_is_told_from_the_old_one(home: Home) -> None:
    first = received(home, [REQUEST])
    assert identity(first) == identity(first)
    assert identity(first) != identity(received(home, [REQUEST], worker=1))


def test_reading_stops_at_either_limit(home: Home) -> None:
    journal = received(home, [request("/submit/a", bytes(100))] * 10)
    assert [entry.number for entry in read_after(journal, 2, 3, 2**20)] == [3, 4, 5]
    assert [entry.number for entry in read_after(journal, 0, 10, 250)] == [1, 2, 3]


def test_some_entries_stay(home: Home) -> None:
    journal = received(home, [REQUEST] * 6)
    let_go(journal, 5, keep=[2, 4])
    assert numbers(journal) == [2, 4, 6]


def test_of_what_was_let_go_no_byte_is_left(home: Home) -> None:
    journal = received(home, [request("/submit/a", b"wordnobodyelsehas")] * 1000)
    with closing(connect(journal)):  # somebody else has it open, so the log stays when we close
        let_go(journal, 1000)
        assert scrub(journal)
        for file in home.journals.iterdir():
            assert b"wordnobodyelsehas" not in file.read_bytes()


def test_a_log_in_use_is_scrubbed_later(home: Home) -> None:
    journal = received(home, [REQUEST] * 2)
    with closing(connect(journal)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM requests").fetchone()
        with closing(connect(journal)) as impatient:
            impatient.execute("DELETE FROM requests")
        # a reader may stay for long; connect() waits for it only as long as it is told to
        with closing(connect(journal)) as other:
            other.execute("PRAGMA busy_timeout=10")
            busy, _, _ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert busy
    assert scrub(journal)
