"""The disk image for macOS, with the app that PyInstaller made."""

import platform
import shutil
import subprocess
import tempfile
from pathlib import Path


def image_name() -> str:
    return f"mozregression-gui-macos-{platform.machine()}.dmg"


def make_image(app: Path, image: Path) -> None:
    """Needs hdiutil. In the image a link to /Applications stands beside the app, to drag it to."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(app, Path(folder, app.name), symlinks=True)
        Path(folder, "Applications").symlink_to("/Applications")
        command = ["hdiutil", "create", "-ov", "-format", "ULMO", "-volname", "mozregression"]
        subprocess.run([*command, "-srcfolder", folder, str(image)], check=True)
