"""What programs and libraries of Linux ask of the system, read with binutils."""

import re
import subprocess
from pathlib import Path

_MAGIC = b"\x7fELF"


def is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def needed(library: str) -> list[str]:
    """Names of the libraries that a library is linked with."""
    return re.findall(r"\(NEEDED\).*\[(.+)\]", _readelf("-d", library))


def glibc(library: str) -> tuple[int, ...]:
    """The oldest version of the C library that it runs with; empty if any will do."""
    versions = re.findall(r"Name: GLIBC_([\d.]+)", _readelf("-V", library))
    return max((tuple(map(int, each.split("."))) for each in versions), default=())


def _readelf(*arguments: str) -> str:
    command = ["readelf", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
