from collections.abc import Iterator
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from mozregression.model.apps import APPS, AUTOLAND, CENTRAL, LINUX_X86_64
from mozregression.model.builds import Build, Missing, MissingReason, Nightly, Push, Revision
from mozregression.model.facts import (
    BuildFound,
    BuildMissing,
    ChangesetLocated,
    LandingsDescribed,
    RetentionChecked,
    SourceIdentified,
)
from mozregression.model.steps import (
    CheckRetention,
    DescribeLandings,
    FindBuild,
    IdentifySource,
    LocateChangeset,
)
from mozregression.services.endpoints import Endpoints
from mozregression.services.errors import ServiceError
from mozregression.services.gateway import Services
from tests.services.faulty import FaultyServer, as_json, as_text
from tests.services.test_archive import INTEGRATION, NODE, PUSH, folder
from tests.services.test_listing import page
from tests.services.test_pushlog import PATH, changeset, node, pushes
from tests.services.test_taskcluster import INDEX, OPT, QUEUE, SHIPPABLE, indexed

FIREFOX = APPS["firefox"]

NAMESPACES = "/api/index/v1/namespaces/gecko.v2"
ARCHIVED = "firefox-152.0a1.en-US.linux64.tar.xz"
JSON_PUSHES = "/mozilla-central/json-pushes"


def services_at(server: FaultyServer, now: datetime, cache: Path) -> Services:
    return Services(
        Endpoints.at(server.root), FIREFOX, LINUX_X86_64, "shippable", now=now, cache=cache
    )


@pytest.fixture
def services(server: FaultyServer, tmp_path: Path) -> Iterator[Services]:
    """A month after PUSH."""
    services = services_at(server, datetime(2026, 6, 1, tzinfo=timezone.utc), tmp_path)
    yield services
    services.close()


@pytest.fixture
def late_services(server: FaultyServer, tmp_path: Path) -> Iterator[Services]:
    """Two years after PUSH."""
    services = services_at(server, datetime(2028, 6, 1, tzinfo=timezone.utc), tmp_path)
    yield services
    services.close()


def test_young_pushes_are_looked_for_in_the_index(services: Services, server: FaultyServer) -> None:
    server.on(INDEX + SHIPPABLE, indexed())
    fact = services.perform(FindBuild(PUSH))
    assert isinstance(fact, BuildFound)
    assert fact.build.task_id
    assert len(server.received) == 1


def test_old_pushes_are_looked_for_on_the_archive(
    late_services: Services, server: FaultyServer
) -> None:
    folder(server, INTEGRATION, **{ARCHIVED: "80M"})
    fact = late_services.perform(FindBuild(PUSH))
    assert isinstance(fact, BuildFound)
    assert fact.build.file_name == ARCHIVED
    assert len(server.received) == 1


def test_each_place_makes_up_for_the_other(
    services: Services, late_services: Services, server: FaultyServer
) -> None:
    server.on(INDEX + OPT, indexed())
    assert isinstance(late_services.perform(FindBuild(PUSH)), BuildFound)
    server.on(INDEX + OPT, as_text("gone", 404))
    folder(server, INTEGRATION, **{ARCHIVED: "80M"})
    assert isinstance(services.perform(FindBuild(PUSH)), BuildFound)


def test_a_missing_build_tells_all_that_was_tried(
    services: Services, late_services: Services, server: FaultyServer
) -> None:
    archive = server.root + INTEGRATION
    assert services.perform(FindBuild(PUSH)) == BuildMissing(
        Missing(PUSH.key, MissingReason.NOT_BUILT, (SHIPPABLE, OPT, archive))
    )
    assert late_services.perform(FindBuild(PUSH)) == BuildMissing(
        Missing(PUSH.key, MissingReason.EXPIRED, (archive, SHIPPABLE, OPT))
    )
    central = Push(CENTRAL, 7, PUSH.time, PUSH.changesets)
    fact = services.perform(FindBuild(central))
    assert isinstance(fact, BuildMissing)
    assert len(fact.missing.tried) == 2


def test_who_keeps_builds(services: Services, server: FaultyServer) -> None:
    server.on(f"{NAMESPACES}.autoland.pushdate.2026.05.01", as_json({"namespaces": [{}]}))
    for day in ("2026.05.02", "2025.05.02"):
        server.on(f"{NAMESPACES}.autoland.pushdate.{day}", as_json({"namespaces": []}))
    archived = "/pub/firefox/integration/autoland/2026/05/02/"
    server.on(archived, as_text(page([NODE], {}, archived)))

    def kept_by(day: date) -> str:
        fact = services.perform(CheckRetention(AUTOLAND, day))
        assert isinstance(fact, RetentionChecked)
        assert (fact.branch, fact.day) == (AUTOLAND, day)
        return fact.kept_by

    assert kept_by(date(2026, 5, 1)) == "taskcluster"
    assert kept_by(date(2026, 5, 2)) == "archive"
    assert kept_by(date(2025, 5, 2)) == ""


def test_archived_builds_are_kept_for_types_that_they_will_do_for(
    server: FaultyServer, tmp_path: Path
) -> None:
    archived = "/pub/firefox/integration/autoland/2026/05/02/"
    server.on(archived, as_text(page([NODE], {}, archived)))
    server.on(f"{NAMESPACES}.autoland.pushdate.2026.05.02", as_json({"namespaces": []}))
    now = datetime(2028, 6, 1, tzinfo=timezone.utc)
    for build_type, keeper in (("opt", "archive"), ("debug", "")):
        services = Services(
            Endpoints.at(server.root), FIREFOX, LINUX_X86_64, build_type, now=now, cache=tmp_path
        )
        fact = services.perform(CheckRetention(AUTOLAND, date(2026, 5, 2)))
        assert fact == RetentionChecked(AUTOLAND, date(2026, 5, 2), keeper)
        services.close()


