"""Reading the small text files that stand beside a build."""

import hashlib
import re
from collections.abc import Iterator

from mozregression.model.builds import Checksum, Revision

_REVISION_URL = re.compile(r"https?://[^\s/]+/(?:[^\s/]+/)*([^\s/]+)/rev/([0-9a-f]{12,40})\b")
_ONE_LINE = re.compile(r"\d{10,14} ([0-9a-f]{12,40})")
_ALGORITHMS = ("sha512", "sha384", "sha256", "sha1", "md5")  # the strongest first
_DIGITS = {name: hashlib.new(name, usedforsecurity=False).digest_size * 2 for name in _ALGORITHMS}


def read_source(text: str, branch: str) -> Revision | None:
    """The revision that a build's `.txt` tells; None when it tells none.

    Since 2011: the build id, then one URL of a revision for each repository, the app's own
    first. Before: build id and changeset on one line; the repository is then `branch`.

    Raises ValueError for an HTML page.
    """
    if text.lstrip().startswith("<"):
        raise ValueError("it is an HTML page")
    if found := _REVISION_URL.search(text):
        return Revision(found[1], found[2])
    if found := _ONE_LINE.fullmatch(text.strip()):
        return Revision(branch, found[1])
    return None


def read_checksum(text: str, file_name: str) -> Checksum | None:
    """The strongest checksum that a `.checksums` file tells for `file_name`, if any.

    Each line ends with a file name; hash, algorithm and size come before it in any order.

    Raises ValueError for an HTML page.
    """
    if text.lstrip().startswith("<"):
        raise ValueError("it is an HTML page")
    told = set(_checksums(text, file_name))
    return min(told, key=lambda checksum: _ALGORITHMS.index(checksum.algorithm), default=None)


def _checksums(text: str, file_name: str) -> Iterator[Checksum]:
    for line in text.splitlines():
        head = line.rstrip().removesuffix(file_name)
        if head == line.rstrip() or not head.endswith((" ", "/", "\t")):
            continue
        words = head.lower().split()
        for algorithm in set(_ALGORITHMS).intersection(words):
            for word in words:
                if re.fullmatch(rf"[0-9a-f]{{{_DIGITS[algorithm]}}}", word):
                    yield Checksum(algorithm, word)
