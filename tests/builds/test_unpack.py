import bz2
import errno
import gzip
import io
import lzma
import os
import stat
import sys
import tarfile
import threading
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mozregression.builds import unpack as unpack_module
from mozregression.builds.errors import DiskFull
from mozregression.builds.members import Limits
from mozregression.builds.unpack import Broken, Unpacked, can_unpack, unpack
from mozregression.services.errors import Cancelled
from tests.builds.conftest import noise, tarball

FILES = {
    "firefox/firefox": b"#!/bin/sh\n",
    "firefox/lib.so": noise(300_000),
    "firefox/empty": b"",
}
SIZES = {name: len(content) for name, content in FILES.items()}


def zipped(files: dict[str, bytes] = FILES, *, mode: int = 0o644) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


def raw(data: bytes) -> io.RawIOBase:
    class Raw(io.RawIOBase):
        def __init__(self) -> None:
            self._inner = io.BytesIO(data)

        def readable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return True

        def readinto(self, buffer: "bytearray") -> int:  # type: ignore[override]
            return self._inner.readinto(buffer)

        def seek(self, offset: int, whence: int = 0, /) -> int:
            return self._inner.seek(offset, whence)

        def tell(self) -> int:
            return self._inner.tell()

    return Raw()


def tar_of(*members: tarfile.TarInfo) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for info in members:
            tar.addfile(info, io.BytesIO(b"x" * info.size))
    return buffer.getvalue()


def info(
    name: str, kind: bytes = tarfile.REGTYPE, *, link: str = "", size: int = 0
) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.size = kind, link, size
    return made


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("kind", ["xz", "bz2", "gz"])
def test_tar(tmp_path: Path, kind: str) -> None:
    packed = tarball(FILES, kind=kind)
    assert unpack(raw(packed), f"a.tar.{kind}", tmp_path) == Unpacked(SIZES)
    assert contents(tmp_path) == FILES
    assert stat.S_IMODE((tmp_path / "firefox/firefox").stat().st_mode) & 0o100
    assert not stat.S_IMODE((tmp_path / "firefox/lib.so").stat().st_mode) & 0o100


def test_zip(tmp_path: Path) -> None:
    assert unpack(raw(zipped()), "a.zip", tmp_path) == Unpacked(SIZES)
    assert contents(tmp_path) == FILES


@pytest.mark.parametrize(
    ("kind", "pack"), [("xz", lzma.compress), ("bz2", bz2.compress), ("gz", gzip.compress)]
)
def test_archives_of_several_joined_streams(tmp_path: Path, kind: str, pack: object) -> None:
    assert callable(pack)
    plain = gzip.decompress(tarball(FILES, kind="gz"))
    cut = len(plain) // 3
    packed = b"".join(pack(plain[at : at + cut]) for at in range(0, len(plain), cut))
    assert unpack(raw(packed), f"a.tar.{kind}", tmp_path) == Unpacked(SIZES)
    assert contents(tmp_path) == FILES


def test_links_inside_are_made(tmp_path: Path) -> None:
    packed = tar_of(
        info("a/file", size=3),
        info("a/hard", tarfile.LNKTYPE, link="a/file"),
        info("b/soft", tarfile.SYMTYPE, link="../a/file"),
    )
    assert unpack(raw(packed), "a.tar.gz", tmp_path) == Unpacked({"a/file": 3, "a/hard": 3})
    assert (tmp_path / "b/soft").read_bytes() == b"xxx"
    assert (tmp_path / "a/hard").samefile(tmp_path / "a/file")


def test_a_later_member_replaces_an_earlier_one_but_not_its_hard_link(tmp_path: Path) -> None:
    packed = tar_of(
        info("one", size=1), info("two", tarfile.LNKTYPE, link="one"), info("one", size=2)
    )
    assert unpack(raw(packed), "a.tar.gz", tmp_path) == Unpacked({"two": 1, "one": 2})
    assert contents(tmp_path) == {"one": b"xx", "two": b"x"}


@pytest.mark.parametrize(
    "members",
    [
        [info("/absolute", size=1)],
        [info("../up", size=1)],
        [info("soft", tarfile.SYMTYPE, link="/etc/hostname")],
        [info("soft", tarfile.SYMTYPE, link="..")],
        [info("hard", tarfile.LNKTYPE, link="../outside")],
        [info("a", tarfile.SYMTYPE, link="."), info("a/x", size=1)],
        [info("pipe", tarfile.FIFOTYPE)],
        [info("device", tarfile.CHRTYPE)],
    ],
)
def test_what_leads_out_is_refused(tmp_path: Path, members: list[tarfile.TarInfo]) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (tmp_path / "outside").write_bytes(b"safe")
    result = unpack(raw(tar_of(*members)), "a.tar.gz", target)
    assert isinstance(result, Broken)
    assert members[-1].name in result.reason
    assert contents(tmp_path) == {"outside": b"safe"}


