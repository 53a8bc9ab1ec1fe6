"""Loading: every request ends in exactly one outcome, also when the loader is killed anywhere."""

import copy
import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from deltalake import DeltaTable
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mozpipeline.definitions.history import History
from mozpipeline.errors import PipelineError
from mozpipeline.home import Home
from mozpipeline.load import loader as loader_module
from mozpipeline.load.loader import Summary, loading
from mozpipeline.load.rejects import Rejects
from mozpipeline.load.seen import Seen
from mozpipeline.load.tidying import MOST_FILES
from mozpipeline.store.files import LocalFiles
from pings import (
    APP,
    DAY,
    NOON,
    in_journal,
    outcomes,
    packed,
    path,
    received,
    request,
    retention,
    table,
    usage,
    usage_rows,
    usages,
    uuid,
)


def load(home: Home, history: History) -> Summary:
    with loading(home, history) as loader:
        return loader.run()


def test_a_ping_becomes_a_row_under_mozillas_names(home: Home, history: History) -> None:
    body = packed(usage(client=uuid(5).upper()))
    received(home, [request(path(7), body, debug_id="my-tag")])
    assert load(home, history).outcomes == {"stored": 1}
    (row,) = usage_rows(home)
    assert row["document_id"] == uuid(7)
    assert row["submission_timestamp"].isoformat() == "2026-11-21T12:00:00+00:00"
    assert row["submission_date"] == "2026-11-21"
    assert row["client_info"]["client_id"] == uuid(5)
    assert row["client_info"]["app_display_version"] == "7.0.0"
    assert row["ping_info"]["reason"] == "bisection"
    assert row["metrics"]["string"]["usage_app"] == "firefox"
    assert row["metrics"]["string"]["usage_mac_version"] is None
    assert row["metrics"]["datetime"]["usage_bad_date"] == "2026-10-01+00:00"
    assert row["metrics"]["counter"]["session_builds_launched"] == 9
    assert row["metadata"]["debug_id"] == "my-tag"
    assert row["additional_properties"] is None


def test_of_a_ping_without_client_id_nothing_that_joins_is_kept(
    home: Home, history: History
) -> None:
    ping = retention()
    ping["client_info"]["client_id"] = uuid(5)  # sent by mistake
    received(home, [request(path(1, "retention"), packed(ping))])
    load(home, history)
    (row,) = table(home, "org_mozilla_mozregression_stable/retention_v1")
    assert row["metrics"]["labeled_counter"]["retention_launched_push"] == [
        {"key": "0", "value": 4},
        {"key": "11", "value": 2},
    ]
    assert not {"client_id", "first_run_date"} & row["client_info"].keys()
    assert row["ping_info"].keys() == {"reason"}
    assert row["additional_properties"] is None


def test_unknown_fields_are_kept_aside_and_counted(home: Home, history: History) -> None:
    ping = usage()
    ping["metrics"]["string"]["usage.mood"] = "good"
    ping["metrics"]["rate"] = {"usage.luck": {"numerator": 1, "denominator": 2}}
    ping["client_info"]["shoe_size"] = 43
    ping["events"] = [{"name": "x"}]
    received(home, [request(path(1), packed(ping))])
    load(home, history)
    (row,) = usage_rows(home)
    assert json.loads(row["additional_properties"]) == {
        "client_info": {"shoe_size": 43},
        "events": [{"name": "x"}],
        "metrics": {
            "string": {"usage.mood": "good"},
            "rate": {"usage.luck": {"numerator": 1, "denominator": 2}},
        },
    }
    counted = {
        row["field"]
        for row in table(home, "monitoring/outcomes_v1")
        if row["outcome"] == "unknown_field"
    }
    assert counted == {"client_info.shoe_size", "events", "metrics.string", "metrics.rate"}


def broken(change: str, value: Any) -> dict[str, Any]:
    ping = copy.deepcopy(usage())
    *parents, last = change.split("/")
    place = ping
    for parent in parents:
        place = place[parent]
    place[last] = value
    return ping


