"""The pushlog of hg.mozilla.org: which landings a branch got, in which order.

Always the second form of `json-pushes`. Formats: docs/services.md.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, TypeGuard, TypeVar

from mozregression.model.apps import Branch
from mozregression.model.builds import Landing, Push
from mozregression.services import fields
from mozregression.services.bugs import bug_numbers
from mozregression.services.errors import ServiceError, TooLargeError
from mozregression.services.http import BODY_LIMIT, Http, Params
from mozregression.services.parallel import in_parallel
from mozregression.services.subjects import Change, Subjects, subjects_of

T = TypeVar("T")

_AT_ONCE = 4 * 1024 * 1024  # some 10,000 pushes; more are read in pages, to bound memory
_PAGE = 2000  # pushes
_PARALLEL = 4
_DESCRIBED_PAGE = 200  # pushes; their answers name every changed file
_DESCRIBED = 1000
_SETTLED_AFTER = timedelta(days=1)
_LAST_TIME = 2**32


@dataclass(frozen=True, slots=True)
class _Page:
    """pushes: ordered by id. newest: the newest id of the branch when this was answered."""

    pushes: tuple[Push, ...]
    newest: int


class Pushlog:
    """base: URL of the repositories. now: decides which answers cannot change any more."""

    def __init__(self, http: Http, base: str, *, now: datetime) -> None:
        self._http = http
        self._base = base
        self._settled_before = (now - _SETTLED_AFTER).timestamp()

    def locate(self, branch: Branch, node: str) -> Push | None:
        """The push that brought a changeset to the branch; None when the branch lacks it."""
        settled = self._is_old if len(node) == 40 else None
        page = self._pushes(branch, {"changeset": node}, settled)
        return page.pushes[0] if page and page.pushes else None

    def between(self, branch: Branch, after: str, upto: str) -> tuple[Push, ...] | None:
        """Pushes after the one with `after`, up to and including the one with `upto`.

        Ordered by id. None when the branch does not know one of the two changesets.
        """
        settled = self._is_old if len(after) == len(upto) == 40 else None
        query = {"fromchange": after, "tochange": upto}
        try:
            page = self._pushes(branch, query, settled, limit=_AT_ONCE)
        except TooLargeError:
            return self._between_in_pages(branch, after, upto)
        return page.pushes if page else None

    def during(self, branch: Branch, start: int, end: int) -> tuple[Push, ...]:
        """Pushes with start < time < end (UTC seconds), ordered by id."""
        if end - start < 2:
            return ()
        past = end < self._settled_before
        query = {"startdate": _date_text(start), "enddate": _date_text(end)}
        try:
            page = self._pushes(branch, query, (lambda _: True) if past else None, limit=_AT_ONCE)
            return _known(branch, page).pushes
        except TooLargeError:
            middle = (start + end) // 2
            if middle in (start, end - 1):
                raise
            halves = self.during(branch, start, middle + 1) + self.during(branch, middle, end)
            return tuple(sorted(halves, key=lambda push: push.id))

    def describe(self, branch: Branch, first_id: int, last_id: int) -> tuple[Landing, ...]:
        """Changesets of the pushes with these ids, both included, in pushlog order.

        Only those of the first 1,000 pushes.
        """
        return tuple(self._in_full(branch, first_id, last_id, _landings))

    def classify(
        self, branch: Branch, first_id: int, last_id: int, suspects: Iterable[str]
    ) -> Subjects:
        """What the pushes with these ids, both included, are about; of the first 1,000 of them."""
        return subjects_of(self._in_full(branch, first_id, last_id, _changes), suspects)

    def _in_full(
        self, branch: Branch, first_id: int, last_id: int, parse: Callable[[str], list[T]]
    ) -> list[T]:
        """Something of each changeset, from answers that tell all about them."""
        last_id = min(last_id, first_id + _DESCRIBED - 1)
        found: list[T] = []
        for first in range(first_id, last_id + 1, _DESCRIBED_PAGE):
            query = {**_ids(first, min(first + _DESCRIBED_PAGE - 1, last_id)), "full": 1}
            found += _known(branch, self._read(branch, query, parse))
        return found

    def _between_in_pages(self, branch: Branch, after: str, upto: str) -> tuple[Push, ...] | None:
        low, high = self.locate(branch, after), self.locate(branch, upto)
        if low is None or high is None:
            return None

        def pushes_from(first: int) -> tuple[Push, ...]:
            last = min(first + _PAGE - 1, high.id)
            page = self._pushes(
                branch,
                _ids(first, last),
                lambda page: page.newest >= last and self._is_old(page),
            )
            return _known(branch, page).pushes

        starts = range(low.id + 1, high.id + 1, _PAGE)
        pages = in_parallel(pushes_from, starts, threads=_PARALLEL)
        return tuple(push for page in pages for push in page)

    def _pushes(
        self,
        branch: Branch,
        query: Params,
        settled: Callable[[_Page], bool] | None,
        limit: int = BODY_LIMIT,
    ) -> _Page | None:
        return self._read(branch, query, lambda text: _page(text, branch), settled, limit)

    def _read(
        self,
        branch: Branch,
        query: Params,
        parse: Callable[[str], T],
        settled: Callable[[T], bool] | None = None,
        limit: int = BODY_LIMIT,
    ) -> T | None:
        return self._http.read(
            f"{self._base}/{branch.path}/json-pushes",
            parse,
            params={"version": 2, **query},
            immutable=settled is not None,
            settled=settled or (lambda _: False),
            limit=limit,
        )

    def _is_old(self, page: _Page) -> bool:
        times = [push.time for push in page.pushes]
        return bool(times) and max(times) < self._settled_before


def _known(branch: Branch, found: T | None) -> T:
    """What a branch that must exist answered."""
    if found is None:
        raise ServiceError(
            f"The pushlog does not know the branch {branch.name} ({branch.path}). "
            "It may have been moved or closed; choose another one with --branch.",
            url=branch.path,
            status=404,
        )
    return found


def _ids(first: int, last: int) -> dict[str, int]:
    return {"startID": first - 1, "endID": last}


def _date_text(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, timezone.utc):%Y-%m-%d %H:%M:%S}"


def _page(text: str, branch: Branch) -> _Page:
    answer = fields.record(json.loads(text))
    pushes = (
        Push(
            branch.name,
            push_id,
            _time(push),
            tuple(fields.node(node) for node in fields.field(push, "changesets", list)),
        )
        for push_id, push in _pushes_by_id(answer)
    )
    newest = fields.field(answer, "lastpushid", int)
    return _Page(tuple(push for push in pushes if push.changesets), newest)


def _landings(text: str) -> list[Landing]:
    return [
        _landing(push_id, fields.record(changeset))
        for push_id, push in _pushes_by_id(fields.record(json.loads(text)))
        for changeset in fields.field(push, "changesets", list)
    ]


def _changes(text: str) -> list[Change]:
    return [
        Change(
            push_id,
            fields.node(fields.field(changeset, "node", str)),
            fields.field(changeset, "desc", str),
            tuple(filter(_is_text, changeset.get("files") or ())),
        )
        for push_id, push in _pushes_by_id(fields.record(json.loads(text)))
        for changeset in map(fields.record, fields.field(push, "changesets", list))
    ]


def _landing(push_id: int, changeset: dict[str, Any]) -> Landing:
    description = fields.field(changeset, "desc", str).strip()
    summary = fields.printable(description.partition("\n")[0])
    return Landing(
        push=push_id,
        node=fields.node(fields.field(changeset, "node", str)),
        git=fields.node_or_none(changeset.get("git_node")),
        author=fields.printable(fields.field(changeset, "author", str)),
        summary=summary,
        bugs=bug_numbers(summary),
    )


def _pushes_by_id(answer: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """In the order of the ids, which are numbers: the answer orders them as text."""
    pushes = fields.field(answer, "pushes", dict)
    numbered = {int(key): fields.record(push) for key, push in pushes.items()}
    return [(push_id, numbered[push_id]) for push_id in sorted(numbered)]


def _time(push: dict[str, Any]) -> int:
    time = fields.field(push, "date", int)
    if not 0 <= time < _LAST_TIME:
        raise ValueError(f"{time} is not the time of a push")
    return time


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str)