def test_zip_members_may_not_lead_out_or_be_links(tmp_path: Path) -> None:
    assert isinstance(unpack(raw(zipped({"../up": b"x"})), "a.zip", tmp_path), Broken)
    linked = zipped({"soft": b"/etc"}, mode=stat.S_IFLNK | 0o777)
    assert isinstance(unpack(raw(linked), "a.zip", tmp_path), Broken)
    assert contents(tmp_path) == {}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_modes_are_plain(tmp_path: Path) -> None:
    special = info("program", size=1)
    special.mode = 0o6777
    umask = os.umask(0o022)
    try:
        unpack(raw(tar_of(special)), "a.tar.gz", tmp_path)
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "program").stat().st_mode) == 0o755


@pytest.mark.parametrize("kind", ["xz", "bz2", "gz"])
def test_truncation_is_noticed(tmp_path: Path, kind: str) -> None:
    packed = tarball(FILES, kind=kind)
    for lost in (3, 100, len(packed) // 2):
        folder = tmp_path / str(lost)
        folder.mkdir()
        assert isinstance(unpack(raw(packed[:-lost]), f"a.tar.{kind}", folder), Broken)


def test_damage_inside_the_tar_is_noticed(tmp_path: Path) -> None:
    plain = bytearray(gzip.decompress(tarball(FILES, kind="gz")))
    second_header = 1024
    plain[second_header + 5] ^= 0xFF
    result = unpack(raw(lzma.compress(bytes(plain))), "a.tar.xz", tmp_path)
    assert isinstance(result, Broken)


@pytest.mark.parametrize("name", ["a.tar.xz", "a.tar.bz2", "a.tar.gz", "a.zip"])
@pytest.mark.parametrize("content", [b"", b"<html>not a build</html>", bytes(2000)])
def test_what_is_no_archive_is_a_value(tmp_path: Path, name: str, content: bytes) -> None:
    assert isinstance(unpack(raw(content), name, tmp_path), Broken)


def test_an_archive_without_files_is_no_build(tmp_path: Path) -> None:
    empty = lzma.compress(bytes(10240))
    assert isinstance(unpack(raw(empty), "a.tar.xz", tmp_path), Broken)


def test_kinds() -> None:
    assert can_unpack("firefox-1.0.en-US.linux-x86_64.tar.bz2")
    assert not can_unpack("firefox.dmg")
    assert not can_unpack("target.tar.xz.asc")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=st.sampled_from(["tar.xz", "tar.bz2", "tar.gz", "zip"]),
    damage=st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), min_size=1, max_size=4),
)
def test_damage_never_raises(
    tmp_path_factory: pytest.TempPathFactory, kind: str, damage: list[tuple[int, int]]
) -> None:
    files = {"a/b": noise(600), "a/c": b"c" * 5000}
    packed = bytearray(zipped(files) if kind == "zip" else tarball(files, kind=kind[4:]))
    for at, change in damage:
        packed[at % len(packed)] ^= change
    folder = tmp_path_factory.mktemp("target")
    result = unpack(raw(bytes(packed)), f"a.{kind}", folder)
    if isinstance(result, Unpacked) and kind == "tar.xz":
        assert contents(folder) == files


def test_bombs_are_bounded(tmp_path: Path) -> None:
    packed = tarball({"zeros": bytes(1_000_000)})
    result = unpack(raw(packed), "a.tar.xz", tmp_path, limits=Limits(total_size=999_999))
    assert isinstance(result, Broken)
    assert contents(tmp_path) == {}


def test_a_bomb_behind_the_last_member_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack_module, "_LARGEST_PADDING", 1 << 20)
    packed = tarball(FILES) + lzma.compress(bytes(3 << 20))
    assert isinstance(unpack(raw(packed), "a.tar.xz", tmp_path), Broken)


def test_sparse_files_are_refused(tmp_path: Path) -> None:
    sparse = info("sparse", tarfile.GNUTYPE_SPARSE)
    assert isinstance(unpack(raw(tar_of(sparse)), "a.tar.gz", tmp_path), Broken)


def test_cancelling(tmp_path: Path) -> None:
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(Cancelled):
        unpack(raw(tarball(FILES)), "a.tar.xz", tmp_path, cancelled=cancelled)


def test_a_disk_that_fills_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(unpack_module, "_write_all", full)
    with pytest.raises(DiskFull):
        unpack(raw(tarball(FILES)), "a.tar.xz", tmp_path)


def test_other_faults_of_the_disk_are_no_verdict_on_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(unpack_module, "_write_all", failing)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        unpack(raw(tarball(FILES)), "a.tar.xz", tmp_path)
