import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mozregression.builds.errors import DownloadFailed
from mozregression.builds.fetcher import NEEDED, Fetcher
from mozregression.builds.progress import Progress, State
from mozregression.builds.store import Ready, Store
from mozregression.model.builds import Build, Missing
from mozregression.services.errors import Cancelled
from mozregression.services.http import Http
from tests.builds.conftest import HASTE, Shop, Treatment
from tests.builds.test_store import WAIT, several, until


@pytest.fixture
def store(tmp_path: Path, door: Http) -> Store:
    return Store(tmp_path / "store", None, door, patience=HASTE)


@pytest.fixture
def fetcher(store: Store) -> Iterator[Fetcher]:
    with Fetcher(store) as fetcher:
        yield fetcher
    assert own_threads() == []


def own_threads() -> list[str]:
    names = [thread.name for thread in threading.enumerate()]
    return [name for name in names if name.startswith(("fetch", "unpack"))]


@pytest.fixture
def gates(shop: Shop) -> Iterator[dict[str, threading.Event]]:
    """Events that hold downloads of the named files half-way; all open at the end."""
    gates: dict[str, threading.Event] = {}
    yield gates
    for gate in gates.values():
        gate.set()


def hold(shop: Shop, gates: dict[str, threading.Event], *builds: Build) -> None:
    for build in builds:
        gates[build.file_name] = threading.Event()
        shop.treat(build.file_name, Treatment(gate=gates[build.file_name]))


def asked_for(shop: Shop, build: Build) -> int:
    return shop.paths().count(f"/{build.file_name}")


def test_waiting(fetcher: Fetcher, shop: Shop) -> None:
    (build,) = several(shop, 1)
    ticket = fetcher.want(build, 0.5)
    ready = ticket.wait()
    assert isinstance(ready, Ready)
    assert (ready.folder / "firefox/firefox").exists()
    assert ticket.progress is not None
    assert ticket.progress.state is State.READY
    ready.release()


def test_what_is_wanted_arrives_before_anybody_waits(fetcher: Fetcher, shop: Shop) -> None:
    (build,) = several(shop, 1)
    ticket = fetcher.want(build, 0.5)
    until(lambda: ticket.ready)
    requests = len(shop.requests)
    ready = ticket.wait()
    assert isinstance(ready, Ready)
    assert len(shop.requests) == requests
    ready.release()


def test_missing_is_an_answer(fetcher: Fetcher, shop: Shop) -> None:
    (build,) = several(shop, 1)
    shop.files.clear()
    assert isinstance(fetcher.want(build, NEEDED).wait(), Missing)


def test_the_likelier_go_first_and_only_two_at_once(
    fetcher: Fetcher, shop: Shop, gates: dict[str, threading.Event]
) -> None:
    builds = several(shop, 4)
    hold(shop, gates, *builds)
    fetcher.want(builds[0], 0.4)
    fetcher.want(builds[1], 0.3)
    fetcher.want(builds[2], 0.1)
    fetcher.want(builds[3], 0.2)
    until(lambda: len(shop.requests) == 2)
    assert sorted(shop.paths()) == ["/firefox-0.tar.xz", "/firefox-1.tar.xz"]
    gates["firefox-0.tar.xz"].set()
    until(lambda: len(shop.requests) == 3)
    assert shop.paths()[-1] == "/firefox-3.tar.xz"


def test_a_guess_is_fetched_as_soon_as_the_needed_build_has_arrived(
    tmp_path: Path, door: Http, shop: Shop
) -> None:
    needed, guess = several(shop, 2)
    plain = replace(needed, checksum=None)

    def checksum_of(_: Build) -> None:
        until(lambda: asked_for(shop, guess) == 1)  # the needed build is not ready before

    with Fetcher(Store(tmp_path / "store", None, door, checksum_of, patience=HASTE)) as fetcher:
        ticket = fetcher.want(plain, NEEDED)
        fetcher.want(guess, 0.5)
        ready = ticket.wait()
        assert isinstance(ready, Ready)
        ready.release()


def test_a_needed_build_has_the_connection_for_itself(
    fetcher: Fetcher, shop: Shop, gates: dict[str, threading.Event]
) -> None:
    guesses, needed = several(shop, 3)[:2], several(shop, 3)[2]
    hold(shop, gates, *guesses, needed)
    tickets = [fetcher.want(guess, 0.5) for guess in guesses]
    until(lambda: len(shop.requests) == 2)
    ticket = fetcher.want(needed, NEEDED)
    until(lambda: asked_for(shop, needed) == 1)
    for guess in guesses:
        gates[guess.file_name].set()  # a thread looks up when bytes arrive
    fetcher.want(several(shop, 4)[3], 0.9)
    assert not any(guess.ready for guess in tickets)
    assert len(shop.requests) == 3
    gates[needed.file_name].set()
    ready = ticket.wait()
    assert isinstance(ready, Ready)
    ready.release()
    for paused in tickets:
        ready = paused.wait()
        assert isinstance(ready, Ready)
        ready.release()


