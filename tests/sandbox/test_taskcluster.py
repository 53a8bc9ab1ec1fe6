import base64
import gzip
import hashlib
import json
import re
from datetime import date

import pytest

from mozregression.model.apps import AUTOLAND, CENTRAL
from mozregression.model.builds import Push
from mozregression.sandbox import Manners, World, WorldSpec
from mozregression.sandbox.world import BuildType
from tests.sandbox.helpers import ORIGIN, Asked, Asker, some_push

INDEX = "/api/index/v1"
QUEUE = "/api/queue/v1"
JOB = "firefox.linux64-opt"


@pytest.fixture(scope="module")
def push(world: World) -> Push:
    return some_push(world)


@pytest.fixture(scope="module")
def task(ask: Asker, push: Push) -> str:
    return found(ask, f"gecko.v2.autoland.revision.{push.tip}.{JOB}")


def found(ask: Asker, namespace: str) -> str:
    answer = ask.get(f"{INDEX}/task/{namespace}")
    assert answer.status == 200, answer.text
    slug: str = answer.json["taskId"]
    return slug


def follow(ask: Asker, target: str, **headers: str) -> Asked:
    answer = ask.get(target, **headers)
    assert answer.status == 303
    return ask.get((answer.header("Location") or "").removeprefix(ORIGIN), **headers)


def test_a_found_task_looks_like_a_real_one(ask: Asker, push: Push) -> None:
    namespace = f"gecko.v2.autoland.shippable.revision.{push.tip}.{JOB}"
    answer = ask.get(f"{INDEX}/task/{namespace}")
    value = answer.json
    assert list(value) == ["namespace", "taskId", "rank", "data", "expires"]
    assert value["namespace"] == namespace
    assert value["rank"] == push.time
    assert re.fullmatch(r"[A-Za-f][A-Za-z0-9_-]{21}", value["taskId"])
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", value["expires"])
    assert answer.text.startswith('{\n  "namespace": "gecko')
    assert answer.header("Content-Type") == "application/json; charset=utf-8"
    assert answer.header("Cache-Control") == "no-store no-cache must-revalidate"


def test_every_name_of_a_build_leads_to_it(ask: Asker, world: World, push: Push, task: str) -> None:
    git = world.git(world.numbers[push.tip])
    day, second = f"{push.moment:%Y.%m.%d}", f"{push.moment:%Y%m%d%H%M%S}"
    for name in (
        f"autoland.revision.{git}",
        f"autoland.pushlog-id.{push.id}",
        f"autoland.pushdate.{day}.{second}",
    ):
        assert found(ask, f"gecko.v2.{name}.{JOB}") == task
    shippable = found(ask, f"gecko.v2.autoland.shippable.revision.{push.tip}.{JOB}")
    assert shippable != task
    assert found(ask, f"gecko.v2.autoland.shippable.{day}.revision.{git}.{JOB}") == shippable


def test_latest_is_the_newest(ask: Asker, world: World) -> None:
    last = world.push(AUTOLAND, len(world.history.autoland) - 1)
    expected = found(ask, f"gecko.v2.autoland.revision.{last.tip}.{JOB}")
    assert found(ask, f"gecko.v2.autoland.latest.{JOB}") == expected
    first_day = [push for push in world.pushes(AUTOLAND) if push.day == world.spec.first][-1]
    day = f"{world.spec.first:%Y.%m.%d}"
    expected = found(ask, f"gecko.v2.autoland.pushlog-id.{first_day.id}.{JOB}")
    assert found(ask, f"gecko.v2.autoland.pushdate.{day}.latest.{JOB}") == expected


def test_trunk_knows_both_branches(ask: Asker, world: World) -> None:
    autoland_only = world.history.autoland.head
    node = world.nodes[autoland_only]
    assert found(ask, f"gecko.v2.trunk.revision.{node}.{JOB}") == found(
        ask, f"gecko.v2.autoland.revision.{node}.{JOB}"
    )
    tip = world.push(CENTRAL, 3).tip
    assert found(ask, f"gecko.v2.trunk.revision.{tip}.{JOB}") == found(
        ask, f"gecko.v2.mozilla-central.revision.{tip}.{JOB}"
    )


def test_only_tips_of_pushes_are_indexed(ask: Asker, world: World) -> None:
    push = next(push for push in world.pushes(AUTOLAND) if len(push.changesets) > 1)
    answer = ask.get(f"{INDEX}/task/gecko.v2.autoland.revision.{push.changesets[0]}.{JOB}")
    assert answer.status == 404


