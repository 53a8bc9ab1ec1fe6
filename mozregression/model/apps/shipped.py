"""The table that comes with the program. Reading it is the one I/O of the pure rooms."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

from mozregression.model.apps.values import App, Branch, Table

T = TypeVar("T")


@cache
def shipped() -> Table:
    """The table, read at first use. Raises TableError when it has mistakes."""
    from mozregression.model.apps.reading import read_table

    return read_table(Path(__file__).with_name("apps.toml").read_text(encoding="utf-8"))


class Lazy(Mapping[str, T]):
    """A mapping that is made when it is first looked at."""

    def __init__(self, make: Callable[[], dict[str, T]]) -> None:
        self._make = cache(make)

    def __getitem__(self, key: str) -> T:
        return self._make()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._make())

    def __len__(self) -> int:
        return len(self._make())


APPS: Mapping[str, App] = Lazy(lambda: shipped().apps)

BRANCHES: Mapping[str, Branch] = Lazy(
    lambda: {row.branch.name: row.branch for row in shipped().branches if not row.is_pattern}
)
"""Branches by name, without those known by pattern (`mozilla-esr140`): see branch_named."""


def branch_named(name: str) -> Branch | None:
    """The branch a person means by `name` (`m-c`, `releases/…` paths and plain names), if known."""
    rows = shipped().branches
    plain = name.strip().lower()
    names = (plain, plain.rsplit("/", 1)[-1])
    found = (row.named(each) for each in names for row in rows)
    return next(filter(None, found), None)
