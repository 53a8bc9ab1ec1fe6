"""A smaller library of ICU's data: what sorting, dates and zones in English use.

The data is a package of named items (ICU's `CmnD`): a header, then a count and for each item the
offsets of its name and of its contents, both from the count on, sorted by name.
"""

import fnmatch
import re
import struct
import subprocess
from pathlib import Path

_KEPT = (
    "*.nrm",
    "*/pool.res",
    "*/res_index.res",
    "*/root.res",
    "brkitr/*.brk",
    "cnvalias.icu",
    "coll/ucadata.icu",
    "dayPeriods.res",
    "en.res",
    "en_US.res",
    "keyTypeData.res",
    "likelySubtags.res",
    "metaZones.res",
    "metadata.res",
    "numberingSystems.res",
    "plurals.res",
    "pool.res",
    "res_index.res",
    "root.res",
    "supplementalData.res",
    "timezoneTypes.res",
    "ulayout.icu",
    "windowsZones.res",
    "zoneinfo64.res",
)
_DROPPED = ("rbnf/", "translit/")  # numbers in words; one script in another
_ALIGNMENT = 16


def shrink(library: Path, target: Path) -> None:
    """Write a library like the given one with less data. Needs a C compiler. Raises ValueError."""
    header, items = _package(library.read_bytes())
    kept = {name: data for name, data in items.items() if _is_kept(name)}
    package = target.with_suffix(".dat")
    package.write_bytes(header + _packed(kept))
    version = re.search(r"\.so\.(\d+)", library.name)
    if version is None:
        raise ValueError(f"{library.name} does not tell its version")
    source = target.with_suffix(".S")
    symbol = f"icudt{version[1]}_dat"
    source.write_text(
        f".section .rodata\n.balign {_ALIGNMENT}\n.globl {symbol}\n.type {symbol}, @object\n"
        f'{symbol}:\n.incbin "{package}"\n.size {symbol}, .-{symbol}\n'
        '.section .note.GNU-stack,"",@progbits\n'
    )
    name = f"-Wl,-soname,{library.name}"
    command = ["cc", "-shared", "-nostdlib", "-s", name, "-o", str(target), str(source)]
    subprocess.run(command, check=True)


def _package(content: bytes) -> tuple[bytes, dict[str, bytes]]:
    """The header of the package in a library, and its items."""
    start = content.find(b"CmnD") - 12
    if start < 0:
        raise ValueError("there is no ICU data in it")
    (header_size,) = struct.unpack_from("<H", content, start)
    base = start + header_size
    (count,) = struct.unpack_from("<I", content, base)
    places = [struct.unpack_from("<II", content, base + 4 + 8 * n) for n in range(count)]
    ends = [data for _, data in places[1:]]
    ends.append(places[-1][1] + (1 << 20))  # nothing tells the end of the last
    items = {}
    for (name_at, data_at), end in zip(places, ends, strict=True):
        name = content[base + name_at : content.index(b"\0", base + name_at)].decode()
        items[name] = content[base + data_at : base + end]
    return content[start:base], items


def _is_kept(name: str) -> bool:
    item = name.partition("/")[2]
    if item.startswith(_DROPPED):
        return False
    return any(fnmatch.fnmatchcase(item, pattern) for pattern in _KEPT)


def _packed(items: dict[str, bytes]) -> bytes:
    names, name_places = bytearray(), []
    toc = 4 + 8 * len(items)
    for name in items:
        name_places.append(toc + len(names))
        names += name.encode() + b"\0"
    start = -(-(toc + len(names)) // _ALIGNMENT) * _ALIGNMENT
    data, data_places = bytearray(), []
    for content in items.values():
        data_places.append(start + len(data))
        data += content + bytes(-len(content) % _ALIGNMENT)
    table = struct.pack("<I", len(items)) + b"".join(
        struct.pack("<II", *places) for places in zip(name_places, data_places, strict=True)
    )
    return (table + names).ljust(start, b"\0") + data
