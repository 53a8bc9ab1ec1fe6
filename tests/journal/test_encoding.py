import tracemalloc
from datetime import date
from enum import Enum
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mozregression.journal.encoding import DecodingError, from_json, to_json
from mozregression.model.bounds import Bound, ChangesetBound, DateBound
from mozregression.model.builds import (
    Candidate,
    Landing,
    Missing,
    MissingReason,
    Push,
    Revision,
)
from mozregression.model.certainty import Ages, Certainty, Kind
from mozregression.model.facts import (
    BuildMissing,
    CertaintyChanged,
    Fact,
    LandingsDescribed,
    PushesListed,
    SourceIdentified,
    VerdictGiven,
)
from mozregression.model.report import Outcome
from mozregression.model.request import Request

UNIONS = {Bound: "bound", Candidate: "candidate", Fact: "fact"}
MEMBERS = [(union, member) for union in UNIONS for member in get_args(union)]


def values(kind: Any) -> st.SearchStrategy[Any]:
    """All values of a type, but NaN, which is not equal to itself."""
    if kind is CertaintyChanged:  # not any numbers will do
        return st.builds(CertaintyChanged, CERTAINTIES)
    return st.from_type(kind).filter(lambda value: "nan" not in repr(value))


@pytest.mark.parametrize(
    ("union", "member"), MEMBERS, ids=lambda kind: UNIONS.get(kind) or kind.__name__
)
@settings(deadline=None)
@given(data=st.data())
def test_every_value_comes_back(union: Any, member: type, data: st.DataObject) -> None:
    value = data.draw(values(member))
    text = to_json(value, union)
    assert from_json(text, union) == value
    assert text.isascii()
    assert "\n" not in text


RATES = st.floats(0, 0.49)
CERTAINTIES = st.one_of(
    st.builds(Certainty, confidence=st.floats(0.51, 0.99), max_tests=st.none() | st.integers(1)),
    st.builds(Certainty, st.just(Kind.INTERMITTENT), st.none() | RATES),
    st.builds(Certainty, st.just(Kind.KNOWN), RATES, RATES),
)
AGES = st.one_of(
    st.builds(Ages, uniform=st.booleans()),
    st.builds(Ages, st.lists(st.floats(0.1, 9), min_size=1).map(tuple)),
)


@given(request=st.builds(Request, certainty=CERTAINTIES, prior=AGES))
def test_requests_come_back(request: Request) -> None:
    assert from_json(to_json(request, Request), Request) == request


@pytest.mark.parametrize("kind", [Outcome, MissingReason])
def test_enums_are_written_by_name(kind: type[Enum]) -> None:
    for member in kind:
        text = to_json(member, kind)
        assert text == f'"{member.name}"'
        assert from_json(text, kind) is member


def test_the_text_is_what_a_person_expects() -> None:
    request = Request(
        app="firefox",
        os="linux",
        arch="x86_64",
        build_type="opt",
        good=DateBound(date(2026, 5, 1)),
        bad=ChangesetBound("ab" * 20),
        asked_at=1,
    )
    text = to_json(request, Request)
    assert '"good":{"day":"2026-05-01","type":"DateBound"}' in text
    missing = BuildMissing(Missing("push/autoland/1", MissingReason.EXPIRED))
    assert '"reason":"EXPIRED"' in to_json(missing, Fact)


def test_sources_written_before_anything_was_embedded_can_be_read() -> None:
    text = (
        '{"type":"SourceIdentified","candidate":"nightly/comm-central/20260501093000",'
        '"revision":{"branch":"comm-central","node":"ab"}}'
    )
    fact = from_json(text, Fact)
    assert fact == SourceIdentified(
        "nightly/comm-central/20260501093000", Revision("comm-central", "ab")
    )


def test_text_that_utf_8_cannot_hold_comes_back() -> None:
    landing = Landing(1, "ab" * 20, None, "J\udcfcrgen", "\x00 \U0001f98a", (5,))
    fact = LandingsDescribed("autoland", 1, 1, (landing,))
    assert from_json(to_json(fact, Fact), Fact) == fact


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "5",
        "null",
        "[]",
        "{}",
        '{"type":"NoSuchFact"}',
        '{"type":"VerdictRetracted"}',
        '{"type":"VerdictRetracted","at":"soon"}',
        '{"type":"RetentionChecked","branch":"","day":"2026-02-31","kept_by":""}',
        '{"type":"VerdictGiven","candidate":"","verdict":"MAYBE","purpose":"NARROW","at":1}',
        '{"type":"VerdictRetracted","at":1e999}',
    ],
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(DecodingError, match="cannot be read"):
        from_json(text, Fact)


def test_a_long_text_is_named_by_its_start() -> None:
    with pytest.raises(DecodingError) as caught:
        from_json("x" * 10_000, VerdictGiven)
    assert len(str(caught.value)) < 300


def test_twenty_thousand_pushes_take_little_memory() -> None:
    pushes = tuple(
        Push("autoland", number, number, tuple(f"{number * 3 + i:040x}" for i in range(3)))
        for number in range(20_000)
    )
    fact = PushesListed("autoland", "a" * 40, "b" * 40, pushes)
    tracemalloc.start()
    text = to_json(fact, Fact)
    assert len(text) < 5_000_000
    assert from_json(text, Fact) == fact
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60 * 2**20
