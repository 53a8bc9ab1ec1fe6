import json
import re
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from mozregression.model.apps import AUTOLAND, CENTRAL
from mozregression.model.builds import Push
from mozregression.sandbox import Manners, World
from tests.sandbox.helpers import Asker

PUSHLOG = "/integration/autoland/json-pushes"


@pytest.fixture(scope="module")
def pushes(world: World) -> list[Push]:
    return list(world.pushes(AUTOLAND))


def ids(ask: Asker, query: str, path: str = PUSHLOG) -> list[int]:
    answer = ask.get(f"{path}?version=2&{query}")
    assert answer.status == 200, answer.text
    return sorted(int(key) for key in answer.json["pushes"])


def numbers(pushes: list[Push]) -> list[int]:
    return [push.id for push in pushes]


def test_both_versions_tell_the_same(ask: Asker, pushes: list[Push]) -> None:
    push = pushes[100]
    query = f"startID={push.id - 1}&endID={push.id}"
    entry = {
        "changesets": list(push.changesets),
        "date": push.time,
        "git_changesets": [ask.world.git(ask.world.numbers[each]) for each in push.changesets],
    }
    first = ask.get(f"{PUSHLOG}?{query}")
    assert {k: v for k, v in first.json[str(push.id)].items() if k != "user"} == entry
    assert re.fullmatch(r"[\w.]+@[\w.]+", first.json[str(push.id)]["user"])
    assert "\n" not in first.text
    second = ask.get(f"{PUSHLOG}?version=2&{query}").json
    assert second == {"lastpushid": pushes[-1].id, "pushes": first.json}


@pytest.mark.parametrize("version", ["1", "2"])
def test_keys_are_sorted_as_text(ask: Asker, version: str) -> None:
    answer = ask.get(f"{PUSHLOG}?version={version}&startID=9990&endID=10010").json
    keys = list(answer["pushes"] if version == "2" else answer)
    assert keys == sorted(keys)
    assert keys[0] == "10000"
    assert keys[-1] == "9999"


def test_bounds_by_id_exclude_the_lower_and_include_the_upper(
    ask: Asker, pushes: list[Push]
) -> None:
    query = f"startID={pushes[10].id}&endID={pushes[14].id}"
    assert ids(ask, query) == numbers(pushes[11:15])


def test_bounds_by_changeset_exclude_the_lower_push_and_include_the_upper(
    ask: Asker, pushes: list[Push]
) -> None:
    query = f"fromchange={pushes[10].changesets[0]}&tochange={pushes[14].changesets[0]}"
    assert ids(ask, query) == numbers(pushes[11:15])


def test_bounds_by_date_exclude_both(ask: Asker, pushes: list[Push]) -> None:
    in_order = sorted(pushes, key=lambda push: push.time)
    low, high = in_order[10], in_order[14]
    query = f"startdate={low.moment:%Y-%m-%d+%H:%M:%S}&enddate={high.moment:%Y-%m-%d%%20%H:%M:%S}"
    assert ids(ask, query) == sorted(numbers(in_order[11:14]))


def test_a_date_alone_is_its_midnight(ask: Asker, pushes: list[Push]) -> None:
    day = pushes[200].day
    expected = [push.id for push in pushes if push.day == day]
    assert ids(ask, f"startdate={day}&enddate={day + timedelta(days=1)}") == expected


def test_a_build_id_leads_to_its_push(ask: Asker, world: World) -> None:
    nightly = world.nightlies[7]
    low, high = (nightly.moment + timedelta(seconds=each) for each in (-1, 1))
    query = f"startdate={low:%Y-%m-%d+%H:%M:%S}&enddate={high:%Y-%m-%d+%H:%M:%S}"
    assert ids(ask, query, "/mozilla-central/json-pushes") == [world.source(nightly).id]


def test_epoch_numbers_are_not_dates(ask: Asker, pushes: list[Push]) -> None:
    answer = ask.get(f"{PUSHLOG}?startdate={pushes[0].time}")
    assert (answer.status, answer.text) == (200, "{}")
    answer = ask.get(f"{PUSHLOG}?version=2&startdate={pushes[0].time}")
    assert answer.json == {"lastpushid": pushes[-1].id, "pushes": {}}


