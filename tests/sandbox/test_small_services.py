import gzip
import json
from datetime import date

import pytest

from mozregression.model.apps import AUTOLAND
from mozregression.sandbox import World, WorldSpec
from tests.sandbox.helpers import Asker

SUBMIT = "/submit/org-mozilla-mozregression/usage/1/df942b18-a4d9-4a77-8a72-aa3d94dff4fe"


def test_lando_maps_both_ways(ask: Asker, world: World) -> None:
    node = world.push(AUTOLAND, 30).tip
    pair = {"git_hash": world.git(world.numbers[node]), "hg_hash": node}
    assert ask.get(f"/api/hg2git/firefox/{node}").json == pair
    assert ask.get(f"/api/git2hg/firefox/{pair['git_hash']}").json == pair
    assert ask.get(f"/api/git2hg/firefox/{pair['git_hash'][:10]}").json == pair


def test_lando_knows_old_hashes_too() -> None:
    world = World(WorldSpec(first=date(2020, 1, 1), days=3))
    node = world.push(AUTOLAND, 3).tip
    assert Asker(world).get(f"/api/hg2git/firefox/{node}").json["hg_hash"] == node


@pytest.mark.parametrize("direction", ["git2hg", "hg2git"])
def test_lando_does_not_know_everything(ask: Asker, direction: str) -> None:
    answer = ask.get(f"/api/{direction}/firefox/{'0' * 40}")
    assert answer.status == 404
    assert answer.json["error"] == "No commits found"
    assert "0" * 40 in answer.json["detail"]


@pytest.mark.parametrize(
    "path",
    ["hg2git/firefox/abcdef1", "git2hg/firefox/ABCDEF1", "git2hg/firefox-main/abcdef1"],
)
def test_lando_has_pages_for_paths_that_do_not_fit(ask: Asker, path: str) -> None:
    answer = ask.get(f"/api/{path}")
    assert answer.status == 404
    assert "text/html" in (answer.header("Content-Type") or "")


def test_a_short_git_hash_may_be_ambiguous(world: World) -> None:
    ask = Asker(world)
    first, second = list(ask.world.git_numbers)[:2]
    numbers = dict(ask.world.git_numbers)
    numbers[first[:7] + second[7:]] = 1
    twin = World(world.spec)
    twin.__dict__["git_numbers"] = numbers
    answer = Asker(twin).get(f"/api/git2hg/firefox/{first[:7]}")
    assert (answer.status, answer.json["error"]) == (400, "Multiple commits found")


def test_product_details() -> None:
    ask = Asker(World(WorldSpec(first=date(2025, 3, 1), days=20)))
    versions = ask.get("/1.0/firefox_versions.json").json
    assert versions["LAST_MERGE_DATE"] <= "2025-03-20" < versions["NEXT_MERGE_DATE"]
    assert versions["FIREFOX_NIGHTLY"] == "139.0a1"
    assert versions["LATEST_FIREFOX_VERSION"] == "136.0"
    majors = ask.get("/1.0/firefox_history_major_releases.json").json
    assert majors["135.0"] == "2025-02-04"
    assert majors["136.0"] == "2025-03-04"
    assert list(majors.values()) == sorted(majors.values())
    releases = ask.get("/1.0/firefox.json").json["releases"]
    assert releases["firefox-136.0"]["category"] == "major"
    stability = ask.get("/1.0/firefox_history_stability_releases.json").json
    assert "136.0.1" in stability
    assert versions["FIREFOX_ESR"].removesuffix("esr") in stability
    assert "136.0b1" in ask.get("/1.0/firefox_history_development_releases.json").json
    assert ask.get("/1.0/nothing.json").status == 404


def test_the_newest_release_of_the_tool(ask: Asker) -> None:
    value = ask.get("/repos/mozilla/mozregression/releases/latest").json
    assert value["tag_name"] == value["name"]
    assert value["draft"] is False
    assert value["html_url"].endswith(value["tag_name"])
    assert ask.get("/repos/mozilla/other/releases/latest").status == 404


def test_pings_are_taken_and_remembered(world: World) -> None:
    ask = Asker(world)
    body = {"ping_info": {"seq": 0}, "client_info": {}}
    packed = gzip.compress(json.dumps(body).encode())
    headers = {"content-encoding": "gzip", "content-type": "application/json; charset=utf-8"}
    assert ask.post(SUBMIT, packed, **headers).status == 200
    assert ask.post(SUBMIT, json.dumps(body).encode()).status == 200
    first, second = ask.sandbox.pings
    assert (first.application, first.name) == ("org-mozilla-mozregression", "usage")
    assert first.document_id == second.document_id == SUBMIT.rpartition("/")[2]
    assert first.body == second.body == body
    assert first.headers["content-encoding"] == "gzip"


def test_what_is_no_ping_is_refused(world: World) -> None:
    ask = Asker(world)
    assert ask.post("/submit/app/usage/1/not-a-uuid", b"{}").status == 404
    assert ask.get(SUBMIT).status == 405
    assert ask.post(SUBMIT, b"not json").status == 400
    assert ask.post(SUBMIT, b"{}", **{"content-encoding": "gzip"}).status == 400
    assert ask.post(SUBMIT, b"[]").status == 400
    assert ask.sandbox.pings == []


def test_other_paths_are_not_found(ask: Asker) -> None:
    for path in ("/", "/favicon.ico", "/api/auth/v1/ping", "/public/x"):
        assert ask.get(path).status == 404
