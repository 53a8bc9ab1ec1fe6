"""Makes builds: real tar and zip files that hold a small script in place of a browser.

A tar file is written as several compressed streams, one after the other, as parallel
compressors do: a small head that differs from build to build, then the same block of
incompressible padding again and again, then an end. So a build of any size costs little.
"""

import bz2
import io
import lzma
import random
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from mozregression.model.builds import Candidate
from mozregression.sandbox import blobs
from mozregression.sandbox.blobs import Blob, FileBlob, Parts, Window
from mozregression.sandbox.contents import FENNEC, FIREFOX, SHELL, Contents, Product, contents_of
from mozregression.sandbox.world import Compression, Condition, World

PADDING_BLOCK = 1 << 16
_RECORD = 512
_INFO_PLIST = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" \
"http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>CFBundleExecutable</key><string>@name@</string>
</dict></plist>
"""
_MANIFEST = """\
<?xml version="1.0" encoding="utf-8"?>
<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="@package@" \
android:versionName="@version@" />
"""

Files = Iterable[tuple[str, str, bool]]


class ArchiveSource(Protocol):
    """Brings builds of its own into a world, e.g. real ones."""

    def archive(self, candidate: Candidate) -> bytes | Path | None:
        """The Linux archive of a candidate; None: the world makes it."""
        ...


class Builds:
    """The packages of a world, as they are stored: broken for good if the world says so."""

    def __init__(self, world: World, source: ArchiveSource | None = None) -> None:
        self._world = world
        self._source = source
        self._stored = lru_cache(maxsize=128)(self._store)

    def brings(self, candidate: Candidate, product: Product = FIREFOX) -> bool:
        """Whether the candidate's archive comes from outside."""
        return self._given(candidate, product) is not None

    def tar(self, candidate: Candidate, product: Product = FIREFOX) -> Blob:
        """The Linux build."""
        given = self._given(candidate, product)
        if isinstance(given, Path):
            return FileBlob(given)
        return self._stored(self._tar, candidate, product) if given is None else blobs.of(given)

    def sound_tar(self, candidate: Candidate, product: Product = FIREFOX) -> Blob:
        """The Linux build as it was made."""
        if self.brings(candidate, product):
            return self.tar(candidate, product)
        return self._tar(contents_of(self._world, candidate, product))

    def zip(self, candidate: Candidate, product: Product = FIREFOX) -> Blob:
        """The Windows build. It holds the same script: it can be unpacked, not run."""
        return self._stored(make_zip, candidate, product)

    def dmg(self, candidate: Candidate, product: Product = FIREFOX) -> Blob:
        """The build for macOS: no disk image, but a zip file of what would be in one."""
        return self._stored(make_dmg, candidate, product)

    def apk(self, candidate: Candidate, product: Product) -> Blob:
        return self._stored(make_apk, candidate, product)

    def shell(self, candidate: Candidate, *, windows: bool) -> Blob:
        """The zip with a JavaScript shell, which is a script here."""
        return self._stored(make_windows_shell if windows else make_shell, candidate, SHELL)

    def _given(self, candidate: Candidate, product: Product) -> bytes | Path | None:
        return self._source.archive(candidate) if self._source and product is FIREFOX else None

    def _store(
        self, make: Callable[[Contents], Parts], candidate: Candidate, product: Product
    ) -> Blob:
        contents = contents_of(self._world, candidate, product)
        return spoil(make(contents), self._world.condition(candidate))

    def _tar(self, contents: Contents) -> Parts:
        day = datetime.strptime(contents.build_id + "Z", "%Y%m%d%H%M%S%z").date()
        return make_tar(contents, self._world.compression(day), self._world.spec.build_size)


def make_tar(contents: Contents, compression: Compression, size: int) -> Parts:
    """A tar of nearly `size` bytes (more if that is not enough for the files)."""
    block = _compressed_padding(compression)
    head_size = 1400
    blocks, rest = divmod(max(0, size - head_size), len(block))
    padding = blocks * PADDING_BLOCK + rest
    name = contents.product.name
    head = _directory(f"{name}/") + b"".join(
        _member(f"{name}/{path}", text.encode(), runnable)
        for path, text, runnable in _desktop_files(contents, name)
    )
    head += _header(f"{name}/omni.ja", padding, 0o644)
    return Parts((_compress(head, compression), 1), (block, blocks), (_end(rest, compression), 1))


