import hashlib
import re
from datetime import date
from itertools import pairwise

import pytest

from mozregression.model.apps import APPS, LINUX_X86_64, build_file, integration_file
from mozregression.sandbox import World, WorldSpec
from mozregression.sandbox.blobs import of
from mozregression.sandbox.listings import Folder, listing, size_text
from mozregression.sandbox.messages import Request
from mozregression.sandbox.world import Condition
from tests.sandbox.helpers import Asked, Asker, some_push

FIREFOX = APPS["firefox"]

PAGE = """\
<!DOCTYPE html>
<html>
\t<head>
\t\t<meta charset="UTF-8">
\t\t<title>Directory Listing: /pub/x/</title>
\t</head>
\t<body>
\t\t<h1>Index of /pub/x/</h1>
\t\t<table>
\t\t\t<tr>
\t\t\t\t<th>Type</th>
\t\t\t\t<th>Name</th>
\t\t\t\t<th>Size</th>
\t\t\t\t<th>Last Modified</th>
\t\t\t</tr>
\t\t\t
\t\t\t<tr>
\t\t\t\t<td>Dir</td>
\t\t\t\t<td><a href="/pub/">..</a></td>
\t\t\t\t<td></td>
\t\t\t\t<td></td>
\t\t\t</tr>
\t\t\t
\t\t\t
\t\t\t<tr>
\t\t\t\t<td>Dir</td>
\t\t\t\t<td><a href="/pub/x/a%3A+b/">a:&#43;b/</a></td>
\t\t\t\t<td></td>
\t\t\t\t<td></td>
\t\t\t</tr>
\t\t\t
\t\t\t
\t\t\t<tr>
\t\t\t\t<td>File</td>
\t\t\t\t<td><a href="/pub/x/Firefox%20Installer%2B.exe">Firefox Installer&#43;.exe</a></td>
\t\t\t\t<td>99</td>
\t\t\t\t<td>24-Jun-2025 11:32</td>
\t\t\t</tr>
\t\t\t
\t\t</table>
\t</body>
</html>
"""


def links(page: Asked) -> list[str]:
    return re.findall(r'<a href="([^"]*)">', page.text)


def test_a_listing_is_the_same_byte_for_byte() -> None:
    folder = Folder(("a:+b/",), {"Firefox Installer+.exe": lambda: of("x" * 99)}, 1750764720)
    page = Asked(listing("/pub/x/", folder, Request("GET", "/pub/x/")))
    assert page.text == PAGE
    assert page.header("Content-Type") == "text/html"
    assert page.header("Vary") == "Accept"
    assert page.header("Cache-Control") == "max-age=900"


def test_the_json_form_wants_exactly_its_accept_header(ask: Asker, world: World) -> None:
    path = world.nightlies[0].path
    value = ask.get(path, accept="application/json").json
    assert value["prefixes"] == ["mar-tools/"]
    assert list(value["files"][0]) == ["name", "last_modified", "size"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value["files"][0]["last_modified"])
    assert ask.get(path, accept="application/json, */*").text.startswith("<!DOCTYPE html>")


def test_sizes_are_cut_down_not_rounded() -> None:
    sizes = [0, 1023, 1024, 2047, (1 << 20) - 1, 1 << 20, (2 << 20) - 1]
    assert [size_text(size) for size in sizes] == ["0", "1023", "1K", "1K", "1023K", "1M", "1M"]


def test_a_month_has_all_folders_in_byte_order_with_decoys(ask: Asker, world: World) -> None:
    nightly = world.nightlies[5]
    month = nightly.path.rpartition("/")[0].rpartition("/")[0] + "/"
    found = links(ask.get(month))
    assert found[0] == month.rstrip("/").rpartition("/")[0] + "/"
    assert found[1:] == sorted(set(found[1:]))
    expected = [each.path for each in world.nightlies if each.path.startswith(month)]
    plain = [link for link in found if re.search(r"/[\d-]{19}-mozilla-central/$", link)]
    assert plain == expected
    for ending in ("-mozilla-central-l10n/", "-mozilla-central-debug/", "-oak/"):
        assert any(link.endswith(ending) for link in found)
    for link in found[1:]:
        assert ask.get(link).status == 200, link


