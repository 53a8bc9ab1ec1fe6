"""Reading the small text files that stand beside a build."""

import hashlib
import re
from collections.abc import Iterator

from mozregression.model.builds import Checksum, Revision

_NODE = r"([0-9a-f]{40}|[0-9a-f]{12})\b"
_REVISION_URL = re.compile(
    rf"https?://[^\s/]{{1,99}}/(?:[^\s/]{{1,99}}/){{0,4}}([^\s/]{{1,99}})/rev/{_NODE}"
)
_ONE_LINE = re.compile(rf"\d{{10,14}} {_NODE}")
_ALGORITHMS = ("sha512", "sha384", "sha256", "sha1", "md5")  # the strongest first
_DIGITS = {name: hashlib.new(name, usedforsecurity=False).digest_size * 2 for name in _ALGORITHMS}


def read_sources(text: str, branch: str) -> tuple[Revision, ...]:
    """The revisions that a build's `.txt` tells, in its order.

    Since 2011: the build id, then one URL of a revision for each repository: the app's own, and
    for Thunderbird that of Gecko. Before: build id and changeset on one line; the repository is
    then `branch`.

    Raises ValueError for an HTML page or half a file.
    """
    if found := _REVISION_URL.findall(text):
        return tuple(Revision(name, node) for name, node in found)
    if match := _ONE_LINE.fullmatch(text.strip()):
        return (Revision(branch, match[1]),)
    _check_whole(text)
    return ()


def read_checksum(text: str, file_name: str) -> Checksum | None:
    """The strongest checksum that a `.checksums` file tells for `file_name`, if any.

    Each line ends with a file name; hash, algorithm and size come before it in any order.

    Raises ValueError for an HTML page or half a file.
    """
    _check_whole(text)
    told = _checksums(text, file_name)
    return min(told, key=lambda checksum: _ALGORITHMS.index(checksum.algorithm), default=None)


def _checksums(text: str, file_name: str) -> Iterator[Checksum]:
    for line in map(str.rstrip, text.splitlines()):
        head = line.removesuffix(file_name)
        if head == line or not head.endswith((" ", "\t", "/")):
            continue
        words = head.lower().split()
        for algorithm in set(_ALGORITHMS).intersection(words):
            digits = re.compile(rf"[0-9a-f]{{{_DIGITS[algorithm]}}}")
            yield from (Checksum(algorithm, word) for word in words if digits.fullmatch(word))


def _check_whole(text: str) -> None:
    if text.lstrip().startswith("<"):
        raise ValueError("it is an HTML page")
    if not text.endswith("\n"):
        raise ValueError("its last line is not complete")
