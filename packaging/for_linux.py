"""The bundle for Linux: a folder, packed as .tar.xz, and a Debian package of the same folder."""

import gzip
import lzma
import os
import shutil
import subprocess
import tarfile
import tempfile
from email.utils import formatdate
from pathlib import Path

from audit import debian_packages, size
from icu import shrink

from mozregression import __version__

HERE = Path(__file__).parent / "linux"
ROOT = HERE.parents[1]
ARCHIVE = "mozregression-gui-linux-x86_64.tar.xz"
MAINTAINER = "Mozilla <dev-platform@mozilla.org>"
_ICON = ROOT / "gui/mozregui/icons/mozregression.svg"
_DESKTOP = "mozregression-gui.desktop"
_METAINFO = "org.mozilla.mozregression.metainfo.xml"


def finish(folder: Path) -> None:
    """Make PyInstaller's folder the bundle: less of ICU's data, the console, what menus need."""
    library = next(folder.glob("_internal/PySide6/Qt/lib/libicudata.so.*"))
    with tempfile.TemporaryDirectory() as work:
        small = Path(work, "small.so")
        shrink(library, small)
        shutil.copy(small, library)
    (folder / "mozregression").symlink_to("mozregression-gui")
    share = folder / "share"
    share.mkdir()
    for source in (HERE / _DESKTOP, HERE / _METAINFO):
        shutil.copy(source, share)
    shutil.copy(_ICON, share / "mozregression-gui.svg")
    shutil.copy(ROOT / "LICENSE", folder)
    shutil.copy(HERE / "install.sh", folder)
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or (path.parent == folder and path.name != "LICENSE")
            path.chmod(0o755 if runs else 0o644)


def pack(folder: Path, packed: Path) -> None:
    """As .tar.xz; told that most of it is code for x86, xz makes it smaller."""
    filters = [{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2, "preset": 9}]
    with (
        lzma.open(packed, "wb", filters=filters) as stream,
        tarfile.open(fileobj=stream, mode="w") as tar,
    ):
        tar.add(folder, "mozregression", filter=_nobodys)


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    return member


def package_version() -> str:
    """As Debian sorts versions: what is in development comes before its release."""
    return __version__.replace(".dev", "~dev")


def start_package(folder: Path, dist: Path) -> "subprocess.Popen[bytes]":
    """Begin to make the Debian package of a bundle; the process that does it."""
    tree = dist / "debian"
    shutil.rmtree(tree, ignore_errors=True)
    lay_out(folder, tree)
    name = f"mozregression_{package_version()}_amd64.deb"
    command = ["dpkg-deb", "-Zxz", "--root-owner-group", "--build", str(tree), str(dist / name)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def lay_out(folder: Path, tree: Path) -> None:
    """The files of the Debian package, where they belong below the root."""
    usr = tree / "usr"
    lib, share = usr / "lib/mozregression", usr / "share"
    for place in ("bin", "lib"):
        (usr / place).mkdir(parents=True)
    shutil.copytree(
        folder,
        lib,
        symlinks=True,
        copy_function=os.link,
        ignore=lambda _, names: {"share", "install.sh", "LICENSE"} & set(names),
    )
    for program in ("mozregression-gui", "mozregression"):
        (usr / "bin" / program).symlink_to(f"../lib/mozregression/{program}")
    _put(HERE / _DESKTOP, share / "applications" / _DESKTOP)
    _put(HERE / _METAINFO, share / "metainfo" / _METAINFO)
    _put(_ICON, share / "icons/hicolor/scalable/apps/mozregression-gui.svg")
    _put(HERE / "copyright", share / "doc/mozregression/copyright")
    _put(HERE / "overrides", share / "lintian/overrides/mozregression")
    changes = gzip.compress(changelog().encode(), mtime=0)
    (share / "doc/mozregression/changelog.gz").write_bytes(changes)
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN/control").write_text(control(folder))
    for path in (*tree.rglob("*.gz"), *tree.glob("DEBIAN/*")):
        path.chmod(0o644)
    for path in (tree, *tree.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)


def changelog() -> str:
    """As Debian wants it, which tells of packages."""
    return (
        f"mozregression ({package_version()}) unstable; urgency=medium\n\n"
        "  * https://github.com/mozilla/mozregression/blob/master/CHANGELOG.md\n\n"
        f" -- {MAINTAINER}  {formatdate()}\n"
    )


def control(folder: Path) -> str:
    """What the Debian package of a bundle says about itself."""
    values = {
        "maintainer": MAINTAINER,
        "version": package_version(),
        "kilobytes": str(-(-size(folder) // 1024)),
        "depends": ", ".join(debian_packages(folder)),
    }
    text = (HERE / "control").read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o644)