def test_what_is_not_indexed_is_told_in_taskclusters_form(ask: Asker) -> None:
    namespace = "gecko.v2.autoland.latest.firefox.linux64"
    answer = ask.get(f"{INDEX}/task/{namespace}")
    value = answer.json
    assert answer.status == 404
    assert value["code"] == "ResourceNotFound"
    time = value["requestInfo"]["time"]
    assert value["message"] == (
        "Indexed task not found\n\n---\n\n* method:     findTask\n"
        f"* errorCode:  ResourceNotFound\n* statusCode: 404\n* time:       {time}"
    )
    assert value["requestInfo"]["method"] == "findTask"
    assert value["requestInfo"]["params"] == {"indexPath": namespace}
    assert ask.get(f"{INDEX}/task/gecko v2").status == 400


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_namespaces_of_a_day_are_push_dates_and_latest(
    ask: Asker, world: World, push: Push, method: str
) -> None:
    day = f"gecko.v2.autoland.pushdate.{push.moment:%Y.%m.%d}"
    headers = {"content-type": "application/json"}
    answer = ask.ask(method, f"{INDEX}/namespaces/{day}", b"{}", **headers)
    names = [each["name"] for each in answer.json["namespaces"]]
    expected = {f"{p.moment:%Y%m%d%H%M%S}" for p in world.pushes(AUTOLAND) if p.day == push.day}
    assert set(names) == expected | {"latest"}
    first = answer.json["namespaces"][0]
    assert first["namespace"] == f"{day}.{names[0]}"
    assert first["expires"].endswith("T00:00:00.000Z")
    assert "continuationToken" not in answer.json


def test_namespaces_can_be_walked_from_the_root(ask: Asker) -> None:
    def below(namespace: str) -> set[str]:
        return {e["name"] for e in ask.get(f"{INDEX}/namespaces/{namespace}").json["namespaces"]}

    assert below("") == {"gecko"}
    assert below("gecko") == {"v2"}
    assert below("gecko.v2") == {"autoland", "mozilla-central", "trunk"}
    kinds = {"latest", "pushdate", "pushlog-id", "revision", "shippable"}
    assert below("gecko.v2.autoland") == kinds
    assert below("gecko.v2.autoland.pushdate") == {"2026"}
    assert below("gecko.v2.auto") == set()


def test_unknown_namespaces_are_empty(ask: Asker) -> None:
    answer = ask.get(f"{INDEX}/namespaces/gecko.v2.nowhere")
    assert (answer.status, answer.json) == (200, {"namespaces": []})


def test_tasks_below_a_namespace(ask: Asker, push: Push, task: str) -> None:
    namespace = f"gecko.v2.autoland.revision.{push.tip}.firefox"
    tasks = ask.get(f"{INDEX}/tasks/{namespace}").json["tasks"]
    assert [each["namespace"] for each in tasks] == [
        f"{namespace}.linux64-opt",
        f"{namespace}.win64-opt",
    ]
    assert tasks[0]["taskId"] == task


def test_a_post_without_a_body_is_malformed(ask: Asker) -> None:
    answer = ask.post(f"{INDEX}/namespaces/gecko.v2")
    assert (answer.status, answer.json["code"]) == (400, "MalformedPayload")
    text = "Payload must be JSON with content-type: application/json"
    assert answer.json["message"].startswith(text)


def test_lists_come_in_pages(world: World, ask: Asker) -> None:
    target = f"{INDEX}/namespaces/gecko.v2.autoland.pushlog-id"
    whole = ask.get(target).json["namespaces"]
    names: list[str] = []
    token = ""
    while True:
        page = ask.get(f"{target}?limit=200&continuationToken={token}").json
        names += [each["name"] for each in page["namespaces"]]
        if "continuationToken" not in page:
            break
        token = page["continuationToken"]
    assert names == [each["name"] for each in whole]
    assert len(names) > 400
    for wrong in ("0", "1001", "many"):
        assert ask.get(f"{target}?limit={wrong}").status == 400


def test_an_artifact_of_an_indexed_task(ask: Asker, push: Push, task: str) -> None:
    namespace = f"gecko.v2.autoland.revision.{push.tip}.{JOB}"
    answer = ask.get(f"{INDEX}/task/{namespace}/artifacts/public/build/target.txt")
    assert answer.status == 303
    expected = f"{ORIGIN}{QUEUE}/task/{task}/artifacts/public/build/target.txt"
    assert answer.header("Location") == expected


