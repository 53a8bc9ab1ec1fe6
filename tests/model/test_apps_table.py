"""Reading the table of apps: what is wrong in it is told, all at once."""

import sys
from copy import deepcopy
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mozregression.model import apps
from mozregression.model.apps.reading import read_table, table_of
from mozregression.model.apps.rows import TableError
from mozregression.model.apps.shipped import shipped
from mozregression.model.apps.values import Era, Eras

if sys.version_info >= (3, 11):
    import tomllib as toml
else:
    import tomli as toml

TEXT = Path(apps.__file__).with_name("apps.toml").read_text(encoding="utf-8")
CONTENT: dict[str, Any] = toml.loads(TEXT)
SMALL = """
[[branch]]
name = "main"
path = "main"

[platform.linux-x86_64]

[files.desktop.linux-x86_64]
taskcluster = "linux64"
suffixes = [".zip"]
artifacts = ["target.zip"]

[kind.opt]
index = "gecko.{branch}.{tip}.{job}"
job = "{platform}-opt"

[app.tool]
product = "tool"
folder = "tool"
stem = "tool"
title = "Tool"
binary = "tool"
launch = "desktop"
files = "desktop"
platforms = ["linux-x86_64"]
branch = "main"
integration = "main"
first = 2020-01-01
build_types = { opt = ["opt"] }

[app.tool.nightlies]
folder = [{ until = 2021-01-01, is = "trunk" }, { is = "{branch}" }]
file = "{stem}-{version}.{platform}{suffix}"
types = { opt = "" }
"""


def problems(text: str) -> list[str]:
    with pytest.raises(TableError) as error:
        read_table(text)
    return error.value.problems


def test_the_shipped_table_is_read_once() -> None:
    assert shipped() is shipped()
    assert list(shipped().apps) == [
        "firefox",
        "firefox-l10n",
        "thunderbird",
        "thunderbird-l10n",
        "devedition",
        "fennec",
        "fenix",
        "focus",
        "gve",
        "jsshell",
    ]


def test_a_small_table() -> None:
    table = read_table(SMALL)
    assert table.apps["tool"].default_build_type == "opt"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('product = "tool"\n', "", "the file app tool, product: is missing"),
        ("product =", "produkt =", "produkt: is not known here; did you mean product?"),
        ('product = "tool"', "product = 7", "product: 7 is not a text"),
        ('branch = "main"', 'branch = "mian"', "branch: 'mian' is not known; did you mean main?"),
        ('["linux-x86_64"]', '["amiga"]', "'amiga' is not known; known: linux-x86_64"),
        ('["linux-x86_64"]', '"linux"', "platforms: 'linux' is not a list of texts"),
        ('{ opt = ["opt"] }', '{ opt = ["pgo"] }', "build_types, opt: 'pgo' is not known"),
        ('{ opt = ["opt"] }', "{}", "build_types: there has to be at least one"),
        ('types = { opt = "" }', 'types = { pgo = "" }', "'pgo' is no build type of this app"),
        ("{version}", "{versoin}", "cannot be filled in; did you mean version?"),
        ("{version}", "{version", "cannot be filled in: "),
        ("first = 2020-01-01", "first = 2020", "first: 2020 is not a day such as 2026-05-01"),
        ("until = 2021-01-01", "until = 7", "7 is neither a day nor a moment in UTC"),
        ("until = 2021-01-01", "until = 2021-01-01T00:00:00", "neither a day nor a moment in UTC"),
        ("until = 2021-01-01,", "", "eras go from old to new"),
        ('{ is = "{branch}" }', '{ until = 2020-01-01, is = "x" }', "eras go from old to new"),
        ('{ is = "{branch}" }', '{ was = "x" }', "era 2, was: is not known here"),
        ("[files.desktop.linux-x86_64]", "[files.desktop.amiga]", "amiga: is no platform"),
        ("[platform.linux-x86_64]", "[platform.linux]", "<system>-<architecture>"),
        ('path = "main"', 'path = "main{n}"', "either both have {n} or none has"),
        ("[app.tool.nightlies]", "[app.tool.archived]", "no row of [[unusable]] says why"),
        ("[[branch]]", "[branch]", "is not a list of tables"),
        ('files = "desktop"', 'files = "desktop"\narch = "arm"', "arch: 'arm' is not known"),
        ('"desktop"', '"fridge"', "launch: 'fridge' is not known; known: desktop, shell, android"),
        ('launch = "desktop"', 'launch = "android"', "belongs to apps with launch = 'android'"),
        (
            "[app.tool.nightlies]",
            "[app.tool.android]\n[app.tool.nightlies]",
            "activity: is missing",
        ),
        ('files = "desktop"', 'files = "phone"', "files: 'phone' is not known; known: desktop"),
    ],
)
def test_a_mistake_is_told_with_its_row(old: str, new: str, problem: str) -> None:
    assert old in SMALL
    assert any(problem in told for told in problems(SMALL.replace(old, new, 1)))


