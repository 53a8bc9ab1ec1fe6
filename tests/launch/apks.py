"""APKs to install: zip files with a manifest in binary XML."""

import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

NONE = 0xFFFFFFFF
PACKAGE = "org.mozilla.fenix"


def manifest(package: str, *, utf8: bool = False) -> bytes:
    """The beginning of `<manifest package="…" versionCode="1">`, as aapt writes it."""
    strings = ["manifest", "versionCode", "package", package]
    attributes = [(NONE, 1, NONE, 0x10000008, 1), (NONE, 2, 3, 0x03000008, 3)]
    body = b"".join(struct.pack("<5I", *attribute) for attribute in attributes)
    node = struct.pack("<4I6H", 1, NONE, NONE, 0, 20, 20, len(attributes), 0, 0, 0)
    element = _chunk(0x0102, node[:8], node[8:] + body)
    return _chunk(0x0003, b"", _pool(strings, utf8=utf8) + element)


def _pool(strings: list[str], *, utf8: bool) -> bytes:
    texts = [_utf8(text) if utf8 else _utf16(text) for text in strings]
    offsets = [sum(map(len, texts[:number])) for number in range(len(texts))]
    header = struct.pack("<5I", len(texts), 0, 0x100 if utf8 else 0, 28 + 4 * len(texts), 0)
    return _chunk(1, header, struct.pack(f"<{len(texts)}I", *offsets) + b"".join(texts))


def _utf8(text: str) -> bytes:
    data = text.encode()
    return _short(len(text)) + _short(len(data)) + data + b"\0"


def _short(length: int) -> bytes:
    return bytes([length]) if length < 0x80 else bytes([0x80 | length >> 8, length & 0xFF])


def _utf16(text: str) -> bytes:
    return struct.pack("<H", len(text)) + text.encode("utf-16-le") + b"\0\0"


def _chunk(kind: int, header: bytes, body: bytes) -> bytes:
    size = 8 + len(header) + len(body)
    return struct.pack("<HHI", kind, 8 + len(header), size) + header + body


def apk(
    folder: Path, package: str | None = PACKAGE, files: Mapping[str, str] | None = None
) -> Path:
    """A folder as the store hands an APK over."""
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / "app.apk", "w") as archive:
        if package:
            archive.writestr("AndroidManifest.xml", manifest(package))
        for name, text in (files or {}).items():
            archive.writestr(name, text)
    return folder
