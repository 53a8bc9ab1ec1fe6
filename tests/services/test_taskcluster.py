from dataclasses import replace
from datetime import date, datetime, timezone
from typing import Any

import pytest

from mozregression.model.apps import APPS, AUTOLAND, LINUX_X86_64
from mozregression.model.builds import Build, Missing, MissingReason, Push
from mozregression.services.errors import ServiceError
from mozregression.services.http import Http
from mozregression.services.taskcluster import Taskcluster
from tests.services.faulty import FaultyServer, Reply, as_json

FIREFOX = APPS["firefox"]

NODE = "0123456789abcdef0123456789abcdef01234567"
TASK = "MFuPX4JZSFONeU5wgwKZwg"
NOW = datetime(2026, 6, 1, tzinfo=timezone.utc)
INDEX = "/api/index/v1/task/"
QUEUE = f"/api/queue/v1/task/{TASK}/artifacts"
REVISION = f"revision.{NODE}.firefox.linux64"
SHIPPABLE = f"gecko.v2.autoland.shippable.{REVISION}-opt"
OPT = f"gecko.v2.autoland.{REVISION}-opt"
PGO = f"gecko.v2.autoland.{REVISION}-pgo"


def push_of(*day: int) -> Push:
    moment = datetime(*day, 12, tzinfo=timezone.utc)  # type: ignore[misc, arg-type]
    return Push(AUTOLAND, 7, int(moment.timestamp()), ("f" * 40, NODE))


PUSH = push_of(2026, 5, 1)


def indexed(task_id: object = TASK) -> Reply:
    value = {"namespace": "…", "taskId": task_id, "rank": 1762527012, "data": {}, "expires": "…"}
    return as_json(value)


def artifacts(*names: str, more: str = "", error: str = "") -> Reply:
    listed: list[dict[str, Any]] = [{"storageType": "s3", "name": name} for name in names]
    if error:
        listed.append({"storageType": "error", "name": error})
    return as_json({"artifacts": listed} | ({"continuationToken": more} if more else {}))


@pytest.fixture
def taskcluster(http: Http, server: FaultyServer) -> Taskcluster:
    return Taskcluster(http, server.root, now=NOW)


def test_the_build_of_a_push_is_one_request(taskcluster: Taskcluster, server: FaultyServer) -> None:
    server.on(INDEX + SHIPPABLE, indexed())
    artifact = f"{server.root}{QUEUE}/public/build/target"
    assert taskcluster.build_of_push(FIREFOX, LINUX_X86_64, PUSH, "shippable") == Build(
        candidate=PUSH.key,
        app="firefox",
        platform="linux-x86_64",
        build_type="shippable",
        url=f"{artifact}.tar.xz",
        file_name="target.tar.xz",
        checksums_url=f"{artifact}.checksums",
        source_url=f"{artifact}.txt",
        task_id=TASK,
    )
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("build_type", "day", "asked"),
    [
        ("shippable", (2026, 5, 1), [SHIPPABLE, OPT]),
        ("opt", (2026, 5, 1), [OPT, SHIPPABLE]),
        ("shippable", (2020, 5, 31), [SHIPPABLE, OPT, PGO]),
        ("shippable", (2020, 6, 1), [SHIPPABLE, OPT]),
    ],
)
def test_build_types_are_tried_in_order(
    taskcluster: Taskcluster,
    server: FaultyServer,
    build_type: str,
    day: tuple[int, int, int],
    asked: list[str],
) -> None:
    push = push_of(*day)
    missing = taskcluster.build_of_push(FIREFOX, LINUX_X86_64, push, build_type)
    assert isinstance(missing, Missing)
    assert missing.tried == tuple(asked)
    assert server.paths == [INDEX + namespace for namespace in asked]


def test_the_type_found_is_told(taskcluster: Taskcluster, server: FaultyServer) -> None:
    server.on(INDEX + OPT, indexed())
    build = taskcluster.build_of_push(FIREFOX, LINUX_X86_64, PUSH, "shippable")
    assert isinstance(build, Build)
    assert build.build_type == "opt"


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ((2025, 6, 1), MissingReason.NOT_BUILT),
        ((2025, 5, 31), MissingReason.EXPIRED),
        ((2019, 5, 31), MissingReason.EXPIRED),
    ],
)
def test_old_builds_have_expired(
    taskcluster: Taskcluster, day: tuple[int, int, int], reason: MissingReason
) -> None:
    missing = taskcluster.build_of_push(FIREFOX, LINUX_X86_64, push_of(*day), "shippable")
    assert isinstance(missing, Missing)
    assert missing.reason is reason


@pytest.mark.parametrize("suffix", [".tar.bz2", ".tar.xz"])
def test_the_names_of_older_builds_are_looked_up(
    taskcluster: Taskcluster, server: FaultyServer, suffix: str
) -> None:
    server.on(INDEX + SHIPPABLE, indexed())
    server.on(
        QUEUE,
        artifacts("public/logs/live.log", f"public/build/x{suffix}", more="WyJ"),
        artifacts(f"public/build/target{suffix}.asc", f"public/build/target{suffix}"),
    )
    push = push_of(2024, 11, 20)
    build = taskcluster.build_of_push(FIREFOX, LINUX_X86_64, push, "shippable")
    assert isinstance(build, Build)
    assert build.file_name == f"target{suffix}"
    assert build.url == f"{server.root}{QUEUE}/public/build/target{suffix}"
    assert server.received[-1].query == {"continuationToken": "WyJ"}


