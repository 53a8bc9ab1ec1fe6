import errno
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mozregression.builds import entries as entries_module
from mozregression.builds.errors import DiskFull, UnusableFolder
from mozregression.builds.progress import Progress, State
from mozregression.builds.store import Ready, Store
from mozregression.model.builds import Build, Checksum, Missing, MissingReason
from mozregression.services.errors import Cancelled
from mozregression.services.http import Http
from tests.builds.conftest import HASTE, Shop, Treatment, build_at, noise, sha512_of, tarball

PACKED = tarball()
MINE = {"notes.txt": b"mine", "unpacked/x": b"mine too", ".mozregression-old/y": b"also mine"}
WAIT = 30

StoreMaker = Callable[..., Store]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder given with --persist, which holds files of the user's."""
    root = tmp_path / "persist"
    for name, content in MINE.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


@pytest.fixture(autouse=True)
def users_files_stay(root: Path) -> Iterator[None]:
    yield
    assert {name: (root / name).read_bytes() for name in MINE} == MINE


@pytest.fixture
def store_at(root: Path, door: Http) -> StoreMaker:
    def make(limit: int | None = None, **more: object) -> Store:
        return Store(root, limit, door, patience=HASTE, **more)  # type: ignore[arg-type]

    return make


@pytest.fixture
def store(store_at: StoreMaker) -> Store:
    return store_at()


@pytest.fixture
def build(shop: Shop) -> Build:
    return build_at(shop.serve("firefox.tar.xz", PACKED), content=PACKED)


def obtained(store: Store, build: Build) -> Ready:
    ready = store.obtain(build)
    assert isinstance(ready, Ready)
    assert (ready.folder / "firefox/firefox").read_bytes() == b"#!/bin/sh\n"
    assert (ready.folder / "firefox/libxul.so").stat().st_size == 1_000_000
    assert ready.archive.stat().st_size == len(PACKED)
    return ready


def several(shop: Shop, count: int) -> list[Build]:
    builds = []
    for number in range(count):
        packed = tarball({"firefox/firefox": noise(100_000, seed=number)})
        url = shop.serve(f"firefox-{number}.tar.xz", packed)
        builds.append(build_at(url, content=packed, candidate=f"push/autoland/{number}"))
    return builds


def fetch_and_release(store: Store, *builds: Build) -> None:
    for build in builds:
        ready = store.obtain(build)
        assert isinstance(ready, Ready)
        ready.release()
        time.sleep(0.01)  # so that the times of use differ


def cached(store: Store, build: Build, shop: Shop) -> bool:
    before = len(shop.requests)
    ready = store.obtain(build)
    assert isinstance(ready, Ready)
    ready.release()
    assert ready.from_cache == (len(shop.requests) == before)
    return ready.from_cache


def test_fetches_once_and_then_reuses(
    store: Store, build: Build, shop: Shop, store_at: StoreMaker
) -> None:
    first = obtained(store, build)
    assert not first.from_cache
    again = obtained(store, build)
    assert again.from_cache
    assert again.folder == first.folder
    assert obtained(store_at(), build).from_cache
    assert len(shop.requests) == 1


def test_a_person_can_tell_the_folders_apart(store: Store, build: Build, root: Path) -> None:
    folder = obtained(store, build).folder.parent
    assert folder.parent == root
    assert folder.name.startswith("2026-05-01-09-20-11")
    assert "--mozilla-central--firefox.tar.xz--linux-x86_64--shippable--" in folder.name


def test_builds_that_differ_in_type_alone_are_kept_apart(store: Store, shop: Shop) -> None:
    url = shop.serve("target.tar.xz", PACKED)
    one = Build("push/autoland/7", "firefox", "linux-x86_64", "opt", url, "target.tar.xz")
    two = Build("push/autoland/7", "firefox", "linux-x86_64", "pgo", url, "target.tar.xz")
    assert obtained(store, one).folder != obtained(store, two).folder


def test_states_in_order(store: Store, build: Build) -> None:
    seen: list[Progress] = []
    store.obtain(build, progress=seen.append)
    states = list(dict.fromkeys(progress.state for progress in seen))
    assert states == [State.DOWNLOADING, State.CHECKING, State.UNPACKING, State.READY]
    assert (seen[-1].done, seen[-1].total) == (len(PACKED), len(PACKED))


def test_unpacking_runs_while_the_download_runs(
    store: Store, build: Build, shop: Shop, root: Path
) -> None:
    gate = threading.Event()
    shop.treat("firefox.tar.xz", Treatment(gate=gate))
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(store.obtain, build)
        until(lambda: any(root.glob("*/unpacking/firefox/firefox")))
        assert not running.done()
        gate.set()
        assert isinstance(running.result(WAIT), Ready)


