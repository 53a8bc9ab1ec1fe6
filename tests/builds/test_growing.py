import io
import lzma
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from mozregression.builds.growing import GrowingFile, Growth, StartedOver, Stopped
from mozregression.services.errors import Cancelled

WAIT = 30


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "file.part"
    path.touch()
    return path


def add(path: Path, growth: Growth, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)
    growth.grown_to(path.stat().st_size)


def reading(path: Path, growth: Growth, read: Callable[[GrowingFile], object]) -> "Future[object]":
    """`read` in a thread of its own, on a file opened before this returns."""
    future: Future[object] = Future()
    stream = GrowingFile(path, growth)

    def run() -> None:
        with stream:
            try:
                future.set_result(read(stream))
            except BaseException as fault:  # noqa: BLE001 - handed on
                future.set_exception(fault)

    threading.Thread(target=run).start()
    return future


def test_reads_what_is_there_and_then_waits_for_more(path: Path) -> None:
    growth = Growth()
    add(path, growth, b"left by an earlier run, ")
    future = reading(path, growth, lambda stream: io.BufferedReader(stream).read())
    add(path, growth, b"new, ")
    assert not future.done()
    add(path, growth, b"newest")
    growth.finish()
    assert future.result(WAIT) == b"left by an earlier run, new, newest"


def test_bytes_beyond_what_the_writer_vouches_for_are_not_read(path: Path) -> None:
    growth = Growth()
    path.write_bytes(b"good, and not yet")
    growth.grown_to(4)
    growth.finish()
    assert GrowingFile(path, growth).readall() == b"good"


def test_unpacking_joined_streams_while_they_arrive(path: Path) -> None:
    growth = Growth()
    packed = lzma.compress(b"one") + lzma.compress(b"two")

    def unpack(stream: GrowingFile) -> bytes:
        return lzma.open(io.BufferedReader(stream)).read()

    future = reading(path, growth, unpack)
    for at in range(len(packed)):
        add(path, growth, packed[at : at + 1])
    growth.finish()
    assert future.result(WAIT) == b"onetwo"


def test_seeking_to_the_end_waits_for_the_end(path: Path) -> None:
    growth = Growth()
    add(path, growth, b"12345")
    future = reading(path, growth, lambda stream: (stream.seek(-2, 2), stream.read(9)))
    add(path, growth, b"678")
    assert not future.done()
    growth.finish()
    assert future.result(WAIT) == (6, b"78")


@pytest.mark.parametrize(
    ("turn", "expected"), [(Growth.start_over, StartedOver), (Growth.stop, Stopped)]
)
def test_a_waiting_reader_learns_of_turns(
    path: Path, turn: Callable[[Growth], None], expected: type[Exception]
) -> None:
    growth = Growth()
    future = reading(path, growth, lambda stream: stream.readall())
    turn(growth)
    with pytest.raises(expected):
        future.result(WAIT)


def test_after_starting_over_old_readers_fail_and_new_ones_read(path: Path) -> None:
    growth = Growth()
    add(path, growth, b"old")
    old = GrowingFile(path, growth)
    growth.start_over()
    path.write_bytes(b"")
    add(path, growth, b"new")
    growth.finish()
    with pytest.raises(StartedOver):
        old.read(1)
    assert GrowingFile(path, growth).readall() == b"new"


def test_acceptance_is_waited_for_and_outlasts_stop(path: Path) -> None:
    growth = Growth()
    stream = GrowingFile(path, growth)
    growth.finish()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(stream.wait_accepted)
        assert not waiting.done()
        growth.accept()
        waiting.result(WAIT)
    growth.stop()
    stream.wait_accepted()


def test_wrong_bytes_after_the_end_start_the_reader_over(path: Path) -> None:
    growth = Growth()
    stream = GrowingFile(path, growth)
    growth.finish()
    growth.start_over()
    with pytest.raises(StartedOver):
        stream.wait_accepted()


def test_a_reader_can_be_cancelled_while_the_writer_hangs(path: Path) -> None:
    cancelled = threading.Event()
    future = reading(path, Growth(cancelled), lambda stream: stream.readall())
    cancelled.set()
    with pytest.raises(Cancelled):
        future.result(WAIT)