@pytest.mark.parametrize(
    ("where", "value", "reason", "field"),
    [
        ("client_info", None, "schema", "client_info"),
        ("client_info/client_id", "me", "schema", "client_info.client_id"),
        ("client_info/first_run_date", "today", "bad_date", "client_info.first_run_date"),
        ("metrics/string/usage.app", 3, "schema", "metrics.string.usage.app"),
        ("metrics/string", "firefox", "schema", "metrics.string"),
        ("metrics/counter/session.builds_launched", 2**63, "schema", ""),
        ("metrics/counter/session.builds_launched", True, "schema", ""),
        ("metrics/datetime/usage.bad_date", "2026-02-30+00:00", "bad_date", ""),
        ("metrics/datetime/usage.bad_date", "0000-01-01", "bad_date", ""),
        ("metrics/datetime/usage.bad_date", "yesterday", "bad_date", ""),
        ("metrics/datetime/usage.bad_date", "", "bad_date", ""),
        ("ping_info/end_time", "2026-13-01T10:00+00:00", "bad_date", "ping_info.end_time"),
    ],
)
def test_bad_pings_are_rejected_with_a_reason(
    home: Home, history: History, where: str, value: object, *, reason: str, field: str
) -> None:
    received(home, [request(path(1), packed(broken(where, value)))])
    assert load(home, history).outcomes == {"rejected": 1}
    assert outcomes(home) == {("rejected", reason): 1}
    if field:
        (row,) = table(home, "monitoring/outcomes_v1")
        assert row["field"] == field


@pytest.mark.parametrize(
    ("sent_to", "body", "reason"),
    [
        (f"/submit/{APP}/usage/1/no-uuid", packed(usage()), "bad_document_id"),
        (f"/submit/other-app/usage/1/{uuid(1)}", packed(usage()), "unknown_app"),
        (path(1, "invented"), packed(usage()), "unknown_ping"),
        (path(1).replace("/1/", "/2/"), packed(usage()), "unknown_version"),
        ("/somewhere", packed(usage()), "bad_path"),
        (path(1), b"\x1f\x8bno gzip", "bad_gzip"),
        (path(1), gzip.compress(bytes(9 * 2**20), mtime=0), "too_large"),
        (path(1), b"{", "not_json"),
        (path(1), b"[]", "not_an_object"),
        (path(1, "deletion-request"), packed({"client_info": {}}), "schema"),
    ],
)
def test_bytes_of_rejected_requests_stay_with_their_reason(
    home: Home, history: History, sent_to: str, body: bytes, reason: str
) -> None:
    journal = received(home, [request(sent_to, body)])
    with loading(home, history) as loader:
        assert loader.run().outcomes == {"rejected": 1}
        kept = loader._rejects._connection.execute("SELECT path, reason, body FROM rejects")
        assert kept.fetchall() == [(sent_to, reason, body)]
    assert in_journal(journal) == 0


def test_rejected_bytes_go_after_thirty_days(home: Home, history: History) -> None:
    received(home, [request(path(1), b"{")])
    with loading(home, history) as loader:
        loader.run()
        loader._rejects.forget_before(NOON + 30 * DAY)
        assert loader._rejects.count() == 1
        loader._rejects.forget_before(NOON + 30 * DAY + 1)
        assert loader._rejects.count() == 0


def test_documents_of_the_older_form_have_a_namespace_of_their_own(
    home: Home, history: History
) -> None:
    sent_to = f"/submit/telemetry/{uuid(3)}/main/Firefox/61.0/nightly/20180402"
    received(home, [request(sent_to, b'{"payload": {"a": 1}}')] * 2)
    assert load(home, history).outcomes == {"stored": 1, "duplicate": 1}
    (row,) = table(home, "telemetry_stable/documents_v1")
    assert (row["document_id"], row["type"], row["channel"]) == (uuid(3), "main", "nightly")
    assert json.loads(row["payload"]) == {"payload": {"a": 1}}


# Duplicates


def test_a_document_is_stored_once(home: Home, history: History) -> None:
    received(home, [*usages([1, 2, 1]), *usages([2])])
    received(home, usages([1, 3]), worker=1)
    assert load(home, history).outcomes == {"stored": 3, "duplicate": 3}
    received(home, [request(path(3).upper().replace("/SUBMIT", "/submit"), b"")])
    received(home, usages([1, 2, 3, 4]))
    load(home, history)
    assert sorted(row["document_id"] for row in usage_rows(home)) == sorted(map(uuid, range(1, 5)))


def test_what_is_stored_is_known_without_the_cache(home: Home, history: History) -> None:
    received(home, usages(range(10)))
    load(home, history)
    for file in home.folder.glob("seen.sqlite*"):
        file.unlink()
    received(home, usages(range(12)))
    assert load(home, history).outcomes == {"stored": 2, "duplicate": 10}


def test_one_document_id_may_be_in_two_tables(home: Home, history: History) -> None:
    received(home, [request(path(1), packed(usage()))])
    received(home, [request(path(1, "retention"), packed(retention()))])
    assert load(home, history).outcomes == {"stored": 2}


