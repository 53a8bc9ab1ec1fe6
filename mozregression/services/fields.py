"""Reading JSON that others wrote: each helper raises ValueError for what is not as promised."""

import re
from typing import Any, TypeVar

T = TypeVar("T")
_NODE = re.compile(r"[0-9a-f]{40}")


def record(value: Any) -> dict[str, Any]:
    return _of_type(value, dict, "the answer")


def field(of: dict[str, Any], name: str, kind: type[T]) -> T:
    if name not in of:
        raise ValueError(f"{name!r} is missing")
    return _of_type(of[name], kind, repr(name))


def node(value: Any) -> str:
    """A full changeset hash."""
    if not isinstance(value, str) or not _NODE.fullmatch(value):
        raise ValueError(f"{str(value)[:60]!r} is not a changeset hash of 40 digits")
    return value


def node_or_none(value: Any) -> str | None:
    return None if value is None else node(value)


def printable(text: str) -> str:
    """Without what could steer a terminal."""
    return "".join(character for character in text if character.isprintable())


def _of_type(value: Any, kind: type[T], what: str) -> T:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"{what} is not of type {kind.__name__}")  # noqa: TRY004
    return value
