"""What puts a bundle onto a machine: menus of Linux, the installer of Windows, pictures."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import for_linux
import for_windows
import pytest
from icon import draw

LINUX = for_linux.HERE
ICON = for_linux.ROOT / "gui/mozregui/icons/mozregression.svg"
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="about Linux")


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(program), reason=f"{program} is not installed")


@needs("desktop-file-validate")
def test_the_desktop_file_is_valid() -> None:
    file = LINUX / "mozregression-gui.desktop"
    subprocess.run(["desktop-file-validate", "--warn-kde", file], check=True)


@needs("appstreamcli")
def test_the_metadata_for_software_centres_is_valid() -> None:
    file = LINUX / "org.mozilla.mozregression.metainfo.xml"
    subprocess.run(["appstreamcli", "validate", "--no-net", "--no-color", file], check=True)


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """What install.sh needs of a bundle, in a folder whose name is as bad as can be."""
    folder = tmp_path / 'my "own" $HOME `x` 100% a&b|c \\ '
    (folder / "share").mkdir(parents=True)
    for name in ("mozregression-gui.desktop", "org.mozilla.mozregression.metainfo.xml"):
        shutil.copy(LINUX / name, folder / "share")
    shutil.copy(ICON, folder / "share/mozregression-gui.svg")
    shutil.copy(LINUX / "install.sh", folder)
    return folder


def install(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = ["sh", str(folder / "install.sh"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def words(line: str) -> list[str]:
    """What a desktop makes of a value of Exec: the file's escapes first, then quotes."""
    text = line.replace("\\\\", "\\")
    assert text[0] == text[-1] == '"'
    quoted, plain = text[1:-1], ""
    while quoted:
        skip = 1 if quoted[0] == "\\" else 0
        plain += quoted[skip]
        quoted = quoted[skip + 1 :]
    return [plain.replace("%%", "%")]


@linux_only
def test_the_window_gets_into_the_menu_and_out_again(unpacked: Path) -> None:
    data = Path(os.environ["XDG_DATA_HOME"])
    result = install(unpacked)
    assert result.returncode == 0, result.stderr
    entry = data / "applications/mozregression-gui.desktop"
    (line,) = [one for one in entry.read_text().splitlines() if one.startswith("Exec=")]
    assert words(line.removeprefix("Exec=")) == [str(unpacked / "mozregression-gui")]
    icon = data / "icons/hicolor/scalable/apps/mozregression-gui.svg"
    assert icon.read_bytes() == ICON.read_bytes()
    assert install(unpacked, "--remove").returncode == 0
    assert not entry.exists()
    assert not icon.exists()
    assert install(unpacked, "--remove").returncode == 0


@linux_only
@needs("desktop-file-validate")
def test_the_entry_of_the_menu_is_valid(unpacked: Path) -> None:
    install(unpacked)
    entry = Path(os.environ["XDG_DATA_HOME"], "applications/mozregression-gui.desktop")
    subprocess.run(["desktop-file-validate", entry], check=True)


@linux_only
def test_the_installing_script_knows_no_other_words(unpacked: Path) -> None:
    result = install(unpacked, "--help")
    assert result.returncode == 2
    assert "usage: install.sh" in result.stderr


@needs("makensis")
def test_the_installer_of_windows_can_be_made(tmp_path: Path) -> None:
    folder = tmp_path / "mozregression"
    (folder / "_internal").mkdir(parents=True)
    for name in ("mozregression-gui.exe", "mozregression.exe", "LICENSE", "_internal/some.dll"):
        (folder / name).write_bytes(os.urandom(50_000))
    installer = tmp_path / for_windows.INSTALLER
    for_windows.make_installer(folder, installer)
    made = installer.read_bytes()
    assert made.startswith(b"MZ")
    assert len(made) > 200_000


@needs("makensis")
def test_an_installer_without_the_bundle_is_not_made(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(subprocess.CalledProcessError):
        for_windows.make_installer(tmp_path / "empty", tmp_path / for_windows.INSTALLER)


def test_the_icon_becomes_a_picture(tmp_path: Path) -> None:
    from PIL import Image

    draw(ICON, tmp_path / "icon.png")
    with Image.open(tmp_path / "icon.png") as picture:
        assert picture.size == (512, 512)
        assert picture.getpixel((0, 0)) == (0, 0, 0, 0)
        assert picture.getchannel("A").getpixel((256, 60)) == 255
        picture.save(tmp_path / "icon.ico")  # as PyInstaller will have it


def test_what_is_no_icon_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be drawn"):
        draw(Path(__file__), tmp_path / "icon.png")
