"""Archives that can only be unpacked once all of them is there.

An APK stays as it is: it is installed in one piece. Disk images and installers are opened by
macOS and Windows; what comes out goes the same way as the members of any archive.
"""

import contextlib
import os
import stat
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO

from mozregression.builds.errors import CannotUnpack
from mozregression.builds.members import Kind, Limits, Member
from mozregression.builds.programs import ProgramFailed, run
from mozregression.builds.unpack import Broken, Item, Items, Unpacked, write_items

_LARGEST_APK = 4 << 30  # bytes, unpacked


def must_be_whole(file_name: str) -> bool:
    return _reader_for(file_name) is not None


def unpack_whole(
    archive: Path,
    file_name: str,
    folder: Path,
    *,
    limits: Limits | None = None,
    cancelled: threading.Event | None = None,
) -> Unpacked | Broken:
    """Unpack an archive, whose kind `file_name` tells, into an empty folder of ours.

    Raises DiskFull, Cancelled and CannotUnpack.
    """
    reader = _reader_for(file_name)
    if reader is None:
        return Broken(f"{file_name} is no kind of archive that can be unpacked")
    cancelled = cancelled or threading.Event()
    items = reader(archive, file_name, cancelled)
    return write_items(items, folder, limits=limits, cancelled=cancelled)


def _apk_items(archive: Path, file_name: str, _: threading.Event) -> Items:
    with zipfile.ZipFile(archive) as content:
        if sum(info.file_size for info in content.infolist()) > _LARGEST_APK:
            raise zipfile.BadZipFile("it holds too much for an app")
        if damaged := content.testzip():
            raise zipfile.BadZipFile(f"{damaged!r} is damaged")
    member = Member(file_name, Kind.FILE, archive.stat().st_size)
    yield Item(member, partial(_opened, archive))


def _image_items(archive: Path, _: str, cancelled: threading.Event) -> Items:
    """The first application on a disk image."""
    with _attached(archive, cancelled) as volume:
        apps = sorted(volume.glob("*.app"))
        if not apps:
            raise ValueError("there is no application on the disk image")
        yield from _folder_items(volume, apps[0])


@contextlib.contextmanager
def _attached(image: Path, cancelled: threading.Event) -> Iterator[Path]:
    """The folder under which a disk image can be read, until the context ends."""
    with tempfile.TemporaryDirectory(
        prefix="mozregression-image-", ignore_cleanup_errors=True
    ) as volume:
        attach = ["attach", "-nobrowse", "-noautoopen", "-readonly", "-mountpoint", volume]
        try:
            _hdiutil(*attach, str(image), cancelled=cancelled)
            yield Path(volume)
        finally:
            _detach(volume)


def _detach(volume: str) -> None:
    """Whatever happened; also after an attempt to attach that was given up half-way."""
    for force in ([], ["-force"]):  # something may be looking into it
        with contextlib.suppress(ProgramFailed):
            _hdiutil("detach", volume, *force, cancelled=threading.Event())
            return


def _hdiutil(*arguments: str, cancelled: threading.Event) -> None:
    try:
        run(["hdiutil", *arguments], cancelled)
    except FileNotFoundError:
        raise CannotUnpack("Disk images", "macOS") from None


def _installer_items(archive: Path, _: str, cancelled: threading.Event) -> Items:
    """What an installer for Windows has inside."""
    with tempfile.TemporaryDirectory(prefix="mozregression-installer-") as folder:
        archive.chmod(archive.stat().st_mode | stat.S_IXUSR)
        try:
            run([str(archive), f"/extractdir={folder}"], cancelled)
        except OSError as error:
            raise CannotUnpack("Installers", "Windows") from error
        yield from _folder_items(Path(folder), Path(folder))


def _folder_items(root: Path, below: Path) -> Items:
    """Everything in a folder, by paths from `root` on."""
    for path, folders, files in os.walk(below):
        for name in sorted(folders + files):
            entry = Path(path, name)
            yield Item(_member(entry, entry.relative_to(root).as_posix()), partial(_opened, entry))


def _opened(path: Path) -> IO[bytes]:
    return path.open("rb")


def _member(entry: Path, name: str) -> Member:
    status = entry.lstat()
    if stat.S_ISLNK(status.st_mode):
        return Member(name, Kind.SYMLINK, link=os.fspath(entry.readlink()))
    if stat.S_ISDIR(status.st_mode):
        return Member(name, Kind.FOLDER)
    if stat.S_ISREG(status.st_mode):
        return Member(name, Kind.FILE, status.st_size, status.st_mode)
    return Member(name, Kind.OTHER)


_READERS: dict[str, Callable[[Path, str, threading.Event], Items]] = {
    ".apk": _apk_items,
    ".dmg": _image_items,
    ".exe": _installer_items,
}


def _reader_for(file_name: str) -> Callable[[Path, str, threading.Event], Items] | None:
    return next((read for end, read in _READERS.items() if file_name.endswith(end)), None)
