"""Licences of what a bundle holds."""

import shutil
import sys
from pathlib import Path

import pytest
from licences import entries


def read(modules: list[str], libraries: list[str], folder: Path) -> dict[str, str]:
    """Texts by their places in the bundle."""
    found = entries(modules, libraries, folder)
    return {place: Path(source).read_text(encoding="utf-8") for place, source, _ in found}


def test_each_package_is_listed_with_its_licence(tmp_path: Path) -> None:
    texts = read(["requests.adapters", "PySide6.QtCore", "mozregression.api"], [], tmp_path)
    listed = texts["licences/README.txt"].splitlines()
    assert any(line.startswith("requests 2") and "Apache" in line for line in listed)
    assert any(line.startswith("PySide6_Essentials 6") and "LGPL" in line for line in listed)
    assert not any(line.startswith("mozregression 7") for line in listed)
    assert "Apache License" in texts["licences/requests/LICENSE"]


@pytest.mark.skipif(not shutil.which("dpkg"), reason="no system of Debian's")
def test_libraries_of_the_system_bring_their_copyright(tmp_path: Path) -> None:
    library = Path("/lib/x86_64-linux-gnu/libz.so.1")
    if not library.exists():
        pytest.skip(f"no {library}")
    texts = read([], [str(library), sys.executable], tmp_path)
    assert "Jean-loup Gailly" in texts["licences/zlib1g/copyright"]
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in texts["licences/common/LGPL-3"]
