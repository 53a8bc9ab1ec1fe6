"""What the services of Taskcluster have in common: answers, errors, lists in pages."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from mozregression.sandbox.history import DAY
from mozregression.sandbox.messages import Headers, Request, Response, as_json

PAGE_LIMIT = 1000


class ApiError(Exception):
    """An answer that is not a success, in Taskcluster's form."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class Call:
    """Which method a path belongs to, and its parameters, as errors repeat them."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.method = "unknown"
        self.params: dict[str, str] = {}

    def matches(self, method: str, pattern: str) -> dict[str, str] | None:
        match = re.fullmatch(pattern, self._path)
        if not match:
            return None
        self.method, self.params = method, dict(match.groupdict())
        if "name" in self.params:
            self.params["0"] = self.params["name"]
            del self.params["name"]
        return match.groupdict()


Serve = Callable[[Request, Call], Response]


def answered(request: Request, path: str, serve: Serve, now: int) -> Response:
    """What `serve` answers, or the error it raises. now: UTC seconds."""
    call = Call(path)
    try:
        return serve(request, call)
    except ApiError as error:
        return _failure(call, error, iso(now))


def _failure(call: Call, error: ApiError, now: str) -> Response:
    message = (
        f"{error.message}\n\n---\n\n* method:     {call.method}\n* errorCode:  {error.code}\n"
        f"* statusCode: {error.status}\n* time:       {now}"
    )
    info = {"method": call.method, "params": call.params, "payload": {}, "time": now}
    value = {"code": error.code, "message": message, "requestInfo": info}
    headers = (("www-authenticate", "hawk"),) if error.status == 401 else ()
    return answer(value, error.status, headers)


def answer(value: Any, status: int = 200, headers: Headers = ()) -> Response:
    fixed = (("Cache-Control", "no-store no-cache must-revalidate"), ("Via", "1.1 google"))
    content_type = "application/json; charset=utf-8"
    return as_json(value, status, indent=2, content_type=content_type, headers=fixed + headers)


def options_of(request: Request) -> dict[str, Any]:
    """What was asked for in a query or a body. Raises ApiError for a POST without one."""
    if request.method != "POST":
        return {name: values[0] for name, values in request.query.items()}
    if "json" in request.headers.get("content-type", ""):
        try:
            value = json.loads(request.body)
        except ValueError:
            value = None
        if isinstance(value, dict):
            return value
    raise ApiError(
        400, "MalformedPayload", "Payload must be JSON with content-type: application/json"
    )


def page(
    key: str, entries: list[Any], options: dict[str, Any], most: int, about: tuple[Any, ...] = ()
) -> Response:
    """One page of at most `most` entries. The token, base64 of a JSON array, is opaque."""
    try:
        limit = int(options.get("limit", PAGE_LIMIT))
        token = str(options.get("continuationToken", ""))
        start = json.loads(urlsafe_b64decode(token))[-1] if token else 0
    except ValueError:
        raise ApiError(400, "InputValidationError", "limit or continuationToken") from None
    if not 1 <= limit <= PAGE_LIMIT:
        raise ApiError(400, "InvalidRequestArguments", "limit must be from 1 to 1000")
    stop = start + min(limit, most)
    value: dict[str, Any] = {key: entries[start:stop]}
    if stop < len(entries):
        token = json.dumps([*about, stop], separators=(",", ":"))
        value["continuationToken"] = urlsafe_b64encode(token.encode()).decode()
    return answer(value)


def iso(seconds: int) -> str:
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{seconds % DAY % 997:03d}Z"