def test_waiting_for_a_running_guess_keeps_it_running(
    fetcher: Fetcher, shop: Shop, gates: dict[str, threading.Event]
) -> None:
    (build,) = several(shop, 1)
    hold(shop, gates, build)
    ticket = fetcher.want(build, 0.5)
    until(lambda: asked_for(shop, build) == 1)
    threading.Timer(0.05, gates[build.file_name].set).start()
    ready = ticket.wait()
    assert isinstance(ready, Ready)
    assert asked_for(shop, build) == 1
    ready.release()


def test_a_cancelled_guess_makes_way(
    fetcher: Fetcher, shop: Shop, gates: dict[str, threading.Event]
) -> None:
    builds = several(shop, 3)
    hold(shop, gates, *builds)
    tickets = [fetcher.want(build, 0.5 - at / 10) for at, build in enumerate(builds)]
    until(lambda: len(shop.requests) == 2)
    tickets[0].cancel()
    tickets[0].cancel()
    until(lambda: asked_for(shop, builds[2]) == 1)
    with pytest.raises(Cancelled):
        tickets[0].wait()


def test_a_build_wanted_twice_is_fetched_once(fetcher: Fetcher, shop: Shop) -> None:
    (build,) = several(shop, 1)
    first, second, third = (fetcher.want(build, 0.5) for _ in range(3))
    third.cancel()
    one, two = first.wait(), second.wait()
    assert isinstance(one, Ready)
    assert isinstance(two, Ready)
    assert len(shop.requests) == 1
    one.release()
    two.release()


def test_a_guess_that_failed_is_tried_again_when_needed(fetcher: Fetcher, shop: Shop) -> None:
    (build,) = several(shop, 1)
    shop.always = Treatment(status=500)
    ticket = fetcher.want(build, 0.5)
    until(lambda: len(shop.requests) >= HASTE.attempts)
    until(lambda: ticket.job.over)
    shop.always = None
    ready = ticket.wait()
    assert isinstance(ready, Ready)
    ready.release()


def test_faults_reach_those_who_wait(fetcher: Fetcher, shop: Shop) -> None:
    (build,) = several(shop, 1)
    shop.always = Treatment(status=500)
    with pytest.raises(DownloadFailed):
        fetcher.want(build, NEEDED).wait()


def test_builds_nobody_took_are_released(tmp_path: Path, door: Http, shop: Shop) -> None:
    builds = several(shop, 3)
    store = Store(tmp_path / "store", 1, door, patience=HASTE)
    with Fetcher(store) as fetcher:
        tickets = [fetcher.want(build, 0.5) for build in builds[:2]]
        until(lambda: all(ticket.ready for ticket in tickets))
        tickets[0].cancel()
    ready = store.obtain(builds[2])
    assert isinstance(ready, Ready)
    folders = list((tmp_path / "store").glob("*/unpacked"))
    assert folders == [ready.folder]
    ready.release()


def test_closing_ends_waits_and_threads_and_keeps_bytes(
    store: Store, shop: Shop, gates: dict[str, threading.Event], tmp_path: Path
) -> None:
    (build,) = several(shop, 1)
    hold(shop, gates, build)
    fetcher = Fetcher(store)
    ticket = fetcher.want(build, 0.5)
    outcome: list[object] = []

    def wait() -> None:
        try:
            outcome.append(ticket.wait())
        except Cancelled as cancelled:
            outcome.append(cancelled)

    waiting = threading.Thread(target=wait)
    waiting.start()
    until(lambda: asked_for(shop, build) == 1)
    threading.Timer(0.1, gates[build.file_name].set).start()
    fetcher.close()
    waiting.join(WAIT)
    assert isinstance(outcome[0], Cancelled)
    assert own_threads() == []
    with pytest.raises(Cancelled):
        fetcher.want(build, 0.5)


def test_bandwidth_and_progress_are_seen(store: Store, shop: Shop) -> None:
    (build,) = several(shop, 1)
    told: list[Progress] = []
    shop.always = Treatment(pause=0.02)
    with Fetcher(store, listener=told.append) as fetcher:
        before = fetcher.bytes_per_second
        ready = fetcher.want(build, NEEDED).wait()
        assert isinstance(ready, Ready)
        ready.release()
        assert before is None
        assert (fetcher.bytes_per_second or 0) > 0
    assert told[-1].state is State.READY
    assert told[-1].build == build
