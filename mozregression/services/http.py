"""The one door to the network: connections, retries, bounds and kept answers."""

import contextlib
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from typing import Any, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    wait_exponential,
    wait_random_exponential,
)
from tenacity.nap import sleep_using_event

from mozregression import __version__
from mozregression.services.answers import Answers
from mozregression.services.credentials import Credentials, Signature, refusal
from mozregression.services.errors import Cancelled, ServiceError, TooLargeError

T = TypeVar("T")
Params = Mapping[str, str | int]

USER_AGENT = f"mozregression/{__version__} (+https://github.com/mozilla/mozregression)"
TIMEOUTS = (10.0, 60.0)  # to connect, to read: hg takes 8 to 13 seconds for heavy queries
BODY_LIMIT = 64 * 1024 * 1024

_CHUNK = 64 * 1024
_POOL = 16
_GONE = (404, 410)
_FORBIDDEN = (401, 403)
_BUSY = (406, 408, 425, 429)  # 406 is how hg.mozilla.org says "too many requests"
_TRY_LATER = "The service may be busy or down; try again in some minutes."


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request as it went. status is None when no answer came; bytes are the body's."""

    method: str
    url: str
    status: int | None
    bytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a request is tried; times in seconds.

    attempts: in all. unreached: of them, without a connection. unfit: of them, answered
    with something else than was asked for.
    """

    attempts: int = 12
    unreached: int = 6
    unfit: int = 4
    first_pause: float = 0.25
    longest_pause: float = 10.0
    longest_retry_after: float = 60.0


PATIENT = Patience()
BRIEF = Patience(attempts=3, unreached=2, unfit=1)  # for answers that are only nice to have


class _TransientError(ServiceError):
    """One attempt failed in a way that may pass. kind: what Patience counts."""

    def __init__(
        self,
        url: str,
        kind: str,
        why: str,
        advice: str = _TRY_LATER,
        *,
        status: int | None = None,
        retry_after: float = 0.0,
    ) -> None:
        super().__init__(_message(url, why, advice), url=url, status=status, transient=True)
        self.kind = kind
        self.retry_after = retry_after


class Answer:
    """An answer of any status. Its body comes in chunks, once."""

    def __init__(self, response: requests.Response, cancelled: threading.Event) -> None:
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers  # names in any case
        self.reason = response.reason or ""
        self.url = response.url
        self.received = 0
        self._response = response
        self._cancelled = cancelled

    def chunks(self, size: int = _CHUNK) -> Iterator[bytes]:
        """The body, without its content encoding.

        Raises ServiceError (transient) when it breaks off or is shorter than promised, and
        Cancelled when the user wants to stop.
        """
        try:
            for chunk in self._response.iter_content(size):
                _check(self._cancelled)
                self.received += len(chunk)
                yield chunk
        except OSError as error:
            raise self._broken(_cause(error)) from error
        promised = self.headers.get("Content-Length", "")
        if promised.isdecimal() and self._response.raw.tell() < int(promised):
            raise self._broken("it ended early")

    def _broken(self, how: str) -> ServiceError:
        why = f"the answer broke off after {self.received} bytes ({how})"
        return _TransientError(self.url, "broken", why, status=self.status)


class Http:
    """GET requests with redirects, retries and bounds; safe to share between threads.

    Proxies and CA files come from the usual variables (HTTPS_PROXY, NO_PROXY,
    REQUESTS_CA_BUNDLE). Once `cancelled` is set, pauses end and every call raises Cancelled.
    on_request is told each request, redirects included, from whatever thread made it.
    private: what URLs of a service begin with that may answer 401 or 403 to the public. It is
    then asked again with credentials, if there are any; nobody else gets to see these.
    """

    def __init__(
        self,
        *,
        answers: Answers | None = None,
        on_request: Callable[[Exchange], None] | None = None,
        cancelled: threading.Event | None = None,
        patience: Patience = PATIENT,
        timeouts: tuple[float, float] = TIMEOUTS,
        sleep: Callable[[float], None] | None = None,
        private: str | None = None,
        credentials: Credentials | None = None,
    ) -> None:
        self._answers = answers
        self._on_request = on_request
        self._cancelled = cancelled or threading.Event()
        self._patience = patience
        self._timeouts = timeouts
        self._sleep = sleep_using_event(self._cancelled) if sleep is None else sleep
        self._private = private
        self._credentials = credentials
        self._session = _session()

    def text(
        self, url: str, *, params: Params | None = None, immutable: bool = False
    ) -> str | None:
        """The body as text; None when the service has no such thing (404, 410)."""
        return self.read(url, str, params=params, immutable=immutable)

    def json(
        self, url: str, *, params: Params | None = None, immutable: bool = False
    ) -> Any | None:
        """The body read as JSON; None when the service has no such thing (404, 410)."""
        return self.read(url, json.loads, params=params, immutable=immutable)

    def read(
        self,
        url: str,
        parse: Callable[[str], T],
        *,
        params: Params | None = None,
        immutable: bool = False,
        settled: Callable[[T], bool] = lambda _: True,
        limit: int = BODY_LIMIT,
        patience: Patience | None = None,
    ) -> T | None:
        """What `parse` makes of the body; None when the service has no such thing (404, 410).

        parse raises ValueError for a body that is not what was asked for; the request is
        then tried again. With `immutable`, an answer kept from before is used, and a new one
        is kept when it is `settled`. limit bounds the body, in bytes.

        Raises ServiceError when no attempt succeeded, TooLargeError and Cancelled.
        """
        full = f"{url}?{urlencode(params)}" if params else url
        answers = self._answers if immutable else None
        if answers and (kept := answers.find(full)) is not None:
            with contextlib.suppress(_TransientError):
                return _parsed(full, kept, parse)
        retrying = _retrying(patience or self._patience, self._sleep)
        found: tuple[bytes, T] | None = retrying(self._attempt, full, parse, limit)
        if found is None:
            return None
        body, value = found
        if answers and settled(value):
            answers.keep(full, body)
        return value

    @contextlib.contextmanager
    def stream(self, url: str, *, headers: Mapping[str, str] | None = None) -> Iterator[Answer]:
        """One attempt, an answer of any status, for bodies too large to hold.

        Raises ServiceError when no answer comes; its `transient` says whether to try again.
        """
        with self._exchange(url, {"Accept-Encoding": "identity", **(headers or {})}) as answer:
            yield answer

    def close(self) -> None:
        self._session.close()
        if self._answers:
            self._answers.close()

    def _attempt(self, url: str, parse: Callable[[str], T], limit: int) -> tuple[bytes, T] | None:
        with self._exchange(url, {}) as answer:
            if answer.status == 200:
                body = _collected(answer, limit)
                return body, _parsed(url, body, parse)
            with contextlib.suppress(ServiceError):  # a body read to its end spares a connection
                _collected(answer, _CHUNK)
            if answer.status in _GONE:
                return None
            raise _refused(answer)

    @contextlib.contextmanager
    def _exchange(self, url: str, headers: Mapping[str, str]) -> Iterator[Answer]:
        _check(self._cancelled)
        started = time.monotonic()
        try:
            response = self._response(url, headers)
        except (requests.RequestException, ValueError) as error:  # ValueError: an odd redirect
            self._tell(url, None, 0, started)
            raise _unanswered(url, error) from error
        answer = Answer(response, self._cancelled)
        try:
            _refuse_downgrade(url, response)
            if self._is_refused(response):
                raise self._refusal(answer)
            yield answer
        finally:
            response.close()
            for hop in response.history:
                self._tell(hop.url, hop.status_code, 0, started)
            self._tell(answer.url, answer.status, answer.received, started)

    def _response(self, url: str, headers: Mapping[str, str]) -> requests.Response:
        """The answer, after redirects; with credentials only where it is refused without."""
        open_ = partial(self._session.get, headers=headers, stream=True, timeout=self._timeouts)
        plain = open_(url)
        if self._credentials is None or not self._is_refused(plain):
            return plain
        plain.close()
        hops = [*plain.history, plain]
        signed = open_(plain.url, auth=Signature(self._credentials), allow_redirects=False)
        answer = signed
        if signed.is_redirect:
            signed.close()
            answer = open_(urljoin(signed.url, signed.headers["Location"]))
            hops += [signed, *answer.history]
        answer.history = hops
        return answer

    def _is_refused(self, response: requests.Response) -> bool:
        private = self._private is not None and response.url.startswith(self._private)
        return private and response.status_code in _FORBIDDEN

    def _refusal(self, answer: Answer) -> ServiceError:
        body = b""
        with contextlib.suppress(ServiceError):
            body = _collected(answer, _CHUNK)
        return refusal(answer.url, answer.status, body, self._credentials)

    def _tell(self, url: str, status: int | None, size: int, started: float) -> None:
        if self._on_request:
            self._on_request(Exchange("GET", url, status, size, time.monotonic() - started))


def _session() -> requests.Session:
    session = requests.Session()
    session.max_redirects = 10
    session.headers["User-Agent"] = USER_AGENT
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # no state to share
    adapter = HTTPAdapter(pool_maxsize=_POOL)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _retrying(patience: Patience, sleep: Callable[[float], None]) -> Retrying:
    limits = {"unreached": patience.unreached, "unfit": patience.unfit}
    faults: Counter[str] = Counter()
    half = {"multiplier": patience.first_pause / 2, "max": patience.longest_pause / 2}
    pause = wait_exponential(**half) + wait_random_exponential(**half)  # spreads the clients

    def stop(state: RetryCallState) -> bool:
        kind = _fault_of(state).kind
        faults[kind] += 1
        return state.attempt_number >= patience.attempts or faults[kind] >= limits.get(
            kind, patience.attempts
        )

    def wait(state: RetryCallState) -> float:
        asked = min(_fault_of(state).retry_after, patience.longest_retry_after)
        return max(asked, pause(state))

    return Retrying(
        retry=retry_if_exception_type(_TransientError),
        stop=stop,
        wait=wait,
        sleep=sleep,
        reraise=True,
    )


def _fault_of(state: RetryCallState) -> _TransientError:
    fault = state.outcome.exception() if state.outcome else None
    assert isinstance(fault, _TransientError)  # noqa: S101 - nothing else is retried
    return fault


def _check(cancelled: threading.Event) -> None:
    if cancelled.is_set():
        raise Cancelled("The request was given up because the user wants to stop.")


def _collected(answer: Answer, limit: int) -> bytes:
    parts = []
    for part in answer.chunks():
        parts.append(part)
        if answer.received > limit:
            raise TooLargeError(
                _message(answer.url, f"the answer exceeds {limit} bytes", "Ask for less."),
                url=answer.url,
                status=answer.status,
            )
    return b"".join(parts)


def _parsed(url: str, body: bytes, parse: Callable[[str], T]) -> T:
    try:
        return parse(body.decode())
    except (ValueError, RecursionError) as error:
        why = f"the answer is not what was asked for ({str(error)[:200]})"
        advice = (
            "A proxy or login page may answer in place of the service; if not, the service "
            "has changed and mozregression needs an update."
        )
        raise _TransientError(url, "unfit", why, advice, status=200) from error


def _refused(answer: Answer) -> ServiceError:
    why = f"the service answered {answer.status} {answer.reason}".rstrip()
    if answer.status >= 500 or answer.status in _BUSY:
        after = _seconds(answer.headers.get("Retry-After", ""))
        return _TransientError(answer.url, "refused", why, status=answer.status, retry_after=after)
    advice = "The request itself is not accepted, so trying again will not help."
    return ServiceError(_message(answer.url, why, advice), url=answer.url, status=answer.status)


def _refuse_downgrade(url: str, response: requests.Response) -> None:
    if url.startswith("https:") and not response.url.startswith("https:"):
        why = f"it redirects to {response.url}, which is not protected"
        advice = "Something between you and the service may be tampering with the connection."
        raise ServiceError(_message(url, why, advice), url=url, status=response.status_code)


def _unanswered(url: str, error: Exception) -> ServiceError:
    cause = _cause(error)
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        advice = (
            "If a proxy of your network signs connections anew, set REQUESTS_CA_BUNDLE to the "
            "file with its CA certificate; also check the computer's clock."
        )
        return ServiceError(
            _message(url, f"its certificate is not trusted ({cause})", advice), url=url
        )
    if isinstance(error, requests.ReadTimeout):
        return _TransientError(url, "slow", "no answer came in time")
    if not isinstance(error, requests.ConnectionError):
        return ServiceError(_message(url, cause, "Check the address."), url=url)
    if _never_connected(error):
        host = urlsplit(url).hostname
        advice = "Check the network connection and the proxy settings (HTTPS_PROXY, NO_PROXY)."
        return _TransientError(url, "unreached", f"{host} cannot be reached ({cause})", advice)
    return _TransientError(url, "broken", f"the connection broke off ({cause})")


def _never_connected(error: requests.ConnectionError) -> bool:
    """Whether urllib3 gave up before it sent anything: only then it wraps a `reason`."""
    return bool(error.args) and getattr(error.args[0], "reason", None) is not None


def _cause(error: BaseException) -> str:
    """The innermost message; the outer ones repeat it with names of classes and pools."""
    inner = error.args[0] if error.args else None
    inner = getattr(inner, "reason", None) or inner
    return str(inner or type(error).__name__).rsplit(": ", 1)[-1]


def _seconds(retry_after: str) -> float:
    """Retry-After is a number of seconds or an HTTP date; 0 when it is neither."""
    if retry_after.isdecimal():
        return float(retry_after)
    with contextlib.suppress(ValueError):
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    return 0.0


def _message(url: str, why: str, advice: str) -> str:
    return f"Could not read {url}: {why}. {advice}"
