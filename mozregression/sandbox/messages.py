"""Requests and answers as values. Routes are functions from the one to the other."""

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, unquote

from mozregression.sandbox import blobs
from mozregression.sandbox.blobs import Blob, Window

Headers = tuple[tuple[str, str], ...]

_EMPTY = blobs.of(b"")


@dataclass(frozen=True, slots=True)
class Request:
    """target: path and query as sent. headers: names in lower case. origin: `http://host:port`."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    origin: str = ""

    @property
    def path(self) -> str:
        return unquote(self.target.partition("?")[0])

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(self.target.partition("?")[2], keep_blank_values=True)

    def one(self, name: str) -> str | None:
        """The first value of a query parameter."""
        return next(iter(self.query.get(name, [])), None)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer.

    build: the body is a build (its bytes are counted, and may be spoilt by faults).
    ranges: Range is honoured, as far as the headers hold an ETag. with_length: send
    Content-Length; else the body is chunked.
    """

    status: int = 200
    body: Blob = _EMPTY
    headers: Headers = ()
    reason: str = ""
    build: bool = False
    ranges: bool = False
    with_length: bool = True

    def header(self, name: str) -> str | None:
        found = (value for key, value in self.headers if key.lower() == name.lower())
        return next(found, None)

    def with_headers(self, *more: tuple[str, str]) -> "Response":
        return replace(self, headers=(*self.headers, *more))


def text(
    body: str, status: int = 200, content_type: str = "text/plain", headers: Headers = ()
) -> Response:
    return Response(status, blobs.of(body), (("Content-Type", content_type), *headers))


def page(title: str, body: str, status: int = 200) -> Response:
    """An HTML page; body is markup."""
    markup = f"<!DOCTYPE html>\n<html><head><title>{html.escape(title)}</title></head>\n"
    return text(f"{markup}<body>{body}</body></html>\n", status, "text/html; charset=UTF-8")


def as_json(
    value: Any,
    status: int = 200,
    *,
    indent: int | None = None,
    content_type: str = "application/json",
    headers: Headers = (),
) -> Response:
    separators = (",", ":") if indent is None else (",", ": ")
    body = json.dumps(value, indent=indent, separators=separators)
    return text(body, status, content_type, headers)


def http_date(seconds: int) -> str:
    return format_datetime(datetime.fromtimestamp(seconds, timezone.utc), usegmt=True)


def ranged(request: Request, response: Response) -> Response:
    """The part of an answer that was asked for: 206, 416, or the whole."""
    asked = request.headers.get("range", "")
    if response.status != 200 or not response.ranges or not asked.startswith("bytes="):
        return response
    condition = request.headers.get("if-range")
    if condition not in {None, response.header("ETag"), response.header("Last-Modified")}:
        return response
    size = response.body.size
    try:
        start, stop = _span(asked.removeprefix("bytes="), size)
    except ValueError:
        return response
    if start >= stop:
        return Response(416, headers=(("Content-Range", f"bytes */{size}"),))
    part = replace(response, status=206, body=Window(response.body, start, stop))
    return part.with_headers(("Content-Range", f"bytes {start}-{stop - 1}/{size}"))


def _span(text: str, size: int) -> tuple[int, int]:
    """First and after-last byte of `a-b`, `a-` or `-n`. Raises ValueError for other forms."""
    first, dash, last = text.strip().partition("-")
    if not dash or "," in text:
        raise ValueError(text)
    if not first:
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        raise ValueError(text)
    return int(first), min(size, int(last) + 1) if last else size
