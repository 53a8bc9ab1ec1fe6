"""An Android device that a scripted adb pretends to have."""

import os
import sys
from ast import literal_eval
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.launch import adb as scripted

SERIAL = "R58M12345"
FENIX = "org.mozilla.fenix"


@dataclass
class Adb:
    """The scripted adb in `folder`."""

    folder: Path

    def tell(self, **changes: Any) -> None:
        """What to do from now on. devices: state by serial number. hang: part of calls that never
        return. fail: what calls with a text in them print before they fail. package: what any
        APK is for.
        """
        file = self.folder / "state"
        state = literal_eval(file.read_text()) if file.exists() else {}
        file.write_text(repr({**state, **changes}))

    def calls(self, word: str = "") -> list[str]:
        """Calls that have the text in them, without what all calls to a device begin with."""
        file = self.folder / "calls"
        rows = map(literal_eval, file.read_text().splitlines() if file.exists() else [])
        texts = (" ".join(row).replace(f"-s {SERIAL} wait-for-device ", "") for row in rows)
        return [text for text in texts if word in text]

    def close_app(self) -> None:
        """The person closes the app on the device."""
        (self.folder / "closed").touch()

    @property
    def installed(self) -> list[str]:
        return self._words("installed")

    @property
    def running(self) -> list[str]:
        return self._words("running")

    def install(self, package: str) -> None:
        """Somebody installs something."""
        (self.folder / "installed").write_text(package)

    def storage(self, path: str) -> Path:
        return Path(f"{self.folder / 'device'}{path}")

    def _words(self, name: str) -> list[str]:
        file = self.folder / name
        return file.read_text().split() if file.exists() else []


@pytest.fixture
def adb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Adb:
    """A scripted adb on the PATH, with one device and Fenix to be installed."""
    folder = tmp_path / "adb"
    folder.mkdir()
    program = folder / "adb"
    script = Path(scripted.__file__).read_text()
    program.write_text(f"#!{sys.executable} -IS\n{script}")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("ANDROID_SERIAL", raising=False)
    made = Adb(folder)
    made.tell(devices={SERIAL: "device"}, hang="", fail={}, package=FENIX)
    made.storage("/data/local/tmp").mkdir(parents=True)
    made.storage("/sdcard").mkdir()
    return made
