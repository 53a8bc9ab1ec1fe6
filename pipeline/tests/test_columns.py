"""Columns of many objects say what each object says, whatever keys it has."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mozpipeline.load import columns
from mozpipeline.load.columns import Reader, Section

FIELDS = [
    pa.field("text", pa.string()),
    pa.field("number", pa.int64()),
    pa.field("upper", pa.string()),
]
OLD: columns.Known = {"a": ("text", None), "b": ("number", None)}
NEW: columns.Known = {"b": ("number", None), "c": ("upper", str.upper), "d": ("text", None)}

VALUES = {"a": "one", "b": 2, "c": "three", "d": "four", "e": None}

objects = st.lists(st.sampled_from("abcde"), unique=True).map(
    lambda keys: {key: VALUES[key] for key in keys}
)


def expected(entries: dict[str, Any] | None, known: columns.Known) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(("text", "number", "upper"))
    for key, value in (entries or {}).items():
        if key in known:
            column, convert = known[key]
            row[column] = convert(value) if convert else value
    return row


@pytest.mark.parametrize("most", [0, 1, 100])
def test_columns_are_what_was_read(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "MOST_SHAPES", most)

    @given(st.lists(st.tuples(st.booleans(), objects | st.none())))
    def check(read: list[tuple[bool, dict[str, Any] | None]]) -> None:
        section = Section(FIELDS)
        readers = {True: (Reader(section, NEW), NEW), False: (Reader(section, OLD), OLD)}
        for row, (new, entries) in enumerate(read):
            if entries is not None:  # else the whole section is missing
                reader, known = readers[new]
                assert reader.read(row, entries) == (entries.keys() <= known.keys())
        assert section.take(len(read)).to_pylist() == [
            expected(entries, readers[new][1]) for new, entries in read
        ]
        assert section.take(0).to_pylist() == []

    check()
