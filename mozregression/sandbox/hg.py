"""hg.mozilla.org: pushlog, single changesets and tags, as hgweb tells them."""

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any

from mozregression.sandbox.history import DAY, ROOT, BranchLog
from mozregression.sandbox.messages import Request, Response, page, text
from mozregression.sandbox.texts import user_of_push, written
from mozregression.sandbox.world import World, branch_at

EDGE = "/hg-edge"
COMMANDS = ("json-pushes", "json-rev", "json-tags", "pushloghtml", "rev")
LAST_PUSHES = 10

_GENERIC_AGENT = re.compile(r"(|python-requests/.*|curl/.*|Wget/.*|Python-urllib/.*)", re.DOTALL)
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([ T]\d{1,2}(:\d{1,2}(:\d{1,2})?)?)?")
_OK = "Script output follows"


class HgError(Exception):
    """An answer that is not 200."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


@dataclass(frozen=True, slots=True)
class Repository:
    """One branch as hgweb serves it."""

    world: World
    branch: str

    @property
    def log(self) -> BranchLog:
        return self.world.logs[self.branch]

    @property
    def tags(self) -> dict[str, int]:
        return self.world.tags_of(self.branch)

    def number(self, symbol: str) -> int:
        """The changeset a hash, a beginning of a hash, a tag or `tip` stands for."""
        found = self._lookup(symbol)
        if found is None:
            raise HgError(_failure(404, f"unknown revision '{symbol}'"))
        return found

    def _lookup(self, symbol: str) -> int | None:
        if symbol == "tip":
            return self.log.head
        if symbol in self.tags:
            return self.tags[symbol]
        if not re.fullmatch(r"[0-9a-f]{4,40}", symbol):
            return None
        matches = self.world.matching(symbol)
        known = [each for each in matches if each == ROOT or each in self.log.arrival]
        return known[0] if len(known) == 1 else None


def respond(world: World, request: Request, *, redirect: bool = False) -> Response | None:
    """The answer to a request; None when the path is none of hg's."""
    path = request.path.removeprefix(EDGE)
    match = re.fullmatch(rf"/(.+?)/({'|'.join(COMMANDS)})(?:/(.*))?", path)
    if not match:
        return None
    repository, command, rest = match.groups()
    if _GENERIC_AGENT.fullmatch(request.headers.get("user-agent", "")):
        return text("Not Acceptable\n", 406, "text/html")
    if redirect and not request.path.startswith(EDGE + "/"):
        return Response(302, headers=(("Location", f"{request.origin}{EDGE}{request.target}"),))
    branch = branch_at(world, repository)
    if branch is None:
        return page("Mercurial repositories index", f"<p>no repository {repository}</p>", 404)
    try:
        return _answer(Repository(world, branch), command, rest or "", request)
    except HgError as error:
        return error.response


def _answer(repository: Repository, command: str, rest: str, request: Request) -> Response:
    if command == "json-pushes":
        return _json_pushes(repository, rest, request)
    if command == "json-rev":
        return _ok(_revision(repository, repository.number(rest or "tip")))
    if command == "json-tags":
        return _ok(_tags(repository))
    return _for_humans(repository, command, rest, request)


def _ok(value: Any) -> Response:
    body = json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e")
    headers = (("Cache-Control", "no-cache"), ("Access-Control-Allow-Origin", "*"))
    return replace(text(body, content_type="application/json", headers=headers), reason=_OK)


def _failure(status: int, message: str) -> Response:
    return text(f'{{\n"error": "{message}"\n}}', status, "application/json")


# json-pushes


def _json_pushes(repository: Repository, page_number: str, request: Request) -> Response:
    version = request.one("version") or "1"
    if not version.isdigit():
        raise HgError(_failure(500, "version parameter must be an integer"))
    if version not in {"1", "2"}:
        raise HgError(_failure(500, "version parameter must be 1 or 2"))
    named_branch = request.one("branch")
    if named_branch not in {None, "default"}:
        raise HgError(_failure(404, f"unknown branch '{named_branch}'"))
    indices = _selected(repository, page_number, request)
    full, tips = "full" in request.query, request.one("tipsonly") == "1"
    log = repository.log
    entries = {
        str(log.first_id + index): _push(repository, index, full=full, tips=tips)
        for index in indices
    }
    pushes = dict(sorted(entries.items()))
    if version == "1":
        return _ok(pushes)
    return _ok({"lastpushid": log.first_id + len(log) - 1, "pushes": pushes})


def _selected(repository: Repository, page_number: str, request: Request) -> list[int]:
    """Indices of the pushes asked for. Of several bounds on a side, the first in order counts."""
    log, query = repository.log, request.query
    lower = next((name for name in ("startdate", "fromchange", "startID") if name in query), None)
    if lower is None and not query.keys() & {"user", "changeset"}:
        skipped = LAST_PUSHES * (max(1, int(page_number)) - 1) if page_number.isdigit() else 0
        stop = max(0, len(log) - skipped)
        return list(range(max(0, stop - LAST_PUSHES), stop))
    indices = set(range(len(log)))
    if lower is not None:
        indices &= _after(repository, lower, query[lower][0])
    upper = next((name for name in ("enddate", "tochange", "endID") if name in query), None)
    if upper is not None:
        indices &= _upto(repository, upper, query[upper][0])
    if "changeset" in query:
        numbers = [repository.number(symbol) for symbol in query["changeset"]]
        indices &= {log.arrival[number] for number in numbers if number in log.arrival}
    if "user" in query:
        world, branch = repository.world, repository.branch
        indices = {i for i in indices if user_of_push(world, branch, i) in query["user"]}
    return sorted(indices)


