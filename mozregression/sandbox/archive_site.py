"""archive.mozilla.org: a tree of folders and files under /pub, with its listings."""

import re
from typing import Protocol

from mozregression.sandbox import firefox_nightlies
from mozregression.sandbox.app_folders import AppFolders
from mozregression.sandbox.archives import Builds
from mozregression.sandbox.blobs import Blob
from mozregression.sandbox.firefox_nightlies import FirefoxNightlies
from mozregression.sandbox.integration_site import DesktopFiles, ExampleFiles, IntegrationSite
from mozregression.sandbox.listings import Folder, listing
from mozregression.sandbox.messages import Request, Response, http_date, text
from mozregression.sandbox.packages import Packages
from mozregression.sandbox.world import World

_BUILD = re.compile(
    r"((firefox|thunderbird|fennec|fenix|focus|geckoview_example)-[^-]+\.[\w-]+\.[^.]+|jsshell-[^.]+)"
    r"(\.tar\.(xz|bz2)|\.zip|\.dmg|\.apk)"
)
_DESKTOP = "/pub/firefox/integration/autoland/"
_MOBILE = "/pub/mobile/integration/autoland/"


class Site(Protocol):
    def folder(self, path: str) -> Folder | None:
        """What is at a path that ends with a slash; None when there is no such folder."""
        ...


class ArchiveSite:
    """Finds folders and files of a world by path."""

    def __init__(self, world: World, builds: Builds) -> None:
        self.world = world
        packages = Packages(world, builds)
        self._sites: dict[str, Site] = {
            firefox_nightlies.ROOT: FirefoxNightlies(world, packages),
            _DESKTOP: IntegrationSite(world, _DESKTOP, DesktopFiles(packages)),
        }
        if world.spec.all_apps:
            self._sites[_MOBILE] = IntegrationSite(world, _MOBILE, ExampleFiles(packages))
        self._others = AppFolders(packages)

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
        for root, site in self._sites.items():
            if path.startswith(root):
                return site.folder(path)
        other = self._others.folder(path) if path.startswith("/pub/") else None
        above = {root[len(path) :] for root in self._sites if root.startswith(path)}
        names = {rest.partition("/")[0] + "/" for rest in above}
        if other is None or not names:
            return other or (Folder(tuple(sorted(names))) if names else None)
        return Folder(tuple(sorted({*names, *other.folders})))


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