def test_dates_come_before_changesets_and_those_before_ids(ask: Asker, pushes: list[Push]) -> None:
    dated, named, counted = pushes[-30], pushes[-20], pushes[-10]
    lower = [f"startID={counted.id}", f"fromchange={named.tip}"]
    assert ids(ask, "&".join(lower)) == numbers(pushes[-19:])
    lower.append(f"startdate={dated.moment:%Y-%m-%d+%H:%M:%S}")
    newer = [push.id for push in pushes if push.time > dated.time]
    assert ids(ask, "&".join(lower)) == newer
    upper = f"startID={pushes[0].id}&endID={pushes[9].id}&tochange={pushes[5].tip}"
    assert ids(ask, upper) == numbers(pushes[1:6])


def test_without_a_lower_bound_the_last_ten_come_and_the_upper_is_ignored(
    ask: Asker, pushes: list[Push]
) -> None:
    assert ids(ask, "") == numbers(pushes[-10:])
    assert ids(ask, f"endID={pushes[5].id}") == numbers(pushes[-10:])
    assert ids(ask, "", f"{PUSHLOG}/2") == numbers(pushes[-20:-10])


def test_changesets_can_be_asked_for_by_any_name(ask: Asker, pushes: list[Push]) -> None:
    one, other = pushes[30], pushes[60]
    assert ids(ask, f"changeset={one.tip}") == [one.id]
    assert ids(ask, f"changeset={one.changesets[0][:12]}") == [one.id]
    assert ids(ask, f"changeset={one.tip}&changeset={other.tip}") == [one.id, other.id]
    assert ids(ask, "changeset=tip") == [pushes[-1].id]
    both = f"changeset={one.tip}&changeset={other.tip}&tochange={pushes[40].tip}"
    assert ids(ask, both) == [one.id]


def test_tags_name_changesets_of_central(ask: Asker, world: World) -> None:
    tags = ask.get("/mozilla-central/json-tags").json
    assert tags["node"] == world.nodes[world.history.central.head]
    assert all(re.fullmatch(r"FIREFOX_NIGHTLY_\d+_END", each["tag"]) for each in tags["tags"])
    newest = tags["tags"][0]
    assert newest["date"][0] == max(each["date"][0] for each in tags["tags"])
    found = ask.get(f"/mozilla-central/json-pushes?changeset={newest['tag']}").json
    ((_, push),) = found.items()
    assert newest["node"] == push["changesets"][-1]
    assert ask.get(f"{PUSHLOG}?changeset={newest['tag']}").status == 404


def test_users_can_be_asked_for(ask: Asker, world: World) -> None:
    every = ask.get(f"{PUSHLOG}?startID=0").json
    wanted = {entry["user"] for entry in list(every.values())[:2]}
    found = ask.get(f"{PUSHLOG}?" + "&".join(f"user={user}" for user in wanted)).json
    assert found == {key: entry for key, entry in every.items() if entry["user"] in wanted}


def test_tips_only(ask: Asker, pushes: list[Push]) -> None:
    push = next(push for push in pushes if len(push.changesets) > 2)
    answer = ask.get(f"{PUSHLOG}?tipsonly=1&changeset={push.tip}").json
    assert answer[str(push.id)]["changesets"] == [push.tip]


def test_full_changesets_are_objects(ask: Asker, world: World) -> None:
    merge = next(
        push
        for push in world.pushes(CENTRAL)
        if len(world.history.parents[number(world, push)]) > 1
    )
    answer = ask.get(f"/mozilla-central/json-pushes?full=1&changeset={merge.tip}")
    last = answer.json[str(merge.id)]["changesets"][-1]
    assert last["node"] == merge.tip
    assert len(last["parents"]) == 2
    assert last["desc"].startswith("Merge ")
    assert set(last) == {
        "author",
        "branch",
        "desc",
        "files",
        "git_node",
        "git_parents",
        "node",
        "parents",
        "tags",
    }
    assert "<" not in answer.text
    assert "\\u003c" in answer.text


def number(world: World, push: Push) -> int:
    return world.numbers[push.tip]


@pytest.mark.parametrize("name", ["changeset", "fromchange", "tochange"])
def test_an_unknown_revision_is_told_in_hgwebs_own_form(ask: Asker, name: str) -> None:
    answer = ask.get(
        f"{PUSHLOG}?startID=0&{name}=foo" if name == "tochange" else f"{PUSHLOG}?{name}=foo"
    )
    assert answer.status == 404
    assert answer.text == '{\n"error": "unknown revision \'foo\'"\n}'
    assert json.loads(answer.text)


