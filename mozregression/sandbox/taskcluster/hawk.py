"""Who signed a request, as Taskcluster checks it: Hawk headers, and bewits in URLs.

Written from the description of Hawk, not with the library that clients use.
"""

import hmac
import re
import time
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlsplit

from mozregression.sandbox.messages import Request
from mozregression.sandbox.taskcluster.api import ApiError

SKEW = 15 * 60  # seconds

_FIELD = re.compile(r'(\w+)="([^"\\]*)"')
_BEWIT = re.compile(r"[?&]bewit=([^&]*)")


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody whom Taskcluster knows. scoped: may read private artifacts."""

    client_id: str
    access_token: str = field(repr=False)
    scoped: bool = True


def signer_of(request: Request, clients: Mapping[str, Client]) -> Client | None:
    """Who signed a request; None when nobody did. Raises ApiError for a wrong signature."""
    header = request.headers.get("authorization")
    if header is not None:
        return _of_header(request, header, clients)
    bewit = _BEWIT.search(request.target)
    return _of_bewit(request, bewit[1], clients) if bewit else None


def _of_header(request: Request, header: str, clients: Mapping[str, Client]) -> Client:
    scheme, _, rest = header.partition(" ")
    given = dict(_FIELD.findall(rest))
    if scheme.lower() != "hawk" or not {"id", "ts", "nonce", "mac"} <= given.keys():
        raise _failed("Bad header format")
    client = _known(given["id"], clients)
    lines = [given["ts"], given["nonce"], request.method, request.target, *_host(request)]
    lines += [given.get("hash", ""), given.get("ext", "")]
    _check(client, "header", lines, given["mac"])
    if not given["ts"].isdecimal() or abs(int(given["ts"]) - time.time()) > SKEW:
        raise _failed("Stale timestamp")
    return client


def _of_bewit(request: Request, bewit: str, clients: Mapping[str, Client]) -> Client:
    try:
        decoded = urlsafe_b64decode(bewit + "=" * (-len(bewit) % 4)).decode()
        client_id, expiry, mac, ext = decoded.split("\\")
    except ValueError:
        raise _failed("Invalid bewit structure") from None
    client = _known(client_id, clients)
    if not expiry.isdecimal() or int(expiry) < time.time():
        raise _failed("Access expired")
    target = _BEWIT.sub("", request.target)
    if "?" not in target:
        target = target.replace("&", "?", 1)
    _check(client, "bewit", [expiry, "", "GET", target, *_host(request), "", ext], mac)
    return client


def _known(client_id: str, clients: Mapping[str, Client]) -> Client:
    if client_id not in clients:
        raise _failed("Unknown credentials")
    return clients[client_id]


def _check(client: Client, kind: str, lines: list[str], mac: str) -> None:
    text = "".join(f"{line}\n" for line in (f"hawk.1.{kind}", *lines))
    digest = hmac.new(client.access_token.encode(), text.encode(), sha256).digest()
    if not hmac.compare_digest(b64encode(digest).decode(), mac):
        raise _failed("Bad mac")


def _host(request: Request) -> tuple[str, str]:
    origin = urlsplit(request.origin)
    port = origin.port or {"http": 80, "https": 443}[origin.scheme]
    return (origin.hostname or "", str(port))


def _failed(why: str) -> ApiError:
    return ApiError(401, "AuthenticationFailed", why)
