"""Android packages: the name of the app inside."""

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

# Chunks of binary XML: AOSP, frameworks/base/libs/androidfw/include/androidfw/ResourceTypes.h
_STRINGS = 0x0001
_DOCUMENT = 0x0003
_ELEMENT = 0x0102
_UTF8 = 0x100
_LARGEST_MANIFEST = 16 << 20  # bytes


def package_of(apk: Path) -> str | None:
    """The package that an APK is for; None when it does not tell.

    Old ones have it in package-name.txt, all have it in their manifest. Raises OSError and
    BadZipFile.
    """
    with zipfile.ZipFile(apk) as archive:
        names = archive.namelist()
        if "package-name.txt" in names:
            return (
                archive.read("package-name.txt").decode("utf-8", "replace").split("\n")[0].strip()
            )
        if "AndroidManifest.xml" not in names:
            return None
        with archive.open("AndroidManifest.xml") as manifest:
            return package_in(manifest.read(_LARGEST_MANIFEST))


def package_in(manifest: bytes) -> str | None:
    """The `package` of the first element of a manifest in binary XML; None if there is none."""
    try:
        strings: list[str] = []
        for kind, chunk in _chunks(manifest):
            if kind == _STRINGS:
                strings = _strings(chunk)
            elif kind == _ELEMENT:
                return _attributes(chunk, strings).get("package")
    except (struct.error, LookupError, UnicodeDecodeError):
        pass
    return None


def _chunks(document: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and bytes of each chunk; all begin with kind, size of header, size of all."""
    kind, at, _ = struct.unpack_from("<HHI", document)
    while kind == _DOCUMENT and at < len(document):
        inner, header, size = struct.unpack_from("<HHI", document, at)
        if size < header:
            return
        yield inner, document[at : at + size]
        at += max(size, 8)


def _strings(chunk: bytes) -> list[str]:
    count, _, flags, start = struct.unpack_from("<4I", chunk, 8)
    header = struct.unpack_from("<H", chunk, 2)[0]
    if count * 4 > len(chunk):
        raise IndexError
    read = _utf8 if flags & _UTF8 else _utf16
    return [read(chunk, start + at) for at in struct.unpack_from(f"<{count}I", chunk, header)]


def _utf8(chunk: bytes, at: int) -> str:
    """Lengths in characters and in bytes, of one byte or two each, come first."""
    at += 2 if chunk[at] & 0x80 else 1
    length = chunk[at]
    if length & 0x80:
        at += 1
        length = (length & 0x7F) << 8 | chunk[at]
    return chunk[at + 1 : at + 1 + length].decode()


def _utf16(chunk: bytes, at: int) -> str:
    """The length in units, of one unit or two, comes first."""
    (length,) = struct.unpack_from("<H", chunk, at)
    if length & 0x8000:
        at += 2
        length = (length & 0x7FFF) << 16 | struct.unpack_from("<H", chunk, at)[0]
    return chunk[at + 2 : at + 2 + 2 * length].decode("utf-16-le")


def _attributes(chunk: bytes, strings: list[str]) -> dict[str, str]:
    """The attributes of an element that are texts. An index of all ones means none."""
    start, size, count = struct.unpack_from("<3H", chunk, 24)
    found = {}
    for number in range(count):
        _, name, text = struct.unpack_from("<3I", chunk, 16 + start + number * size)
        if text != 0xFFFFFFFF:
            found[strings[name]] = strings[text]
    return found
