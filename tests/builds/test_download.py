import base64
import errno
import hashlib
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mozregression.builds import part as part_module
from mozregression.builds.door import Door
from mozregression.builds.download import Downloaded, Hooks, Patience, download
from mozregression.builds.errors import DiskFull, DownloadFailed
from mozregression.model.builds import Build, Checksum, Missing, MissingReason
from mozregression.services.errors import Cancelled, ServiceError
from mozregression.services.http import Http
from tests.builds.conftest import HASTE, Request, Shop, Treatment, build_at, noise

CONTENT = noise(1_500_000)
HALF = len(CONTENT) // 2


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "firefox.tar.xz.part"


@pytest.fixture
def build(shop: Shop) -> Build:
    return build_at(shop.serve("firefox.tar.xz", CONTENT), content=CONTENT)


def fetch(build: Build, path: Path, door: Door, **more: Any) -> Downloaded | Missing:
    return download(build, path, door, patience=HASTE, **more)


def ranges(shop: Shop) -> list[str | None]:
    return [request.headers.get("Range") for request in shop.requests]


def assert_went_on_near(request: Request, size: int) -> None:
    """The last piece before a break may be lost."""
    start = int(request.headers["Range"].removeprefix("bytes=").removesuffix("-"))
    assert size - 100_000 < start <= size + 100_000


def test_a_plain_download(build: Build, path: Path, door: Http, shop: Shop) -> None:
    seen: list[tuple[int, int | None]] = []
    hooks = Hooks(arrived=lambda done, total: seen.append((done, total)))
    assert fetch(build, path, door, hooks=hooks) == Downloaded(len(CONTENT), verified=True)
    assert path.read_bytes() == CONTENT
    assert seen[0] == (0, len(CONTENT))
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert shop.requests[0].headers["Accept-Encoding"] == "identity"


def test_goes_on_after_breaks(build: Build, path: Path, door: Http, shop: Shop) -> None:
    shop.treat("firefox.tar.xz", Treatment(cut=400_000), Treatment(cut=300_000))
    assert fetch(build, path, door) == Downloaded(len(CONTENT), verified=True)
    assert path.read_bytes() == CONTENT
    assert_went_on_near(shop.requests[1], 400_000)
    assert_went_on_near(shop.requests[2], 600_000)
    assert [request.headers.get("If-Range") for request in shop.requests[1:]] == ['"one"'] * 2


def test_resets_do_no_harm(build: Build, path: Path, door: Http, shop: Shop) -> None:
    shop.treat("firefox.tar.xz", *[Treatment(cut=400_000, reset=True)] * 3)
    assert fetch(build, path, door) == Downloaded(len(CONTENT), verified=True)
    assert path.read_bytes() == CONTENT
    assert len(shop.requests) == 4


def test_more_breaks_than_patience_when_each_attempt_brings_something(
    build: Build, path: Path, door: Http, shop: Shop
) -> None:
    shop.treat("firefox.tar.xz", *[Treatment(cut=330_000)] * 4)
    patience = Patience(attempts=2, first_wait=0, longest_wait=0)
    assert isinstance(download(build, path, door, patience=patience), Downloaded)


def test_goes_on_where_an_earlier_run_stopped(
    build: Build, path: Path, door: Http, shop: Shop
) -> None:
    shop.always = Treatment(cut=500_000)
    cancelled = threading.Event()

    def stop(done: int, _: int | None) -> None:
        if done >= 400_000:
            cancelled.set()

    with pytest.raises(Cancelled):
        fetch(build, path, door, hooks=Hooks(arrived=stop), cancelled=cancelled)
    kept = path.stat().st_size
    assert 400_000 <= kept < len(CONTENT)
    shop.always = None
    assert fetch(build, path, door) == Downloaded(len(CONTENT), verified=True)
    assert ranges(shop)[-1] == f"bytes={kept}-"
    assert path.read_bytes() == CONTENT


def test_a_part_that_is_whole_needs_no_request(
    build: Build, path: Path, door: Http, shop: Shop
) -> None:
    fetch(build, path, door)
    shop.requests.clear()
    assert fetch(build, path, door) == Downloaded(len(CONTENT), verified=True)
    assert shop.requests == []


