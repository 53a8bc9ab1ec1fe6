"""A page that tells its server what kind of browser visits it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue

# Add-ons leave marks on the page: an attribute for each of them.
_PAGE = b"""\
<!DOCTYPE html>
<title>Who is there?</title>
<script>
  addEventListener("load", () => fetch("/told", {
    method: "POST",
    body: JSON.stringify(document.documentElement.getAttributeNames()),
  }));
</script>
"""


@dataclass(frozen=True)
class Visit:
    """agent: the User-Agent. languages: Accept-Language. marks: what add-ons left on the page."""

    agent: str
    languages: str
    marks: list[str]


class Visits:
    """Those to the page at `url`."""

    def __init__(self, url: str, told: "Queue[Visit]") -> None:
        self.url = url
        self._told = told

    def next(self, patience: float = 60.0) -> Visit:
        """The next visit; Empty when nobody comes."""
        return self._told.get(timeout=patience)


@contextmanager
def visits() -> Iterator[Visits]:
    told: Queue[Visit] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(_PAGE if self.path == "/" else b"")

        def do_POST(self) -> None:
            marks = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            said = self.headers
            told.put(Visit(said["User-Agent"], said["Accept-Language"], marks))
            self._answer(b"")

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield Visits(f"http://127.0.0.1:{server.server_port}/", told)
        finally:
            server.shutdown()
            thread.join()