def until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT
    while not reached():
        assert time.monotonic() < deadline, "it never happens"
        time.sleep(0.01)


def until_half_arrived(root: Path) -> None:
    until(lambda: any(part.stat().st_size > 400_000 for part in root.glob("*/*.part")))


def test_wrong_bytes_on_the_way_are_unpacked_anew(store: Store, build: Build, shop: Shop) -> None:
    shop.treat("firefox.tar.xz", Treatment(wrong_byte=500), Treatment(cut=600_000))
    obtained(store, build)


def test_wrong_bytes_without_a_checksum_are_fetched_anew(store: Store, shop: Shop) -> None:
    shop.treat("firefox.tar.xz", Treatment(wrong_byte=500))
    obtained(store, build_at(shop.serve("firefox.tar.xz", PACKED)))
    assert len(shop.requests) == 2


def test_a_published_archive_that_is_corrupt_is_broken_at_once(
    store: Store, shop: Shop, root: Path
) -> None:
    packed = PACKED[:-9]
    missing = store.obtain(build_at(shop.serve("firefox.tar.xz", packed), content=packed))
    assert isinstance(missing, Missing)
    assert missing.reason is MissingReason.BROKEN
    assert len(shop.requests) == 1
    assert entries(root) == []


def entries(root: Path) -> list[str]:
    return sorted(path.parent.name for path in root.glob("*/mozregression-entry.json"))


def test_an_archive_that_wants_out_is_broken(store: Store, shop: Shop, tmp_path: Path) -> None:
    packed = tarball({"firefox/a": b"a", "../../../escaped": b"x"})
    missing = store.obtain(build_at(shop.serve("evil.tar.xz", packed), content=packed))
    assert isinstance(missing, Missing)
    assert "escaped" in missing.tried[0]
    assert not list(tmp_path.rglob("escaped"))


def test_what_the_server_lacks_leaves_nothing(store: Store, shop: Shop, root: Path) -> None:
    missing = store.obtain(build_at(f"{shop.base}/none.tar.xz"))
    assert isinstance(missing, Missing)
    assert missing.reason is MissingReason.NO_FILE
    assert entries(root) == []


def test_kinds_that_cannot_be_unpacked_are_not_fetched(store: Store, shop: Shop) -> None:
    missing = store.obtain(build_at(shop.serve("firefox.pkg", b"package")))
    assert isinstance(missing, Missing)
    assert shop.requests == []


def test_names_from_the_network_stay_inside(store: Store, shop: Shop, root: Path) -> None:
    url = shop.serve("x.tar.xz", PACKED)
    build = Build("push/../../../x/1", "firefox", "../..", "a/b", url, "../../up.tar.xz")
    ready = obtained(store, build)
    assert ready.archive.resolve().parent.parent == root.resolve()


def test_a_checksum_is_asked_for_when_nothing_brings_one(store_at: StoreMaker, shop: Shop) -> None:
    def checksum_of(_: Build) -> Checksum:
        return sha512_of(PACKED)

    shop.treat("firefox.tar.xz", Treatment(wrong_byte=len(PACKED) - 1))
    url = shop.serve("firefox.tar.xz", PACKED)
    obtained(store_at(checksum_of=checksum_of), build_at(url))


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "unpacked/firefox/libxul.so").unlink(),
        lambda folder: (folder / "unpacked/firefox/libxul.so").write_bytes(b"short"),
        lambda folder: (folder / "mozregression-unpacked.json").unlink(),
        lambda folder: (folder / "mozregression-unpacked.json").write_bytes(b"{"),
    ],
)
def test_a_damaged_folder_is_unpacked_again(
    store: Store, build: Build, shop: Shop, damage: Callable[[Path], object]
) -> None:
    ready = obtained(store, build)
    ready.release()
    damage(ready.folder.parent)
    assert obtained(store, build).from_cache
    assert len(shop.requests) == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda archive: archive.unlink(),
        lambda archive: archive.write_bytes(b"short"),
        lambda archive: archive.write_bytes(bytes(len(PACKED))),
        lambda archive: (archive.parent / "mozregression-archive.json").unlink(),
    ],
)
def test_a_damaged_archive_is_fetched_again(
    store: Store, build: Build, damage: Callable[[Path], object]
) -> None:
    ready = obtained(store, build)
    ready.release()
    (ready.folder / "firefox/firefox").unlink()
    damage(ready.archive)
    assert not obtained(store, build).from_cache


def test_several_threads_share_one_download(store: Store, build: Build, shop: Shop) -> None:
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: obtained(store, build), range(4)))
    assert len(shop.requests) == 1
    assert sorted(ready.from_cache for ready in results) == [False, True, True, True]


