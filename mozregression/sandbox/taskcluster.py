"""Firefox-CI Taskcluster: index, queue, and the CDN its artifacts come from."""

import gzip
import json
import re
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timezone
from functools import lru_cache
from random import Random
from typing import Any

from mozregression.model.apps import BRANCHES
from mozregression.model.builds import Push
from mozregression.sandbox import blobs, files
from mozregression.sandbox.archives import Builds
from mozregression.sandbox.blobs import Blob
from mozregression.sandbox.history import DAY
from mozregression.sandbox.messages import Headers, Request, Response, as_json, http_date, text
from mozregression.sandbox.tasks import (
    BUILD_SECONDS,
    JOBS,
    Task,
    routes,
    run_of,
    task_id,
    task_with,
    tasks_of,
)
from mozregression.sandbox.world import World

INDEX = "/api/index/v1/"
QUEUE = "/api/queue/v1/"
CDN = "/cdn/"
PAGE_LIMIT = 1000

_ERROR_ARTIFACTS = ("public/cidata/sccache.log",)
_REFERENCES = ("public/logs/live.log",)


class ApiError(Exception):
    """An answer that is not a success, in Taskcluster's form."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class Taskcluster:
    """Answers for a world. page_limit: how many entries a page holds at most."""

    def __init__(
        self,
        world: World,
        builds: Builds,
        *,
        page_limit: int = PAGE_LIMIT,
        with_length: bool = True,
    ) -> None:
        self.world = world
        self.builds = builds
        self._page_limit = page_limit
        self._with_length = with_length
        self._hashes = lru_cache(maxsize=256)(self._hashes_of)

    def respond(self, request: Request) -> Response | None:
        """The answer to a request; None when the path is none of Taskcluster's."""
        path = request.path
        if path.startswith(CDN):
            return self._cdn(request, path.removeprefix(CDN))
        for root, serve in ((INDEX, self._index), (QUEUE, self._queue)):
            if path.startswith(root):
                return self._api(request, path.removeprefix(root), serve)
        return None

    def _api(self, request: Request, path: str, serve: "Serve") -> Response:
        call = Call(path)
        try:
            return serve(request, call)
        except ApiError as error:
            return self._failure(call, error)

    def _failure(self, call: "Call", error: ApiError) -> Response:
        now = _iso(self.world.now)
        message = (
            f"{error.message}\n\n---\n\n* method:     {call.method}\n* errorCode:  {error.code}\n"
            f"* statusCode: {error.status}\n* time:       {now}"
        )
        info = {"method": call.method, "params": call.params, "payload": {}, "time": now}
        value = {"code": error.code, "message": message, "requestInfo": info}
        return _json(value, error.status)

    # Index

    def _index(self, request: Request, call: "Call") -> Response:
        if found := call.matches(
            "findArtifactFromTask", r"task/(?P<indexPath>[^/]+)/artifacts/(?P<name>.+)"
        ):
            slug = task_id(self.world, self._indexed(found["indexPath"]))
            url = f"{request.origin}{QUEUE}task/{slug}/artifacts/{found['name']}"
            return _json({}, 303, (("Location", url),))
        if found := call.matches("findTask", r"task/(?P<indexPath>[^/]+)"):
            namespace = found["indexPath"]
            if not re.fullmatch(r"[\w.-]+", namespace):
                raise ApiError(400, "InvalidRequestArguments", "indexPath is not well formed")
            return _json(self._entry(self._indexed(namespace), namespace))
        if found := call.matches("listNamespaces", r"namespaces(?:/(?P<namespace>[^/]*))?"):
            return self._list(request, "namespaces", self._namespaces(found["namespace"] or ""))
        if found := call.matches("listTasks", r"tasks(?:/(?P<namespace>[^/]*))?"):
            return self._list(request, "tasks", self._tasks(found["namespace"] or ""))
        raise ApiError(404, "ResourceNotFound", "Unknown route")

    def _indexed(self, namespace: str) -> Task:
        pushes = self._related(namespace) if namespace.endswith(JOBS) else ()
        for push in pushes:
            for task in tasks_of(self.world, push):
                if namespace in routes(self.world, task):
                    return task
        raise ApiError(404, "ResourceNotFound", "Indexed task not found")

    def _entry(self, task: Task, namespace: str) -> dict[str, Any]:
        return {
            "namespace": namespace,
            "taskId": task_id(self.world, task),
            "rank": task.push.time,
            "data": {},
            "expires": _iso(self.world.expires(task.push)),
        }

    def _related(self, namespace: str) -> Iterator[Push]:
        """Pushes that can have names beginning like that, the newest first."""
        for branch in self.world.logs:
            if _could_begin(namespace, f"gecko.v2.{branch}") or ".trunk" in namespace:
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
            {"namespace": prefix + name, "name": name, "expires": _iso(-(-when // DAY) * DAY)}
            for name, when in sorted(expiry.items())
        ]

    def _tasks(self, namespace: str) -> list[dict[str, Any]]:
        found: dict[str, Task] = {}
        for rest, task in self._names(namespace):
            if "." not in rest:
                found.setdefault(rest, task)
        return [self._entry(task, f"{namespace}.{name}") for name, task in sorted(found.items())]

    def _list(self, request: Request, key: str, entries: list[dict[str, Any]]) -> Response:
        if request.method == "POST":
            options = _payload(request)
        else:
            options = {name: values[0] for name, values in request.query.items()}
        return self._page(key, entries, options, [])

    def _page(
        self, key: str, entries: list[Any], options: dict[str, Any], about: list[Any]
    ) -> Response:
        """One page of entries. The token is opaque to clients: base64 of a JSON array."""
        try:
            limit = int(options.get("limit", PAGE_LIMIT))
            token = str(options.get("continuationToken", ""))
            start = json.loads(urlsafe_b64decode(token))[-1] if token else 0
        except ValueError:
            raise ApiError(400, "InputValidationError", "limit or continuationToken") from None
        if not 1 <= limit <= PAGE_LIMIT:
            raise ApiError(400, "InvalidRequestArguments", "limit must be from 1 to 1000")
        stop = start + min(limit, self._page_limit)
        value: dict[str, Any] = {key: entries[start:stop]}
        if stop < len(entries):
            token = json.dumps([*about, stop], separators=(",", ":"))
            value["continuationToken"] = urlsafe_b64encode(token.encode()).decode()
        return _json(value)

    # Queue

    def _queue(self, request: Request, call: "Call") -> Response:
        start = r"task/(?P<taskId>[^/]+)"
        if found := call.matches("status", start + r"/status"):
            return _json({"status": self._status(self._task(found["taskId"]))})
        if found := call.matches("listLatestArtifacts", start + r"/artifacts"):
            task = self._task(found["taskId"])
            return self._artifacts(request, task, run_of(self.world, task))
        if found := call.matches("listArtifacts", start + r"/runs/(?P<runId>\d+)/artifacts"):
            return self._artifacts(request, self._task(found["taskId"]), int(found["runId"]))
        if found := call.matches("getLatestArtifact", start + r"/artifacts/(?P<name>.+)"):
            task = self._asked_for(found["taskId"])
            return self._artifact(request, task, run_of(self.world, task), found["name"])
        if found := call.matches(
            "getArtifact", start + r"/runs/(?P<runId>\d+)/artifacts/(?P<name>.+)"
        ):
            task = self._asked_for(found["taskId"])
            return self._artifact(request, task, int(found["runId"]), found["name"])
        if found := call.matches("task", start):
            return _json(self._definition(self._task(found["taskId"])))
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
            "created": _iso(push.time + 600),
            "deadline": _iso(push.time + 600 + DAY),
            "expires": _iso(world.expires(push)),
            "metadata": {
                "name": f"build-{task.job.replace('-', f'-{task.build_type.value}/', 1)}",
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
            "deadline": _iso(push.time + 600 + DAY),
            "expires": _iso(self.world.expires(push)),
            "retriesLeft": 5 - last,
            "state": "completed",
            "runs": [self._run(task, run, last=run == last) for run in range(last + 1)],
        }

    def _run(self, task: Task, run: int, *, last: bool) -> dict[str, Any]:
        begun = task.push.time + 600 + run * BUILD_SECONDS
        resolved = _iso(begun + BUILD_SECONDS)
        if self.world.chance("resolved", task.push.key) < 0.1:
            resolved = resolved.replace("Z", "+00:00")
        return {
            "runId": run,
            "state": "completed" if last else "failed",
            "reasonCreated": "task-retry" if run else "scheduled",
            "reasonResolved": "completed" if last else "failed",
            "workerGroup": "us-central1-a",
            "workerId": str(task.push.time),
            "takenUntil": _iso(begun + BUILD_SECONDS),
            "scheduled": _iso(begun),
            "started": _iso(begun + 1),
            "resolved": resolved,
        }

    # Artifacts

    def _names_of(self, task: Task, run: int) -> list[str]:
        """Artifact names of a run, in no order that means anything."""
        names = ["public/logs/live_backing.log", *_REFERENCES, "project/private.log"]
        if run == run_of(self.world, task):
            names += [*_ERROR_ARTIFACTS, "public/chain-of-trust.json", *self._built(task)]
        elif run > run_of(self.world, task):
            raise ApiError(404, "ResourceNotFound", f"Run {run} not found")
        Random(task.push.key).shuffle(names)
        return names

    def _built(self, task: Task) -> list[str]:
        ending = files.suffix(self.world, task.push) if task.job.startswith("linux") else ".zip"
        notes = ("target.txt", "target_info.txt", "target.json", "target.jsshell.zip")
        decoys = files.linux_decoys("target", ending)
        return [f"public/build/{name}" for name in (f"target{ending}", *notes, *decoys)]

    def _artifacts(self, request: Request, task: Task, run: int) -> Response:
        expires = _iso(self.world.expires(task.push))
        entries = [
            {
                "storageType": _storage(name),
                "name": name,
                "expires": expires,
                "contentType": _content_type(name),
            }
            for name in self._names_of(task, run)
        ]
        options = {name: values[0] for name, values in request.query.items()}
        return self._page("artifacts", entries, options, [task_id(self.world, task), run])

    def _artifact(self, request: Request, task: Task, run: int, name: str) -> Response:
        if not name.startswith("public/"):
            raise ApiError(403, "InsufficientScopes", f"You need queue:get-artifact:{name}")
        if name not in self._names_of(task, run):
            raise ApiError(404, "ResourceNotFound", "Artifact not found")
        if name in _ERROR_ARTIFACTS:
            reason = {"reason": "file-missing-on-worker", "message": f"No such file: {name}"}
            return _json(reason, 424)
        storage = _storage(name)
        url = f"{request.origin}{CDN}{task_id(self.world, task)}/{run}/{name}"
        headers = (("Location", url), ("x-taskcluster-artifact-storage-type", storage))
        return _json({"storageType": storage, "url": url}, 303, headers)

    def _cdn(self, request: Request, path: str) -> Response:
        slug, _, rest = path.partition("/")
        run, _, name = rest.partition("/")
        task = task_with(self.world, slug)
        known = task and run.isdigit() and int(run) <= run_of(self.world, task)
        if not task or not known or self._is_over(task):
            return _no_such_key()
        if name not in self._names_of(task, int(run)) or _storage(name) != "s3":
            return _no_such_key()
        body, encoding = self._stored(task, name)
        md5, crc = self._hashes(task, name)
        hashes = [f"md5={b64encode(md5).decode()}"]
        if crc is not None:
            hashes.insert(0, f"crc32c={b64encode(crc).decode()}")
        headers = (
            ("Content-Type", _content_type(name)),
            ("ETag", f'"{md5.hex()}"'),
            ("Last-Modified", http_date(task.push.time + 600 + BUILD_SECONDS)),
            ("Accept-Ranges", "bytes"),
            ("x-goog-hash", ", ".join(hashes)),
            ("x-goog-stored-content-encoding", encoding),
            ("x-goog-stored-content-length", str(body.size)),
            ("Cache-Control", "public,max-age=604800"),
            ("Server", "UploadServer"),
        )
        if encoding == "gzip":
            return _decoded(request, self._body(task, name), body, headers)
        build = re.fullmatch(r"public/build/target\.(tar\.\w+|zip)", name) is not None
        with_length = self._with_length or not build
        return Response(200, body, headers, build=build, ranges=True, with_length=with_length)

    def _hashes_of(self, task: Task, name: str) -> tuple[bytes, bytes | None]:
        body, _ = self._stored(task, name)
        return blobs.digest(body, "md5"), blobs.crc32c(body)

    def _stored(self, task: Task, name: str) -> tuple[Blob, str]:
        """What the bucket holds, and how it is encoded."""
        body = self._body(task, name)
        if not name.endswith((".txt", ".json", ".log")):
            return body, "identity"
        return blobs.of(gzip.compress(blobs.read(body), mtime=0)), "gzip"

    def _body(self, task: Task, name: str) -> Blob:
        push, world = task.push, self.world
        file_name = name.rpartition("/")[2]
        if file_name == "target" + files.suffix(world, push):
            return self.builds.tar(push)
        if file_name == "target.zip":
            return self.builds.zip(push)
        notes = {
            "target.txt": files.source_text,
            "target_info.txt": files.info_text,
        }
        if file_name in notes:
            return blobs.of(notes[file_name](world, push))
        if file_name == "target.json":
            return blobs.of(files.build_json(world, push, task.job.rpartition("-")[0]))
        return files.filler(file_name)


class Call:
    """Which method a path belongs to, and its parameters, as errors repeat them."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.method = "unknown"
        self.params: dict[str, str] = {}

    def matches(self, method: str, pattern: str) -> dict[str, str] | None:
        match = re.fullmatch(pattern, self._path)
        if not match:
            return None
        self.method, self.params = method, dict(match.groupdict())
        if "name" in self.params:
            self.params["0"] = self.params["name"]
            del self.params["name"]
        return match.groupdict()


Serve = Callable[[Request, Call], Response]


def _json(value: Any, status: int = 200, headers: Headers = ()) -> Response:
    fixed = (("Cache-Control", "no-store no-cache must-revalidate"), ("Via", "1.1 google"))
    content_type = "application/json; charset=utf-8"
    return as_json(value, status, indent=2, content_type=content_type, headers=fixed + headers)


def _decoded(request: Request, body: Blob, stored: Blob, headers: Headers) -> Response:
    """A file stored with gzip: as stored for who accepts that, else unpacked on the way."""
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(200, stored, (*headers, ("Content-Encoding", "gzip")))
    return Response(200, body, headers, with_length=False)


def _no_such_key() -> Response:
    return text("<Error><Code>NoSuchKey</Code></Error>", 404, "application/xml")


def _could_begin(namespace: str, project: str) -> bool:
    """Whether a namespace is above or below a project."""
    above = not namespace or f"{project}.".startswith(f"{namespace}.")
    return above or f"{namespace}.".startswith(f"{project}.")


def _payload(request: Request) -> dict[str, Any]:
    """The JSON body of a POST. Raises ApiError when there is none."""
    if "json" in request.headers.get("content-type", ""):
        try:
            value = json.loads(request.body)
        except ValueError:
            value = None
        if isinstance(value, dict):
            return value
    raise ApiError(
        400, "MalformedPayload", "Payload must be JSON with content-type: application/json"
    )


def _storage(name: str) -> str:
    if name in _ERROR_ARTIFACTS:
        return "error"
    return "reference" if name in _REFERENCES else "s3"


def _content_type(name: str) -> str:
    types = {
        "xz": "application/x-xz",
        "bz2": "application/x-bzip2",
        "zip": "application/zip",
        "json": "application/json",
        "txt": "text/plain",
        "log": "text/plain; charset=utf-8",
    }
    return types.get(name.rpartition(".")[2], "application/octet-stream")


def _iso(seconds: int) -> str:
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{seconds % DAY % 997:03d}Z"


def _day_start(year: str, month: str, day: str) -> int:
    try:
        return int(datetime(int(year), int(month), int(day), tzinfo=timezone.utc).timestamp())
    except ValueError:
        return -DAY
