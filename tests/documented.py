"""Checks JSON values against the tables of fields in docs/*.md.

A heading of the form "## `name`" begins a shape; the rows of its table are fields with types:
string, integer, number, boolean, null, another shape, `list of TYPE`, `TYPE or null`.
"""

import re
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1] / "docs"

_PLAIN: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


class Shapes:
    """The shapes that some files describe."""

    def __init__(self, *files: str) -> None:
        self.fields: dict[str, dict[str, str]] = {}
        for file in files:
            sections = re.split(r"^## `(\w+)`.*$", (DOCS / file).read_text(), flags=re.MULTILINE)
            for name, section in zip(sections[1::2], sections[2::2], strict=True):
                rows = re.findall(r"^\| `(\w+)` \| ([\w ]+?) \|", section, re.MULTILINE)
                self.fields[name] = dict(rows)

    def check(self, value: Any, kind: str, where: str = "") -> None:
        """Fails unless the value has exactly the documented fields, of the documented types."""
        where = where or kind
        if kind.endswith(" or null"):
            if value is not None:
                self.check(value, kind.removesuffix(" or null"), where)
        elif kind.startswith("list of "):
            assert isinstance(value, list), f"{where} is no list: {value!r}"
            for index, one in enumerate(value):
                self.check(one, kind.removeprefix("list of "), f"{where}[{index}]")
        elif kind in _PLAIN:
            assert isinstance(value, _PLAIN[kind]), f"{where} is no {kind}: {value!r}"
            assert kind == "boolean" or not isinstance(value, bool), f"{where} is a boolean"
        else:
            assert isinstance(value, dict), f"{where} is no {kind}: {value!r}"
            assert value.keys() == self.fields[kind].keys(), where
            for field, inner in self.fields[kind].items():
                self.check(value[field], inner, f"{where}.{field}")