def test_folders_above_lead_to_a_month(ask: Asker, world: World) -> None:
    path = world.nightlies[0].path
    folders = [path[: match.end()] for match in re.finditer("/", path)][1:]
    for parent, child in pairwise(folders):
        assert child in links(ask.get(parent))
        assert child in links(ask.get(parent.rstrip("/")))


@pytest.mark.parametrize(
    "path",
    [
        "/pub/firefox/nightly/1999/01/",
        "/pub/firefox/nightly/2026/13/",
        "/pub/firefox/nightly/2026/08/nothing/",
        "/pub/firefox/nightly/2026/08/file.txt",
        "/pub/firefox/integration/autoland/2026/02/31/",
        "/pub/firefox/integration/autoland/2026/x/",
        "/pub/firefox/integration/autoland/2026/08/01/" + "0" * 40 + "/",
        "/pub/thunderbird/",
    ],
)
def test_what_is_not_there_is_not_found(ask: Asker, path: str) -> None:
    page = ask.get(path)
    assert (page.status, page.text) == (404, "Not Found")


def test_a_nightly_has_one_build_for_linux_among_decoys(ask: Asker, world: World) -> None:
    nightly = world.nightlies[0]
    names = [link.rpartition("/")[2] for link in links(ask.get(nightly.path))]
    pattern = build_file(FIREFOX, LINUX_X86_64, nightly.day)
    builds = [name for name in names if pattern.fullmatch(name)]
    assert len(builds) == 1
    stem = builds[0].removesuffix(".tar.xz")
    for ending in (".tar.xz.asc", ".txt", "_info.txt", ".json", ".checksums", ".complete.mar"):
        assert stem + ending in names
    assert "Firefox%20Installer.en-US.exe" in names


def test_the_notes_of_a_nightly_name_its_source(ask: Asker, world: World) -> None:
    nightly = world.nightlies[0]
    tip = world.source(nightly).tip
    stem = f"{nightly.path}firefox-{world.version(nightly.day)}.en-US.linux-x86_64"
    expected = f"{nightly.stamp}\nhttps://hg.mozilla.org/mozilla-central/rev/{tip}\n"
    assert ask.get(f"{stem}.txt").text == expected
    assert ask.get(f"{stem}_info.txt").text == f"buildID={nightly.stamp}\n"
    value = ask.get(f"{stem}.json").json
    assert value["moz_source_stamp"] == tip
    assert value["moz_source_repo"] == "https://hg.mozilla.org/mozilla-central"
    assert value["buildid"] == nightly.stamp
    build = ask.get(f"{stem}.tar.xz")
    line = ask.get(f"{stem}.checksums").text.splitlines()[0]
    name = f"{stem}.tar.xz".rpartition("/")[2]
    assert line == f"{hashlib.sha512(build.body).hexdigest()} sha512 {len(build.body)} {name}"


def test_listed_sizes_are_those_of_the_files(ask: Asker, world: World) -> None:
    path = world.nightlies[0].path
    for file in ask.get(path, accept="application/json").json["files"]:
        assert len(ask.get(path + file["name"].replace(" ", "%20")).body) == file["size"]


def test_old_notes_have_one_line() -> None:
    world = World(WorldSpec(first=date(2010, 7, 1), days=3))
    nightly = world.nightlies[0]
    stem = f"{nightly.path}firefox-{world.version(nightly.day)}.en-US.linux-x86_64"
    source = world.source(nightly)
    text = Asker(world).get(f"{stem}.txt").text
    assert text == f"{source.moment:%Y%m%d%H%M%S} {source.tip[:12]}\n"
    assert Asker(world).get(f"{stem}.tar.bz2").status == 200


def test_notes_and_builds_may_be_missing() -> None:
    world = World(WorldSpec(days=20, no_txt_rate=0.5, missing_rate=0.5))
    asker = Asker(world)
    seen = set()
    for nightly in world.nightlies:
        page = asker.get(nightly.path).text
        seen.add((".en-US.linux-x86_64.txt<" in page, ".en-US.linux-x86_64.tar.xz<" in page))
        missing = world.condition(nightly) is Condition.MISSING
        assert missing != (".en-US.linux-x86_64.tar.xz<" in page)
        assert ".en-US.mac.dmg<" in page
    assert {(True, True), (False, True), (False, False)} <= seen


