"""Sessions in files: they come back, and nothing in a stranger's file does harm."""

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mozregression.journal import Record, State, Summary
from mozregression.journal.exchange import ExchangeError, Parcel, packed, unpacked
from mozregression.model.bounds import SomeTimeBefore
from mozregression.model.builds import Build, Checksum, Revision
from mozregression.model.certainty import Ages, Certainty, Kind
from mozregression.model.facts import (
    BuildFound,
    ChangesetLocated,
    Fact,
    MoreAllowed,
    PaceMeasured,
    PushesClassified,
    SourceIdentified,
)
from tests.session.paper_world import PaperWorld

ORIGINS = {"http://x", "https://archive.example"}
SETTINGS = {
    "command": "rm -rf ~",
    "program": [],
    "test_timeout": 5.0,
    "timeout_verdict": "skip",
    "profile": "/home/me/profile",
    "prefs": ["a.b:1"],
    "taskcluster_accesstoken": "hush",
}


@cache
def record() -> Record:
    world = PaperWorld(days=6, missing={"push/autoland/10049"}, skipped={"push/autoland/10047"})
    request = world.request(confirm=True)
    facts: list[Fact] = []
    world.run(request, facts)
    full = Build(
        "push/autoland/10001",
        "firefox",
        "linux-x86_64",
        "opt",
        "https://archive.example/pub/f.tar.xz",
        "f.tar.xz",
        5,
        Checksum("sha512", "ab" * 64),
        "https://archive.example/SUMS",
        None,
        "AbC-_12",
    )
    summary = Summary(1, 1, request, State.FINISHED, 1, None)
    return Record(summary, SETTINGS, (*facts, BuildFound(full)))


def content() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(packed(record(), "7.0"))
    return read


def test_a_session_comes_back() -> None:
    parcel = unpacked(packed(record(), "7.0"), ORIGINS)
    assert parcel.request == record().summary.request
    assert parcel.facts == record().facts


def test_bounds_that_are_tags_and_sources_that_are_embedded_come_back() -> None:
    tag = ChangesetLocated("mozilla-beta", "FIREFOX_151_0b2_RELEASE", None)
    source = Revision("comm-central", "ab" * 20), Revision("mozilla-central", "cd" * 20)
    facts = (tag, SourceIdentified("push/comm-central/1", *source))
    whole = replace(record(), facts=facts)
    assert unpacked(packed(whole, "7.0"), ORIGINS).facts == facts


def test_what_tests_are_like_and_what_they_cost_comes_back() -> None:
    facts = (
        PushesClassified("autoland", 1, 9, ("dom/media",), (3,), (4, 5), ()),
        PaceMeasured(("push/autoland/10001",), 12.5, 3.0),
        MoreAllowed(2),
    )
    asked = replace(
        record().summary.request,
        good=SomeTimeBefore(),
        certainty=Certainty(Kind.KNOWN, 0.3, 0.1, 0.9, 40),
        prior=Ages((1.0, 0.5)),
        suspects=("dom/media",),
    )
    whole = replace(record(), summary=replace(record().summary, request=asked), facts=facts)
    parcel = unpacked(packed(whole, "7.0"), ORIGINS)
    assert (parcel.request, parcel.facts) == (asked, facts)


def test_sessions_from_before_tests_could_be_wrong_are_read() -> None:
    old = content()
    for name in ("certainty", "prior", "suspects"):
        del old["request"][name]
    parcel = unpacked(json.dumps(old), ORIGINS)
    assert parcel.request.certainty == Certainty()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("certainty", {"confidence": 1.0}),
        ("certainty", {"confidence": "0.9"}),
        ("certainty", {"kind": "KNOWN", "miss_rate": 0.6, "false_rate": 0.6}),
        ("certainty", {"kind": "KNOWN"}),
        ("certainty", {"kind": "MAYBE"}),
        ("certainty", {"max_tests": 0}),
        ("certainty", {"max_tests": 2.5}),
        ("prior", {"days": [1.0, -1.0]}),
        ("prior", {"days": [0.0]}),
        ("prior", {"days": [1.0], "uniform": True}),
        ("suspects", ["dom\x1b[2J"]),
        ("suspects", "dom"),
    ],
)
def test_what_no_search_could_work_with_is_refused(field: str, value: Any) -> None:
    bad = content()
    bad["request"][field] = value
    with pytest.raises(ExchangeError):
        unpacked(json.dumps(bad), ORIGINS)


@pytest.mark.parametrize(
    "fact",
    [
        {"type": "PaceMeasured", "at_hand": ["x"], "fetch": 1.0, "test": 1.0},
        {"type": "PaceMeasured", "at_hand": [], "fetch": -1.0, "test": 1.0},
        {"type": "MoreAllowed", "tests": -1},
        {
            "type": "PushesClassified",
            "branch": "autoland",
            "first": 1,
            "last": 2,
            "suspects": ["\x07"],
            "matching": [],
            "backed_out": [],
            "no_code": [],
        },
    ],
    ids=lambda fact: str(fact["type"]),
)
def test_facts_that_cannot_be_are_refused(fact: dict[str, Any]) -> None:
    bad = content()
    bad["facts"].append(fact)
    with pytest.raises(ExchangeError, match="cannot be trusted"):
        unpacked(json.dumps(bad), ORIGINS)