def test_a_part_damaged_between_runs_is_fetched_anew(
    build: Build, path: Path, door: Http, shop: Shop
) -> None:
    fetch(build, path, door)
    with path.open("r+b") as file:
        file.write(b"damage")
    assert fetch(build, path, door) == Downloaded(len(CONTENT), verified=True)
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize(
    "second",
    [Treatment(ignore_range=True), Treatment(shift_range=7), Treatment(headers={"ETag": '"x"'})],
    ids=["range ignored", "another range", "another version"],
)
def test_starts_over_when_the_rest_does_not_fit(
    build: Build, path: Path, door: Http, shop: Shop, second: Treatment
) -> None:
    shop.treat("firefox.tar.xz", Treatment(cut=HALF), second)
    assert fetch(build, path, door) == Downloaded(len(CONTENT), verified=True)
    assert path.read_bytes() == CONTENT


def test_starts_over_when_the_file_has_changed(
    path: Path, door: Http, shop: Shop, build: Build
) -> None:
    shop.treat("firefox.tar.xz", *[Treatment(cut=HALF)] * 3)
    with pytest.raises(DownloadFailed):
        download(build, path, door, patience=Patience(attempts=1))
    changed = noise(1_400_000, seed=5)
    shop.queue.clear()
    shop.etag = '"two"'
    shop.serve("firefox.tar.xz", changed)
    other = build_at(build.url, content=changed)
    assert fetch(other, path, door) == Downloaded(len(changed), verified=True)
    assert path.read_bytes() == changed
    assert_went_on_near(shop.requests[-1], HALF)


def test_last_modified_serves_when_the_etag_is_weak(
    build: Build, path: Path, door: Http, shop: Shop
) -> None:
    shop.etag = None
    stamp = "Fri, 01 May 2026 09:20:11 GMT"
    shop.headers = {"Last-Modified": stamp, "ETag": 'W/"weak"'}
    shop.treat("firefox.tar.xz", Treatment(cut=HALF))
    assert isinstance(fetch(build, path, door), Downloaded)
    assert shop.requests[1].headers["If-Range"] == stamp


def test_without_a_validator_bytes_are_never_joined(
    build: Build, path: Path, door: Http, shop: Shop
) -> None:
    shop.etag = None
    shop.treat("firefox.tar.xz", Treatment(cut=HALF))
    with pytest.raises(DownloadFailed):
        download(build, path, door, patience=Patience(attempts=1))
    assert isinstance(fetch(build, path, door), Downloaded)
    assert ranges(shop) == [None, None]
    assert path.read_bytes() == CONTENT


def test_416_can_mean_that_nothing_is_lacking(
    path: Path, door: Http, shop: Shop, build: Build
) -> None:
    shop.treat("firefox.tar.xz", Treatment(no_length=True))
    build_without = build_at(build.url)
    assert fetch(build_without, path, door) == Downloaded(len(CONTENT), verified=False)
    assert fetch(build_without, path, door) == Downloaded(len(CONTENT), verified=False)
    assert ranges(shop) == [None, f"bytes={len(CONTENT)}-"]


def test_wrong_bytes_are_thrown_away(build: Build, path: Path, door: Http, shop: Shop) -> None:
    shop.treat("firefox.tar.xz", Treatment(wrong_byte=1000))
    assert fetch(build, path, door) == Downloaded(len(CONTENT), verified=True)
    assert path.read_bytes() == CONTENT
    assert ranges(shop) == [None, None]
    assert shop.requests[1].headers["Cache-Control"] == "no-cache"


def test_bytes_that_stay_wrong_are_a_value(
    build: Build, path: Path, door: Http, shop: Shop
) -> None:
    shop.always = Treatment(wrong_byte=1000)
    missing = fetch(build, path, door)
    assert isinstance(missing, Missing)
    assert missing.reason is MissingReason.BROKEN
    assert build.url in missing.tried[0]
    assert "sha512" in missing.tried[0]
    assert len(shop.requests) == 3
    assert path.stat().st_size == 0


