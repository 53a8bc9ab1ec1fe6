"""Folders of the archive, and the pages that list them."""

import html
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from urllib.parse import quote

from mozregression.sandbox import files
from mozregression.sandbox.blobs import Blob
from mozregression.sandbox.messages import Request, Response, as_json, text

FRESH_SECONDS = 900

Maker = Callable[[], Blob]


@dataclass(frozen=True, slots=True)
class Folder:
    """folders: names of the ones inside. files: what makes each file, by name. modified: UTC."""

    folders: tuple[str, ...] = ()
    files: dict[str, Maker] | None = None
    modified: int = 0


def decoy(name: str) -> Maker:
    return lambda: files.filler(name)


def listing(path: str, folder: Folder, request: Request) -> Response:
    """A folder as a page, or as JSON when exactly that is asked for."""
    makers = folder.files or {}
    sizes = [(name, maker().size) for name, maker in sorted(makers.items())]
    folders = sorted(set(folder.folders))
    headers = (("Vary", "Accept"), ("Cache-Control", f"max-age={FRESH_SECONDS}"))
    if request.headers.get("accept") == "application/json":
        modified = datetime.fromtimestamp(folder.modified, timezone.utc)
        entries = [
            {"name": name, "last_modified": f"{modified:%Y-%m-%dT%H:%M:%SZ}", "size": size}
            for name, size in sizes
        ]
        return as_json({"prefixes": folders, "files": entries}, headers=headers)
    modified = datetime.fromtimestamp(folder.modified, timezone.utc)
    rows = [_row("Dir", _parent(path), "..", "", "")] if path != "/" else []
    rows += [_row("Dir", _href(path, name), name, "", "") for name in folders]
    when = f"{modified:%d-%b-%Y %H:%M}"
    rows += [_row("File", _href(path, name), name, size_text(size), when) for name, size in sizes]
    return text(_PAGE % (_text(path), _text(path), "".join(rows)), 200, "text/html", headers)


def size_text(size: int) -> str:
    if size < 1 << 10:
        return str(size)
    return f"{size >> 10}K" if size < 1 << 20 else f"{size >> 20}M"


def _parent(path: str) -> str:
    return _href(path.rstrip("/").rpartition("/")[0] + "/", "")


def _href(path: str, name: str) -> str:
    """`:` is escaped everywhere, `+` in files only, as the lister does."""
    escaped = quote(path + name, safe="/+~!$&'()*,;=@")
    return escaped if name.endswith("/") or not name else escaped.replace("+", "%2B")


def _text(value: str) -> str:
    return (
        html.escape(value)
        .replace("&quot;", "&#34;")
        .replace("&#x27;", "&#39;")
        .replace("+", "&#43;")
    )


def _row(kind: str, href: str, name: str, size: str, modified: str) -> str:
    return _ROW % (kind, html.escape(href), _text(name), size, modified)


_ROW = """\
\t\t\t
\t\t\t<tr>
\t\t\t\t<td>%s</td>
\t\t\t\t<td><a href="%s">%s</a></td>
\t\t\t\t<td>%s</td>
\t\t\t\t<td>%s</td>
\t\t\t</tr>
\t\t\t
"""

_PAGE = """\
<!DOCTYPE html>
<html>
\t<head>
\t\t<meta charset="UTF-8">
\t\t<title>Directory Listing: %s</title>
\t</head>
\t<body>
\t\t<h1>Index of %s</h1>
\t\t<table>
\t\t\t<tr>
\t\t\t\t<th>Type</th>
\t\t\t\t<th>Name</th>
\t\t\t\t<th>Size</th>
\t\t\t\t<th>Last Modified</th>
\t\t\t</tr>
%s\t\t</table>
\t</body>
</html>
"""
