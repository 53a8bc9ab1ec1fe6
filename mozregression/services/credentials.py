"""Who asks Taskcluster for what the public may not have, and how that is shown."""

import contextlib
import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from requests import PreparedRequest
from requests.auth import AuthBase

from mozregression.services import fields
from mozregression.services.errors import ServiceError

_KEYS = "taskcluster-clientid and taskcluster-accesstoken in the config file"
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Credentials:
    """A client of Taskcluster, as its pages show it. Permanent ones only, without certificate."""

    client_id: str
    access_token: str = field(repr=False)


class Signature(AuthBase):
    """Signs a request with Hawk (sha256), for its URL, its method and this moment alone."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        from mohawk import Sender
        from mohawk.exc import HawkFail

        who, url = self._credentials, str(request.url)
        key = {"id": who.client_id, "key": who.access_token, "algorithm": "sha256"}
        try:
            sender = Sender(key, url, request.method, always_hash_content=False)
        except (HawkFail, ValueError):
            raise ServiceError(
                f"Could not read {url}: it is private, and no request can be signed with {_KEYS}, "
                "as they have characters that are not allowed there. Copy them again.",
                url=url,
            ) from None
        request.headers["Authorization"] = sender.request_header
        return request


def refusal(url: str, status: int, body: bytes, credentials: Credentials | None) -> ServiceError:
    """Why Taskcluster does not hand out something private (401 or 403), and what would help."""
    why = f"Could not read {url}: it is private. Taskcluster answered {status} {_reason(body)}"
    if credentials is None:
        advice = (
            "Put the credentials of a Taskcluster client that has the scope "
            f"{_scope(url)} as {_KEYS}."
        )
    elif status == 401:
        advice = (
            f"It does not know the client {credentials.client_id!r} by that token: check {_KEYS}, "
            "and this computer's clock."
        )
    else:
        advice = (
            f"The client {credentials.client_id!r} lacks the scope {_scope(url)}: let somebody "
            f"give it that, or name another client with {_KEYS}."
        )
    return ServiceError(f"{why}. {advice}", url=url, status=status)


def _scope(url: str) -> str:
    """What one needs for an artifact."""
    name = urlsplit(url).path.partition("/artifacts/")[2]
    return f"queue:get-artifact:{name}" if name else "that it asks for"


def _reason(body: bytes) -> str:
    """`code: message` of Taskcluster's errors, without the part for its developers."""
    with contextlib.suppress(ValueError):
        error = fields.record(json.loads(body))
        message = fields.field(error, "message", str).partition("\n---")[0]
        told = f"{fields.field(error, 'code', str)}: {' '.join(message.split())}"
        return fields.printable(told)[:_LONGEST_REASON].rstrip(".")
    return "without a reason"
