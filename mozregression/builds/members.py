"""Where the members of an archive may go. Pure: names in, decisions out.

An archive is untrusted. What is admitted stays inside the target folder on every operating
system, whatever was admitted before it. `tarfile.data_filter` has a similar aim, but older
Pythons that are still supported lack it, and zip files have nothing like it.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

_SEPARATORS = re.compile(r"[\\:\0]")


class Kind(Enum):
    FILE = "file"
    FOLDER = "folder"
    SYMLINK = "symbolic link"
    HARDLINK = "hard link"
    OTHER = "device or other special file"


@dataclass(frozen=True, slots=True)
class Member:
    """What an archive says of one member. mode: permission bits. link: where a link points."""

    name: str
    kind: Kind
    size: int = 0
    mode: int = 0
    link: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """An admitted member.

    parts: path below the target folder, empty for the folder itself. mode: 0o755 or 0o644.
    link: of a symbolic link its text, of a hard link the path (`/` between its parts) of
    the admitted file below the target folder. replaces: a file or link is there already.
    """

    parts: tuple[str, ...]
    kind: Kind
    size: int
    mode: int
    link: str
    replaces: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """A member that may not be unpacked, and with it the whole archive."""

    reason: str


@dataclass(frozen=True, slots=True)
class Limits:
    """More than any real build needs, less than what hurts. Sizes in bytes, unpacked."""

    members: int = 100_000
    file_size: int = 6 << 30
    total_size: int = 16 << 30


class Gate:
    """Admits the members of one archive, in the order in which they are unpacked."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._count = 0
        self._total = 0
        self._known: dict[tuple[str, ...], Kind] = {}

    def admit(self, member: Member) -> Placed | Refused:
        try:
            self._measure(member)
            return self._place(member)
        except _No as no:
            return Refused(f"{member.kind.value} {member.name!r}: {no}")

    def _measure(self, member: Member) -> None:
        self._count += 1
        self._total += member.size
        if self._count > self._limits.members:
            raise _No(f"the archive has more than {self._limits.members} members")
        if member.size < 0 or member.size > self._limits.file_size:
            raise _No(f"its size of {member.size} bytes is out of bounds")
        if self._total > self._limits.total_size:
            raise _No(f"the archive unpacks to more than {self._limits.total_size} bytes")

    def _place(self, member: Member) -> Placed:
        if member.kind is Kind.OTHER:
            raise _No("only files, folders and links are unpacked")
        parts = _parts(member.name)
        key = _key(parts)
        if not parts and member.kind is not Kind.FOLDER:
            raise _No("it has no name")
        replaces = self._check_room(key, member.kind)
        link = self._link(member, parts)
        for depth in range(len(key)):
            self._known[key[:depth]] = Kind.FOLDER
        self._known[key] = member.kind
        mode = 0o755 if member.kind is Kind.FOLDER or member.mode & 0o111 else 0o644
        return Placed(parts, member.kind, member.size, mode, link, replaces)

    def _check_room(self, key: tuple[str, ...], kind: Kind) -> bool:
        """Whether something is there that has to make room."""
        for depth in range(len(key)):
            if self._known.get(key[:depth], Kind.FOLDER) is not Kind.FOLDER:
                raise _No("it would be written through a link or below a file")
        there = self._known.get(key)
        if there is not None and (there is Kind.FOLDER) != (kind is Kind.FOLDER):
            raise _No(f"a {there.value} of this name is there already")
        return there is not None and kind is not Kind.FOLDER

    def _link(self, member: Member, parts: tuple[str, ...]) -> str:
        if member.kind is Kind.SYMLINK:
            _check_symlink(member.link, depth=len(parts) - 1)
            return member.link
        if member.kind is Kind.HARDLINK:
            target = _parts(member.link)
            key = _key(target)
            if self._known.get(key) not in (Kind.FILE, Kind.HARDLINK) or key == _key(parts):
                raise _No(f"it points to {member.link!r}, which is no file unpacked before it")
            return "/".join(target)
        return ""


class _No(Exception):  # noqa: N818 - never leaves this module
    pass


def _parts(name: str) -> tuple[str, ...]:
    """The path a relative name means. A leading `./` and doubled slashes mean nothing."""
    if name.startswith("/"):
        raise _No("an absolute path")
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    for part in parts:
        _check_part(part)
    return parts


def _check_part(part: str) -> None:
    if _SEPARATORS.search(part):
        raise _No(f"{part!r} is no plain name on every system")
    if not part.rstrip(". "):  # `..`, and what Windows takes for it
        raise _No("it may lead out of the folder")
    try:
        part.encode()
    except UnicodeEncodeError:
        raise _No("its name is not valid UTF-8") from None


def _check_symlink(text: str, *, depth: int) -> None:
    """Only `..` that stay inside, then plain names, which other links cannot bend outwards."""
    if text.startswith("/") or not text:
        raise _No(f"it points to {text!r}")
    parts = [part for part in text.split("/") if part not in ("", ".")]
    while parts and parts[0] == "..":
        parts.pop(0)
        depth -= 1
    if depth < 0:
        raise _No(f"it points to {text!r}, outside the folder")
    for part in parts:
        _check_part(part)


def _key(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Equal for names that some file system takes for the same."""
    return tuple(
        unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", part).casefold()).rstrip(". ")
        for part in parts
    )
