"""Whether a finished bundle holds what it should, no more, and asks for no more than it says."""

import sys
from collections.abc import Iterator
from pathlib import Path

from contents import MOST_PACKED, MOST_UNPACKED, SYSTEM_LIBRARIES, matches
from elf import glibc, is_elf, needed
from expected import FILES, MODULES
from PyInstaller.archive.readers import CArchiveReader

_ADVICE = "leave it out in packaging/contents.py, or expect it in packaging/expected.py"


def files(folder: Path) -> list[Path]:
    """All files and links of a bundle."""
    return sorted(path for path in folder.rglob("*") if path.is_symlink() or path.is_file())


def size(folder: Path) -> int:
    """Bytes that a bundle takes on the disk."""
    return sum(path.stat().st_size for path in files(folder) if not path.is_symlink())


def complaints(folder: Path, program: Path, packed: Path) -> Iterator[str]:
    """What is wrong with a bundle, in words. program: one that holds the modules."""
    yield from unexpected_modules(modules(program))
    if sys.platform.startswith("linux"):  # nobody has seen the others yet
        yield from unexpected_files(folder)
        yield from unmet_needs(folder)
    for what, bytes_, most in (
        ("unpacked", size(folder), MOST_UNPACKED),
        ("packed", packed.stat().st_size, MOST_PACKED),
    ):
        if bytes_ > most:
            yield f"{what}, the bundle has {bytes_ / 1e6:.1f} MB, more than {most / 1e6:.0f}"


def modules(program: Path) -> set[str]:
    """Names of the packages and modules inside a frozen program, without their parts."""
    archive = CArchiveReader(str(program)).open_embedded_archive("PYZ.pyz")
    return {name.partition(".")[0] for name in archive.toc}


def unexpected_modules(names: set[str]) -> Iterator[str]:
    for name in sorted(names - sys.stdlib_module_names):
        if not matches(name, MODULES):
            yield f"the module {name} is unexpected: {_ADVICE}"


def unexpected_files(folder: Path) -> Iterator[str]:
    for path in files(folder):
        place = path.relative_to(folder).as_posix()
        if not matches(place, FILES):
            yield f"{place} ({path.lstat().st_size / 1e3:.0f} kB) is unexpected: {_ADVICE}"


def unmet_needs(folder: Path) -> Iterator[str]:
    """Libraries that are neither in the bundle nor promised by Debian's packages."""
    names = {path.name for path in files(folder)} | set(SYSTEM_LIBRARIES)
    for path in _elves(folder):
        for name in set(needed(str(path))) - names:
            yield (
                f"{path.relative_to(folder)} needs {name}, which is not there: leave it out in "
                "packaging/contents.py, or name the package of the library there"
            )


def debian_packages(folder: Path) -> list[str]:
    """What the bundle needs of the system, as the Depends of a Debian package says it."""
    elves = list(_elves(folder))
    wanted = {name for path in elves for name in needed(str(path))} & set(SYSTEM_LIBRARIES)
    oldest = ".".join(map(str, max(glibc(str(path)) for path in elves)))
    packages = {SYSTEM_LIBRARIES[name] for name in wanted}
    return [f"libc6 (>= {oldest})" if name == "libc6" else name for name in sorted(packages)]


def _elves(folder: Path) -> Iterator[Path]:
    return (path for path in files(folder) if not path.is_symlink() and is_elf(path))
