"""Reading a file while another thread still writes it."""

import io
import os
import threading
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from mozregression.services.errors import Cancelled

CHUNK = 256 * 1024
_LOOK_UP = 0.2  # seconds between looks at whether to stop


class StartedOver(Exception):  # noqa: N818 - an expected turn, not an error
    """The writer threw the bytes away; what was read so far counts for nothing."""


class Stopped(Exception):  # noqa: N818 - an expected turn, not an error
    """The writer gave up; the rest will not come."""


class _State(Enum):
    GROWING = 1
    WHOLE = 2
    ACCEPTED = 3
    STOPPED = 4


_GROWING = _State.GROWING


class Growth:
    """What the thread that writes a file tells the threads that read along.

    Once `cancelled` is set, readers that wait get Cancelled, even if the writer hangs.
    """

    def __init__(self, cancelled: threading.Event | None = None) -> None:
        self._cancelled = cancelled or threading.Event()
        self._changed = threading.Condition()
        self._state = _State.GROWING
        self._size = 0
        self._round = 0

    # The writer's side.

    def start_over(self) -> None:
        """To be called before the file is cut, so that no reader takes new bytes for old ones."""
        with self._changed:
            self._round += 1
            self._size = 0
            self._state = _State.GROWING
            self._changed.notify_all()

    def grown_to(self, size: int) -> None:
        with self._changed:
            self._size = size
            self._changed.notify_all()

    def finish(self) -> None:
        """Every byte is there, but may still turn out to be wrong."""
        self._enter(_State.WHOLE)

    def accept(self) -> None:
        """The bytes are the right ones."""
        self._enter(_State.ACCEPTED)

    def stop(self) -> None:
        """Nothing more will come. What was accepted stays so."""
        with self._changed:
            if self._state is not _State.ACCEPTED:
                self._enter(_State.STOPPED)

    def _enter(self, state: _State) -> None:
        with self._changed:
            self._state = state
            self._changed.notify_all()

    # The reader's side. Every call may raise StartedOver, Stopped or Cancelled.

    @property
    def round(self) -> int:
        """How many times the writer has started over."""
        return self._round

    def check(self, round_: int) -> None:
        if self._round != round_:
            raise StartedOver

    def size_beyond(self, position: int, round_: int) -> int:
        """Wait until there is more than `position`, or the end. Returns the size so far."""
        return self._wait(round_, lambda: self._size > position or self._state is not _GROWING)

    def whole_size(self, round_: int) -> int:
        """Wait for the last byte."""
        return self._wait(round_, lambda: self._state is not _GROWING)

    def wait_accepted(self, round_: int) -> None:
        self._wait(round_, lambda: self._state is _State.ACCEPTED)

    def _wait(self, round_: int, reached: Callable[[], bool]) -> int:
        def over() -> bool:
            return self._round != round_ or self._state is _State.STOPPED

        with self._changed:
            while not self._changed.wait_for(lambda: over() or reached(), timeout=_LOOK_UP):
                if self._cancelled.is_set():
                    raise Cancelled
            self.check(round_)
            if self._state is _State.STOPPED:
                raise Stopped
            return self._size


class GrowingFile(io.RawIOBase):
    """A file read while it grows: reading waits for bytes to come, seeking to the end for the end.

    Every read raises StartedOver once the writer has thrown away what was there when this
    object was made, and Stopped once the writer has given up.
    """

    def __init__(self, path: Path, growth: Growth) -> None:
        super().__init__()
        self._growth = growth
        self._round = growth.round
        self._file = path.open("rb", buffering=0)

    def wait_accepted(self) -> None:
        """Wait for the writer's word that what was read is right. Raises like reading."""
        self._growth.wait_accepted(self._round)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        position = self._file.tell()
        there = self._growth.size_beyond(position, self._round) - position
        count = self._file.readinto(memoryview(buffer)[: max(there, 0)])
        self._growth.check(self._round)
        return count or 0

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        if whence == os.SEEK_END:
            offset += self._growth.whole_size(self._round)
            whence = os.SEEK_SET
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()
