from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from mozregression.model.apps import AUTOLAND, BRANCHES
from mozregression.model.builds import Push
from mozregression.services import pushlog as room
from mozregression.services.answers import Answers
from mozregression.services.errors import ServiceError
from mozregression.services.http import Http
from mozregression.services.pushlog import Pushlog
from tests.services.conftest import Pauses
from tests.services.faulty import FaultyServer, Query, Received, Reply, as_json

BRANCH = BRANCHES[AUTOLAND]
PATH = "/integration/autoland/json-pushes"
START = 1777600000  # 2026-05-01 01:46:40
HOUR = 3600


def node(number: int) -> str:
    return f"{number:040x}"


def pushes(numbers: Iterable[int]) -> dict[str, Any]:
    """Pushes as hg tells them, ordered as text; push n lands node(n), an hour after n - 1."""
    entries = {
        str(number): {
            "changesets": [node(1_000_000 + number), node(number)],
            "git_changesets": [None, None],
            "date": START + number * HOUR,
            "user": "someone@example.org",
        }
        for number in numbers
    }
    return dict(sorted(entries.items()))


def answer(numbers: Iterable[int], newest: int = 12_000) -> Reply:
    return as_json({"lastpushid": newest, "pushes": pushes(numbers)})


UNKNOWN = Reply(404, b'{\n"error": "unknown revision \'foo\'"\n}')


class Hg:
    """A pushlog that holds the pushes 1 to `newest` and reads its queries."""

    def __init__(self, server: FaultyServer, newest: int) -> None:
        self.newest = newest
        server.on(PATH, lambda query: answer(self._selected(query), newest))

    def _selected(self, query: Query) -> list[int]:
        numbers = range(1, self.newest + 1)
        if "changeset" in query:
            return [int(query["changeset"], 16)]
        if "startdate" in query:
            low, high = (_seconds(query[name]) for name in ("startdate", "enddate"))
            return [number for number in numbers if low < START + number * HOUR < high]
        low = int(query.get("startID") or str(int(query["fromchange"], 16)))
        high = int(query.get("endID") or str(int(query["tochange"], 16)))
        return [number for number in numbers if low < number <= high]


def _seconds(text: str) -> float:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc).timestamp()


@pytest.fixture
def pushlog(http: Http, server: FaultyServer) -> Pushlog:
    return Pushlog(http, server.root, now=_now(100_000))


def _now(number: int) -> datetime:
    return datetime.fromtimestamp(START, timezone.utc) + timedelta(hours=number)


def test_a_range_is_one_request_sorted_by_number(pushlog: Pushlog, server: FaultyServer) -> None:
    server.on(PATH, answer(range(9_998, 10_003)))
    found = pushlog.between(BRANCH, node(1), node(2))
    assert found is not None
    assert [push.id for push in found] == [9_998, 9_999, 10_000, 10_001, 10_002]
    assert found[0] == Push(AUTOLAND, 9_998, START + 9_998 * HOUR, (node(1_009_998), node(9_998)))
    (request,) = server.received
    assert request.query == {"version": "2", "fromchange": node(1), "tochange": node(2)}


def test_pushes_without_changesets_are_no_pushes(pushlog: Pushlog, server: FaultyServer) -> None:
    value: dict[str, Any] = {"lastpushid": 3, "pushes": pushes([1, 2, 3])}
    value["pushes"]["2"]["changesets"] = []
    server.on(PATH, as_json(value))
    found = pushlog.between(BRANCH, node(0), node(3))
    assert found is not None
    assert [push.id for push in found] == [1, 3]
    value["pushes"] = {"2": value["pushes"]["2"]}
    server.on(PATH, as_json(value))
    assert pushlog.locate(BRANCH, node(2)) is None


def test_an_unknown_changeset_is_none(pushlog: Pushlog, server: FaultyServer) -> None:
    server.on(PATH, UNKNOWN)
    assert pushlog.between(BRANCH, node(1), node(2)) is None
    assert pushlog.locate(BRANCH, node(1)) is None
    with pytest.raises(ServiceError, match="does not know the branch autoland"):
        pushlog.during(BRANCH, START, START + HOUR)
    with pytest.raises(ServiceError, match="does not know the branch autoland"):
        pushlog.describe(BRANCH, 1, 2)


def test_a_range_without_pushes_is_empty(pushlog: Pushlog, server: FaultyServer) -> None:
    server.on(PATH, answer([]))
    assert pushlog.between(BRANCH, node(2), node(1)) == ()
    assert pushlog.locate(BRANCH, node(1)) is None
    assert pushlog.during(BRANCH, START, START + HOUR) == ()