def test_status_and_definition(ask: Asker, push: Push, task: str) -> None:
    status = ask.get(f"{QUEUE}/task/{task}/status").json["status"]
    assert status["taskId"] == task
    assert status["state"] == "completed"
    assert [run["state"] for run in status["runs"]] == ["completed"]
    definition = ask.get(f"{QUEUE}/task/{task}").json
    treeherder = [route for route in definition["routes"] if route.startswith("tc-treeherder.")]
    assert treeherder == [f"tc-treeherder.v2.autoland.{push.tip}"]
    source = definition["metadata"]["source"]
    assert source.startswith(f"https://hg.mozilla.org/integration/autoland/file/{push.tip}")


def test_unknown_tasks(ask: Asker) -> None:
    for slug in ("A" * 22, "nonsense", "é"):
        answer = ask.get(f"{QUEUE}/task/{slug}/status")
        assert (answer.status, answer.json["code"]) == (404, "ResourceNotFound")
        assert answer.json["message"].startswith(f"`{slug}` does not correspond to a task that")


def test_retried_tasks_have_their_build_in_the_last_run() -> None:
    world = World(WorldSpec(days=3, retried_rate=1))
    ask = Asker(world)
    push = some_push(world)
    task = found(ask, f"gecko.v2.autoland.revision.{push.tip}.{JOB}")
    status = ask.get(f"{QUEUE}/task/{task}/status").json["status"]
    assert [(run["runId"], run["state"]) for run in status["runs"]] == [
        (0, "failed"),
        (1, "completed"),
    ]
    name = "public/build/target.tar.xz"
    assert ask.get(f"{QUEUE}/task/{task}/runs/0/artifacts/{name}").status == 404
    location = ask.get(f"{QUEUE}/task/{task}/artifacts/{name}").header("Location")
    assert location == f"{ORIGIN}/cdn/{task}/1/{name}"
    assert ask.get(f"{QUEUE}/task/{task}/runs/2/artifacts").status == 404


def test_times_of_runs_come_in_both_forms(world: World, ask: Asker) -> None:
    endings = set()
    for index in range(100):
        push = world.push(AUTOLAND, index)
        slug = found(ask, f"gecko.v2.autoland.revision.{push.tip}.{JOB}")
        runs = ask.get(f"{QUEUE}/task/{slug}/status").json["status"]["runs"]
        endings.add(re.sub(r".*\.\d{3}", "", runs[0]["resolved"]))
    assert endings == {"Z", "+00:00"}


def test_artifacts_are_listed_in_any_order_with_all_kinds(ask: Asker, task: str) -> None:
    artifacts = ask.get(f"{QUEUE}/task/{task}/artifacts").json["artifacts"]
    names = [each["name"] for each in artifacts]
    assert "public/build/target.tar.xz" in names
    assert names != sorted(names)
    kinds = {each["name"]: each["storageType"] for each in artifacts}
    assert kinds["public/cidata/sccache.log"] == "error"
    assert kinds["public/logs/live.log"] == "reference"
    assert kinds["public/build/target.tar.xz"] == "s3"


def test_artifact_lists_can_be_forced_into_pages(world: World, task: str, ask: Asker) -> None:
    paged = Asker(world, Manners(page_limit=7))
    target = f"{QUEUE}/task/{task}/runs/0/artifacts"
    names: list[str] = []
    query = ""
    while True:
        page = paged.get(target + query).json
        assert len(page["artifacts"]) <= 7
        names += [each["name"] for each in page["artifacts"]]
        if "continuationToken" not in page:
            break
        token = page["continuationToken"]
        assert json.loads(base64.urlsafe_b64decode(token))[:2] == [task, 0]
        query = f"?continuationToken={token}"
    assert names == [each["name"] for each in ask.get(target).json["artifacts"]]


@pytest.mark.parametrize("separator", ["/", "%2F"])
def test_an_artifact_is_somewhere_else(ask: Asker, task: str, separator: str) -> None:
    name = separator.join(("public", "build", "target.tar.xz"))
    answer = ask.get(f"{QUEUE}/task/{task}/artifacts/{name}")
    url = f"{ORIGIN}/cdn/{task}/0/public/build/target.tar.xz"
    assert answer.status == 303
    assert answer.header("Location") == url
    assert answer.header("x-taskcluster-artifact-storage-type") == "s3"
    assert answer.json == {"storageType": "s3", "url": url}


