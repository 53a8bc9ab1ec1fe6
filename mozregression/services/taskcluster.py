"""Taskcluster's index and queue: builds of single pushes, kept for a year.

Namespaces, artifact names and answers: docs/services.md.
"""

import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from mozregression.model.apps import App, Platform
from mozregression.model.builds import Build, Missing, MissingReason, Push
from mozregression.services import fields
from mozregression.services.http import Http

KEPT = timedelta(days=365)

_FOLDER = "public/build/"
_LAST_PGO = date(2020, 6, 1)
_ONE_SUFFIX_SINCE = date(2024, 12, 1)  # before, the suffix changed: artifacts must be listed
_TASK_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_NAMESPACES = {
    "shippable": "gecko.v2.{branch}.shippable.revision.{tip}.{product}.{platform}-opt",
    "opt": "gecko.v2.{branch}.revision.{tip}.{product}.{platform}-opt",
    "pgo": "gecko.v2.{branch}.revision.{tip}.{product}.{platform}-pgo",
}
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
        for kind in app.build_types[build_type]:
            if kind == "pgo" and push.day >= _LAST_PGO:
                continue
            namespace = _NAMESPACES[kind].format(
                branch=push.branch,
                tip=push.tip,
                product=app.product,
                platform=app.platforms[platform].taskcluster,
            )
            tried.append(namespace)
            task_id = self._http.read(f"{self._index}/task/{namespace}", _task_id)
            name = task_id and self._artifact_of(app, platform, push, task_id)
            if task_id and name:
                return Build(
                    candidate=push.key,
                    app=app.name,
                    platform=str(platform),
                    build_type=kind,
                    url=self._artifact_url(task_id, name),
                    file_name=name.removeprefix(_FOLDER),
                    checksums_url=self._artifact_url(task_id, f"{_FOLDER}target.checksums"),
                    source_url=self._artifact_url(task_id, f"{_FOLDER}target.txt"),
                    task_id=task_id,
                )
        expired = self._now - push.moment > KEPT
        reason = MissingReason.EXPIRED if expired else MissingReason.NOT_BUILT
        return Missing(push.key, reason, tuple(tried))

    def builds_kept(self, branch: str, day: date) -> bool:
        """Whether the index still has builds of that day's pushes."""
        url = f"{self._index}/namespaces/gecko.v2.{branch}.pushdate.{day:%Y.%m.%d}"
        return bool(self._http.read(url, _namespaces, params={"limit": 1}))

    def renamed_artifact(self, app: App, platform: Platform, build: Build) -> Build | Missing:
        """The same build under the name it really has; for when the queue answers 404 or 424."""
        listed = self._artifacts(build.task_id) if build.task_id else None
        name = _build_artifact(app, platform, listed or set())
        if build.task_id and name and name != _FOLDER + build.file_name:
            url = self._artifact_url(build.task_id, name)
            return replace(build, url=url, file_name=name.removeprefix(_FOLDER))
        never = listed is not None and name is None
        reason = MissingReason.NO_FILE if never else MissingReason.EXPIRED
        return Missing(build.candidate, reason, (build.url,))

    def _artifact_of(self, app: App, platform: Platform, push: Push, task_id: str) -> str | None:
        if push.day >= _ONE_SUFFIX_SINCE:
            return f"{_FOLDER}target{app.platforms[platform].suffixes[0]}"
        return _build_artifact(app, platform, self._artifacts(task_id) or set())

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

    def _artifact_url(self, task_id: str, name: str) -> str:
        return f"{self._queue}/task/{task_id}/artifacts/{name}"


def _build_artifact(app: App, platform: Platform, listed: set[str]) -> str | None:
    names = (f"{_FOLDER}target{suffix}" for suffix in app.platforms[platform].suffixes)
    return next((name for name in names if name in listed), None)


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
