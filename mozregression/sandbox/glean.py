"""Glean's ingestion: takes pings and remembers them."""

import json
import re
import zlib
from dataclasses import dataclass
from typing import Any

from mozregression.sandbox.messages import Request, Response, text

BODY_LIMIT = 1 << 20

_PATH = re.compile(r"/submit/([a-z0-9-]+)/([a-z0-9-]+)/(\d+)/([0-9a-fA-F-]{36})")


@dataclass(frozen=True, slots=True)
class Ping:
    """One accepted submission. document_id tells repetitions from new pings."""

    application: str
    name: str
    version: int
    document_id: str
    headers: dict[str, str]
    body: dict[str, Any]


class Glean:
    """pings: everything accepted, in order, repetitions included."""

    def __init__(self) -> None:
        self.pings: list[Ping] = []

    def respond(self, request: Request) -> Response | None:
        """The answer to a request; None when the path is none of Glean's."""
        if not request.path.startswith("/submit/"):
            return None
        match = _PATH.fullmatch(request.path)
        if not match:
            return text("Not Found", 404)
        if request.method != "POST":
            return text("Method Not Allowed", 405)
        body = _decoded(request)
        if body is None:
            return text("Bad Request", 400)
        application, name, version, document = match.groups()
        headers = dict(request.headers)
        self.pings.append(Ping(application, name, int(version), document, headers, body))
        return text("OK")


def _decoded(request: Request) -> dict[str, Any] | None:
    data = request.body
    try:
        if request.headers.get("content-encoding") == "gzip":
            data = zlib.decompressobj(31).decompress(data, BODY_LIMIT)
        value = json.loads(data)
    except (ValueError, zlib.error):
        return None
    return value if isinstance(value, dict) else None