def test_the_last_days_are_kept_for_certain(services: Services, server: FaultyServer) -> None:
    step = CheckRetention(AUTOLAND, date(2026, 5, 31))
    assert services.perform(step) == RetentionChecked(AUTOLAND, date(2026, 5, 31), "taskcluster")
    assert server.received == []


def nightly_build(server: FaultyServer, note: str) -> Build:
    nightly = Nightly(CENTRAL, "2010070405", "/pub/x/")
    url = server.on("/note", as_text(note))
    return Build(
        nightly.key, "firefox", "linux-x86_64", "shippable", server.root, "a", source_url=url
    )


def test_short_hashes_of_old_builds_are_completed(services: Services, server: FaultyServer) -> None:
    short = node(1_000_007)[-12:]
    whole = short + "0" * 28
    build = nightly_build(server, f"20100704051234 {short}\n")
    value: dict[str, Any] = {"lastpushid": 9, "pushes": pushes([7])}
    value["pushes"]["7"]["changesets"] = [node(3), whole, node(4)]
    server.on(JSON_PUSHES, as_json(value))
    fact = services.perform(IdentifySource(build))
    assert fact == SourceIdentified(build.candidate, Revision(CENTRAL, whole))


def test_a_source_nobody_knows(services: Services, server: FaultyServer) -> None:
    build = nightly_build(server, "20100704051234 0123456789ab\n")
    server.on(JSON_PUSHES, as_text("{}", 404))
    assert services.perform(IdentifySource(build)) == SourceIdentified(build.candidate, None)


def test_git_hashes_are_looked_up_for_the_ends_alone(
    services: Services, server: FaultyServer
) -> None:
    landed = [changeset(number, f"Bug {number}") for number in (1, 2, 3)]
    value = {"lastpushid": 9, "pushes": {"7": {"changesets": landed, "date": 1}}}
    server.on(PATH, as_json(value))
    git = "f" * 40
    server.on(f"/api/hg2git/firefox/{node(1)}", as_json({"git_hash": git, "hg_hash": node(1)}))
    fact = services.perform(DescribeLandings(AUTOLAND, 7, 7))
    assert isinstance(fact, LandingsDescribed)
    assert [landing.git for landing in fact.landings] == [git, None, None]
    assert [path for path in server.paths if "hg2git" in path] == [
        f"/api/hg2git/firefox/{node(1)}",
        f"/api/hg2git/firefox/{node(3)}",
    ]


def test_git_hashes_that_are_known_are_not_looked_up(
    services: Services, server: FaultyServer
) -> None:
    landed = [changeset(1, "Bug 1", "f" * 40)]
    value = {"lastpushid": 9, "pushes": {"7": {"changesets": landed, "date": 1}}}
    server.on(PATH, as_json(value))
    services.perform(DescribeLandings(AUTOLAND, 7, 7))
    assert server.paths == [PATH]


def test_git_hashes_are_not_looked_up_for_other_repositories(
    services: Services, server: FaultyServer
) -> None:
    value = {"lastpushid": 9, "pushes": {"7": {"changesets": [changeset(1, "Bug 1")], "date": 1}}}
    path = "/comm-central/json-pushes"
    server.on(path, as_json(value))
    services.perform(DescribeLandings("comm-central", 7, 7))
    assert server.paths == [path]


def test_artifacts_that_are_gone(services: Services, server: FaultyServer) -> None:
    server.on(INDEX + SHIPPABLE, indexed())
    fact = services.perform(FindBuild(PUSH))
    assert isinstance(fact, BuildFound)
    missing = services.renamed_artifact(fact.build)
    assert missing == Missing(PUSH.key, MissingReason.EXPIRED, (fact.build.url,))
    listed = [{"storageType": "s3", "name": "public/build/target.tar.bz2"}]
    server.on(QUEUE, as_json({"artifacts": listed}))
    renamed = services.renamed_artifact(fact.build)
    assert isinstance(renamed, Build)
    assert renamed.file_name == "target.tar.bz2"


def test_branches(services: Services, server: FaultyServer) -> None:
    fact = services.perform(LocateChangeset("m-c", NODE))
    assert fact == ChangesetLocated("m-c", NODE, None)
    assert server.paths == [JSON_PUSHES]
    with pytest.raises(ServiceError, match=r"no known branch 'elm'.*autoland"):
        services.perform(LocateChangeset("elm", NODE))


def test_translations_are_kept_as_nightlies_only(server: FaultyServer) -> None:
    services = Services(
        Endpoints.at(server.root), APPS["firefox-l10n"], LINUX_X86_64, "opt",
        now=datetime(2026, 6, 1, tzinfo=timezone.utc), lang="de",
    )  # fmt: skip
    day = date(2026, 5, 31)
    assert services.perform(CheckRetention(AUTOLAND, day)) == RetentionChecked(AUTOLAND, day, "")
    why = "No opt builds of firefox-l10n pushes are made for linux-x86_64."
    missing = services.perform(FindBuild(PUSH))
    assert missing == BuildMissing(Missing(PUSH.key, MissingReason.NOT_BUILT, (why,)))
    assert server.received == []
    services.close()
