"""Delivers pings for the SDK. Imports it: for the helper only."""

import http.client
import time
import zlib
from contextlib import suppress
from dataclasses import replace
from typing import Any

from glean.net import HttpClientUploader
from glean.net.ping_upload_worker import CapablePingUploadRequest
from glean.net.ping_uploader import UploadResult

from mozregression.telemetry.ledger import KEPT_DAYS, Ledger
from mozregression.telemetry.outbox import DAY

_PATIENCE = 3  # failures in a row, after which a server is left alone for now

# Answers that will be the same for this ping next time. The SDK takes all of 4xx for that, but
# proxies, captive portals and busy servers say them, too.
_FINAL = (400, 413)


class Uploader(HttpClientUploader):  # type: ignore[misc] # the SDK has no types
    """The SDK's own, which keeps copies and does not take a refusal for the end.

    A ping whose copy cannot be kept is not sent, as it could become two.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._failures = 0

    @property
    def gave_up(self) -> bool:
        """The server is not there, or not well."""
        return self._failures >= _PATIENCE

    def upload(self, capable_request: CapablePingUploadRequest) -> Any:
        request = capable_request.capable(lambda needs: not needs)
        if request is None:
            return UploadResult.INCAPABLE(0)
        if self.gave_up:
            return UploadResult.RECOVERABLE_FAILURE(0)
        try:
            ping = self._ledger.find(request.url.rpartition("/")[2]) or self._new(request)
            self._ledger.keep(ping)
        except (OSError, ValueError):
            self._failures = _PATIENCE
            return UploadResult.RECOVERABLE_FAILURE(0)
        result = super().upload(capable_request)
        status = getattr(result, "code", None) if result.is_http_status() else None
        delivered = status is not None and 200 <= status < 300
        self._failures = 0 if delivered else self._failures + 1
        answer = f"{status} {http.client.responses.get(status, '')}" if status else "no answer"
        sent = time.time() if delivered else None
        with_answer = replace(ping, answer=answer.strip(), sent=ping.sent or sent)
        with suppress(OSError):
            self._ledger.keep(with_answer)
        young = time.time() - ping.at < KEPT_DAYS * DAY
        if status and 400 <= status < 500 and status not in _FINAL and young:
            return UploadResult.RECOVERABLE_FAILURE(0)
        return result

    def _new(self, request: Any) -> Any:
        body = request.body
        if body[:2] == b"\x1f\x8b":
            body = zlib.decompress(body, 31)
        path = "/submit/" + request.url.partition("/submit/")[2]
        return self._ledger.new(path, body.decode(), request.headers)