def make_zip(contents: Contents) -> Parts:
    name = contents.product.name
    files = _desktop_files(contents, f"{name}.exe")
    return _zipped((f"{name}/{path}", text, runnable) for path, text, runnable in files)


def make_dmg(contents: Contents) -> Parts:
    name = contents.product.name
    app = f"{contents.product.title} Nightly.app/Contents"
    folders = {name: "MacOS"}
    files = [("Info.plist", _INFO_PLIST.replace("@name@", name), False)]
    files += [
        (f"{folders.get(path, 'Resources')}/{path}", text, runnable)
        for path, text, runnable in _desktop_files(contents, name)
    ]
    return _zipped((f"{app}/{path}", text, runnable) for path, text, runnable in files)


def make_apk(contents: Contents) -> Parts:
    """`assets/check` is the script: whoever plays the device can run it."""
    product = contents.product
    manifest = _MANIFEST.replace("@package@", product.package)
    files = [("classes.dex", "not part of this world\n", False)]
    if contents.binary:
        files.append(
            ("AndroidManifest.xml", manifest.replace("@version@", contents.version), False)
        )
        files.append(("assets/check", contents.program, True))
    if product is FENNEC:
        files.append(("application.ini", contents.application_ini, False))
        files.append(("platform.ini", contents.platform_ini, False))
        files.append(("package-name.txt", f"{product.package}\n", False))
    return _zipped(files)


def make_shell(contents: Contents) -> Parts:
    return _shell(contents, "js")


def make_windows_shell(contents: Contents) -> Parts:
    return _shell(contents, "js.exe")


def _shell(contents: Contents, name: str) -> Parts:
    files = [("libnspr4.so", "not part of this world\n", False)]
    return _zipped(files + ([(name, contents.program, True)] if contents.binary else []))


def _desktop_files(contents: Contents, program: str) -> list[tuple[str, str, bool]]:
    """Path, text and whether it can be run, for each file."""
    files = [
        ("application.ini", contents.application_ini, False),
        ("platform.ini", contents.platform_ini, False),
    ]
    return files + ([(program, contents.program, True)] if contents.binary else [])


def _zipped(files: Files) -> Parts:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text, runnable in files:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, so that modes count
            info.external_attr = (0o100755 if runnable else 0o100644) << 16
            archive.writestr(info, text)
    return blobs.of(file.getvalue())


def spoil(archive: Parts, condition: Condition) -> Blob:
    """An archive as it would be stored in that condition."""
    if condition is Condition.TRUNCATED:
        return Window(archive, 0, archive.size * 3 // 5)
    if condition is Condition.CORRUPT:
        head, times = archive.parts[0]
        middle = len(head) // 2
        spoilt = head[:middle] + bytes(byte ^ 0x55 for byte in head[middle : middle + 8])
        return Parts((spoilt + head[middle + 8 :], times), *archive.parts[1:])
    return archive


def _header(name: str, size: int, mode: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.type = size, mode, kind
    return info.tobuf(tarfile.GNU_FORMAT)


def _directory(name: str) -> bytes:
    return _header(name, 0, 0o755, tarfile.DIRTYPE)


def _member(name: str, data: bytes, runnable: bool) -> bytes:
    return _header(name, len(data), 0o755 if runnable else 0o644) + data + _fill(len(data))


def _fill(length: int) -> bytes:
    return bytes(-length % _RECORD)


@lru_cache(maxsize=1)
def _padding() -> bytes:
    return random.Random("padding").randbytes(PADDING_BLOCK)


@lru_cache(maxsize=2)
def _compressed_padding(compression: Compression) -> bytes:
    return _compress(_padding(), compression)


@lru_cache(maxsize=8)
def _end(rest: int, compression: Compression) -> bytes:
    return _compress(_padding()[:rest] + _fill(rest) + bytes(2 * _RECORD), compression)


def _compress(data: bytes, compression: Compression) -> bytes:
    return lzma.compress(data, preset=0) if compression == "xz" else bz2.compress(data, 9)
