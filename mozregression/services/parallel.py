"""Several requests at a time."""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import TypeVar

T = TypeVar("T")
U = TypeVar("U")


def in_parallel(function: Callable[[T], U], items: Iterable[T], *, threads: int) -> Iterator[U]:
    """Results in the order of the items; the first error is raised and the rest is dropped.

    Unlike an executor, leaving early (an error, Ctrl-C) waits for no request under way.
    """
    waiting: SimpleQueue[tuple[T, Future[U]]] = SimpleQueue()
    futures: list[Future[U]] = []
    left = threading.Event()
    for item in items:
        futures.append(Future())
        waiting.put((item, futures[-1]))

    def work() -> None:
        while not left.is_set():
            try:
                item, future = waiting.get_nowait()
            except Empty:
                return
            try:
                future.set_result(function(item))
            except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
                future.set_exception(error)

    for _ in range(min(threads, len(futures))):
        threading.Thread(target=work, name="services", daemon=True).start()
    try:
        for future in futures:
            yield future.result()
    finally:
        left.set()
