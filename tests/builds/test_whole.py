"""Builds that can only be unpacked whole: APKs, and disk images and installers by stand-ins."""

import io
import os
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mozregression.builds.errors import CannotUnpack
from mozregression.builds.members import Limits
from mozregression.builds.store import Ready, Store
from mozregression.builds.unpack import Broken, Unpacked
from mozregression.builds.whole import must_be_whole, unpack_whole
from mozregression.model.builds import Missing, MissingReason
from mozregression.services.errors import Cancelled
from mozregression.services.http import Http
from tests.builds.conftest import HASTE, Shop, build_at, noise

PATIENCE = 30.0  # seconds

# Attaches by linking `volume/` of its own folder to where it shall be read.
HDIUTIL = """\
import os, sys, time
from pathlib import Path
here = Path(__file__).parent
with open(here / "calls", "a") as calls:
    print(*sys.argv[1:], file=calls)
if sys.argv[1] == "attach":
    if (here / "hang").exists():
        time.sleep(600)
    if Path(sys.argv[-1]).read_bytes() != b"disk image":
        sys.exit("hdiutil: attach failed - image not recognized")
    mount = Path(sys.argv[sys.argv.index("-mountpoint") + 1])
    mount.rmdir()
    mount.symlink_to(here / "volume")
else:
    if (here / "busy").exists() and "-force" not in sys.argv:
        sys.exit("hdiutil: couldn't unmount")
    mount = Path(sys.argv[2])
    if mount.is_symlink():
        mount.unlink()
        mount.mkdir()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "unpacking"
    folder.mkdir()
    return folder


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders go."""
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return place