def test_a_task_without_its_build_is_no_build(
    taskcluster: Taskcluster, server: FaultyServer
) -> None:
    server.on(INDEX + SHIPPABLE, indexed())
    server.on(QUEUE, artifacts("public/logs/live.log", error="public/build/target.tar.xz"))
    push = push_of(2024, 11, 20)
    missing = taskcluster.build_of_push(FIREFOX, LINUX_X86_64, push, "shippable")
    assert isinstance(missing, Missing)


def test_lists_that_never_end_are_left(taskcluster: Taskcluster, server: FaultyServer) -> None:
    server.on(INDEX + SHIPPABLE, indexed())
    server.on(QUEUE, artifacts("public/logs/live.log", more="again"))
    taskcluster.build_of_push(FIREFOX, LINUX_X86_64, push_of(2024, 11, 20), "shippable")
    assert server.paths.count(QUEUE) == 20


def test_an_artifact_under_another_name(taskcluster: Taskcluster, server: FaultyServer) -> None:
    server.on(INDEX + SHIPPABLE, indexed())
    build = taskcluster.build_of_push(FIREFOX, LINUX_X86_64, PUSH, "shippable")
    assert isinstance(build, Build)
    server.on(QUEUE, artifacts("public/build/target.tar.bz2"))

    def renamed() -> Build | Missing:
        return taskcluster.renamed_artifact(FIREFOX, LINUX_X86_64, build)

    other = renamed()
    assert isinstance(other, Build)
    assert other.file_name == "target.tar.bz2"
    assert other.url == f"{server.root}{QUEUE}/public/build/target.tar.bz2"
    server.on(QUEUE, artifacts("public/logs/live.log", error="public/build/target.tar.xz"))
    assert renamed() == Missing(PUSH.key, MissingReason.NO_FILE, (build.url,))
    server.on(QUEUE, artifacts("public/build/target.tar.xz"))
    assert renamed() == Missing(PUSH.key, MissingReason.EXPIRED, (build.url,))
    server.on(QUEUE, Reply(404))
    assert renamed() == Missing(PUSH.key, MissingReason.EXPIRED, (build.url,))


def test_days_whose_builds_are_kept(taskcluster: Taskcluster, server: FaultyServer) -> None:
    day = "/api/index/v1/namespaces/gecko.v2.autoland.pushdate.2026.05."
    server.on(f"{day}01", as_json({"namespaces": [{"name": "latest"}], "continuationToken": "x"}))
    server.on(f"{day}02", as_json({"namespaces": []}))
    assert taskcluster.builds_kept(AUTOLAND, date(2026, 5, 1))
    assert not taskcluster.builds_kept(AUTOLAND, date(2026, 5, 2))
    assert not taskcluster.builds_kept(AUTOLAND, date(2026, 5, 3))
    assert len(server.received) == 3
    assert server.received[0].query == {"limit": "1"}


@pytest.mark.parametrize(
    "reply",
    [
        as_json({}),
        as_json([]),
        indexed(12),
        indexed("../../../etc/passwd/../x"),
        indexed("MFuPX4JZSFONeU5wgwKZ/g"),
    ],
)
def test_index_entries_of_another_shape_are_an_error(
    taskcluster: Taskcluster, server: FaultyServer, reply: Reply
) -> None:
    server.on(INDEX + SHIPPABLE, reply)
    with pytest.raises(ServiceError, match="not what was asked for"):
        taskcluster.build_of_push(FIREFOX, LINUX_X86_64, PUSH, "shippable")


@pytest.mark.parametrize(
    "value",
    [{}, {"artifacts": {}}, {"artifacts": ["x"]}, {"artifacts": [{"storageType": "s3"}]}],
)
def test_artifact_lists_of_another_shape_are_an_error(
    taskcluster: Taskcluster, server: FaultyServer, value: object
) -> None:
    server.on(INDEX + SHIPPABLE, indexed())
    server.on(QUEUE, as_json(value))
    with pytest.raises(ServiceError, match="not what was asked for"):
        taskcluster.build_of_push(FIREFOX, LINUX_X86_64, push_of(2024, 11, 20), "shippable")


@pytest.mark.parametrize(
    ("app", "platform", "branch", "namespace", "artifact"),
    [
        ("thunderbird", "linux-x86_64", "comm-central",
         f"comm.v2.comm-central.revision.{NODE}.thunderbird.linux64-opt", "target.tar.xz"),
        ("firefox", "mac-universal", "autoland",
         f"gecko.v2.autoland.revision.{NODE}.firefox.macosx64-opt", "target.dmg"),
        ("firefox", "win-aarch64", "mozilla-esr140",
         f"gecko.v2.mozilla-esr140.revision.{NODE}.firefox.win64-aarch64-opt", "target.zip"),
        ("gve", "android-arm", "autoland",
         f"gecko.v2.autoland.revision.{NODE}.mobile.android-arm-opt", "geckoview_example.apk"),
        ("jsshell", "linux-x86_64", "autoland",
         f"gecko.v2.autoland.revision.{NODE}.firefox.linux64-opt", "target.jsshell.zip"),
    ],
)  # fmt: skip
def test_builds_of_other_apps(  # noqa: PLR0917 - a table is wide
    taskcluster: Taskcluster,
    server: FaultyServer,
    app: str,
    platform: str,
    branch: str,
    namespace: str,
    artifact: str,
) -> None:
    server.on(INDEX + namespace, indexed())
    where = next(each for each in APPS[app].platforms if str(each) == platform)
    build = taskcluster.build_of_push(APPS[app], where, replace(PUSH, branch=branch), "opt")
    assert isinstance(build, Build)
    assert build.url == f"{server.root}{QUEUE}/public/build/{artifact}"
    assert len(server.received) == 1
