"""A page that tells its server whether scripts run in the browser that shows it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue

_PAGE = b"""\
<!DOCTYPE html>
<title>Scripts or not</title>
<noscript><img src="/no-scripts"></noscript>
<script>fetch("/scripts")</script>
"""


class Page:
    """Shown at `url`."""

    def __init__(self, url: str, told: "Queue[bool]") -> None:
        self.url = url
        self._told = told

    def runs_scripts(self, patience: float = 60.0) -> bool:
        """Whether scripts run in the next browser that shows the page; Empty when none does."""
        return self._told.get(timeout=patience)


@contextmanager
def page() -> Iterator[Page]:
    told: Queue[bool] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path in ("/scripts", "/no-scripts"):
                told.put(self.path == "/scripts")
            body = _PAGE if self.path == "/" else b""
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
            yield Page(f"http://127.0.0.1:{server.server_port}/", told)
        finally:
            server.shutdown()
            thread.join()
