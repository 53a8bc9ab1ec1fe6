"""The queue service: tasks, their runs and what these put out."""

from random import Random
from typing import Any

from mozregression.model.apps import BRANCHES
from mozregression.sandbox.history import DAY
from mozregression.sandbox.messages import Request, Response
from mozregression.sandbox.taskcluster.api import ApiError, Call, answer, iso, options_of, page
from mozregression.sandbox.taskcluster.artifacts import Artifacts, content_type, storage_of
from mozregression.sandbox.taskcluster.hawk import Client, signer_of
from mozregression.sandbox.taskcluster.tasks import (
    BUILD_SECONDS,
    Task,
    routes,
    run_of,
    task_id,
    task_with,
)
from mozregression.sandbox.world import World

QUEUE = "/api/queue/v1/"


class Queue:
    """most: how many entries a page holds at most. clients: who may sign requests."""

    def __init__(
        self, world: World, artifacts: Artifacts, most: int, clients: tuple[Client, ...]
    ) -> None:
        self.world = world
        self._kept = artifacts
        self._most = most
        self._clients = {client.client_id: client for client in clients}

    def serve(self, request: Request, call: Call) -> Response:
        signer = signer_of(request, self._clients)
        start = r"task/(?P<taskId>[^/]+)"
        if found := call.matches("status", start + r"/status"):
            return answer({"status": self._status(self._task(found["taskId"]))})
        if found := call.matches("listLatestArtifacts", start + r"/artifacts"):
            task = self._task(found["taskId"])
            return self._artifacts(request, task, run_of(self.world, task))
        if found := call.matches("listArtifacts", start + r"/runs/(?P<runId>\d+)/artifacts"):
            return self._artifacts(request, self._task(found["taskId"]), int(found["runId"]))
        if found := call.matches("getLatestArtifact", start + r"/artifacts/(?P<name>.+)"):
            task = self._asked_for(found["taskId"])
            return self._artifact(task, run_of(self.world, task), found["name"], request, signer)
        if found := call.matches(
            "getArtifact", start + r"/runs/(?P<runId>\d+)/artifacts/(?P<name>.+)"
        ):
            task = self._asked_for(found["taskId"])
            return self._artifact(task, int(found["runId"]), found["name"], request, signer)
        if found := call.matches("task", start):
            return answer(self._definition(self._task(found["taskId"])))
        raise ApiError(404, "ResourceNotFound", "Unknown route")

    def _task(self, slug: str) -> Task:
        task = task_with(self.world, slug)
        if task is None or self._is_over(task):
            raise ApiError(
                404,
                "ResourceNotFound",
                f"`{slug}` does not correspond to a task that exists.\n"
                "Are you sure this task exists?",
            )
        return task

    def _is_over(self, task: Task) -> bool:
        return self.world.expires(task.push) <= self.world.now

    def _asked_for(self, slug: str) -> Task:
        """The task of an artifact: its expiry is told for a while before it is forgotten."""
        task = task_with(self.world, slug)
        if task and self._is_over(task) and self.world.now < self.world.expires(task.push) + DAY:
            raise ApiError(410, "ResourceExpired", "Artifact has expired")
        return self._task(slug)

    def _definition(self, task: Task) -> dict[str, Any]:
        push, world = task.push, self.world
        path = BRANCHES[push.branch].path
        names = [f"index.{name}" for name in routes(world, task)]
        names.append(f"tc-treeherder.v2.{push.branch}.{push.tip}")
        Random(push.key).shuffle(names)
        return {
            "provisionerId": "gecko-3",
            "workerType": "b-linux-gcp",
            "taskQueueId": "gecko-3/b-linux-gcp",
            "schedulerId": "gecko-level-3",
            "taskGroupId": task_id(world, task),
            "routes": names,
            "created": iso(push.time + 600),
            "deadline": iso(push.time + 600 + DAY),
            "expires": iso(world.expires(push)),
            "metadata": {
                "name": f"build-{task.job.name.replace('-', f'-{task.build_type.value}/', 1)}",
                "source": f"https://hg.mozilla.org/{path}/file/{push.tip}/taskcluster/kinds/build",
            },
        }

    def _status(self, task: Task) -> dict[str, Any]:
        push, slug = task.push, task_id(self.world, task)
        last = run_of(self.world, task)
        return {
            "taskId": slug,
            "provisionerId": "gecko-3",
            "workerType": "b-linux-gcp",
            "taskQueueId": "gecko-3/b-linux-gcp",
            "schedulerId": "gecko-level-3",
            "projectId": "none",
            "taskGroupId": slug,
            "priority": "lowest",
            "deadline": iso(push.time + 600 + DAY),
            "expires": iso(self.world.expires(push)),
            "retriesLeft": 5 - last,
            "state": "completed",
            "runs": [self._run(task, run, last=run == last) for run in range(last + 1)],
        }

    def _run(self, task: Task, run: int, *, last: bool) -> dict[str, Any]:
        begun = task.push.time + 600 + run * BUILD_SECONDS
        resolved = iso(begun + BUILD_SECONDS)
        if self.world.chance("resolved", task.push.key) < 0.1:
            resolved = resolved.replace("Z", "+00:00")
        return {
            "runId": run,
            "state": "completed" if last else "failed",
            "reasonCreated": "task-retry" if run else "scheduled",
            "reasonResolved": "completed" if last else "failed",
            "workerGroup": "us-central1-a",
            "workerId": str(task.push.time),
            "takenUntil": iso(begun + BUILD_SECONDS),
            "scheduled": iso(begun),
            "started": iso(begun + 1),
            "resolved": resolved,
        }

    def _artifacts(self, request: Request, task: Task, run: int) -> Response:
        expires = iso(self.world.expires(task.push))
        entries = [
            {
                "storageType": storage_of(name),
                "name": name,
                "expires": expires,
                "contentType": content_type(name),
            }
            for name in self._kept.names(task, run)
        ]
        about = (task_id(self.world, task), run)
        return page("artifacts", entries, options_of(request), self._most, about)

    def _artifact(
        self, task: Task, run: int, name: str, request: Request, signer: Client | None
    ) -> Response:
        if not name.startswith("public/") and not (signer and signer.scoped):
            who = f"Client ID {signer.client_id}" if signer else "Client ID static/anonymous"
            raise ApiError(
                403,
                "InsufficientScopes",
                f"{who} does not have sufficient scopes and is missing the following scopes:\n"
                f"queue:get-artifact:{name}",
            )
        if name not in self._kept.names(task, run):
            raise ApiError(404, "ResourceNotFound", "Artifact not found")
        storage = storage_of(name)
        if storage == "error":
            reason = {"reason": "file-missing-on-worker", "message": f"No such file: {name}"}
            return answer(reason, 424)
        url = request.origin + self._kept.address(task, run, name)
        headers = (("Location", url), ("x-taskcluster-artifact-storage-type", storage))
        return answer({"storageType": storage, "url": url}, 303, headers)