def test_large_pings_are_written_in_parts(
    home: Home, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loader_module, "WEIGHT", 1500)
    received(home, [*usages(range(10)), *usages(range(10))])
    assert load(home, history).outcomes == {"stored": 10, "duplicate": 10}
    assert len(usage_rows(home)) == 10


# Kills


class Killed(BaseException):
    """The loader is gone, as after kill -9."""


class Countdown:
    """Kills at the nth step."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def step(self) -> None:
        self._left -= 1
        if self._left == 0:
            raise Killed

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function with a step before it and one after."""

        def stepping(*arguments: Any, **named: Any) -> Any:
            self.step()
            answer = function(*arguments, **named)
            self.step()
            return answer

        return stepping


def mortal(patches: pytest.MonkeyPatch, steps: int) -> None:
    """Have the loader killed at the nth step on any of its stores."""
    countdown = Countdown(steps)
    for owner, name in [
        (LocalFiles, "write"),
        (LocalFiles, "sync"),
        (loader_module, "let_go"),
        (Rejects, "add"),
        (Seen, "add"),
    ]:
        patches.setattr(owner, name, countdown.around(getattr(owner, name)))


def test_a_loader_killed_anywhere_loses_nothing_and_doubles_nothing(
    history: History, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr(loader_module, "BATCH", 4)
    kills = 0
    while True:
        place = Home(tmp_path_factory.mktemp("killed"))
        received(place, [*usages([1, 2, 1, 3]), request(path(9), b"{"), *usages([4, 2])])
        received(place, [request(path(5, "retention"), packed(retention()))])
        with monkeypatch.context() as patches:
            mortal(patches, kills + 1)
            try:
                load(place, history)
            except Killed:
                kills += 1
            else:
                break
        received(place, usages([6]))
        load(place, history)
        rows = sorted(row["document_id"] for row in usage_rows(place))
        assert rows == sorted(map(uuid, [1, 2, 3, 4, 6])), f"killed at step {kills}"
        assert outcomes(place) == {
            ("stored", ""): 6,
            ("duplicate", ""): 2,
            ("rejected", "not_json"): 1,
        }, f"killed at step {kills}"
        assert in_journal(place.journals / "0.sqlite") == 0
    assert kills > 30


def test_only_one_loader_works(home: Home, history: History) -> None:
    with loading(home, history), pytest.raises(PipelineError, match="Another loader"):
        load(home, history)


# Anything at all

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=8,
)
PLACES = st.sampled_from(
    [
        "client_info",
        "client_info/os",
        "client_info/session_count",
        "client_info/new",
        "metrics",
        "metrics/string",
        "metrics/string/usage.app",
        "metrics/datetime/usage.bad_date",
        "metrics/labeled_counter",
        "metrics/new",
        "ping_info/seq",
        "ping_info/reason",
        "new",
    ]
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(PLACES, ANYTHING) | st.tuples(st.just("body"), st.binary(max_size=40)),
        min_size=30,
        max_size=60,
    )
)
def test_whatever_is_sent_is_accounted_for(
    history: History, tmp_path_factory: pytest.TempPathFactory, sent: list[tuple[str, Any]]
) -> None:
    place = Home(tmp_path_factory.mktemp("anything"))
    received(
        place,
        (
            request(path(n), value if where == "body" else packed(broken(where, value)))
            for n, (where, value) in enumerate(sent)
        ),
    )
    assert sum(load(place, history).outcomes.values()) == len(sent)
    stored = usage_rows(place) if outcomes(place)["stored", ""] else []
    assert len(stored) == outcomes(place)["stored", ""]
    for row in stored:
        number = [uuid(n) for n in range(len(sent))].index(row["document_id"])
        where, value = sent[number]
        if where == "new":
            assert json.loads(row["additional_properties"])["new"] == json.loads(json.dumps(value))


def test_many_files_of_a_day_become_one(home: Home, history: History) -> None:
    with loading(home, history) as loader:
        for number in range(MOST_FILES + 1):
            received(home, usages([number]))
            compacted = loader.run().compacted_files
    assert compacted > MOST_FILES
    files = DeltaTable(f"{home.tables}/org_mozilla_mozregression_stable/usage_v1").file_uris()
    assert len(files) == 1
    assert {row["document_id"] for row in usage_rows(home)} == {
        uuid(number) for number in range(MOST_FILES + 1)
    }
