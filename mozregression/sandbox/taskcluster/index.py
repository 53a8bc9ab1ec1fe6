"""The index service: tasks by name."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from typing import Any

from mozregression.model.builds import Push
from mozregression.sandbox.history import DAY
from mozregression.sandbox.messages import Request, Response
from mozregression.sandbox.taskcluster.api import (
    ApiError,
    Call,
    answer,
    iso,
    options_of,
    page,
)
from mozregression.sandbox.taskcluster.jobs import ALL
from mozregression.sandbox.taskcluster.tasks import Task, project_of, routes, task_id, tasks_of
from mozregression.sandbox.world import World

INDEX = "/api/index/v1/"
_ENDS = tuple({f".{job.index_name}" for job in ALL})


class Index:
    """queue: path of the queue service. most: how many entries a page holds at most."""

    def __init__(self, world: World, queue: str, most: int) -> None:
        self.world = world
        self._queue = queue
        self._most = most

    def serve(self, request: Request, call: Call) -> Response:
        if found := call.matches(
            "findArtifactFromTask", r"task/(?P<indexPath>[^/]+)/artifacts/(?P<name>.+)"
        ):
            slug = task_id(self.world, self._indexed(found["indexPath"]))
            url = f"{request.origin}{self._queue}task/{slug}/artifacts/{found['name']}"
            return answer({}, 303, (("Location", url),))
        if found := call.matches("findTask", r"task/(?P<indexPath>[^/]+)"):
            namespace = found["indexPath"]
            if not re.fullmatch(r"[\w.-]+", namespace):
                raise ApiError(400, "InvalidRequestArguments", "indexPath is not well formed")
            return answer(self._entry(self._indexed(namespace), namespace))
        if found := call.matches("listNamespaces", r"namespaces(?:/(?P<namespace>[^/]*))?"):
            return self._list(request, "namespaces", self._namespaces(found["namespace"] or ""))
        if found := call.matches("listTasks", r"tasks(?:/(?P<namespace>[^/]*))?"):
            return self._list(request, "tasks", self._tasks(found["namespace"] or ""))
        raise ApiError(404, "ResourceNotFound", "Unknown route")

    def _list(self, request: Request, key: str, entries: list[dict[str, Any]]) -> Response:
        return page(key, entries, options_of(request), self._most)

    def _indexed(self, namespace: str) -> Task:
        known = namespace.endswith(_ENDS)
        for push in self._related(namespace) if known else ():
            for task in tasks_of(self.world, push):
                if namespace.endswith(f".{task.job.index_name}") and namespace in routes(
                    self.world, task
                ):
                    return task
        raise ApiError(404, "ResourceNotFound", "Indexed task not found")

    def _entry(self, task: Task, namespace: str) -> dict[str, Any]:
        return {
            "namespace": namespace,
            "taskId": task_id(self.world, task),
            "rank": task.push.time,
            "data": {},
            "expires": iso(self.world.expires(task.push)),
        }

    def _related(self, namespace: str) -> Iterator[Push]:
        """Pushes that can have names beginning like that, the newest first."""
        for branch in self.world.logs:
            if _could_begin(namespace, project_of(branch)) or ".trunk" in namespace:
                yield from self._of_branch(branch, namespace)

    def _of_branch(self, branch: str, namespace: str) -> Iterator[Push]:
        world, log = self.world, self.world.logs[branch]
        indices: Iterable[int] = range(len(log) - 1, -1, -1)
        if match := re.search(r"\.revision\.(\w+)", namespace):
            number = world.numbers.get(match[1], world.git_numbers.get(match[1], -1))
            indices = [log.arrival[number]] if number in log.arrival else []
        elif match := re.search(r"\.pushlog-id\.(\d+)", namespace):
            index = int(match[1]) - log.first_id
            indices = [index] if 0 <= index < len(log) else []
        elif match := re.search(r"\.(\d{4})\.(\d{2})\.(\d{2})(\.|$)", namespace):
            begin = _day_start(match[1], match[2], match[3])
            indices = (i for i in indices if begin <= log.times[i] < begin + DAY)
        return (world.push(branch, index) for index in indices)

    def _names(self, namespace: str) -> Iterator[tuple[str, Task]]:
        """The rest of each name below a namespace, and its task; newest first."""
        prefix = namespace + "." if namespace else ""
        for push in self._related(namespace):
            for task in tasks_of(self.world, push):
                for route in routes(self.world, task):
                    if route.startswith(prefix):
                        yield route.removeprefix(prefix), task

    def _namespaces(self, namespace: str) -> list[dict[str, Any]]:
        expiry: dict[str, int] = {}
        for rest, task in self._names(namespace):
            name, dot, _ = rest.partition(".")
            if dot:
                expiry[name] = max(expiry.get(name, 0), self.world.expires(task.push))
        prefix = namespace + "." if namespace else ""
        return [
            {"namespace": prefix + name, "name": name, "expires": iso(-(-when // DAY) * DAY)}
            for name, when in sorted(expiry.items())
        ]

    def _tasks(self, namespace: str) -> list[dict[str, Any]]:
        found: dict[str, Task] = {}
        for rest, task in self._names(namespace):
            if "." not in rest:
                found.setdefault(rest, task)
        return [self._entry(task, f"{namespace}.{name}") for name, task in sorted(found.items())]


def _could_begin(namespace: str, project: str) -> bool:
    """Whether a namespace is above or below a project."""
    above = not namespace or f"{project}.".startswith(f"{namespace}.")
    return above or f"{namespace}.".startswith(f"{project}.")


def _day_start(year: str, month: str, day: str) -> int:
    try:
        return int(datetime(int(year), int(month), int(day), tzinfo=timezone.utc).timestamp())
    except ValueError:
        return -DAY
