import hashlib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from mozregression.sandbox import blobs
from mozregression.sandbox.blobs import CHUNK, FileBlob, Flipped, Late, Parts, Window

parts = st.lists(st.tuples(st.binary(max_size=40), st.integers(0, 4)), max_size=5)


@given(parts, st.data())
def test_parts_can_be_read_from_anywhere(
    given_parts: list[tuple[bytes, int]], data: st.DataObject
) -> None:
    whole = b"".join(part * times for part, times in given_parts)
    blob = Parts(*given_parts)
    assert blob.size == len(whole)
    start = data.draw(st.integers(0, len(whole)))
    stop = data.draw(st.integers(start, len(whole)))
    assert b"".join(blob.chunks(start, stop)) == whole[start:stop]
    window = Window(blob, start, stop)
    assert blobs.read(window) == whole[start:stop]


def test_chunks_are_bounded(tmp_path: Path) -> None:
    data = bytes(range(256)) * 1000
    (tmp_path / "file").write_bytes(data)
    for blob in (blobs.of(data), FileBlob(tmp_path / "file"), Late(len(data), lambda: data)):
        chunks = list(blob.chunks(100, len(data)))
        assert b"".join(chunks) == data[100:]
        assert max(map(len, chunks)) <= CHUNK


@given(st.binary(min_size=1, max_size=200), st.data())
def test_one_bit_is_flipped(content: bytes, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(content) - 1))
    start = data.draw(st.integers(0, len(content)))
    flipped = Flipped(blobs.of(content), position)
    whole = blobs.read(flipped)
    assert [i for i, (a, b) in enumerate(zip(whole, content, strict=True)) if a != b] == [position]
    assert b"".join(flipped.chunks(start, len(content))) == whole[start:]


def test_crc32c_has_the_published_check_value() -> None:
    assert blobs.crc32c(blobs.of(b"123456789")) == bytes.fromhex("e3069283")
    assert blobs.crc32c(Parts((b"123", 1), (b"456789", 1))) == bytes.fromhex("e3069283")
    assert blobs.crc32c(Parts((b"ab", 500))) == blobs.crc32c(blobs.of(b"ab" * 500))


def test_crc32c_is_left_out_where_it_would_be_slow() -> None:
    assert blobs.crc32c(blobs.of(bytes(blobs.CRC32C_LIMIT + 1))) is None


@given(parts)
def test_digests_are_of_the_whole(given_parts: list[tuple[bytes, int]]) -> None:
    whole = b"".join(part * times for part, times in given_parts)
    assert blobs.digest(Parts(*given_parts), "sha512") == hashlib.sha512(whole).digest()