def test_the_cdn_tells_hashes_of_what_it_keeps(ask: Asker, task: str) -> None:
    answer = follow(ask, f"{QUEUE}/task/{task}/artifacts/public/build/target.tar.xz")
    md5 = base64.b64encode(hashlib.md5(answer.body, usedforsecurity=False).digest()).decode()
    assert re.fullmatch(
        rf"crc32c=[\w+/]{{6}}==, md5={re.escape(md5)}", answer.header("x-goog-hash") or ""
    )
    assert answer.header("x-goog-stored-content-length") == str(len(answer.body))
    assert answer.header("x-goog-stored-content-encoding") == "identity"
    part = follow(
        ask, f"{QUEUE}/task/{task}/artifacts/public/build/target.tar.xz", range="bytes=7-"
    )
    assert (part.status, part.body) == (206, answer.body[7:])


def test_texts_are_stored_with_gzip(ask: Asker, task: str, push: Push) -> None:
    target = f"{QUEUE}/task/{task}/artifacts/public/build/target.txt"
    plain = follow(ask, target)
    assert plain.text.endswith(f"https://hg.mozilla.org/integration/autoland/rev/{push.tip}\n")
    assert plain.header("x-goog-stored-content-encoding") == "gzip"
    packed = follow(ask, target, accept_encoding="gzip, deflate")
    assert packed.header("Content-Encoding") == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.header("x-goog-stored-content-length") == str(len(packed.body))


def test_target_json_names_the_source(ask: Asker, task: str, push: Push) -> None:
    value = follow(ask, f"{QUEUE}/task/{task}/artifacts/public/build/target.json").json
    assert value["moz_source_stamp"] == push.tip
    assert value["moz_source_repo"] == "https://hg.mozilla.org/integration/autoland"


def test_artifacts_one_cannot_have(ask: Asker, task: str) -> None:
    def get(name: str) -> Asked:
        return ask.get(f"{QUEUE}/task/{task}/artifacts/{name}")

    missing = get("public/build/target.dmg")
    assert (missing.status, missing.json["code"]) == (404, "ResourceNotFound")
    assert missing.json["message"].startswith(
        "Artifact not found\n\n---\n\n* method:     getLatest"
    )
    assert missing.json["requestInfo"]["params"]["0"] == "public/build/target.dmg"
    assert get("project/private.log").status == 403
    broken = get("public/cidata/sccache.log")
    assert broken.status == 424
    assert broken.json["reason"] == "file-missing-on-worker"
    assert ask.get(f"/cdn/{task}/0/public/build/nothing").status == 404


def test_builds_expire_after_a_year() -> None:
    world = World(WorldSpec(first=date(2025, 11, 18), days=6, now=date(2026, 11, 21)))
    ask = Asker(world)
    fresh = Asker(World(WorldSpec(first=date(2025, 11, 18), days=6)))
    codes = {}
    for push in world.pushes(AUTOLAND):
        namespace = f"gecko.v2.autoland.revision.{push.tip}.{JOB}"
        slug = found(fresh, namespace)
        indexed = ask.get(f"{INDEX}/task/{namespace}").status
        status = ask.get(f"{QUEUE}/task/{slug}/status").status
        name = "public/build/target.tar.xz"
        artifact = ask.get(f"{QUEUE}/task/{slug}/artifacts/{name}").status
        cdn = ask.get(f"/cdn/{slug}/0/{name}").status
        codes[(push.day, indexed, status, artifact, cdn)] = push
    assert {key[1:] for key in codes if key[0] < date(2025, 11, 20)} == {(404, 404, 404, 404)}
    assert {key[1:] for key in codes if key[0] == date(2025, 11, 21)} >= {(404, 404, 410, 404)}
    assert {key[1:] for key in codes if key[0] > date(2025, 11, 22)} == {(200, 200, 303, 200)}


def test_rates_are_visible_in_the_index() -> None:
    spec = WorldSpec(
        days=5,
        missing_rate=0.2,
        dontbuild_rate=0.2,
        failed_rate=0.2,
        shippable_absent_rate=0.3,
    )
    world = World(spec)
    ask = Asker(world)
    seen = set()
    for push in world.pushes(AUTOLAND):
        names = {
            BuildType.SHIPPABLE: f"gecko.v2.autoland.shippable.revision.{push.tip}.{JOB}",
            BuildType.OPT: f"gecko.v2.autoland.revision.{push.tip}.{JOB}",
        }
        built = {
            build_type: ask.get(f"{INDEX}/task/{name}").status == 200
            for build_type, name in names.items()
        }
        assert built == {each: world.made(push, each) for each in BuildType}
        seen.add(tuple(built.values()))
    assert seen == {(True, True), (True, False), (False, True), (False, False)}