def _after(repository: Repository, name: str, value: str) -> set[int]:
    log = repository.log
    if name == "startdate":
        bound = _moment(repository.world, value)
        return {index for index, when in enumerate(log.times) if when > bound}
    if name == "fromchange":
        # A changeset that was never pushed here stands for the beginning.
        first = log.arrival.get(repository.number(value), -1) + 1
    else:
        first = _id(value) - log.first_id + 1
    return set(range(max(0, first), len(log)))


def _upto(repository: Repository, name: str, value: str) -> set[int]:
    log = repository.log
    if name == "enddate":
        bound = _moment(repository.world, value)
        return {index for index, when in enumerate(log.times) if when < bound}
    if name == "tochange":
        number = repository.number(value)
        if number not in log.arrival:
            raise HgError(_failure(500, "'NoneType' object is not subscriptable"))
        last = log.arrival[number]
    else:
        last = _id(value) - log.first_id
    return set(range(min(len(log), last + 1)))


def _id(value: str) -> int:
    if not re.fullmatch(r"-?\d+", value):
        raise HgError(_failure(500, f"invalid literal for int() with base 10: '{value}'"))
    return int(value)


def _moment(world: World, value: str) -> int:
    """UTC seconds of a date as hg reads it; what it cannot read means now."""
    if not _DATE.fullmatch(value):
        return world.now - DAY if value == "yesterday" else world.now
    numbers = [int(part) for part in re.split(r"[-: T]", value)]
    year, month, day, hour, minute, second = (*numbers, 0, 0, 0)[:6]
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError:
        return world.now
    return int(moment.timestamp())


def _push(repository: Repository, index: int, *, full: bool, tips: bool) -> dict[str, Any]:
    world, log = repository.world, repository.log
    numbers = log.of(index)[-1:] if tips else log.of(index)
    nodes: list[Any] = [world.nodes[number] for number in numbers]
    return {
        "changesets": [_full(world, number) for number in numbers] if full else nodes,
        "date": log.times[index],
        "git_changesets": [world.recorded_git(number) for number in numbers],
        "user": user_of_push(world, repository.branch, index),
    }


def _full(world: World, number: int) -> dict[str, Any]:
    writing = written(world, number)
    parents = world.history.parents[number]
    return {
        "author": writing.author,
        "branch": "default",
        "desc": writing.desc,
        "files": _files(world, number),
        "git_node": world.recorded_git(number),
        "git_parents": [git for parent in parents if (git := world.recorded_git(parent))],
        "node": world.nodes[number],
        "parents": [world.nodes[parent] for parent in parents],
        "tags": [],
    }


def _files(world: World, number: int) -> list[str]:
    dice = world.digest("files", number)
    folders = ("dom/base", "js/src", "layout/generic", "toolkit/content")
    return sorted({f"{folders[byte % 4]}/file{byte}.cpp" for byte in dice[: 1 + dice[0] % 3]})


# json-rev and json-tags


def _revision(repository: Repository, number: int) -> dict[str, Any]:
    world, log = repository.world, repository.log
    writing, nodes = written(world, number), world.nodes
    index = log.arrival.get(number)
    children = [
        nodes[child]
        for child in range(number + 1, min(number + 200, len(nodes)))
        if number in world.history.parents[child] and child in log.arrival
    ]
    tags = [name for name, tagged in repository.tags.items() if tagged == number]
    return {
        "node": nodes[number],
        "date": [float(world.history.dates[number]), _offset(world, number)],
        "desc": writing.desc,
        "backedoutby": "",
        "branch": "default",
        "bookmarks": [],
        "tags": (["tip"] if number == log.head else []) + tags,
        "user": writing.author,
        "parents": [nodes[parent] for parent in world.history.parents[number]],
        "children": children,
        "files": [{"file": name, "status": "modified"} for name in _files(world, number)],
        "diff": [],
        "phase": "public",
        "pushid": None if index is None else log.first_id + index,
        "pushdate": None if index is None else [log.times[index], 0],
        "pushuser": None if index is None else user_of_push(world, repository.branch, index),
        "landingsystem": "lando",
        "git_commit": world.recorded_git(number),
    }


def _offset(world: World, number: int) -> int:
    """Seconds west of UTC of whoever made the changeset."""
    return (-10_800, 0, 18_000, -19_800)[world.digest("zone", number)[0] % 4]


def _tags(repository: Repository) -> dict[str, Any]:
    world = repository.world
    tags = [
        {
            "tag": name,
            "node": world.nodes[number],
            "date": [float(world.history.dates[number]), _offset(world, number)],
        }
        for name, number in reversed(repository.tags.items())
    ]
    return {"node": world.nodes[repository.log.head], "tags": tags}


# Pages for people


def _for_humans(repository: Repository, command: str, rest: str, request: Request) -> Response:
    world = repository.world
    if command == "rev":
        number = repository.number(rest or "tip")
        return page(world.nodes[number], f"<pre>{world.nodes[number]}</pre>")
    rows = "".join(
        f"<tr><td>{world.nodes[number][:12]}</td></tr>"
        for index in _selected(repository, rest, request)
        for number in repository.log.of(index)
    )
    return page(f"{repository.branch}: pushlog", f"<table>{rows}</table>")
