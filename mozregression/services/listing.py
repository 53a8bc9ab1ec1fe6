"""Reading directory listings of the archive: an HTML page with one link for each entry."""

import html
import re
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

# A link, and the size in the cell after it. A regular expression, because a proper parser
# takes seconds for the pages of five years. Its repeats end at `<`: no page can slow it down.
_ROW = re.compile(
    r"""<a\s[^<>]{0,500}?href\s*=\s*["']([^"'<>]*)["'][^<>]*>[^<]*</a>"""
    r"""(?:\s*</td>\s*<td[^>]*>\s*([^<\s]*)\s*</td>)?""",
    re.IGNORECASE,
)
_END = re.compile(r"</(html|body|table|pre|ul)\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file or folder of a listing.

    name: without folders, decoded, and without the slash of a folder. path: as linked to,
    from the root of the server. size: in bytes, None when it is rounded (`12K`) or not told.
    """

    name: str
    path: str
    size: int | None = None

    @property
    def is_folder(self) -> bool:
        return self.path.endswith("/")


def read_listing(page: str, url: str) -> tuple[Entry, ...]:
    """The entries of the page at `url`, in its order.

    Raises ValueError when it is no listing of that folder or not all of it.
    """
    if not _END.search(page):
        raise ValueError("the page has no end")
    folder = urlsplit(url).path
    parent = folder.rstrip("/").rpartition("/")[0] + "/"
    entries = []
    known = False
    for href, size in _ROW.findall(page):
        path = urlsplit(urljoin(url, html.unescape(href))).path
        known = known or path == parent
        rest = path.removeprefix(folder)
        if rest != path and rest.count("/", 0, -1) == 0 and rest.strip("/"):
            entries.append(
                Entry(
                    unquote(rest.removesuffix("/")), path, int(size) if size.isdecimal() else None
                )
            )
    if not entries and not known:
        raise ValueError("the page does not list this folder")
    return tuple(dict.fromkeys(entries))
