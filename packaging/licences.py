"""The licences of all that is in a bundle, for whoever passes it on. Read by mozregression.spec."""

import shutil
import subprocess
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distribution, packages_distributions
from pathlib import Path

from contents import Entry

FOLDER = "licences"
_TEXTS = ("licen[cs]e*", "copying*", "notice*", "authors*")
_OURS = "mozregression"

# Which the packages of Debian, and PySide6, name without repeating them.
_COMMON = Path("/usr/share/common-licenses")
_COMMON_TEXTS = ("GPL-2", "GPL-3", "LGPL-2.1", "LGPL-3")

_LIST = """\
mozregression is under the Mozilla Public License 2.0. These come with it, each under its own
licence; texts are in the folders beside this file.

Qt and PySide6 are used under the GNU Lesser General Public License, version 3. Their libraries are
files of their own here, and you may put others in their places. Their source: https://download.qt.io

"""


def entries(modules: Iterable[str], libraries: Iterable[str], work: Path) -> list[Entry]:
    """Texts and a list of all, as PyInstaller has files.

    modules: names of all in the program. libraries: files of this machine that are copied. work: a
    folder that the list can be made in.
    """
    found = list(_distributions(modules))
    texts = [*_texts_of(found), *_texts_of_python(), *_texts_of_libraries(libraries)]
    texts += [("common", _COMMON / name) for name in _COMMON_TEXTS if (_COMMON / name).exists()]
    listed = work / "README.txt"
    listed.write_text(_LIST + "\n".join(sorted(map(_line, found))) + "\n", encoding="utf-8")
    return [
        (f"{FOLDER}/README.txt", str(listed), "DATA"),
        *((f"{FOLDER}/{owner}/{text.name}", str(text), "DATA") for owner, text in texts),
    ]


def _distributions(modules: Iterable[str]) -> Iterator[Distribution]:
    owners = packages_distributions()
    tops = {name.partition(".")[0] for name in modules}
    for name in sorted({owner for top in tops for owner in owners.get(top, ())}):
        if name != _OURS:
            yield distribution(name)


def _line(one: Distribution) -> str:
    """A package, its version, and what it says of its licence."""
    about = one.metadata
    stated = next(iter(about.get_all("License-Expression") or about.get_all("License") or ()), "")
    kinds = [
        value.rpartition(" :: ")[2]
        for value in about.get_all("Classifier") or ()
        if value.startswith("License ::")
    ]
    short = stated if stated and "\n" not in stated else ", ".join(kinds)
    return f"{about['Name']} {one.version}: {short or 'see its folder'}"


def _texts_of(found: Iterable[Distribution]) -> Iterator[tuple[str, Path]]:
    for one in found:
        for file in one.files or ():
            inside = any(part.endswith(".dist-info") for part in file.parts)
            if inside and any(Path(file.name.lower()).match(text) for text in _TEXTS):
                yield one.metadata["Name"], Path(str(one.locate_file(file)))


def _texts_of_python() -> Iterator[tuple[str, Path]]:
    text = Path(sysconfig.get_path("stdlib"), "LICENSE.txt")
    if text.exists():
        yield "python", text


def _texts_of_libraries(libraries: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """Of those that a package of Debian brought."""
    if not shutil.which("dpkg"):
        return
    files = {str(path) for library in libraries for path in (Path(library).resolve(), library)}
    done = subprocess.run(  # fails where one is nobody's, and tells of the others
        ["dpkg", "-S", *sorted(files)], capture_output=True, text=True, check=False
    )
    for package in sorted({line.partition(":")[0] for line in done.stdout.splitlines()}):
        text = Path("/usr/share/doc", package, "copyright")
        if text.exists():
            yield package, text