def test_nothing_that_runs_or_names_a_file_is_taken_over() -> None:
    parcel = unpacked(packed(record(), "7.0"), ORIGINS)
    assert parcel.settings == {"test_timeout": 5.0, "timeout_verdict": "skip", "prefs": ["a.b:1"]}
    assert {"command", "profile"} <= parcel.left_behind.keys()


def test_secrets_stay_at_home() -> None:
    assert "hush" not in packed(record(), "7.0")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "no session"),
        ('{"format": "something"}', "no session"),
        ('{"format": "mozregression session", "version": 2}', "version 2"),
        ('{"format": "mozregression session", "version": 1}', "no settings"),
        ('{"format": "mozregression session", "version": NaN}', "NaN is no number"),
    ],
)
def test_other_files_are_refused(text: str, says: str) -> None:
    with pytest.raises(ExchangeError, match=says) as caught:
        unpacked(text, ORIGINS)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("BuildFound", ("build", "url"), "https://evil.example/f.tar.xz"),
        ("BuildFound", ("build", "url"), "http://x@evil.example/f.tar.xz"),
        ("BuildFound", ("build", "url"), "http://x.evil.example/f.tar.xz"),
        ("BuildFound", ("build", "source_url"), "file:///etc/passwd"),
        ("BuildFound", ("build", "file_name"), "../../.bashrc"),
        ("BuildFound", ("build", "candidate"), "push/../../x/1"),
        ("BuildFound", ("build", "size"), -1),
        ("NightliesListed", ("nightlies", 0, "path"), "@evil.example/"),
        ("NightliesListed", ("nightlies", 0, "path"), "//evil.example/"),
        ("NightliesListed", ("nightlies", 0, "path"), "/pub/../../"),
        ("NightliesListed", ("nightlies", 0, "stamp"), "99"),
        ("NightliesListed", ("nightlies", 0, "stamp"), "20260230000000"),
        ("NightliesListed", ("nightlies", 0, "branch"), "\x1b[2J"),
        ("NightliesListed", ("nightlies", 0, "more"), 1),
        ("PushesDuring", ("pushes", 0, "changesets"), ["--config=x"]),
        ("PushesDuring", ("pushes", 0, "changesets"), []),
        ("PushesDuring", ("pushes", 0, "time"), 10**30),
        ("PushesDuring", ("pushes", 0, "time"), "5"),
        ("VerdictGiven", ("verdict",), "MAYBE"),
        ("VerdictGiven", ("seconds",), None),
        ("VerdictGiven", ("candidate",), {}),
        ("VerdictGiven", ("candidate",), "x"),
        ("VerdictGiven", ("type",), "VerdictRetracted"),
    ],
)
def test_hostile_facts_are_refused_in_one_line(
    kind: str, path: tuple[str | int, ...], value: object
) -> None:
    changed = content()
    place: Any = next(
        fact for fact in changed["facts"] if fact["type"] == kind and fact.get(path[0]) != []
    )
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(ExchangeError, match=r"damaged|cannot be trusted") as caught:
        unpacked(json.dumps(changed), ORIGINS)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        ("request", "app", "../x"),
        ("request", "asked_at", 1e300),
        ("request", "good", {"type": "DateBound", "day": "2026-02-31"}),
        ("request", "good", "2026-01-01"),
        ("settings", "test_timeout", "long"),
        ("settings", "timeout_verdict", "panic"),
        ("settings", "prefs", "a.b:1"),
        ("settings", "prefs", ["a\nb"]),
    ],
)
def test_hostile_requests_and_settings_are_refused(where: str, name: str, value: object) -> None:
    changed = content()
    changed[where][name] = value
    with pytest.raises(ExchangeError):
        unpacked(json.dumps(changed), ORIGINS)


def test_fields_with_defaults_may_be_missing() -> None:
    changed = content()
    for fact in changed["facts"]:
        fact.pop("note", None)
    assert unpacked(json.dumps(changed), ORIGINS).facts == record().facts


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_is_changed_gives_a_session_or_one_line(data: st.DataObject) -> None:
    changed = content()
    changed["facts"] = data.draw(st.permutations(changed["facts"]))[:8]
    place, key = data.draw(st.sampled_from(list(_places(copy.copy(changed)))))
    place[key] = data.draw(JSON)
    with suppress(ExchangeError):  # and nothing else
        assert isinstance(unpacked(json.dumps(changed), ORIGINS), Parcel)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Everything that can be replaced inside a JSON value."""
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])