def test_all_mistakes_are_told_at_once() -> None:
    text = SMALL.replace('title = "Tool"\n', "").replace('"linux64"', "7").replace("{job}", "{jib}")
    assert len(problems(text)) == 3
    with pytest.raises(TableError, match=r"has 3 mistakes:\n  .*\n  .*\n  .*title: is missing"):
        read_table(text)


def test_text_that_is_no_table() -> None:
    assert problems("[app") == [problems("[app")[0]]
    assert problems("[app")[0].startswith("it is not TOML: ")
    assert "the file, app: is missing" in problems("")


def test_eras() -> None:
    border = datetime.fromisoformat("2016-01-29T00:30:13+00:00")
    eras = Eras((Era(border, "old"), Era(None, "new")))
    assert eras.at(date(2016, 1, 29)) == "old"
    assert eras.at(border.replace(second=12)) == "old"
    assert eras.at(border) == "new"
    assert eras.at(date(2016, 1, 30)) == "new"
    assert eras.values == ("old", "new")


# No row is left over


def test_every_platform_family_kind_and_release_is_used() -> None:
    rows = CONTENT["app"].values()
    used = {(row["files"], name) for row in rows for name in row["platforms"]}
    written = {(family, name) for family, files in CONTENT["files"].items() for name in files}
    assert used == written
    assert set(CONTENT["platform"]) == {name for _, name in used}
    kinds = {kind for row in rows for kinds in row["build_types"].values() for kind in kinds}
    assert kinds == set(CONTENT["kind"])
    assert {row["releases"] for row in rows if "releases" in row} == set(CONTENT["releases"])


def test_no_branch_hides_another() -> None:
    for row in shipped().branches:
        for pattern in (row.branch.name, row.branch.path, *row.aliases):
            found = apps.branch_named(pattern.replace("{n}", "45"))
            assert found is not None
            assert found.name == row.branch.name.replace("{n}", "45")


def test_every_spelling_means_one_architecture() -> None:
    for system in {platform.os for platform in shipped().spellings}:
        said = [
            spelling
            for platform, others in shipped().spellings.items()
            if platform.os == system
            for spelling in (platform.arch, *others)
        ]
        assert len(said) == len(set(said))


# Whatever is written in it


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in the table."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, each in inside:
        found.append((*path, key))
        if isinstance(each, dict | list):
            found += paths(each, (*path, key))
    return found


PATHS = paths(CONTENT)


def changed(path: tuple[Any, ...]) -> tuple[dict[str, Any], Any]:
    """A copy of the table, and the table or list in it that holds the place."""
    content = deepcopy(CONTENT)
    holder: Any = content
    for key in path[:-1]:
        holder = holder[key]
    return content, holder


@given(st.sampled_from(PATHS), st.sampled_from(["", "x", 7, None, [], {}, ["{"], [{}], date.min]))
def test_wrong_values_are_mistakes_or_harmless(path: tuple[Any, ...], value: Any) -> None:
    content, holder = changed(path)
    holder[path[-1]] = value
    try:
        table = table_of(content)
    except TableError as error:
        assert error.problems  # noqa: PT017 - most changes are mistakes, but not all
    else:
        assert table.apps


@given(st.sampled_from([path for path in PATHS if path[0] == "app" and len(path) == 3]))
def test_misspelt_keys_are_told(path: tuple[Any, ...]) -> None:
    content, holder = changed(path)
    holder[f"{path[-1]}x"] = holder.pop(path[-1])
    with pytest.raises(TableError) as error:
        table_of(content)
    assert any(f"did you mean {path[-1]}?" in told for told in error.value.problems)
