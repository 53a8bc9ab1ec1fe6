"""Paths and bodies of requests."""

import gzip
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mozpipeline.wire.decode import (
    MOST_INFLATION,
    GleanPath,
    TelemetryPath,
    decode,
    document_id,
    inflate,
    read_path,
)
from mozpipeline.wire.outcomes import Reason, Refusal
from pings import uuid

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=20,
)


def test_the_two_forms_of_paths() -> None:
    assert read_path(f"/submit/org-mozilla-mozregression/usage/1/{uuid(1)}") == GleanPath(
        "org-mozilla-mozregression", "usage", "1", uuid(1)
    )
    assert read_path(f"/submit/telemetry/{uuid(1)}/main/Firefox/61.0/nightly/2018") == (
        TelemetryPath(uuid(1), "main", "Firefox", "61.0", "nightly", "2018")
    )


@pytest.mark.parametrize(
    "path",
    [
        "/submit",
        "/submit/",
        "/submit/app/ping/1",
        "/submit/app/ping/one/document",
        "/submit/app/ping/1/document/more",
        "/submit//ping/1/document",
        f"/submit/{'a' * 101}/ping/1/document",
        "/submit/äpp/ping/1/document",
        "/submit/app/pi\nng/1/document",
        "/other/app/ping/1/document",
    ],
)
def test_other_paths_are_none(path: str) -> None:
    assert read_path(path) is None


@given(st.text(max_size=200))
def test_any_text_may_be_a_path(text: str) -> None:
    read_path(text)
    read_path(f"/submit/{text}")


def test_document_ids() -> None:
    assert document_id(uuid(1)) == document_id(uuid(1).upper())
    for text in (
        "",
        "x",
        uuid(1)[:-1],
        uuid(1) + "0",
        uuid(1).replace("-", ""),
        "{" + uuid(1) + "}",
    ):
        assert document_id(text) is None


@given(st.dictionaries(st.text(max_size=8), JSON))
def test_objects_come_back(value: dict[str, object]) -> None:
    text = json.dumps(value).encode()
    assert decode(text) == value
    assert decode(gzip.compress(text)) == value


@given(st.binary(max_size=300))
def test_any_bytes_are_an_object_or_refused(body: bytes) -> None:
    for sent in (body, gzip.compress(body), b"\x1f\x8b" + body):
        assert isinstance(decode(sent), dict | Refusal)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", Reason.NOT_JSON),
        (b"{", Reason.NOT_JSON),
        (b"\xff", Reason.NOT_JSON),
        (b'{"a": NaN}', Reason.NOT_JSON),
        (b'"\\ud800"', Reason.NOT_JSON),
        (b"[" * 100_000, Reason.NOT_JSON),
        (b"[]", Reason.NOT_AN_OBJECT),
        (b"1", Reason.NOT_AN_OBJECT),
        (b"\x1f\x8b", Reason.BAD_GZIP),
        (gzip.compress(b"{}", mtime=0)[:-1], Reason.BAD_GZIP),
        (gzip.compress(b"{}", mtime=0)[:-4] + b"0000", Reason.BAD_GZIP),
        (gzip.compress(b"{}", mtime=0) + b"more", Reason.BAD_GZIP),
        (gzip.compress(bytes(9 * 2**20), mtime=0), Reason.TOO_LARGE),
        (b" " * (9 * 2**20), Reason.TOO_LARGE),
    ],
)
def test_why_bodies_are_refused(body: bytes, reason: Reason) -> None:
    refused = decode(body)
    assert isinstance(refused, Refusal)
    assert refused.reason is reason


def test_of_a_key_that_comes_twice_the_last_counts() -> None:
    assert decode(b'{"a": 1, "a": 2}') == {"a": 2}


def test_a_bomb_is_not_inflated_whole() -> None:
    assert inflate(gzip.compress(bytes(1000)), limit=999) == Refusal(Reason.TOO_LARGE)
    assert inflate(gzip.compress(bytes(1000)), limit=1000) == bytes(1000)


def test_nothing_inflates_more_than_the_limit_says() -> None:
    size = 50_000_000
    assert size / len(zlib.compress(bytes(size), 9)) < MOST_INFLATION