def test_the_promised_size_is_checked(path: Path, door: Http, shop: Shop) -> None:
    url = shop.serve("firefox.tar.xz", CONTENT)
    build = Build("push/autoland/1", "firefox", "linux", "opt", url, "firefox.tar.xz", size=99)
    missing = fetch(build, path, door)
    assert isinstance(missing, Missing)
    assert missing.reason is MissingReason.BROKEN


def google_hash(content: bytes) -> str:
    md5 = base64.b64encode(hashlib.md5(content).digest()).decode()  # noqa: S324 - as served
    return f"crc32c=AAAAAA==, md5={md5}"


def test_google_storage_checksums(path: Path, door: Http, shop: Shop, build: Build) -> None:
    shop.headers = {"x-goog-hash": google_hash(CONTENT)}
    shop.treat("firefox.tar.xz", Treatment(wrong_byte=0))
    plain = build_at(build.url)
    assert fetch(plain, path, door) == Downloaded(len(CONTENT), verified=True)
    assert path.read_bytes() == CONTENT


def test_google_notes_about_a_packed_copy_are_not_about_ours(
    path: Path, door: Http, shop: Shop, build: Build
) -> None:
    shop.headers = {
        "x-goog-hash": google_hash(b"the packed copy"),
        "x-goog-stored-content-encoding": "gzip",
        "x-goog-stored-content-length": "15",
    }
    shop.always = Treatment(no_length=True)
    assert fetch(build_at(build.url), path, door) == Downloaded(len(CONTENT), verified=False)


def test_stored_length_stands_in_for_content_length(
    path: Path, door: Http, shop: Shop, build: Build
) -> None:
    shop.headers = {"x-goog-stored-content-length": str(len(CONTENT))}
    shop.treat("firefox.tar.xz", Treatment(no_length=True, cut=HALF))
    assert fetch(build_at(build.url), path, door) == Downloaded(len(CONTENT), verified=False)
    assert path.read_bytes() == CONTENT
    assert_went_on_near(shop.requests[1], HALF)


@pytest.mark.parametrize("algorithm", ["sha512", "sha256"])
def test_a_checksum_can_be_asked_for(
    path: Path, door: Http, shop: Shop, build: Build, algorithm: str
) -> None:
    asked: list[str] = []

    def checksum_of(build: Build) -> Checksum:
        asked.append(build.url)
        return Checksum(algorithm, hashlib.new(algorithm, CONTENT).hexdigest().upper())

    shop.treat("firefox.tar.xz", Treatment(wrong_byte=3))
    plain = build_at(build.url)
    hooks = Hooks(checksum_of=checksum_of)
    assert fetch(plain, path, door, hooks=hooks) == Downloaded(len(CONTENT), verified=True)
    assert asked == [build.url] * 2


def test_a_checksum_is_asked_for_while_bytes_arrive(path: Path, door: Http, build: Build) -> None:
    asked = threading.Event()

    def checksum_of(_: Build) -> Checksum:
        asked.set()
        return Checksum("sha512", hashlib.sha512(CONTENT).hexdigest())

    def arrived(done: int, _: int | None) -> None:
        if done > HALF:
            assert asked.wait(10)

    hooks = Hooks(arrived=arrived, checksum_of=checksum_of)
    plain = build_at(build.url)
    assert fetch(plain, path, door, hooks=hooks) == Downloaded(len(CONTENT), verified=True)


def test_a_list_of_checksums_that_cannot_be_read_stops_nobody(
    path: Path, door: Http, build: Build
) -> None:
    def checksum_of(build: Build) -> Checksum:
        raise ServiceError("down", url=build.url)

    hooks = Hooks(checksum_of=checksum_of)
    plain = build_at(build.url)
    assert fetch(plain, path, door, hooks=hooks) == Downloaded(len(CONTENT), verified=False)


def test_a_known_checksum_is_not_asked_for(build: Build, path: Path, door: Http) -> None:
    def checksum_of(_: Build) -> Checksum:
        raise AssertionError

    assert isinstance(fetch(build, path, door, hooks=Hooks(checksum_of=checksum_of)), Downloaded)


