"""Make the bundle for this system, and check it: `python3 dev.py bundle`."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
DIST = ROOT / "dist"
sys.path.insert(0, str(ROOT))

import for_linux
import for_macos
import for_windows
from audit import complaints, size


def main() -> int:
    begun = time.monotonic()
    freeze()
    folder = DIST / "mozregression"
    if sys.platform == "darwin":
        app = DIST / "mozregression.app"
        packed = DIST / for_macos.image_name()
        for_macos.make_image(app, packed)
        folder, program = app, app / "Contents/MacOS/mozregression"
    elif sys.platform == "win32":
        packed = DIST / for_windows.INSTALLER
        for_windows.make_installer(folder, packed)
        program = folder / "mozregression.exe"
    else:
        packed = pack_for_linux(folder)
        program = folder / "mozregression-gui"
    wrong = list(complaints(folder, program, packed))
    for complaint in wrong:
        sys.stderr.write(f"bundle: {complaint}.\n")
    sizes = f"{size(folder) / 1e6:.1f} MB, packed {packed.stat().st_size / 1e6:.1f} MB"
    print(f"{packed.relative_to(ROOT)}: {sizes}, {time.monotonic() - begun:.0f} s")
    return int(bool(wrong))


def freeze() -> None:
    """Have PyInstaller make the folder, without anything it remembers of earlier runs."""
    with tempfile.TemporaryDirectory() as work:
        command = [sys.executable, "-m", "PyInstaller", "-y", "--log-level", "ERROR"]
        places = ["--distpath", str(DIST), "--workpath", work]
        subprocess.run(
            [*command, *places, str(HERE / "mozregression.spec")],
            env={**os.environ, "PYINSTALLER_CONFIG_DIR": work},
            check=True,
        )


def pack_for_linux(folder: Path) -> Path:
    """Both ways to get the bundle to people, at once; the archive is the one that is measured."""
    for_linux.finish(folder)
    packed = DIST / for_linux.ARCHIVE
    package = for_linux.start_package(folder, DIST) if shutil.which("dpkg-deb") else None
    for_linux.pack(folder, packed)
    if package and package.wait():
        raise SystemExit("bundle: dpkg-deb could not make the Debian package, see above.")
    return packed


if __name__ == "__main__":
    sys.exit(main())
