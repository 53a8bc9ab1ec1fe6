"""Bodies of answers: bytes held in parts that may repeat, so that big ones cost little memory."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

CHUNK = 1 << 16
CRC32C_LIMIT = 1 << 20


class Blob(Protocol):
    """Bytes of known size that can be read from anywhere."""

    @property
    def size(self) -> int: ...

    def chunks(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from start to before stop, in pieces of at most CHUNK."""
        ...


class Parts:
    """Pieces in a row, each repeated some times."""

    def __init__(self, *parts: tuple[bytes, int]) -> None:
        self.parts: Sequence[tuple[bytes, int]] = parts
        self.size = sum(len(part) * times for part, times in parts)

    def chunks(self, start: int, stop: int) -> Iterator[bytes]:
        begin = 0
        for part, times in self.parts:
            length = len(part)
            end = begin + length * times
            if length and end > start:
                for at in range(begin + max(0, start - begin) // length * length, end, length):
                    if at >= stop:
                        return
                    yield from _split(part, max(0, start - at), min(length, stop - at))
            begin = end


class FileBlob:
    """A file, read when asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.size = path.stat().st_size

    def chunks(self, start: int, stop: int) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            file.seek(start)
            for at in range(start, stop, CHUNK):
                yield file.read(min(CHUNK, stop - at))


class Late:
    """Bytes of known size that are only made when somebody reads them."""

    def __init__(self, size: int, make: Callable[[], bytes]) -> None:
        self.size = size
        self._make = make

    def chunks(self, start: int, stop: int) -> Iterator[bytes]:
        return of(self._make()).chunks(start, stop)


class Window:
    """A stretch of another blob."""

    def __init__(self, blob: Blob, start: int, stop: int) -> None:
        self._blob, self._start = blob, start
        self.size = stop - start

    def chunks(self, start: int, stop: int) -> Iterator[bytes]:
        return self._blob.chunks(self._start + start, self._start + stop)


class Flipped:
    """Another blob with one bit turned over."""

    def __init__(self, blob: Blob, position: int) -> None:
        self._blob, self._position = blob, position
        self.size = blob.size

    def chunks(self, start: int, stop: int) -> Iterator[bytes]:
        at = start
        for chunk in self._blob.chunks(start, stop):
            offset = self._position - at
            at += len(chunk)
            if 0 <= offset < len(chunk):
                changed = bytes([chunk[offset] ^ 1])
                yield chunk[:offset] + changed + chunk[offset + 1 :]
            else:
                yield chunk


def _split(part: bytes, start: int, stop: int) -> Iterator[bytes]:
    if start == 0 and stop == len(part) <= CHUNK:
        yield part
        return
    for at in range(start, stop, CHUNK):
        yield part[at : min(at + CHUNK, stop)]


def of(data: bytes | str) -> Parts:
    return Parts((data.encode() if isinstance(data, str) else data, 1))


def read(blob: Blob) -> bytes:
    return b"".join(blob.chunks(0, blob.size))


def digest(blob: Blob, algorithm: str) -> bytes:
    state = hashlib.new(algorithm, usedforsecurity=False)
    for chunk in blob.chunks(0, blob.size):
        state.update(chunk)
    return state.digest()


def crc32c(blob: Blob) -> bytes | None:
    """The CRC-32C (Castagnoli) of a blob, 4 bytes; None where plain Python would take seconds."""
    if not isinstance(blob, Parts) or any(len(part) > CRC32C_LIMIT for part, _ in blob.parts):
        return None
    state = 0xFFFFFFFF
    for part, times in blob.parts:
        shift, addend = _zeros(len(part)), _crc(part)
        for _ in range(times):
            state = _apply(shift, state) ^ addend
    return (state ^ 0xFFFFFFFF).to_bytes(4, "big")


def _table() -> list[int]:
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _table()


@lru_cache(maxsize=16)
def _crc(part: bytes) -> int:
    """The CRC register after a part, begun at zero."""
    state = 0
    for byte in part:
        state = _TABLE[(state ^ byte) & 0xFF] ^ state >> 8
    return state


@lru_cache(maxsize=64)
def _zeros(length: int) -> list[int]:
    """What `length` zero bytes do to the register: a bit matrix, as images of its 32 bits."""
    power = [_TABLE[1 << bit & 0xFF] ^ 1 << bit >> 8 for bit in range(32)]
    result = [1 << bit for bit in range(32)]
    while length:
        if length & 1:
            result = [_apply(power, image) for image in result]
        power = [_apply(power, image) for image in power]
        length >>= 1
    return result


def _apply(matrix: list[int], state: int) -> int:
    result = 0
    for image in matrix:
        if not state:
            break
        if state & 1:
            result ^= image
        state >>= 1
    return result