@pytest.fixture
def hdiutil(tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a stand-in for hdiutil, whose disk images all hold Firefox Nightly.app."""
    folder = tmp_path / "bin"
    contents = folder / "volume" / "Firefox Nightly.app" / "Contents"
    (contents / "MacOS").mkdir(parents=True)
    (contents / "MacOS" / "firefox").write_text("#!/bin/sh\n")
    (contents / "MacOS" / "firefox").chmod(0o755)
    (contents / "Info.plist").write_text("plist")
    (contents / "Current").symlink_to("MacOS")
    (folder / "volume" / "Applications").symlink_to("/Applications")
    (folder / "volume" / ".background").mkdir()
    _program(folder / "hdiutil", HDIUTIL)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def _program(file: Path, script: str) -> None:
    file.write_text(f"#!{sys.executable} -IS\n{script}")
    file.chmod(0o755)


def attached(hdiutil: Path) -> list[str]:
    calls = hdiutil / "calls"
    return [call.split()[0] for call in calls.read_text().splitlines()] if calls.exists() else []


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


APK = zipped({"AndroidManifest.xml": b"manifest", "lib/libxul.so": noise(200_000)})


@pytest.mark.parametrize("name", ["fenix.apk", "firefox.dmg", "Firefox Setup 1.exe"])
def test_kinds(name: str) -> None:
    assert must_be_whole(name)
    assert not must_be_whole(f"{name}.zip")


# APKs


def test_an_apk_stays_in_one_piece(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "download.part"
    archive.write_bytes(APK)
    assert unpack_whole(archive, "fenix.apk", folder) == Unpacked({"fenix.apk": len(APK)})
    assert (folder / "fenix.apk").read_bytes() == APK


@pytest.mark.parametrize("at", [60, 100_000, len(APK) - 10])
def test_a_damaged_apk_is_seen(folder: Path, tmp_path: Path, at: int) -> None:
    damaged = bytearray(APK)
    damaged[at] ^= 0xFF
    archive = tmp_path / "download.part"
    archive.write_bytes(damaged)
    outcome = unpack_whole(archive, "fenix.apk", folder)
    assert isinstance(outcome, Broken)
    assert "corrupt" in outcome.reason


def test_an_apk_from_the_store(shop: Shop, door: Http, tmp_path: Path) -> None:
    build = build_at(shop.serve("fenix.apk", APK))
    store = Store(tmp_path / "root", None, door, patience=HASTE)
    for cached in (False, True):
        with _ready(store.obtain(build)) as ready:
            assert [path.name for path in ready.folder.iterdir()] == ["fenix.apk"]
            assert ready.from_cache is cached
    assert len(shop.requests) == 1


def test_an_apk_that_is_unpacked_again(shop: Shop, door: Http, tmp_path: Path) -> None:
    build = build_at(shop.serve("fenix.apk", APK))
    store = Store(tmp_path / "root", None, door, patience=HASTE)
    with _ready(store.obtain(build)) as ready:
        (ready.folder / "fenix.apk").unlink()
    with _ready(store.obtain(build)) as ready:
        assert (ready.folder / "fenix.apk").read_bytes() == APK
    assert len(shop.requests) == 1


def test_a_corrupt_apk_from_the_store(shop: Shop, door: Http, tmp_path: Path) -> None:
    build = build_at(shop.serve("fenix.apk", APK[:-100]))
    missing = Store(tmp_path / "root", None, door, patience=HASTE).obtain(build)
    assert isinstance(missing, Missing)
    assert missing.reason is MissingReason.BROKEN


def _ready(outcome: Ready | Missing) -> Ready:
    assert isinstance(outcome, Ready)
    return outcome


# Disk images


def test_the_application_of_a_disk_image(
    hdiutil: Path, temporary: Path, shop: Shop, door: Http, tmp_path: Path
) -> None:
    build = build_at(shop.serve("firefox.dmg", b"disk image"))
    with _ready(Store(tmp_path / "root", None, door, patience=HASTE).obtain(build)) as ready:
        (app,) = ready.folder.iterdir()
        assert app.name == "Firefox Nightly.app"
        assert os.access(app / "Contents" / "MacOS" / "firefox", os.X_OK)
        assert (app / "Contents" / "Current").readlink() == Path("MacOS")
    (attach, _) = (hdiutil / "calls").read_text().splitlines()
    assert attach.startswith("attach -nobrowse -noautoopen -readonly -mountpoint ")
    assert attached(hdiutil) == ["attach", "detach"]
    assert list(temporary.iterdir()) == []


@pytest.fixture
def image(tmp_path: Path) -> Path:
    image = tmp_path / "firefox.dmg"
    image.write_bytes(b"disk image")
    return image


def test_an_image_that_is_none(hdiutil: Path, folder: Path, temporary: Path, image: Path) -> None:
    image.write_bytes(b"text")
    outcome = unpack_whole(image, image.name, folder)
    assert outcome == Broken("it is corrupt: hdiutil: attach failed - image not recognized")
    assert list(temporary.iterdir()) == []


def test_an_image_without_application(hdiutil: Path, folder: Path, image: Path) -> None:
    (hdiutil / "volume" / "Firefox Nightly.app").rename(hdiutil / "app")
    outcome = unpack_whole(image, image.name, folder)
    assert outcome == Broken("it is corrupt: there is no application on the disk image")
    assert attached(hdiutil) == ["attach", "detach"]


def test_an_application_that_links_out_of_itself(
    hdiutil: Path, folder: Path, temporary: Path, image: Path
) -> None:
    contents = hdiutil / "volume" / "Firefox Nightly.app" / "Contents"
    (contents / "Resources").symlink_to("/etc")
    outcome = unpack_whole(image, image.name, folder)
    assert isinstance(outcome, Broken)
    assert "points to '/etc'" in outcome.reason
    assert attached(hdiutil) == ["attach", "detach"]
    assert list(temporary.iterdir()) == []


def test_an_application_that_is_too_big(hdiutil: Path, folder: Path, image: Path) -> None:
    outcome = unpack_whole(image, image.name, folder, limits=Limits(total_size=5))
    assert isinstance(outcome, Broken)
    assert attached(hdiutil)[-1] == "detach"


def test_a_busy_image_is_detached_by_force(
    hdiutil: Path, folder: Path, temporary: Path, image: Path
) -> None:
    (hdiutil / "busy").touch()
    assert isinstance(unpack_whole(image, image.name, folder), Unpacked)
    assert attached(hdiutil) == ["attach", "detach", "detach"]
    assert list(temporary.iterdir()) == []


def test_cancelled_while_attaching(hdiutil: Path, folder: Path, image: Path) -> None:
    (hdiutil / "hang").touch()
    cancelled = threading.Event()

    def cancel() -> None:
        until(lambda: attached(hdiutil))
        cancelled.set()

    thread = threading.Thread(target=cancel)
    thread.start()
    with pytest.raises(Cancelled):
        unpack_whole(image, image.name, folder, cancelled=cancelled)
    thread.join()
    assert attached(hdiutil) == ["attach", "detach"]


def test_cancelled_while_copying(hdiutil: Path, folder: Path, temporary: Path, image: Path) -> None:
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(Cancelled):
        unpack_whole(image, image.name, folder, cancelled=cancelled)
    assert attached(hdiutil) == ["attach", "detach"]
    assert list(temporary.iterdir()) == []


def test_a_disk_image_elsewhere(
    folder: Path, image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotUnpack, match="only be unpacked on macOS"):
        unpack_whole(image, image.name, folder)


def until(holds: Callable[[], object]) -> None:
    limit = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.01)


# Installers

INSTALLER = """\
import sys
from pathlib import Path
(option,) = sys.argv[1:]
folder = Path(option.removeprefix("/extractdir="))
(folder / "core").mkdir()
(folder / "core" / "firefox.exe").write_text("program")
(folder / "setup.exe").write_text("setup")
"""


def test_an_installer_unpacks_itself(folder: Path, temporary: Path, tmp_path: Path) -> None:
    archive = tmp_path / "Firefox Setup 150.0.exe.part"
    archive.write_text(f"#!{sys.executable} -IS\n{INSTALLER}")
    outcome = unpack_whole(archive, "Firefox Setup 150.0.exe", folder)
    assert outcome == Unpacked({"core/firefox.exe": 7, "setup.exe": 5})
    assert (folder / "core" / "firefox.exe").read_text() == "program"
    assert list(temporary.iterdir()) == []


def test_an_installer_that_fails(folder: Path, temporary: Path, tmp_path: Path) -> None:
    archive = tmp_path / "setup.exe"
    archive.write_text(f"#!{sys.executable} -IS\nraise SystemExit('disk error')\n")
    assert unpack_whole(archive, "setup.exe", folder) == Broken("it is corrupt: disk error")
    assert list(temporary.iterdir()) == []


def test_an_installer_elsewhere(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "setup.exe"
    archive.write_bytes(b"MZ")
    with pytest.raises(CannotUnpack, match="only be unpacked on Windows"):
        unpack_whole(archive, "setup.exe", folder)
