"""Make the bundle for this system and check it: `python3 dev.py bundle`."""

import lzma
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from contents import MOST_PACKED, MOST_UNPACKED
from icu import shrink

HERE = Path(__file__).parent
ROOT = HERE.parent
DIST = ROOT / "dist"
NAME = "mozregression-gui-linux-x86_64.tar.xz"
_CONSOLE = """\
#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/mozregression-gui" --console "$@"
"""


def main() -> int:
    with tempfile.TemporaryDirectory() as work:
        command = [sys.executable, "-m", "PyInstaller", "-y", "--log-level", "ERROR"]
        places = ["--distpath", str(DIST), "--workpath", work]
        subprocess.run([*command, *places, str(HERE / "mozregression.spec")], check=True)
    if not sys.platform.startswith("linux"):
        return 0  # installers of Windows and macOS take it from here
    folder = DIST / "mozregression"
    finish(folder)
    packed = DIST / NAME
    pack(folder, packed)
    return check(folder, packed)


def finish(folder: Path) -> None:
    """What only Linux needs: less of ICU's data, and the console as a line of shell."""
    library = next(folder.glob("_internal/PySide6/Qt/lib/libicudata.so.*"))
    with tempfile.TemporaryDirectory() as work:
        small = Path(work, "small.so")
        shrink(library, small)
        library.unlink()
        shutil.copy(small, library)
    console = folder / "mozregression"
    console.write_text(_CONSOLE)
    console.chmod(console.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    for name in ("mozregression-gui.desktop", "org.mozilla.mozregression.metainfo.xml"):
        shutil.copy(HERE / name, folder / name)
    shutil.copy(ROOT / "gui/mozregui/icons/mozregression.svg", folder / "mozregression-gui.svg")
    shutil.copy(ROOT / "LICENSE", folder / "LICENSE")


def pack(folder: Path, packed: Path) -> None:
    """As .tar.xz; told that most of it is code for x86, xz makes it smaller."""
    filters = [
        {"id": lzma.FILTER_X86},
        {"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME},
    ]
    with (
        lzma.open(packed, "wb", filters=filters) as stream,
        tarfile.open(fileobj=stream, mode="w") as tar,
    ):
        tar.add(folder, "mozregression")


def check(folder: Path, packed: Path) -> int:
    """Sizes, and whether both programs start where there is no Python; the exit status."""
    size = sum(each.stat().st_size for each in folder.rglob("*") if not each.is_symlink())
    whole = packed.stat().st_size
    print(f"unpacked: {size / 1e6:.1f} MB of {MOST_UNPACKED / 1e6:.0f}")
    print(f"packed:   {whole / 1e6:.1f} MB of {MOST_PACKED / 1e6:.0f}")
    wrong = [size > MOST_UNPACKED, whole > MOST_PACKED]
    bare = {"PATH": "/usr/bin:/bin", "HOME": os.environ["HOME"], "QT_QPA_PLATFORM": "offscreen"}
    for command in (["mozregression-gui", "--version"], ["mozregression", "--version"]):
        started = subprocess.run([folder / command[0], *command[1:]], env=bare, check=False)
        wrong.append(started.returncode != 0)
    return int(any(wrong))


if __name__ == "__main__":
    sys.exit(main())