def test_the_push_of_a_changeset(pushlog: Pushlog, server: FaultyServer) -> None:
    server.on(PATH, answer([7]))
    push = pushlog.locate(BRANCH, "0000007")
    assert push is not None
    assert push.id == 7
    assert server.received[0].query == {"version": "2", "changeset": "0000007"}


def test_pushes_of_a_time_are_asked_for_in_utc(pushlog: Pushlog, server: FaultyServer) -> None:
    server.on(PATH, answer([1]))
    pushlog.during(BRANCH, START, START + 2 * HOUR)
    assert server.received[0].query == {
        "version": "2",
        "startdate": "2026-05-01 01:46:40",
        "enddate": "2026-05-01 03:46:40",
    }


def test_a_time_without_a_second_inside_needs_no_request(
    pushlog: Pushlog, server: FaultyServer
) -> None:
    assert pushlog.during(BRANCH, START, START + 1) == ()
    assert server.received == []


def test_large_ranges_are_read_in_pages(
    pushlog: Pushlog, server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_AT_ONCE", 20_000)
    Hg(server, 7_000)
    found = pushlog.between(BRANCH, node(10), node(6_500))
    assert found is not None
    assert [push.id for push in found] == list(range(11, 6_501))
    pages = [each.query for each in server.received if "startID" in each.query]
    assert len(pages) == 4
    assert max(int(page["endID"]) - int(page["startID"]) for page in pages) == 2_000
    assert len(server.received) == 1 + 2 + len(pages)


def test_long_times_are_read_in_parts(
    pushlog: Pushlog, server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_AT_ONCE", 20_000)
    Hg(server, 500)
    found = pushlog.during(BRANCH, START + 10 * HOUR, START + 400 * HOUR)
    assert [push.id for push in found] == list(range(11, 400))


def test_a_second_with_too_many_pushes_is_an_error(
    pushlog: Pushlog, server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_AT_ONCE", 20)
    server.on(PATH, answer([1]))
    with pytest.raises(ServiceError, match="exceeds 20 bytes"):
        pushlog.during(BRANCH, START, START + 10)


def changeset(number: int, desc: str, git: str | None = None) -> dict[str, Any]:
    value = {"node": node(number), "author": "Ada <ada@example.org>", "desc": desc, "files": []}
    return value | ({"git_node": git} if git else {})


def test_landings_are_described(pushlog: Pushlog, server: FaultyServer) -> None:
    git = "f" * 40
    value = {
        "lastpushid": 12,
        "pushes": {
            "10": {"changesets": [changeset(3, "Merge\x1b[31m autoland\u202e")], "date": START},
            "9": {
                "changesets": [
                    changeset(1, "Bug 12 - First line.\n\nBug 13 is not meant.", git),
                    changeset(2, ""),
                ],
                "date": START,
            },
        },
    }
    server.on(PATH, as_json(value))
    first, second, third = pushlog.describe(BRANCH, 9, 10)
    assert (first.push, first.node, first.git) == (9, node(1), git)
    assert (first.summary, first.bugs) == ("Bug 12 - First line.", (12,))
    assert first.author == "Ada <ada@example.org>"
    assert (second.summary, second.bugs, second.git) == ("", (), None)
    assert (third.push, third.summary) == (10, "Merge[31m autoland")
    assert server.received[0].query == {
        "version": "2",
        "startID": "8",
        "endID": "10",
        "full": "1",
    }


def test_many_landings_are_described_in_bounded_pages(
    pushlog: Pushlog, server: FaultyServer
) -> None:
    server.on(PATH, as_json({"lastpushid": 9, "pushes": {}}))
    pushlog.describe(BRANCH, 1, 50_000)
    spans = [(int(each.query["startID"]), int(each.query["endID"])) for each in server.received]
    assert spans == [(start, start + 200) for start in range(0, 1_000, 200)]


def test_ids_written_in_two_ways_do_no_harm(pushlog: Pushlog, server: FaultyServer) -> None:
    value: dict[str, Any] = {"lastpushid": 7, "pushes": pushes([7])}
    value["pushes"]["07"] = value["pushes"]["7"]
    server.on(PATH, as_json(value))
    found = pushlog.between(BRANCH, node(6), node(7))
    assert found is not None
    assert [push.id for push in found] == [7]


def _without(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda push: push.pop(name)


def _with(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda push: push.update({name: value})


@pytest.mark.parametrize(
    "spoil",
    [
        _without("changesets"),
        _without("date"),
        _with("changesets", "abc"),
        _with("changesets", [12]),
        _with("changesets", ["../../etc/passwd"]),
        _with("changesets", [{"node": node(1)}]),
        _with("date", "yesterday"),
        _with("date", None),
        _with("date", True),
        _with("date", -1),
        _with("date", 10**30),
    ],
)
def test_pushes_of_another_shape_are_an_error(
    pushlog: Pushlog, server: FaultyServer, spoil: Callable[[dict[str, Any]], None]
) -> None:
    value: dict[str, Any] = {"lastpushid": 1, "pushes": pushes([1])}
    spoil(value["pushes"]["1"])
    server.on(PATH, as_json(value))
    with pytest.raises(ServiceError, match="not what was asked for"):
        pushlog.between(BRANCH, node(0), node(1))


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"pushes": {}},
        {"lastpushid": 1, "pushes": []},
        {"lastpushid": "1", "pushes": {}},
        {"lastpushid": 1, "pushes": {"x": {}}},
        {"lastpushid": 1, "pushes": {"1": []}},
        {"error": "no"},
    ],
)
def test_answers_of_another_shape_are_an_error(
    pushlog: Pushlog, server: FaultyServer, value: Any
) -> None:
    server.on(PATH, as_json(value))
    with pytest.raises(ServiceError, match="not what was asked for"):
        pushlog.locate(BRANCH, node(1))


@pytest.mark.parametrize(
    "spoil",
    [
        _without("node"),
        _without("desc"),
        _without("author"),
        _with("desc", None),
        _with("git_node", "no hash"),
        _with("node", "12"),
    ],
)
def test_changesets_of_another_shape_are_an_error(
    pushlog: Pushlog, server: FaultyServer, spoil: Callable[[dict[str, Any]], None]
) -> None:
    landed = changeset(1, "Bug 1")
    spoil(landed)
    value: dict[str, Any] = {
        "lastpushid": 1,
        "pushes": {"1": {"changesets": [landed], "date": START}},
    }
    server.on(PATH, as_json(value))
    with pytest.raises(ServiceError, match="not what was asked for"):
        pushlog.describe(BRANCH, 1, 1)


Ask = Callable[[Pushlog], object]


@pytest.mark.parametrize(
    ("ask", "now", "kept"),
    [
        (lambda log: log.between(BRANCH, node(5), node(9)), 40, True),
        (lambda log: log.between(BRANCH, node(5), node(9)), 30, False),
        (lambda log: log.between(BRANCH, node(5)[:12], node(9)), 40, False),
        (lambda log: log.between(BRANCH, node(9), node(5)), 40, False),
        (lambda log: log.locate(BRANCH, node(9)), 40, True),
        (lambda log: log.locate(BRANCH, node(9)), 30, False),
        (lambda log: log.locate(BRANCH, node(9)[-12:]), 40, False),
        (lambda log: log.during(BRANCH, START, START + 9 * HOUR), 40, True),
        (lambda log: log.during(BRANCH, START, START + 9 * HOUR), 30, False),
    ],
)
def test_what_is_old_is_asked_for_once(
    server: FaultyServer, tmp_path: Path, pauses: Pauses, ask: Ask, now: int, *, kept: bool
) -> None:
    http = Http(answers=Answers(tmp_path), sleep=pauses)
    Hg(server, 30)
    pushlog = Pushlog(http, server.root, now=_now(now))
    assert ask(pushlog) == ask(pushlog)
    assert len(server.received) == (1 if kept else 2)
    http.close()


def test_only_whole_pages_are_kept(
    server: FaultyServer, tmp_path: Path, pauses: Pauses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_AT_ONCE", 2_000)
    monkeypatch.setattr(room, "_PAGE", 10)
    http = Http(answers=Answers(tmp_path), sleep=pauses)
    Hg(server, 40)
    pushlog = Pushlog(http, server.root, now=_now(24 + 35))
    for _ in range(2):
        found = pushlog.between(BRANCH, node(2), node(38))
        assert found is not None
        assert [push.id for push in found] == list(range(3, 39))
    assert _spans(server.received) == [(2, 12), (12, 22), (22, 32), (32, 38), (32, 38)]
    http.close()


def _spans(received: list[Received]) -> list[tuple[int, int]]:
    queries = (each.query for each in received)
    return sorted(
        (int(query["startID"]), int(query["endID"])) for query in queries if "startID" in query
    )


def test_pushes_are_classified_by_what_they_change(pushlog: Pushlog, server: FaultyServer) -> None:
    entries = pushes([9, 10])
    for number, entry in entries.items():
        entry["changesets"] = [
            {
                "node": node(int(number)),
                "desc": "Bug 1 - x\n\nMore.",
                "author": "a",
                "files": [f"dom/{number}.cpp", 5],
            }
        ]
    server.on(PATH, as_json({"lastpushid": 12_000, "pushes": entries}))
    found = pushlog.classify(BRANCH, 9, 10, ("dom/9.cpp",))
    assert (found.matching, found.backed_out, found.no_code) == ((9,), (), ())
    assert server.received[-1].query["full"] == "1"
