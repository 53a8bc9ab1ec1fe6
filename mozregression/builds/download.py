"""One archive from a server to the disk, however often the connection breaks."""

import base64
import binascii
import contextlib
import email.utils
import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeAlias

from tenacity import RetryCallState, Retrying, retry_if_exception_type, sleep_using_event

from mozregression.builds.door import Answer, Door
from mozregression.builds.errors import DownloadFailed
from mozregression.builds.growing import Growth
from mozregression.builds.part import Origin, Part
from mozregression.model.builds import Build, Checksum, Missing, MissingReason
from mozregression.services.errors import Cancelled, ServiceError

ChecksumOf: TypeAlias = Callable[[Build], Checksum | None]

LARGEST_ARCHIVE = 8 << 30
_PIECE = 64 * 1024  # a break may cost up to so many bytes
_GONE = {403, 404, 410, 424}
_PASSING = {406, 408, 425, 429}
_WRONG_TIMES = 3
_HASHES = {"md5", "sha1", "sha256", "sha384", "sha512"}
_LIKELY_HASH = "sha512"  # what lists of checksums on the archive use


@dataclass(frozen=True, slots=True)
class Patience:
    """How often to try. attempts: in a row that bring nothing new. Waits in seconds."""

    attempts: int = 12
    first_wait: float = 0.5
    longest_wait: float = 30.0


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A whole archive, durable on the disk. verified: a checksum was known, and it fits."""

    size: int
    verified: bool


@dataclass(frozen=True, slots=True)
class Hooks:
    """What a download tells and asks while it runs, in its own thread.

    arrived(done, total): bytes so far. sized(total, done): the size is known; may raise
    DiskFull. checking(): all bytes are there. checksum_of: asked while bytes arrive, in a
    thread of its own, when neither the build nor the server brought a checksum; None when
    there is none to be had.
    """

    arrived: Callable[[int, int | None], None] = lambda _done, _total: None
    sized: Callable[[int, int], None] = lambda _total, _done: None
    checking: Callable[[], None] = lambda: None
    checksum_of: ChecksumOf | None = None


def download(
    build: Build,
    path: Path,
    door: Door,
    *,
    growth: Growth | None = None,
    hooks: Hooks | None = None,
    cancelled: threading.Event | None = None,
    patience: Patience | None = None,
) -> Downloaded | Missing:
    """Fetch `build` into `path`, going on where an earlier run stopped.

    path is a partial file until this returns Downloaded; giving it its final name is the
    caller's. growth lets another thread read along; it ends, one way or the other, with
    this call. Returns Missing when the server has no such file, or only one that is not
    what was promised. Raises DownloadFailed, DiskFull, Cancelled; all keep what arrived.
    """
    growth = growth or Growth()
    try:
        with Part(path, build.url, growth) as part:
            job = _Download(build, part, door, hooks or Hooks(), cancelled or threading.Event())
            return job.run(patience or Patience())
    finally:
        growth.stop()


class _Broke(Exception):  # noqa: N818 - never leaves this module
    """This attempt came to nothing. wait: seconds the server asked for."""

    def __init__(self, reason: str, *, wait: float = 0.0, final: bool = False) -> None:
        super().__init__(reason)
        self.wait = wait
        self.final = final


class _Download:
    def __init__(
        self, build: Build, part: Part, door: Door, hooks: Hooks, cancelled: threading.Event
    ) -> None:
        self._build = build
        self._part = part
        self._door = door
        self._hooks = hooks
        self._cancelled = cancelled
        self._farthest = part.size
        self._fruitless = 0
        self._wrong = 0
        self._promised: Future[Checksum | None] | None = None

    def run(self, patience: Patience) -> Downloaded | Missing:
        def enough(state: RetryCallState) -> bool:
            broke = state.outcome.exception() if state.outcome else None
            final = isinstance(broke, _Broke) and broke.final
            return final or self._fruitless >= patience.attempts

        def pause(state: RetryCallState) -> float:
            broke = state.outcome.exception() if state.outcome else None
            asked = broke.wait if isinstance(broke, _Broke) else 0.0
            grown: float = patience.first_wait * 2 ** max(self._fruitless - 1, 0)
            return min(max(asked, grown * random.uniform(0.75, 1.25)), patience.longest_wait)

        retrying = Retrying(
            retry=retry_if_exception_type(_Broke),
            stop=enough,
            wait=pause,
            sleep=sleep_using_event(self._cancelled),
            reraise=True,
        )
        try:
            return retrying(self._attempt)
        except _Broke as broke:
            attempts = retrying.statistics["attempt_number"]
            advised = isinstance(broke.__cause__, ServiceError) and broke.final
            raise DownloadFailed(self._build.url, attempts, str(broke), advised=advised) from broke

    def _attempt(self) -> Downloaded | Missing:
        self._check_cancelled()
        try:
            if self._all_there():
                self._take_up()
                return self._checked()
            return self._fetch() or self._checked()
        except _Broke:
            self._count()
            raise

    def _count(self) -> None:
        """Attempts that bring the file along do not use up patience."""
        if self._part.size >= self._farthest + _PIECE:
            self._farthest = self._part.size
            self._fruitless = 0
        self._fruitless += 1

    def _check_cancelled(self) -> None:
        if self._cancelled.is_set():
            raise Cancelled

    def _all_there(self) -> bool:
        return self._part.size > 0 and self._part.size == self._part.origin.total

    # One request.

    def _fetch(self) -> Missing | None:
        with contextlib.ExitStack() as stack:
            try:
                answer = stack.enter_context(
                    self._door.stream(self._build.url, headers=self._request_headers())
                )
            except (OSError, ServiceError) as fault:
                _break_off(fault)
            missing = self._begin(answer)
            if missing:
                return missing
            self._take_up()
            return self._receive(answer)

    def _request_headers(self) -> dict[str, str]:
        headers = {"Accept-Encoding": "identity"}
        if self._part.size:
            headers["Range"] = f"bytes={self._part.size}-"
            headers["If-Range"] = self._part.origin.validator
        if self._wrong:
            headers["Cache-Control"] = "no-cache"  # a cache on the way may keep wrong bytes
        return headers

    def _begin(self, answer: Answer) -> Missing | None:
        """Decide by status and headers whether, and from where on, the body is wanted."""
        if answer.status in _GONE:
            return self._gone(answer.status)
        if answer.status == 416:
            self._past_the_end(answer.headers)
        elif answer.status == 206:
            self._go_on(answer.headers)
        elif answer.status == 200:
            self._start_over(answer)
        else:
            passing = answer.status in _PASSING or answer.status >= 500
            wait = _seconds(answer.headers.get("Retry-After", ""))
            raise _Broke(f"the server answered {answer.status}", wait=wait, final=not passing)
        return None

    def _gone(self, status: int) -> Missing:
        expired = status == 410 or (self._build.task_id is not None and status != 424)
        reason = MissingReason.EXPIRED if expired else MissingReason.NO_FILE
        return Missing(
            self._build.candidate, reason, (f"{self._build.url} (the server answered {status})",)
        )

    def _past_the_end(self, headers: Mapping[str, str]) -> None:
        """The answer to a range after the last byte: perhaps nothing is lacking."""
        origin = self._part.origin
        size = self._part.size
        if not size or headers.get("Content-Range", "").strip() != f"bytes */{size}":
            raise self._thrown_away("the server does not know the bytes that are here already")
        self._part.origin = Origin(origin.url, origin.validator, size, origin.checksum)

    def _go_on(self, headers: Mapping[str, str]) -> None:
        origin = self._part.origin
        span = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", headers.get("Content-Range", "").strip())
        validators = {headers.get(name) for name in ("ETag", "Last-Modified")}
        total = int(span[2]) if span and span[2] != "*" else None
        if (
            not span
            or int(span[1]) != self._part.size
            or _encoded(headers)
            or (validators != {None} and origin.validator not in validators)
            or (total and origin.total and total != origin.total)
        ):
            raise self._thrown_away("the rest the server sent does not fit to what is here already")

    def _start_over(self, answer: Answer) -> None:
        if answer.headers.get("Content-Type", "").lower().startswith("text/html"):
            raise _Broke(f"{answer.url} is a web page, not a build")
        headers = answer.headers
        origin = Origin(self._build.url, _validator(headers), _total(headers), _stored_md5(headers))
        self._part.start_over(origin)

    def _take_up(self) -> None:
        """The bytes that are here already are good, as far as one can tell."""
        checksum = self._build.checksum or self._part.origin.checksum
        if checksum and checksum.algorithm in _HASHES:
            self._part.hash_with(checksum.algorithm)
        elif self._hooks.checksum_of:
            self._part.hash_with(_LIKELY_HASH)
        total = self._part.origin.total or self._build.size
        self._hooks.arrived(self._part.size, total)
        if total:
            self._hooks.sized(total, self._part.size)

    def _receive(self, answer: Answer) -> Missing | None:
        total = self._part.origin.total
        if answer.status == 416:
            return None
        for chunk in _chunks(answer):
            self._check_cancelled()
            self._part.append(chunk)
            if total and self._part.size * 2 >= total:  # not sooner: many are given up early
                self._ask_for_checksum()
            self._hooks.arrived(self._part.size, total or self._build.size)
            if self._part.size > (total or LARGEST_ARCHIVE):
                return self._reject("it is longer than it should be")
        return None

    # After the last byte.

    def _checked(self) -> Downloaded | Missing:
        size, total = self._part.size, self._part.origin.total
        if total is not None and size < total:
            raise _Broke(f"the connection ended after {size} of {total} bytes")
        self._part.growth.finish()
        self._hooks.checking()
        if self._build.size not in (None, size):
            return self._reject(f"it has {size} bytes instead of {self._build.size}")
        checksum = self._checksum()
        if checksum and self._part.digest(checksum.algorithm) != checksum.hex.lower():
            return self._reject(f"its {checksum.algorithm} checksum is wrong")
        self._part.sync()
        self._part.growth.accept()
        return Downloaded(size, verified=checksum is not None)

    def _ask_for_checksum(self) -> None:
        known = self._build.checksum or self._part.origin.checksum or self._promised
        if not known and self._hooks.checksum_of:
            self._promised = _asked(self._hooks.checksum_of, self._build)

    def _checksum(self) -> Checksum | None:
        self._ask_for_checksum()
        found = self._build.checksum or self._part.origin.checksum
        if not found and self._promised:
            # A list that cannot be read just now must not stop anybody: archives hold
            # checksums of their own.
            with contextlib.suppress(ServiceError):
                found = self._promised.result()
        known = found and found.algorithm in _HASHES
        return found if known else None

    def _reject(self, reason: str) -> Missing:
        """Wrong bytes: try again from the start, a few times; then this build is broken."""
        self._wrong += 1
        self._promised = None  # it may be the checksum that was wrong
        if self._wrong >= _WRONG_TIMES:
            self._part.start_over()
            return Missing(
                self._build.candidate,
                MissingReason.BROKEN,
                (f"{self._build.url} ({reason}, {self._wrong} times)",),
            )
        self._farthest = 0
        raise self._thrown_away(f"the file is wrong: {reason}")

    def _thrown_away(self, reason: str) -> _Broke:
        self._part.start_over()
        return _Broke(reason)


def _asked(checksum_of: ChecksumOf, build: Build) -> "Future[Checksum | None]":
    """Ask in a daemon thread: unlike an executor's, it does not keep anybody from leaving."""
    future: Future[Checksum | None] = Future()

    def ask() -> None:
        try:
            future.set_result(checksum_of(build))
        except Exception as fault:  # noqa: BLE001 - raised again where the answer is wanted
            future.set_exception(fault)

    threading.Thread(target=ask, name="checksum", daemon=True).start()
    return future