def test_translations_are_in_the_sibling_folder(ask: Asker, world: World) -> None:
    path = world.nightlies[0].path.replace("-central/", "-central-l10n/")
    page = ask.get(path).text
    assert ".de.linux-x86_64.tar.xz" in page
    assert ".en-US." not in page
    assert ".txt" not in page


def test_integration_builds_are_found_by_day_and_revision(ask: Asker, world: World) -> None:
    push = some_push(world)
    day = f"/pub/firefox/integration/autoland/{push.moment:%Y/%m/%d}/"
    assert f"{day}{push.tip}/" in links(ask.get(day))
    names = [link.rpartition("/")[2] for link in links(ask.get(f"{day}{push.tip}/"))]
    pattern = integration_file(FIREFOX, LINUX_X86_64)
    assert pattern is not None
    builds = [name for name in names if pattern.fullmatch(name)]
    assert [re.search(r"\.en-US\.(.*)", name)[1] for name in builds] == ["linux64.tar.xz"]  # type: ignore[index]
    note = ask.get(f"{day}{push.tip}/{builds[0].replace('.tar.xz', '.txt')}").text
    assert note.endswith(f"\nhttps://hg.mozilla.org/integration/autoland/rev/{push.tip}\n")
    assert not any(name.endswith(".checksums") for name in names)


def test_the_first_integration_builds_were_named_otherwise() -> None:
    world = World(WorldSpec(first=date(2025, 11, 18), days=5))
    push = next(push for push in world.pushes("autoland") if world.archived(push))
    assert push.day == date(2025, 11, 20)
    path = f"/pub/firefox/integration/autoland/{push.moment:%Y/%m/%d}/{push.tip}/"
    assert ".en-US.linux64-x86_64.tar.xz<" in Asker(world).get(path).text
    assert Asker(world).get("/pub/firefox/integration/autoland/2025/11/18/").status == 404


@pytest.fixture
def build(ask: Asker, world: World) -> str:
    nightly = world.nightlies[0]
    return f"{nightly.path}firefox-{world.version(nightly.day)}.en-US.linux-x86_64.tar.xz"


def test_parts_of_a_file_can_be_asked_for(ask: Asker, build: str) -> None:
    whole = ask.get(build)
    size = len(whole.body)
    assert whole.header("Accept-Ranges") == "bytes"
    for text, start, stop in (
        ("bytes=100-", 100, size),
        ("bytes=0-9", 0, 10),
        ("bytes=-5", size - 5, size),
        (f"bytes=10-{size * 2}", 10, size),
    ):
        part = ask.get(build, range=text)
        assert (part.status, part.body) == (206, whole.body[start:stop])
        assert part.header("Content-Range") == f"bytes {start}-{stop - 1}/{size}"
        assert part.header("ETag") == whole.header("ETag")


def test_a_range_beyond_the_end_is_refused(ask: Asker, build: str) -> None:
    size = len(ask.get(build).body)
    part = ask.get(build, range=f"bytes={size}-")
    assert (part.status, part.body) == (416, b"")
    assert part.header("Content-Range") == f"bytes */{size}"


def test_if_range_guards_against_another_file(ask: Asker, build: str) -> None:
    whole = ask.get(build)
    etag = whole.header("ETag") or ""
    assert ask.get(build, range="bytes=5-", if_range=etag).status == 206
    other = ask.get(build, range="bytes=5-", if_range='"another"')
    assert (other.status, other.body) == (200, whole.body)


@pytest.mark.parametrize("text", ["bytes=9-2", "bytes=0-1,5-6", "items=0-1", "bytes=x-"])
def test_ranges_that_make_no_sense_are_ignored(ask: Asker, build: str, text: str) -> None:
    assert ask.get(build, range=text).status == 200


def test_the_archive_gives_no_hashes_in_headers(ask: Asker, build: str) -> None:
    assert ask.get(build).header("x-goog-hash") is None