def test_one_that_waits_takes_over_from_one_that_is_cancelled(
    store: Store, build: Build, shop: Shop, root: Path
) -> None:
    gate, cancelled = threading.Event(), threading.Event()
    shop.treat("firefox.tar.xz", Treatment(gate=gate))
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(store.obtain, build, cancelled=cancelled)
        until_half_arrived(root)
        second = pool.submit(store.obtain, build)
        cancelled.set()
        gate.set()
        with pytest.raises(Cancelled):
            first.result(WAIT)
        assert isinstance(second.result(WAIT), Ready)
    assert "Range" in shop.requests[1].headers


def test_waiting_for_another_can_be_cancelled(
    store: Store, build: Build, shop: Shop, root: Path
) -> None:
    gate, cancelled = threading.Event(), threading.Event()
    shop.treat("firefox.tar.xz", Treatment(gate=gate))
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(store.obtain, build)
        until_half_arrived(root)
        second = pool.submit(store.obtain, build, cancelled=cancelled)
        cancelled.set()
        with pytest.raises(Cancelled):
            second.result(WAIT)
        gate.set()
        assert isinstance(first.result(WAIT), Ready)


# Room.


def test_what_was_not_used_for_long_goes_first(
    store_at: StoreMaker, shop: Shop, root: Path
) -> None:
    builds = several(shop, 4)
    store = store_at(1_100_000)
    fetch_and_release(store, builds[0], builds[1], builds[0], builds[2], builds[3])
    folders = {number: next(root.glob(f"push-{number}--*")) for number in range(4)}
    unpacked = {number: (folders[number] / "unpacked").exists() for number in range(4)}
    assert unpacked == {0: True, 1: False, 2: True, 3: True}
    archives = [next(folder.glob("*.tar.xz"), None) for folder in folders.values()]
    assert all(archives), "what is cheap to make again goes before what is dear"


def test_archives_go_when_folders_are_not_enough(store_at: StoreMaker, shop: Shop) -> None:
    builds = several(shop, 4)
    store = store_at(620_000)
    fetch_and_release(store, *builds)
    assert not cached(store, builds[0], shop)
    assert cached(store, builds[0], shop)


def test_builds_in_use_never_go(store_at: StoreMaker, shop: Shop) -> None:
    builds = several(shop, 3)
    store = store_at(1)
    held = [store.obtain(build) for build in builds]
    for ready in held:
        assert isinstance(ready, Ready)
        assert (ready.folder / "firefox/firefox").exists()
        ready.release()
    assert not cached(store, several(shop, 5)[4], shop)
    for ready in held:
        assert isinstance(ready, Ready)
        assert not ready.folder.exists()


def test_a_shared_build_is_in_use_until_the_last_release(store_at: StoreMaker, shop: Shop) -> None:
    one, two, three = several(shop, 3)
    store = store_at(1)
    first = store.obtain(one)
    assert isinstance(first, Ready)
    second = first.share()
    first.release()
    first.release()
    fetch_and_release(store, two)
    assert second.folder.exists()
    with second:
        pass
    fetch_and_release(store, three)
    assert not second.folder.exists()


def test_without_a_limit_archives_stay_even_when_the_disk_is_full(
    store_at: StoreMaker, shop: Shop, root: Path
) -> None:
    one, two = several(shop, 2)
    fetch_and_release(store_at(), one)
    with pytest.raises(DiskFull) as full:
        store_at(free=lambda _: 1000).obtain(two)
    assert str(root) in str(full.value)
    assert len(list(root.glob("*/firefox-0.tar.xz"))) == 1
    assert not list(root.glob("*/firefox-1.tar.xz"))


def test_with_a_limit_builds_make_room_on_a_full_disk(
    store_at: StoreMaker, shop: Shop, root: Path
) -> None:
    one, two = several(shop, 2)
    fetch_and_release(store_at(), one)

    def free(_: Path) -> int:
        return 0 if list(root.glob("*/firefox-0.tar.xz")) else 10**9

    fetch_and_release(store_at(10**9, free=free), two)
    assert not list(root.glob("*/firefox-0.tar.xz"))


def test_folders_of_ours_that_hold_a_users_file_are_emptied_but_stay(
    store_at: StoreMaker, shop: Shop, root: Path
) -> None:
    one, two, three = several(shop, 3)
    store = store_at(1)
    fetch_and_release(store, one)
    (folder,) = root.glob("push-0--*")
    (folder / "why-this-one.txt").write_text("mine")
    fetch_and_release(store, two, three)
    assert sorted(path.name for path in folder.iterdir()) == [
        "mozregression-entry.json",
        "why-this-one.txt",
    ]


def test_a_folder_that_only_looks_like_ours_is_left_alone(
    store_at: StoreMaker, store: Store, shop: Shop, root: Path, build: Build
) -> None:
    ready = obtained(store, build)
    ready.release()
    copy = root / "my copy"
    ready.folder.parent.rename(copy)
    fetch_and_release(store_at(1), *several(shop, 2))
    assert (copy / "unpacked/firefox/firefox").exists()