def _chunks(answer: Answer) -> Iterator[bytes]:
    """The body; breaks of the network, and nothing else, are turned into another attempt."""
    try:
        yield from answer.chunks(_PIECE)
    except (OSError, ServiceError) as fault:
        _break_off(fault)


def _break_off(fault: OSError | ServiceError) -> NoReturn:
    final = isinstance(fault, ServiceError) and not fault.transient
    raise _Broke(str(fault) or type(fault).__name__, final=final) from fault


# What headers say.


def _encoded(headers: Mapping[str, str]) -> bool:
    return headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity")


def _stored_as_sent(headers: Mapping[str, str]) -> bool:
    """Google's storage may unpack a gzip file on its way; its notes are about the packed one."""
    stored = headers.get("x-goog-stored-content-encoding", "identity").strip().lower()
    return stored in ("", "identity") and not _encoded(headers)


def _total(headers: Mapping[str, str]) -> int | None:
    text = "" if _encoded(headers) else headers.get("Content-Length", "")
    if not text and _stored_as_sent(headers):
        text = headers.get("x-goog-stored-content-length", "")
    return int(text) if text.strip().isdecimal() else None


def _validator(headers: Mapping[str, str]) -> str:
    etag = headers.get("ETag", "")
    if _encoded(headers):
        return ""
    if etag.startswith('"'):
        return etag
    return headers.get("Last-Modified", "")


def _stored_md5(headers: Mapping[str, str]) -> Checksum | None:
    """`x-goog-hash: crc32c=…, md5=<base64>`."""
    found = re.search(r"\bmd5=([A-Za-z0-9+/]{22}==)", headers.get("x-goog-hash", ""))
    if not found or not _stored_as_sent(headers):
        return None
    try:
        return Checksum("md5", base64.b64decode(found[1], validate=True).hex())
    except binascii.Error:
        return None


def _seconds(retry_after: str) -> float:
    """`Retry-After`: seconds or a date."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max(email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time(), 0.0)
    except (ValueError, TypeError):
        return 0.0
