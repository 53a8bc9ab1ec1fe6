"""What is kept, what is left out, and what is told when something unexpected comes in."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from audit import unexpected_files, unexpected_modules, unmet_needs
from contents import is_kept, reachable
from elf import glibc, is_elf, needed
from icu import shrink

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="about Linux")
needs_binutils = pytest.mark.skipif(not shutil.which("readelf"), reason="needs binutils")
needs_compiler = pytest.mark.skipif(not shutil.which("cc"), reason="needs a C compiler")


@pytest.mark.parametrize(
    "place",
    [
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6/Qt/plugins/platforms/libqcocoa.dylib",
        "libQt6Core.so.6",
        "mozregression/model/apps/apps.toml",
    ],
)
def test_what_is_needed_is_kept(place: str) -> None:
    assert is_kept(place)


@pytest.mark.parametrize(
    "place",
    [
        "PySide6/Qt/plugins/platforms/libqeglfs.so",
        "PySide6/plugins/sqldrivers/qsqlite.dll",
        "PySide6/Qt/lib/libQt6Quick.so.6",
        "PySide6/Qt6Network.dll",
        "PySide6/translations/qt_de.qm",
        "glean_parser/templates/rust.jinja2",
        "jsonschema/benchmarks/issue232/issue.json",
        "libX11.so.6",
    ],
)
def test_what_nobody_needs_is_left_out(place: str) -> None:
    assert not is_kept(place)


def test_unexpected_modules_are_told() -> None:
    (told,) = unexpected_modules({"json", "rich", "mozregui", "numpy"})
    assert told.startswith("the module numpy is unexpected")
    assert "packaging/contents.py" in told


def test_unexpected_files_are_told(tmp_path: Path) -> None:
    for place in ("mozregression-gui", "_internal/libz.so.1", "_internal/libssh.so.4"):
        path = tmp_path / place
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(bytes(3000))
    (told,) = unexpected_files(tmp_path)
    assert told.startswith("_internal/libssh.so.4 (3 kB) is unexpected")


# Libraries of Linux


def library(folder: Path, name: str, *links: Path, code: str = "") -> Path:
    """A library that is linked with others."""
    target = folder / name
    source = folder / "source.c"
    source.write_text(code)
    command = ["cc", "-shared", "-nostdlib", "-Wl,--no-as-needed", f"-Wl,-soname,{name}"]
    subprocess.run([*command, "-o", target, source, *links], check=True)
    return target


@linux_only
@needs_binutils
@needs_compiler
def test_libraries_that_nothing_kept_is_linked_with_are_not_taken(tmp_path: Path) -> None:
    deep = library(tmp_path, "libdeep.so.1")
    used = library(tmp_path, "libused.so.1", deep)
    module = library(tmp_path, "module.so", used)
    lost = library(tmp_path, "liblost.so.1")
    entries = [(module.name, str(module), "EXTENSION")]
    entries += [(path.name, str(path), "BINARY") for path in (deep, used, lost)]
    assert {place for place, _, _ in reachable(entries)} == {
        "module.so",
        "libused.so.1",
        "libdeep.so.1",
    }


@linux_only
@needs_binutils
@needs_compiler
def test_a_library_that_is_nowhere_is_told(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    folder = tmp_path / "bundle"
    elsewhere.mkdir()
    folder.mkdir()
    library(folder, "module.so", library(elsewhere, "libnowhere.so.1"))
    (told,) = unmet_needs(folder)
    assert told.startswith("module.so needs libnowhere.so.1, which is not there")


@linux_only
@needs_binutils
def test_a_program_tells_what_it_needs() -> None:
    program = Path(sys.executable).resolve()
    assert is_elf(program)
    assert not is_elf(Path(__file__))
    assert "libc.so.6" in needed(str(program))
    assert (2, 17) < glibc(str(program)) < (3,)


@linux_only
@needs_compiler
def test_icu_keeps_english_and_loses_the_rest(tmp_path: Path) -> None:
    """A package of three items, as in the library of ICU's data."""
    names = [b"icudt73l/de.res\0", b"icudt73l/en.res\0", b"icudt73l/root.res\0"]
    contents = [b"D" * 4000, b"E" * 32, b"R" * 32]
    table = 4 + 8 * len(names)
    places, data = [], b""
    start = -(-(table + len(b"".join(names))) // 16) * 16
    for index, content in enumerate(contents):
        places.append((table + len(b"".join(names[:index])), start + len(data)))
        data += content
    package = len(names).to_bytes(4, "little")
    for name_at, data_at in places:
        package += name_at.to_bytes(4, "little") + data_at.to_bytes(4, "little")
    package = (package + b"".join(names)).ljust(start, b"\0") + data
    header = (32).to_bytes(2, "little") + bytes(10) + b"CmnD" + bytes(16)
    whole = tmp_path / "libicudata.so.73"
    whole.write_bytes(b"\x7fELF" + bytes(60) + header + package + bytes(1 << 20))
    small = tmp_path / "small.so"
    shrink(whole, small)
    made = small.read_bytes()
    assert is_elf(small)
    assert b"en.res" in made
    assert b"E" * 32 in made
    assert b"de.res" not in made
    assert b"D" * 32 not in made
    if shutil.which("readelf"):
        told = subprocess.check_output(["readelf", "-d", "--dyn-syms", small], text=True)
        assert "[libicudata.so.73]" in told
        assert "icudt73_dat" in told
