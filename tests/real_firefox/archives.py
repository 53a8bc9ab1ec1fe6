"""Debian's Firefox packed again as builds of a world: real archives of real size.

A .tar.xz may consist of several xz streams, one after the other. What all builds share is
compressed once; a build puts a small stream of its own before it.
"""

import lzma
import re
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Mapping
from pathlib import Path

from mozregression.model.builds import Candidate
from mozregression.sandbox.contents import contents_of
from mozregression.sandbox.world import World

PACKAGE = "firefox-esr"
# Read by every official build, as its channel-prefs.js is.
_PLANTED = "defaults/pref/planted.js"
_NO_SCRIPTS = 'pref("javascript.enabled", false);\n'
_INI = ("application.ini", "platform.ini")


def why_not() -> str:
    """What is lacking on this machine; empty when nothing is."""
    missing = [name for name in (PACKAGE, "xz") if not shutil.which(name)]
    if missing:
        return f"{' and '.join(missing)} not installed (apt-get install firefox-esr xz-utils)"
    if not (installed_firefox() / "libxul.so").is_file():
        return f"{installed_firefox()} is no folder of a whole Firefox, as Debian's package is"
    return ""


def installed_firefox() -> Path:
    program = shutil.which(PACKAGE)
    assert program
    return Path(program).resolve().parent


def compress_shared(target: Path) -> None:
    """Write the stream that all builds share. Takes half a minute of two processors."""
    with (
        target.open("wb") as out,
        subprocess.Popen(["xz", "-T0", "-1"], stdin=subprocess.PIPE, stdout=out) as xz,
    ):
        assert xz.stdin
        with tarfile.open(fileobj=xz.stdin, mode="w|", dereference=True) as tar:
            tar.add(installed_firefox(), "firefox", filter=_as_mozilla_packs)
        xz.stdin.close()
    assert xz.returncode == 0


def _as_mozilla_packs(info: tarfile.TarInfo) -> tarfile.TarInfo | None:
    if info.name in {f"firefox/{name}" for name in _INI}:
        return None
    if info.name == f"firefox/{PACKAGE}":
        info.name = "firefox/firefox"
    info.uid = info.gid = 0
    info.uname = info.gname = "root"
    return info


def is_planted(folder: Path) -> bool:
    """Whether the unpacked build in a folder is one in which scripts do not run."""
    return (folder / _PLANTED).exists()


class RealArchives:
    """Brings a real archive for every candidate of a world; scripts do not run in bad ones.

    shared: what `compress_shared` wrote. folder: an empty one; archives are put there when they are
    first asked for.
    """

    def __init__(self, world: World, shared: Path, folder: Path) -> None:
        self._world = world
        self._shared = shared
        self._folder = folder
        self._writing = threading.Lock()

    def archive(self, candidate: Candidate) -> Path:
        path = self._folder / f"{candidate.key.replace('/', '-')}.tar.xz"
        with self._writing:
            if not path.exists():
                self._write(path, self._own_files(candidate))
        return path

    def _write(self, path: Path, files: Mapping[str, str]) -> None:
        with path.open("wb") as target, self._shared.open("rb") as shared:
            target.write(lzma.compress(_members(files)))
            shutil.copyfileobj(shared, target, 1 << 20)

    def _own_files(self, candidate: Candidate) -> dict[str, str]:
        """What tells a build from the others: text by path."""
        contents = contents_of(self._world, candidate)
        values = {
            "Version": contents.version,
            "Milestone": contents.version,
            "BuildID": contents.build_id,
            "SourceRepository": contents.source.repository,
            "SourceStamp": contents.source.node,
        }
        files = {name: _changed((installed_firefox() / name).read_text(), values) for name in _INI}
        if self._world.is_bad(candidate):
            files[_PLANTED] = _NO_SCRIPTS
        return files


def _changed(ini: str, values: Mapping[str, str]) -> str:
    lines = re.compile(rf"^({'|'.join(values)})=.*$", re.MULTILINE)
    return lines.sub(lambda line: f"{line[1]}={values[line[1]]}", ini)


def _members(files: Mapping[str, str]) -> bytes:
    """The beginning of a tar file, without the blocks that end one."""
    tar = bytearray()
    for name, text in files.items():
        data = text.encode()
        info = tarfile.TarInfo(f"firefox/{name}")
        info.size, info.mode = len(data), 0o644
        tar += info.tobuf() + data + bytes(-len(data) % tarfile.BLOCKSIZE)
    return bytes(tar)
