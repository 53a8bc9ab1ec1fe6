"""A journal that cannot be used says why, and is left as it is."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from mozregression.journal import Journal, JournalError
from mozregression.model.facts import RetentionChecked
from mozregression.model.report import Outcome
from mozregression.model.request import Request
from tests.journal.facts import verdict

READ_ONLY = r"cannot be written: .*Make the folder .*writable"
USES: list[Callable[[Journal, Request], object]] = [
    lambda journal, request: journal.create(request, {}),
    lambda journal, _: journal.open(),
    lambda journal, _: journal.sessions(),
]


@pytest.fixture(params=USES, ids=["create", "open", "sessions"])
def use(request: pytest.FixtureRequest) -> Callable[[Journal, Request], object]:
    return request.param  # type: ignore[no-any-return]


def execute(journal: Journal, statement: str) -> None:
    with closing(sqlite3.connect(journal.path, isolation_level=None)) as connection:
        connection.execute(statement)


def test_a_newer_journal_is_left_alone(
    journal: Journal, request_made: Request, use: Callable[[Journal, Request], object]
) -> None:
    journal.create(request_made, {}).close()
    execute(journal, "PRAGMA user_version = 99")
    before = journal.path.read_bytes()
    with pytest.raises(JournalError, match=r"newer .*format 99.* Update") as caught:
        use(journal, request_made)
    assert str(journal.path) in str(caught.value)
    assert journal.path.read_bytes() == before


@pytest.mark.parametrize("content", [b"not a database" * 100, b"\0" * 5000])
def test_a_damaged_file_is_left_alone(
    journal: Journal,
    request_made: Request,
    use: Callable[[Journal, Request], object],
    content: bytes,
) -> None:
    journal.path.parent.mkdir()
    journal.path.write_bytes(content)
    with pytest.raises(JournalError, match=r"is damaged: .* Move the folder .*Nothing was deleted"):
        use(journal, request_made)
    assert journal.path.read_bytes() == content


def test_a_file_damaged_in_the_middle_is_told(journal: Journal, request_made: Request) -> None:
    with journal.create(request_made, {}) as session:
        for number in range(200):
            session.append(verdict(number))
    content = bytearray(journal.path.read_bytes())
    content[5000:] = os.urandom(len(content) - 5000)
    journal.path.write_bytes(content)
    with pytest.raises(JournalError, match="is damaged"), journal.open() as session:
        session.facts()


@pytest.mark.parametrize(
    "statement", ["UPDATE facts SET fact = '{\"type\":'", "UPDATE sessions SET request = '{}'"]
)
def test_damaged_content_is_told_and_the_session_let_go(
    journal: Journal, request_made: Request, statement: str
) -> None:
    with journal.create(request_made, {}) as session:
        session.append(verdict(1))
    execute(journal, statement)
    for _ in range(2):  # the second time it would be in use, had the first kept it
        with (
            pytest.raises(JournalError, match=r"is damaged: .*cannot be read"),
            journal.open(session.id) as opened,
        ):
            opened.facts()


def test_a_full_disk_loses_nothing(journal: Journal, request_made: Request) -> None:
    large = RetentionChecked("x" * 100_000, date(2026, 5, 1), "")
    with journal.create(request_made, {}) as session:
        session.append(verdict(1))
        (pages,) = session._connection.execute("PRAGMA page_count").fetchone()
        session._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(JournalError, match=r"is full\. Free some space; everything written"):
            session.append(large)
        assert session.facts() == (verdict(1),)
        session._connection.execute(f"PRAGMA max_page_count = {pages + 1000}")
        session.append(large)
        assert session.facts() == (verdict(1), large)


def test_a_read_only_journal_is_told(journal: Journal, request_made: Request) -> None:
    with journal.create(request_made, {}) as session:
        session._connection.execute("PRAGMA query_only = ON")
        with pytest.raises(JournalError, match=READ_ONLY):
            session.append(verdict(1))
        with pytest.raises(JournalError, match=READ_ONLY):
            session.finish(Outcome.FOUND)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is read-only for root"
)
def test_a_read_only_folder_is_told(
    journal: Journal, request_made: Request, use: Callable[[Journal, Request], object]
) -> None:
    journal.create(request_made, {}).close()
    journal.path.parent.chmod(0o500)
    try:
        with pytest.raises(JournalError, match=READ_ONLY):
            use(journal, request_made)
    finally:
        journal.path.parent.chmod(0o700)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, request_made: Request) -> None:
    (tmp_path / "file").write_text("in the way")
    journal = Journal(tmp_path / "file" / "journal")
    with pytest.raises(JournalError, match=r"cannot be used: .*Check the folder") as caught:
        journal.create(request_made, {})
    assert str(journal.path) in str(caught.value)