def test_a_branch_does_not_know_what_only_another_has(ask: Asker, world: World) -> None:
    newest = world.nodes[world.history.autoland.head]
    assert world.push_with(CENTRAL, newest) is None
    assert ask.get(f"/mozilla-central/json-pushes?changeset={newest}").status == 404
    assert ask.get(f"/mozilla-central/json-rev/{newest}").status == 404


def test_a_changeset_that_was_never_pushed_is_the_beginning(
    ask: Asker, world: World, pushes: list[Push]
) -> None:
    root = world.nodes[0]
    assert ids(ask, f"fromchange={root}&tochange={pushes[2].tip}") == numbers(pushes[:3])
    assert ask.get(f"{PUSHLOG}?startID=0&tochange={root}").status == 500


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("version=3", 500, "version parameter must be 1 or 2"),
        ("version=x", 500, "version parameter must be an integer"),
        ("branch=nope", 404, "unknown branch 'nope'"),
    ],
)
def test_bad_parameters(ask: Asker, query: str, status: int, message: str) -> None:
    answer = ask.get(f"{PUSHLOG}?{query}")
    assert (answer.status, answer.json) == (status, {"error": message})


def test_unknown_parameters_are_ignored(ask: Asker, pushes: list[Push]) -> None:
    assert ids(ask, "colour=blue") == numbers(pushes[-10:])


def test_an_unknown_repository_is_a_page(ask: Asker) -> None:
    answer = ask.get("/releases/no-such-repo/json-pushes")
    assert answer.status == 404
    assert "text/html" in (answer.header("Content-Type") or "")


@pytest.mark.parametrize(
    "agent", ["", "python-requests/2.32.3", "curl/8.5.0", "Python-urllib/3.11"]
)
def test_generic_agents_are_refused(ask: Asker, agent: str) -> None:
    answer = ask.get(PUSHLOG, **{"user-agent": agent})
    assert answer.status == 406
    assert not answer.text.startswith("{")


def test_hg_may_redirect_to_its_edge(world: World, ask: Asker) -> None:
    redirecting = Asker(world, Manners(hg_redirect=True))
    answer = redirecting.get(f"{PUSHLOG}?startID=5&endID=6")
    assert (answer.status, answer.body) == (302, b"")
    location = answer.header("Location") or ""
    assert location.endswith(f"/hg-edge{PUSHLOG}?startID=5&endID=6")
    followed = redirecting.get(location.removeprefix("http://sandbox.test"))
    assert followed.body == ask.get(f"{PUSHLOG}?startID=5&endID=6").body


def test_one_revision(ask: Asker, world: World, pushes: list[Push]) -> None:
    push = pushes[50]
    value: dict[str, Any] = ask.get(f"/integration/autoland/json-rev/{push.tip[:12]}").json
    assert value["node"] == push.tip
    assert value["pushid"] == push.id
    assert value["pushdate"] == [push.time, 0]
    assert value["git_commit"] == world.git(number(world, push))
    assert value["date"][1] in {-10_800, 0, 18_000, -19_800}
    before = pushes[49].tip if len(push.changesets) == 1 else push.changesets[-2]
    assert value["parents"] == [before]
    assert push.tip in ask.get(f"/integration/autoland/json-rev/{before}").json["children"]
    assert value["phase"] == "public"


def test_central_pushes_carry_their_own_dates_and_users(ask: Asker, world: World) -> None:
    push = next(push for push in world.pushes(CENTRAL) if len(push.changesets) > 5)
    value = ask.get(f"/mozilla-central/json-rev/{push.changesets[0]}").json
    assert value["pushid"] == push.id
    assert value["pushuser"].startswith("sheriff.")
    assert value["date"][0] <= value["pushdate"][0]


def test_pages_for_people(ask: Asker, pushes: list[Push]) -> None:
    query = f"fromchange={pushes[3].tip}&tochange={pushes[4].tip}"
    page = ask.get(f"/integration/autoland/pushloghtml?{query}")
    assert page.status == 200
    assert pushes[4].tip[:12] in page.text
    assert ask.get(f"/integration/autoland/rev/{pushes[3].tip}").status == 200


def test_dates_are_utc(ask: Asker, pushes: list[Push]) -> None:
    push = pushes[77]
    moment = datetime.fromtimestamp(push.time, timezone.utc)
    around = [moment - timedelta(seconds=1), moment + timedelta(seconds=1)]
    start, end = (f"{each:%Y-%m-%d+%H:%M:%S}" for each in around)
    assert ids(ask, f"startdate={start}&enddate={end}") == [push.id]
