"""Taskcluster's index and queue: builds of single pushes, kept for a year.

Namespaces, artifact names and answers: docs/services.md.
"""

import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, TypedDict

from mozregression.model.apps import App, Platform, artifact_names, index_day, index_routes
from mozregression.model.builds import Build, Missing, MissingReason, Push
from mozregression.services import fields
from mozregression.services.http import Http

KEPT = timedelta(days=365)

_FOLDER = "public/build/"
_TASK_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_MOST_PAGES = 20


class Taskcluster:
    """root: URL of the deployment. now: tells expired builds from those never made."""

    def __init__(self, http: Http, root: str, *, now: datetime) -> None:
        self._http = http
        self._index = f"{root}/api/index/v1"
        self._queue = f"{root}/api/queue/v1"
        self._now = now

    def build_of_push(
        self, app: App, platform: Platform, push: Push, build_type: str
    ) -> Build | Missing:
        """The first build of the types to try for `build_type`; one request for each."""
        tried = []
        for kind, namespace in index_routes(app, platform, push, build_type):
            tried.append(namespace)
            task_id = self._http.read(f"{self._index}/task/{namespace}", _task_id)
            name = task_id and self._artifact_of(app, platform, push, task_id)
            if task_id and name:
                return Build(
                    candidate=push.key,
                    app=app.name,
                    platform=str(platform),
                    build_type=kind,
                    task_id=task_id,
                    **self._addresses(task_id, name),
                )
        if not tried:
            why = f"No {build_type} builds of {app.name} pushes are made for {platform}."
            return Missing(push.key, MissingReason.NOT_BUILT, (why,))
        expired = self._now - push.moment > KEPT
        reason = MissingReason.EXPIRED if expired else MissingReason.NOT_BUILT
        return Missing(push.key, reason, tuple(tried))

    def builds_kept(self, branch: str, day: date) -> bool:
        """Whether the index still has builds of that day's pushes."""
        url = f"{self._index}/namespaces/{index_day(branch, day)}"
        return bool(self._http.read(url, _namespaces, params={"limit": 1}))

    def renamed_artifact(self, app: App, platform: Platform, build: Build) -> Build | Missing:
        """The same build under the name it really has; for when the queue answers 404 or 424."""
        listed = self._artifacts(build.task_id) if build.task_id else None
        name = _build_artifact(artifact_names(app, platform), listed or set())
        if build.task_id and name and self._artifact_url(build.task_id, name) != build.url:
            return replace(build, **self._addresses(build.task_id, name))
        never = listed is not None and name is None
        reason = MissingReason.NO_FILE if never else MissingReason.EXPIRED
        return Missing(build.candidate, reason, (build.url,))

    def _artifact_of(self, app: App, platform: Platform, push: Push, task_id: str) -> str | None:
        """Looked up where it may have one of several names."""
        names = artifact_names(app, platform, push.moment)
        if len(names) == 1:
            return _FOLDER + names[0]
        return _build_artifact(names, self._artifacts(task_id) or set())

    def _artifacts(self, task_id: str) -> set[str] | None:
        """Artifacts of a task's last run, without those that failed to upload; None: it is gone."""
        url = f"{self._queue}/task/{task_id}/artifacts"
        found: set[str] = set()
        params: dict[str, str | int] = {}
        for _ in range(_MOST_PAGES):
            page = self._http.read(url, _artifact_page, params=params)
            if page is None:
                return None
            names, token = page
            found.update(names)
            if not token:
                break
            params = {"continuationToken": token}
        return found

    def _addresses(self, task_id: str, name: str) -> "_Addresses":
        folder, _, file_name = name.rpartition("/")
        return {
            "url": self._artifact_url(task_id, name),
            "file_name": file_name,
            "checksums_url": self._artifact_url(task_id, f"{folder}/target.checksums"),
            "source_url": self._artifact_url(task_id, f"{folder}/target.txt"),
        }

    def _artifact_url(self, task_id: str, name: str) -> str:
        return f"{self._queue}/task/{task_id}/artifacts/{name}"


class _Addresses(TypedDict):
    """Where a build and what lies beside it are."""

    url: str
    file_name: str
    checksums_url: str
    source_url: str


def _build_artifact(names: tuple[str, ...], listed: set[str]) -> str | None:
    """In the folder for everybody, or in a private one, whose name ends alike."""
    others = {name.rpartition("/")[0] + "/" for name in listed}
    folders = [_FOLDER, *sorted(folder for folder in others if folder.endswith("/build/"))]
    paths = (folder + name for folder in folders for name in names)
    return next((path for path in paths if path in listed), None)


def _task_id(text: str) -> str:
    task_id = fields.field(fields.record(json.loads(text)), "taskId", str)
    if not _TASK_ID.fullmatch(task_id):
        raise ValueError("it names no task")
    return task_id


def _namespaces(text: str) -> list[Any]:
    return fields.field(fields.record(json.loads(text)), "namespaces", list)


def _artifact_page(text: str) -> tuple[list[str], str]:
    """Names, and the token of the next page or an empty text."""
    page = fields.record(json.loads(text))
    artifacts = [fields.record(artifact) for artifact in fields.field(page, "artifacts", list)]
    names = [
        fields.field(artifact, "name", str)
        for artifact in artifacts
        if artifact.get("storageType") != "error"
    ]
    token = page.get("continuationToken")
    return names, token if isinstance(token, str) else ""
