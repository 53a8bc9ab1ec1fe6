"""archive.mozilla.org: a tree of folders and files under /pub, with its listings."""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timezone
from functools import lru_cache
from urllib.parse import quote

from mozregression.model.apps import AUTOLAND
from mozregression.model.builds import Candidate, Nightly, Push
from mozregression.sandbox import blobs, files
from mozregression.sandbox.archives import Builds
from mozregression.sandbox.blobs import Blob
from mozregression.sandbox.history import midnight
from mozregression.sandbox.messages import Request, Response, as_json, http_date, text
from mozregression.sandbox.world import Condition, World

FRESH_SECONDS = 900
OTHER_BRANCHES = ("oak", "pine", "mozilla-aurora", "mozilla-esr45")
FIRST_INTEGRATION_DAYS = 21

_BUILD = re.compile(r"firefox-[^-]+\.en-US\.[^.]+(\.tar\.(xz|bz2)|\.zip)")
_L10N = ("de", "fr", "ja")

Maker = Callable[[], Blob]


@dataclass(frozen=True, slots=True)
class Folder:
    """folders: names of the ones inside. files: what makes each file, by name. modified: UTC."""

    folders: tuple[str, ...] = ()
    files: dict[str, Maker] | None = None
    modified: int = 0


class ArchiveSite:
    """Finds folders and files of a world by path."""

    def __init__(self, world: World, builds: Builds) -> None:
        self.world = world
        self.builds = builds
        self._nightlies: dict[str, Nightly] = {n.path: n for n in world.nightlies}
        self._days = lru_cache(maxsize=8)(self._integration_day)

    def respond(self, request: Request) -> Response | None:
        """The answer to a request; None when the path is none of the archive's."""
        path = request.path
        if not (path == "/pub" or path.startswith("/pub/")):
            return None
        folder = self.folder(path.rstrip("/") + "/")
        if folder is not None and (folder.folders or folder.files):
            return listing(path.rstrip("/") + "/", folder, request)
        parent, _, name = path.rpartition("/")
        folder = self.folder(parent + "/")
        maker = (folder.files or {}).get(name) if folder else None
        if folder is None or maker is None:
            return text("Not Found", 404)
        return self._file(path, name, maker(), folder.modified)

    def _file(self, path: str, name: str, body: Blob, modified: int) -> Response:
        etag = self.world.digest("etag", path).hex()[:32]
        build = bool(_BUILD.fullmatch(name))
        headers = (
            ("Content-Type", _content_type(name)),
            ("ETag", f'"{etag}"'),
            ("Last-Modified", http_date(modified)),
            ("Accept-Ranges", "bytes"),
            ("Cache-Control", "public, max-age=604800"),
        )
        return Response(200, body, headers, build=build, ranges=True)

    def folder(self, path: str) -> Folder | None:
        """What is at a path that ends with a slash; None when there is no such folder."""
        fixed = {
            "/pub/": ("firefox/",),
            "/pub/firefox/": ("integration/", "nightly/"),
            "/pub/firefox/integration/": ("autoland/",),
        }
        if path in fixed:
            return Folder(fixed[path])
        if path.startswith("/pub/firefox/nightly/"):
            return self._nightly_folder(path, path.removeprefix("/pub/firefox/nightly/"))
        if path.startswith("/pub/firefox/integration/autoland/"):
            return self._integration_folder(path.removeprefix("/pub/firefox/integration/autoland/"))
        return None

    # Nightlies

    def _nightly_folder(self, path: str, rest: str) -> Folder | None:
        if rest == "":
            years = sorted({n.path.split("/")[4] + "/" for n in self.world.nightlies})
            return Folder((*years, "latest-mozilla-central-l10n/", "latest-mozilla-central/"))
        if re.fullmatch(r"\d{4}/", rest):
            months = {n.path.split("/")[5] + "/" for n in self._under(path)}
            return Folder(tuple(sorted(months)))
        if re.fullmatch(r"\d{4}/\d{2}/", rest):
            return Folder(tuple(sorted(self._month(path))))
        latest = self.world.nightlies[-1:]
        path = path.replace("/latest-mozilla-central", latest[0].path[:-1]) if latest else path
        return self._inside_month(path)

    def _inside_month(self, path: str) -> Folder | None:
        if path in self._nightlies:
            return self._nightly(self._nightlies[path])
        if path.endswith("/mar-tools/") and path.removesuffix("mar-tools/") in self._nightlies:
            return Folder((), {name: _decoy(name) for name in ("mar", "mbsdiff")})
        original = self._nightlies.get(path.replace("-l10n/", "/"))
        return self._translations(original) if original else self._other_branch(path)

    def _under(self, path: str) -> Iterator[Nightly]:
        return (nightly for nightly in self.world.nightlies if nightly.path.startswith(path))

    def _month(self, path: str) -> Iterator[str]:
        """Folders of a month: every nightly, its translations, and branches nobody asked for."""
        for nightly in self._under(path):
            name = nightly.path.removeprefix(path)
            yield name
            if nightly.day >= date(2015, 10, 19):
                yield name.replace("/", "-l10n/")
            if nightly.day.day % 7 == 3:
                stamp = re.sub(r"-[a-z].*", "", name)
                yield from (f"{stamp}-{branch}/" for branch in OTHER_BRANCHES)
                yield f"{nightly.day}-mozilla-central-debug/"

    def _other_branch(self, path: str) -> Folder | None:
        match = re.fullmatch(r"(/pub/firefox/nightly/\d{4}/\d{2}/)([^/]+/)", path)
        if not match or match[2] not in set(self._month(match[1])):
            return None
        name = "firefox-9.0a2.en-US.linux-x86_64.tar.bz2"
        return Folder((), {name: _decoy(name)}, self.world.now)

    def _nightly(self, nightly: Nightly) -> Folder:
        push, version = self.world.source(nightly), self.world.version(nightly.day)
        makers: dict[str, Maker] = {}
        for platform, endings in (
            ("mac", (".dmg", ".pkg")),
            ("win64", (".installer.exe",)),
        ):
            stem = f"firefox-{version}.en-US.{platform}"
            makers |= {stem + ending: _decoy(stem + ending) for ending in endings}
            makers |= self._notes(nightly, stem, platform)
        names = ("Firefox Installer.en-US.exe", "mozharness.zip", "jsshell-linux-x86_64.zip")
        makers |= {name: _decoy(name) for name in names}
        if self.world.condition(nightly) is not Condition.MISSING:
            stem = f"firefox-{version}.en-US.linux-x86_64"
            makers |= self._linux(nightly, stem, push)
            zip_name = f"firefox-{version}.en-US.win64.zip"
            makers[zip_name] = lambda: self.builds.zip(nightly)
        if self.world.chance("no txt", nightly.key) < self.world.spec.no_txt_rate:
            makers = {k: v for k, v in makers.items() if not re.search(r"x86_64\.txt$", k)}
        return Folder(("mar-tools/",), makers, push.time + 2 * 3600)

    def _translations(self, nightly: Nightly) -> Folder:
        push, version = self.world.source(nightly), self.world.version(nightly.day)
        ending = files.suffix(self.world, push)
        names = [f"firefox-{version}.{code}.linux-x86_64{ending}" for code in _L10N]
        names.append("Firefox Installer.de.exe")
        return Folder((), {name: _decoy(name) for name in names}, push.time + 3 * 3600)

    def _linux(self, candidate: Candidate, stem: str, push: Push) -> dict[str, Maker]:
        ending = files.suffix(self.world, push)
        name = stem + ending
        platform = stem.rpartition(".")[2]
        makers = {decoy: _decoy(decoy) for decoy in files.linux_decoys(stem, ending)}
        makers[name] = lambda: self.builds.tar(candidate)
        makers[f"{stem}.checksums"] = lambda: files.checksums(
            self.world, candidate, self.builds, name
        )
        return makers | self._notes(candidate, stem, platform)

    def _notes(self, candidate: Candidate, stem: str, platform: str) -> dict[str, Maker]:
        world = self.world
        return {
            f"{stem}.txt": lambda: blobs.of(files.source_text(world, candidate)),
            f"{stem}_info.txt": lambda: blobs.of(files.info_text(world, candidate)),
            f"{stem}.json": lambda: blobs.of(files.build_json(world, candidate, platform)),
        }

    # Integration builds

    def _integration_folder(self, rest: str) -> Folder | None:
        parts = rest.split("/")[:-1]
        if len(parts) < 3:
            inside = {
                day[len(parts)] + "/" for day in self._dates() if list(day[: len(parts)]) == parts
            }
            return Folder(tuple(sorted(inside)))
        if not re.fullmatch(r"\d{4}/\d{2}/\d{2}", "/".join(parts[:3])):
            return None
        pushes = self._days("/".join(parts[:3]))
        if len(parts) == 3:
            return Folder(tuple(sorted(node + "/" for node in pushes)))
        push = pushes.get(parts[3]) if len(parts) == 4 else None
        return self._integration_build(push) if push else None

    def _dates(self) -> set[tuple[str, str, str]]:
        pushes = (push for push in self.world.pushes(AUTOLAND) if self.world.archived(push))
        return {(f"{push.day:%Y}", f"{push.day:%m}", f"{push.day:%d}") for push in pushes}

    def _integration_day(self, day: str) -> dict[str, Push]:
        """The archived pushes of a day (`2026/05/01`) by their tips."""
        log = self.world.logs[AUTOLAND]
        try:
            begin = midnight(datetime.strptime(day, "%Y/%m/%d").replace(tzinfo=timezone.utc).date())
        except ValueError:
            return {}
        within = (i for i, when in enumerate(log.times) if begin <= when < begin + 86_400)
        pushes = (self.world.push(AUTOLAND, index) for index in within)
        return {push.tip: push for push in pushes if self.world.archived(push)}

    def _integration_build(self, push: Push) -> Folder:
        version = self.world.version(push.day)
        since = self.world.spec.archive_integration_since
        early = (push.day - since).days < FIRST_INTEGRATION_DAYS
        platform = "linux64-x86_64" if early else "linux64"
        stem = f"firefox-{version}.en-US.{platform}"
        makers = self._notes(push, stem, platform)
        ending = files.suffix(self.world, push)
        makers[stem + ending] = lambda: self.builds.tar(push)
        win = f"firefox-{version}.en-US.win64"
        makers[f"{win}.zip"] = lambda: self.builds.zip(push)
        makers |= self._notes(push, win, "win64")
        names = (f"{win}.installer.exe", f"jsshell-{platform}.zip", f"{stem}.mozinfo.json")
        makers |= {name: _decoy(name) for name in names}
        return Folder((), makers, push.time + 3600)


def _decoy(name: str) -> Maker:
    return lambda: files.filler(name)


def _content_type(name: str) -> str:
    types = {
        "txt": "text/plain",
        "checksums": "text/plain",
        "json": "application/json",
        "xz": "application/x-xz",
        "bz2": "application/x-bzip2",
        "zip": "application/zip",
    }
    return types.get(name.rpartition(".")[2], "application/octet-stream")


# Listings


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
