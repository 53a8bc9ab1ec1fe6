import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mozregression.services.answers import Answers
from mozregression.services.http import Http
from tests.services.conftest import Pauses
from tests.services.faulty import FaultyServer, as_json, as_text


@pytest.fixture
def kept(tmp_path: Path, pauses: Pauses) -> Iterator[Http]:
    http = Http(answers=Answers(tmp_path), sleep=pauses)
    yield http
    http.close()


def noise(seed: int, size: int) -> bytes:
    import random

    return random.Random(seed).randbytes(size)


def test_immutable_answers_are_asked_for_once(
    server: FaultyServer, kept: Http, tmp_path: Path
) -> None:
    url = server.on("/a", as_json([1]), as_json([2]))
    assert kept.json(url, params={"x": 1}, immutable=True) == [1]
    assert kept.json(url, params={"x": 1}, immutable=True) == [1]
    assert kept.json(url, params={"x": 2}, immutable=True) == [2]
    later = Http(answers=Answers(tmp_path))
    assert later.json(url, params={"x": 1}, immutable=True) == [1]
    later.close()
    assert len(server.received) == 2


def test_other_answers_are_not_kept(server: FaultyServer, kept: Http) -> None:
    url = server.on("/a", as_json([1]), as_json([2]), as_json([3]))
    assert kept.json(url) == [1]
    assert kept.json(url, immutable=True) == [2]
    assert kept.json(url) == [3]


def test_only_fit_and_settled_answers_are_kept(server: FaultyServer, kept: Http) -> None:
    url = server.on(
        "/a", as_text("<html>"), as_text("down", 500), as_text("none", 404), as_json(1), as_json(2)
    )

    def ask() -> int | None:
        return kept.read(url, int, immutable=True, settled=lambda value: value == 2)

    assert [ask(), ask(), ask(), ask()] == [None, 1, 2, 2]
    assert len(server.received) == 5


def test_a_kept_answer_that_is_unfit_now_is_asked_for_again(
    server: FaultyServer, kept: Http
) -> None:
    url = server.on("/a", as_text("old form"), as_text("7"))
    assert kept.text(url, immutable=True) == "old form"
    assert kept.read(url, int, immutable=True) == 7


def test_the_oldest_leave_when_there_is_no_room(tmp_path: Path) -> None:
    answers = Answers(tmp_path, max_bytes=10_000)
    for number in range(6):
        answers.keep(str(number), noise(number, 3000))
    answers.keep("too large", noise(9, 20_000))
    found = [number for number in range(6) if answers.find(str(number)) is not None]
    assert found == [3, 4, 5]
    assert answers.find("too large") is None
    assert answers.find("5") == noise(5, 3000)
    answers.close()


def _corrupt(folder: Path) -> None:
    (folder / "answers.sqlite3").write_bytes(b"this is no database at all" * 100)


def _corrupt_rows(folder: Path) -> None:
    with sqlite3.connect(folder / "answers.sqlite3") as database:
        database.execute("CREATE TABLE answers (url TEXT PRIMARY KEY, body BLOB NOT NULL)")
        database.execute("INSERT INTO answers VALUES ('a', 'not compressed')")
    database.close()


def _folder_in_the_way(folder: Path) -> None:
    (folder / "answers.sqlite3").mkdir()


@pytest.mark.parametrize("spoil", [_corrupt, _corrupt_rows, _folder_in_the_way])
def test_works_without_a_usable_file(tmp_path: Path, spoil: object) -> None:
    spoil(tmp_path)  # type: ignore[operator]
    answers = Answers(tmp_path)
    assert answers.find("a") is None
    answers.keep("b", b"body")
    assert answers.find("a") is None
    answers.close()
    answers.close()


def test_works_without_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    answers = Answers(tmp_path / "file" / "folder")
    answers.keep("a", b"body")
    assert answers.find("a") is None
    answers.close()


def test_works_while_another_process_locks_the_file(tmp_path: Path) -> None:
    answers = Answers(tmp_path)
    other = sqlite3.connect(tmp_path / "answers.sqlite3")
    other.execute("BEGIN EXCLUSIVE")
    assert answers.find("a") is None
    answers.keep("a", b"body")
    other.rollback()
    other.close()
    answers.close()


def test_threads_and_processes_share_the_file(tmp_path: Path) -> None:
    answers = Answers(tmp_path)
    program = (
        "import sys, pathlib\n"
        "from mozregression.services.answers import Answers\n"
        "answers = Answers(pathlib.Path(sys.argv[1]))\n"
        "[answers.keep(f'process {n}', b'p%d' % n) for n in range(20)]\n"
        "answers.close()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)])

    def keep(thread: int) -> None:
        for number in range(5):
            answers.keep(f"thread {thread} {number}", b"body")

    threads = [threading.Thread(target=keep, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert process.wait(60) == 0
    assert answers.find("process 19") == b"p19"
    assert all(answers.find(f"thread {t} {n}") == b"body" for t in range(4) for n in range(5))
    answers.close()