@pytest.mark.parametrize(
    ("status", "task_id", "reason"),
    [
        (404, None, MissingReason.NO_FILE),
        (403, None, MissingReason.NO_FILE),
        (410, None, MissingReason.EXPIRED),
        (424, "task", MissingReason.NO_FILE),
        (404, "task", MissingReason.EXPIRED),
    ],
)
def test_what_is_gone_is_a_value(
    tmp_path: Path, shop: Shop, status: int, task_id: str | None, reason: MissingReason
) -> None:
    build = replace(build_at(shop.serve("a.tar.xz", CONTENT)), task_id=task_id)
    shop.always = Treatment(status=status)
    missing = fetch(build, tmp_path / "part", Http())
    assert isinstance(missing, Missing)
    assert (missing.candidate, missing.reason) == (build.candidate, reason)
    assert str(status) in missing.tried[0]
    assert len(shop.requests) == 1


@pytest.mark.parametrize("status", [500, 503, 429, 406])
def test_passing_troubles_pass(
    build: Build, path: Path, door: Http, shop: Shop, status: int
) -> None:
    treatment = Treatment(status=status, headers={"Retry-After": "0"})
    shop.treat("firefox.tar.xz", treatment, treatment)
    assert isinstance(fetch(build, path, door), Downloaded)


def test_lasting_troubles_are_told(build: Build, path: Path, door: Http, shop: Shop) -> None:
    shop.always = Treatment(status=503)
    with pytest.raises(DownloadFailed) as failed:
        fetch(build, path, door)
    assert len(shop.requests) == HASTE.attempts == failed.value.attempts
    assert build.url in str(failed.value)
    assert "503" in str(failed.value)


def test_refusals_are_not_repeated(build: Build, path: Path, door: Http, shop: Shop) -> None:
    shop.always = Treatment(status=400)
    with pytest.raises(DownloadFailed):
        fetch(build, path, door)
    assert len(shop.requests) == 1


def test_a_web_page_is_not_a_build(build: Build, path: Path, door: Http, shop: Shop) -> None:
    page = Treatment(headers={"Content-Type": "text/html; charset=utf-8"})
    shop.treat("firefox.tar.xz", page)
    assert isinstance(fetch(build, path, door), Downloaded)
    shop.always = page
    with pytest.raises(DownloadFailed, match="web page"):
        fetch(build_at(shop.serve("b.tar.xz", CONTENT)), path, door)


def test_nobody_listens(path: Path, door: Http, tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match="run the same again"):
        fetch(build_at("http://127.0.0.1:9/firefox.tar.xz"), path, door)


def test_a_wait_between_attempts_can_be_cut_short(
    build: Build, path: Path, door: Http, shop: Shop
) -> None:
    shop.always = Treatment(status=503)
    cancelled, slow = threading.Event(), Patience(first_wait=60, longest_wait=60)
    timer = threading.Timer(0.2, cancelled.set)
    timer.start()
    with pytest.raises(Cancelled):
        download(build, path, door, cancelled=cancelled, patience=slow)
    timer.join()


def test_the_size_is_told_before_the_first_byte_is_kept(
    build: Build, path: Path, door: Http, shop: Shop
) -> None:
    def sized(total: int, done: int) -> None:
        assert (total, done) == (len(CONTENT), 0)
        raise DiskFull("a build", path, total, 0)

    with pytest.raises(DiskFull):
        fetch(build, path, door, hooks=Hooks(sized=sized))
    assert path.stat().st_size == 0


def test_a_disk_that_fills_up(
    build: Build, path: Path, door: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull, match="--persist"):
        fetch(build, path, door)


def test_notes_that_make_no_sense_mean_starting_over(
    build: Build, path: Path, door: Http, shop: Shop
) -> None:
    path.write_bytes(b"whatever")
    part_module.notes_of(path).write_text('{"url": 3')
    assert isinstance(fetch(build, path, door), Downloaded)
    assert ranges(shop) == [None]
