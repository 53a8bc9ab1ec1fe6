"""From the bytes and the path of a request to what they say. Pure."""

import re
import zlib
from typing import Any, NamedTuple

import orjson

from mozpipeline.wire.outcomes import Reason, Refusal

MAX_INFLATED = 8 * 2**20
"""Bytes of a ping once inflated. The SDK sends at most one megabyte."""

MOST_INFLATION = 1032
"""No deflate stream becomes more than this many times longer."""

_GLEAN = re.compile(r"/submit/([^/]{1,100})/([^/]{1,100})/(\d{1,4})/([^/]{1,100})/?")
_TELEMETRY = re.compile(
    r"/submit/telemetry/([^/]{1,100})/([^/]{1,100})/([^/]{1,100})"
    r"/([^/]{1,100})/([^/]{1,100})/([^/]{1,100})/?"
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class GleanPath(NamedTuple):
    """POST /submit/<app>/<ping>/<version>/<document>."""

    app: str
    ping: str
    version: str
    document: str


class TelemetryPath(NamedTuple):
    """The older POST /submit/telemetry/<document>/<type>/<app>/<version>/<channel>/<build>."""

    document: str
    type: str
    app: str
    version: str
    channel: str
    build: str


def read_path(path: str) -> GleanPath | TelemetryPath | None:
    """Which form a path has; None: neither."""
    if not path.isascii() or not path.isprintable():
        return None
    if found := _GLEAN.fullmatch(path):
        return GleanPath(*found.groups())
    if found := _TELEMETRY.fullmatch(path):
        return TelemetryPath(*found.groups())
    return None


def document_id(text: str) -> bytes | None:
    """A UUID's 16 bytes, however its letters are written."""
    return bytes.fromhex(text.replace("-", "")) if _UUID.fullmatch(text) else None


def inflate(body: bytes, limit: int = MAX_INFLATED) -> bytes | Refusal:
    """The plain bytes of a body that may be gzipped, which no JSON can look like."""
    if not body.startswith(b"\x1f\x8b"):
        return body if len(body) <= limit else Refusal(Reason.TOO_LARGE)
    stream = zlib.decompressobj(31)
    try:
        plain = stream.decompress(body, limit + 1)
    except zlib.error:
        return Refusal(Reason.BAD_GZIP)
    if len(plain) > limit:
        return Refusal(Reason.TOO_LARGE)
    if not stream.eof or stream.unused_data:
        return Refusal(Reason.BAD_GZIP)
    return plain


def decode(body: bytes) -> dict[str, Any] | Refusal:
    """The JSON object in a body. Of a key that comes twice the last one counts."""
    plain = inflate(body)
    if isinstance(plain, Refusal):
        return plain
    try:
        value = orjson.loads(plain)
    except orjson.JSONDecodeError:
        return Refusal(Reason.NOT_JSON)
    return value if isinstance(value, dict) else Refusal(Reason.NOT_AN_OBJECT)
