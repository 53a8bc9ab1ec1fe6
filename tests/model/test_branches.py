"""Which branches have builds of which app, and how long they are kept."""

from datetime import date

import pytest

from mozregression.model.apps import (
    APPS,
    App,
    archives_pushes,
    branch_named,
    branches_of,
    has_nightlies,
    pushes_kept_since,
    why_no_branch,
    why_not_bisected,
)
from mozregression.model.releases import is_release_branch, release_branch, release_tag

TODAY = date(2026, 5, 10)


@pytest.mark.parametrize("app", APPS.values(), ids=list(APPS))
def test_own_branches_come_first_and_have_builds(app: App) -> None:
    names = branches_of(app)
    assert names[0] == app.branch
    for name in names:
        assert why_no_branch(app, name.replace("{n}", "140")) is None
    own = branch_named(app.branch)
    assert own is not None
    for name in names:
        known = branch_named(name.replace("{n}", "140"))
        assert known is not None
        assert known.domain == own.domain


@pytest.mark.parametrize(
    ("app", "branch", "says"),
    [
        ("firefox", "mozilla-beta", None),
        ("firefox", "mozilla-esr140", None),
        ("firefox", "comm-beta", "no firefox builds of comm-beta"),
        ("firefox", "m-b", "no known branch 'm-b'"),  # names are canonical here
        ("thunderbird", "autoland", "comm-central, comm-beta, comm-release, comm-esr<number>"),
        ("thunderbird", "comm-esr128", None),
        ("devedition", "mozilla-central", "no devedition builds of mozilla-central"),
        ("fenix", "mozilla-release", "no fenix builds"),
        ("firefox-l10n", "mozilla-beta", "no firefox-l10n builds"),
    ],
)
def test_branches_without_builds_of_an_app(app: str, branch: str, says: str | None) -> None:
    why = why_no_branch(APPS[app], branch)
    assert (why is None) if says is None else (why is not None and says in why)


def test_pushes_to_try_are_no_line() -> None:
    assert why_no_branch(APPS["firefox"], "try") is None
    assert "do not build on each other" in (why_not_bisected(APPS["firefox"], "try") or "")
    assert why_not_bisected(APPS["firefox"], "autoland") is None


def test_branches_with_nightlies() -> None:
    firefox = APPS["firefox"]
    with_them = ["mozilla-central", "mozilla-aurora", "mozilla-esr45"]
    assert [has_nightlies(firefox, name) for name in (*with_them, "autoland", "mozilla-beta")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert not has_nightlies(APPS["gve"], "mozilla-central")


@pytest.mark.parametrize(
    ("app", "branch", "build_type", "since"),
    [
        ("firefox", "autoland", "opt", date(2025, 5, 9)),
        ("firefox", "autoland", "debug", date(2025, 5, 9)),
        ("gve", "autoland", "shippable", date(2025, 5, 9)),
    ],
)
def test_builds_of_pushes_are_kept_a_year(
    app: str, branch: str, build_type: str, since: date
) -> None:
    assert pushes_kept_since(APPS[app], branch, build_type, TODAY) == since


def test_the_archive_keeps_some_longer() -> None:
    later = date(2030, 1, 1)
    firefox = APPS["firefox"]
    for build_type in ("shippable", "opt"):
        assert archives_pushes(firefox, "autoland", build_type)
        assert pushes_kept_since(firefox, "autoland", build_type, later) == date(2025, 11, 1)
    assert not archives_pushes(firefox, "autoland", "debug")
    assert not archives_pushes(firefox, "mozilla-central", "opt")
    assert pushes_kept_since(firefox, "autoland", "debug", later) == date(2028, 12, 31)


@pytest.mark.parametrize(
    ("version", "branch", "tag"),
    [
        ("60", "mozilla-release", "FIREFOX_60_0_RELEASE"),
        ("60.0", "mozilla-release", "FIREFOX_60_0_RELEASE"),
        ("60.0.1", "mozilla-release", "FIREFOX_60_0_1_RELEASE"),
        ("63.0b4", "mozilla-beta", "FIREFOX_63_0b4_RELEASE"),
        ("65", "mozilla-beta", "FIREFOX_RELEASE_65_BASE"),
        ("65.0", "mozilla-beta", "FIREFOX_RELEASE_65_BASE"),
        ("128.4.0esr", "mozilla-esr128", "FIREFOX_128_4_0esr_RELEASE"),
        ("128.4.0", "mozilla-esr128", "FIREFOX_128_4_0esr_RELEASE"),
        ("esr128", "mozilla-esr128", "FIREFOX_128_0esr_RELEASE"),
        ("128", "mozilla-esr128", "FIREFOX_128_0esr_RELEASE"),
    ],
)
def test_tags_of_releases(version: str, branch: str, tag: str) -> None:
    assert is_release_branch(branch)
    assert release_tag(version, branch, "FIREFOX") == tag


@pytest.mark.parametrize(
    ("version", "branch"),
    [
        ("150.0b3", "mozilla-beta"),
        ("150", "mozilla-release"),
        ("150.0.1", "mozilla-release"),
        ("esr140", "mozilla-esr140"),
        ("140.3.0esr", "mozilla-esr140"),
    ],
)
def test_branches_that_versions_are_made_on(version: str, branch: str) -> None:
    assert release_branch(version) == branch
    assert release_branch(version, comm=True) == branch.replace("mozilla", "comm")
    assert is_release_branch(branch)


def test_other_branches_make_no_releases() -> None:
    for name in ("mozilla-central", "autoland", "comm-central", "try", "mozilla-esr{n}"):
        assert not is_release_branch(name)
