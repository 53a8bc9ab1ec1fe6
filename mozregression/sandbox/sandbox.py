"""The sandbox: one process, one origin, every service."""

import ssl
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from mozregression.sandbox import github, hg, lando, product_details
from mozregression.sandbox.archive_site import ArchiveSite
from mozregression.sandbox.archives import ArchiveSource, Builds
from mozregression.sandbox.glean import Glean, Ping
from mozregression.sandbox.messages import Request, Response, text
from mozregression.sandbox.misbehaviour import Faults, Line
from mozregression.sandbox.server import Served, Server
from mozregression.sandbox.taskcluster import PAGE_LIMIT, Client, Taskcluster
from mozregression.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Manners:
    """Lawful ways of services that differ from time to time.

    hg_redirect: hg answers 302 to its edge. page_limit: entries in a Taskcluster page at most.
    with_length: builds on the CDN come with Content-Length (else it is chunked, and
    x-goog-stored-content-length tells the size). clients: Taskcluster's builds are private, and
    these may ask for them.
    """

    hg_redirect: bool = False
    page_limit: int = PAGE_LIMIT
    with_length: bool = True
    clients: tuple[Client, ...] = ()


class Sandbox:
    """Serves a world on 127.0.0.1 while used as a context manager.

    archives: builds to use in place of made ones. certificate: a server-side context, or
    paths of a certificate chain and its key, for HTTPS. port: 0 takes a free one.
    """

    def __init__(
        self,
        world: World,
        *,
        archives: ArchiveSource | None = None,
        faults: Faults | None = None,
        line: Line | None = None,
        manners: Manners | None = None,
        certificate: ssl.SSLContext | tuple[Path, Path] | None = None,
        port: int = 0,
    ) -> None:
        self.world = world
        self._manners = manners or Manners()
        self._faults, self._line, self._port = faults or Faults(), line or Line(), port
        self._context = _context(certificate)
        builds = Builds(world, archives)
        self._archive = ArchiveSite(world, builds)
        self._taskcluster = Taskcluster(
            world,
            builds,
            page_limit=self._manners.page_limit,
            with_length=self._manners.with_length,
            clients=self._manners.clients,
        )
        self._glean = Glean()
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "Sandbox":  # noqa: PYI034 - Self needs Python 3.11
        self._server = Server(self._port, self.route, self._faults, self._line, self._context)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="sandbox", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._running.end()
        if self._thread:
            self._thread.join(10)

    @property
    def root(self) -> str:
        """The origin of all services, without a slash at the end."""
        scheme = "https" if self._context else "http"
        return f"{scheme}://127.0.0.1:{self._running.port}"

    @property
    def log(self) -> list[Served]:
        """Every request answered so far, in the order in which answers began."""
        return list(self._running.log)

    @property
    def requests(self) -> int:
        return len(self._running.log)

    @property
    def build_bytes(self) -> int:
        """Body bytes sent of builds."""
        return self._running.build_bytes

    @property
    def pings(self) -> list[Ping]:
        """Usage pings received so far."""
        return list(self._glean.pings)

    @property
    def _running(self) -> Server:
        if self._server is None:
            raise RuntimeError("The sandbox is not running: use it in a with statement.")
        return self._server

    def route(self, request: Request) -> Response:
        """The answer to a request, without a network."""
        world = self.world
        return (
            self._archive.respond(request)
            or self._taskcluster.respond(request)
            or lando.respond(world, request)
            or product_details.respond(world, request)
            or github.respond(world, request)
            or self._glean.respond(request)
            or hg.respond(world, request, redirect=self._manners.hg_redirect)
            or text("Not Found", 404)
        )


def _context(certificate: ssl.SSLContext | tuple[Path, Path] | None) -> ssl.SSLContext | None:
    if not isinstance(certificate, tuple):
        return certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context