def test_a_foreign_folder_in_the_way(store: Store, build: Build, root: Path) -> None:
    ready = obtained(store, build)
    ready.release()
    folder = ready.folder.parent
    (folder / "mozregression-entry.json").unlink()
    with pytest.raises(UnusableFolder, match="Move it away"):
        store.obtain(build)
    assert (folder / "unpacked/firefox/firefox").exists()


def test_a_root_that_is_a_file(tmp_path: Path, door: Http) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UnusableFolder, match="--persist"):
        Store(tmp_path / "file", None, door)


def test_a_disk_that_fills_up_at_the_very_end(
    store: Store, build: Build, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(entries_module, "sync_tree", full)
        with pytest.raises(DiskFull, match="--persist"):
            store.obtain(build)
    assert not list(root.glob("*/unpack*"))
    assert obtained(store, build).from_cache


# Stops.


def test_a_cancelled_download_goes_on_later(
    store: Store, build: Build, shop: Shop, root: Path, store_at: StoreMaker
) -> None:
    cancelled, gate = threading.Event(), threading.Event()
    shop.treat("firefox.tar.xz", Treatment(gate=gate))
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(store.obtain, build, cancelled=cancelled)
        until_half_arrived(root)
        cancelled.set()
        gate.set()
        with pytest.raises(Cancelled):
            running.result(WAIT)
    assert not list(root.glob("*/firefox.tar.xz"))
    assert not list(root.glob("*/unpack*"))
    obtained(store_at(), build)
    assert "Range" in shop.requests[1].headers


_CHILD = """
import sys
from pathlib import Path
from mozregression.builds.store import Store
from mozregression.model.builds import Build
from mozregression.services.http import Http
root, url, name = sys.argv[1:]
build = Build("push/autoland/1", "firefox", "linux", "opt", url, name)
ready = Store(Path(root), 1, Http()).obtain(build)
print("ready", flush=True)
sys.stdin.read()
"""


def child(root: Path, url: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(root), url, "firefox.tar.xz"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_builds_in_use_by_another_process_stay_until_it_dies(
    store_at: StoreMaker, shop: Shop, root: Path
) -> None:
    url = shop.serve("firefox.tar.xz", PACKED)
    one, two = several(shop, 2)
    with child(root, url) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        fetch_and_release(store_at(1), one)
        assert len(list(root.glob("*/unpacked/firefox/libxul.so"))) == 1
        other.kill()
        other.wait()
    fetch_and_release(store_at(1), two)
    assert not list(root.glob("*/unpacked/firefox/libxul.so"))


def test_a_killed_process_leaves_nothing_but_bytes_to_go_on_with(
    store_at: StoreMaker, shop: Shop, root: Path
) -> None:
    url = shop.serve("firefox.tar.xz", PACKED)
    gate = threading.Event()
    shop.treat("firefox.tar.xz", Treatment(gate=gate))
    with child(root, url) as other:
        until(lambda: any(root.glob("*/unpacking/firefox/firefox")))
        other.kill()
        other.wait()
    gate.set()
    (folder,) = root.glob("push-1--*")
    (folder / "mozregression-archive.json.unfinished").write_text("{")
    store = store_at()
    assert not list(root.glob("*/*.unfinished"))
    assert not list(root.glob("*/unpacking"))
    assert not list((root / ".mozregression").glob("*.pin"))
    obtained(store, Build("push/autoland/1", "firefox", "linux", "opt", url, "firefox.tar.xz"))
    assert "Range" in shop.requests[-1].headers


def test_old_broken_downloads_are_swept_young_ones_wait(
    store_at: StoreMaker, shop: Shop, root: Path
) -> None:
    one, two = several(shop, 2)
    for build in (one, two):
        shop.treat(build.file_name, Treatment(cut=70_000), *[Treatment(status=503)] * 9)
        with pytest.raises(Exception, match="failed"):
            store_at().obtain(build)
    old, young = sorted(root.glob("*/*.part"))
    os.utime(old, (1, 1))
    store_at()
    assert [path.name for path in root.glob("*/*.part")] == [young.name]


def test_marks_are_never_taken_for_more_than_they_say(
    store: Store, build: Build, shop: Shop
) -> None:
    ready = obtained(store, build)
    ready.release()
    mark = ready.folder.parent / "mozregression-unpacked.json"
    said = json.loads(mark.read_text())
    assert said["files"]["firefox/libxul.so"] == 1_000_000
    mark.write_text(json.dumps({"files": {}}))
    assert obtained(store, build).from_cache
    assert (ready.folder / "firefox/libxul.so").exists()
