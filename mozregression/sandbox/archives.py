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
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from mozregression.model.apps import BRANCHES
from mozregression.model.builds import Candidate
from mozregression.sandbox import blobs
from mozregression.sandbox.blobs import Blob, FileBlob, Parts, Window
from mozregression.sandbox.world import Compression, Condition, World

PADDING_BLOCK = 1 << 16
_RECORD = 512
_FIREFOX_ID = "{ec8030f7-c20a-464f-9b0e-13a3a9e97384}"

_BROWSER = """\
#!/bin/sh
# Stands in for a browser. `firefox --check` exits 0 when this build is good, 1 when it shows
# the bug. Started as a browser it leaves a mark in its profile and runs until it is ended.
misses_in_65536=@misses@
case "$1" in
--check)
    if [ "$misses_in_65536" -gt 0 ]; then
        draw=$(od -An -N2 -tu2 /dev/urandom)
        [ "$draw" -lt "$misses_in_65536" ] && exit 0
    fi
    exit @status@
    ;;
--version)
    echo "Mozilla Firefox @version@"
    exit 0
    ;;
esac
while [ $# -gt 0 ]; do
    case "$1" in
    -profile | --profile) [ -d "$2" ] && : >"$2/launched" ;;
    esac
    shift
done
exec sleep 2147483
"""


class ArchiveSource(Protocol):
    """Brings builds of its own into a world, e.g. real ones."""

    def archive(self, candidate: Candidate) -> bytes | Path | None:
        """The archive of a candidate; None: the world makes it."""
        ...


@dataclass(frozen=True, slots=True)
class Contents:
    """What tells one build from another."""

    version: str
    build_id: str
    repository: str
    node: str
    status: int
    misses: int
    binary: bool = True

    def files(self) -> list[tuple[str, str, bool]]:
        """Path, text and whether it can be run, for each file."""
        files = [
            ("firefox/application.ini", self._application_ini(), False),
            ("firefox/platform.ini", self._platform_ini(), False),
        ]
        if self.binary:
            script = _BROWSER.replace("@status@", str(self.status))
            script = script.replace("@misses@", str(self.misses))
            script = script.replace("@version@", self.version)
            files.append(("firefox/firefox", script, True))
        return files

    def _application_ini(self) -> str:
        return (
            "[App]\nVendor=Mozilla\nName=Firefox\nRemotingName=firefox-nightly\n"
            f"Version={self.version}\nBuildID={self.build_id}\n"
            f"SourceRepository={self.repository}\nSourceStamp={self.node}\nID={_FIREFOX_ID}\n\n"
            f"[Gecko]\nMinVersion={self.version}\nMaxVersion={self.version}\n"
        )

    def _platform_ini(self) -> str:
        return (
            f"[Build]\nBuildID={self.build_id}\nMilestone={self.version}\n"
            f"SourceRepository={self.repository}\nSourceStamp={self.node}\n"
        )


class Builds:
    """The archives of a world."""

    def __init__(self, world: World, source: ArchiveSource | None = None) -> None:
        self._world = world
        self._source = source
        self.tar = lru_cache(maxsize=32)(self._tar)

    def brings(self, candidate: Candidate) -> bool:
        """Whether the candidate's archive comes from outside."""
        return self._source is not None and self._source.archive(candidate) is not None

    def _tar(self, candidate: Candidate) -> Blob:
        """The Linux build as it is stored: broken for good if the world says so."""
        world = self._world
        given = self._source.archive(candidate) if self._source else None
        if isinstance(given, Path):
            return FileBlob(given)
        if given is not None:
            return blobs.of(given)
        condition = world.condition(candidate)
        compression = world.compression(world.source(candidate).day)
        contents = contents_of(world, candidate)
        return spoil(make_tar(contents, compression, world.spec.build_size), condition)

    def zip(self, candidate: Candidate) -> Blob:
        """The Windows build. It holds the same script: it can be unpacked, not run."""
        return blobs.of(make_zip(contents_of(self._world, candidate)))


def contents_of(world: World, candidate: Candidate) -> Contents:
    push = world.source(candidate)
    bad = world.is_bad(candidate)
    return Contents(
        version=world.version(push.day),
        build_id=f"{push.moment:%Y%m%d%H%M%S}",
        repository=f"https://hg.mozilla.org/{BRANCHES[push.branch].path}",
        node=push.tip,
        status=int(bad),
        misses=round(65536 * world.spec.miss_rate) if bad else 0,
        binary=world.condition(candidate) is not Condition.NO_BINARY,
    )


def make_tar(contents: Contents, compression: Compression, size: int) -> Parts:
    """A tar of nearly `size` bytes (more if that is not enough for the files)."""
    block = _compressed_padding(compression)
    head_size = 1400
    blocks, rest = divmod(max(0, size - head_size), len(block))
    padding = blocks * PADDING_BLOCK + rest
    head = _directory("firefox/") + b"".join(
        _member(name, text.encode(), runnable) for name, text, runnable in contents.files()
    )
    head += _header("firefox/omni.ja", padding, 0o644)
    return Parts((_compress(head, compression), 1), (block, blocks), (_end(rest, compression), 1))


def make_zip(contents: Contents) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text, _ in contents.files():
            archive.writestr(name.replace("firefox/firefox", "firefox/firefox.exe"), text)
    return file.getvalue()


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
