"""The installer for Windows, made with NSIS of the folder that PyInstaller made."""

import shutil
import subprocess
from pathlib import Path

from mozregression import __version__

HERE = Path(__file__).parent
SCRIPT = HERE / "windows/installer.nsi"
INSTALLER = "mozregression-gui-windows-x86_64.exe"


def make_installer(folder: Path, installer: Path) -> None:
    """Needs makensis, of NSIS 3. Raises CalledProcessError for whatever it warns of."""
    shutil.copy(HERE.parent / "LICENSE", folder)
    words = {"VERSION": __version__, "FOLDER": folder.absolute(), "INSTALLER": installer.absolute()}
    defined = [f"-D{name}={value}" for name, value in words.items()]
    subprocess.run(["makensis", "-V2", "-WX", *defined, str(SCRIPT)], check=True)
