"""Reading along while a program writes to a file."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_PAUSE = 0.1  # seconds between two looks


@contextmanager
def following(file: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """Tells each line that is added to the file, from a thread, until the context ends.

    The file need not be there yet; what it holds already is not told.
    """
    begin = file.stat().st_size if file.exists() else 0
    file.touch()
    over = threading.Event()
    with file.open("rb") as content:
        content.seek(begin)
        thread = threading.Thread(target=_follow, args=(content, tell, over), name="follow")
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def _follow(content: BinaryIO, tell: Callable[[str], None], over: threading.Event) -> None:
    begun = b""
    last = False
    while not last:
        last = over.wait(_PAUSE)  # what came before the end is read all the same
        *whole, begun = (begun + content.read()).split(b"\n")
        for line in [*whole, begun] if last and begun else whole:
            tell(line.decode(errors="replace").rstrip("\r"))
