"""The report: what it says, what it keeps to itself, how it looks."""

import csv
import json
import re
from collections.abc import Sequence
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from browsers import needs_chromium, picture
from mozpipeline.ask import duck, named
from mozpipeline.ask.catalog import Catalog, read_catalog
from mozpipeline.definitions.history import History
from mozpipeline.home import Home
from mozpipeline.report import charts, export
from mozpipeline.report.boxes import Box, boxes
from mozpipeline.report.findings import Findings, demand_of, find
from mozpipeline.report.folding import OTHERS, folded
from mozpipeline.report.page import page
from mozpipeline.retention.archive import Archive
from mozpipeline.retention.demand import Demand
from mozpipeline.retention.plan import Estimate, compare, curve
from mozpipeline.retention.policies import usual
from stores import TODAY, filled, made_year

ROWS = st.lists(
    st.tuples(
        st.sampled_from("abcdefghijkl"),
        st.tuples(st.sampled_from(["x", "y"]), st.sampled_from(["1", "2", "3"])),
        st.integers(1, 3),
    ),
    max_size=60,
)


@given(ROWS, st.integers(1, 8), st.integers(0, 1))
def test_no_group_is_smaller_than_the_threshold(
    rows: list[tuple[str, tuple[str, str], int]], threshold: int, fixed: int
) -> None:
    groups = folded(rows, threshold, fixed)
    assert all(group.clients >= threshold for group in groups.groups)
    assert groups.uses + groups.left_out == sum(uses for _, _, uses in rows)
    for group in groups.groups:
        mine = {
            client
            for client, labels, _ in rows
            if labels[:fixed] == group.labels[:fixed]
            and (OTHERS in group.labels or labels == group.labels)
        }
        assert group.clients <= len(mine)


@given(ROWS)
def test_without_a_threshold_nothing_is_folded(
    rows: list[tuple[str, tuple[str, str], int]],
) -> None:
    groups = folded(rows, 1)
    assert {group.labels for group in groups.groups} == {labels for _, labels, _ in rows}
    assert groups.left_out == 0


def test_small_groups_cannot_be_told_from_the_difference() -> None:
    """One small group beside large ones would be others of one, so a large one joins it."""
    rows = [(f"{label}{n}", (label,), 1) for label, n in [*(("a", n) for n in range(20))]]
    rows += [(f"b{n}", ("b",), 1) for n in range(12)] + [("c", ("c",), 5)]
    groups = folded(rows, 10)
    assert [(group.labels, group.clients) for group in groups.groups] == [
        (("a",), 20),
        ((OTHERS,), 13),
    ]


def test_one_client_under_two_labels_is_one_client() -> None:
    rows = [(f"{n}", (label,), 1) for n in range(6) for label in ("a", "b")]
    groups = folded(rows, 10)
    assert groups.groups == ()
    assert groups.left_out == 12


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory, history: History) -> Catalog:
    home = Home(tmp_path_factory.mktemp("store"))
    made_year(home, history, 3000)
    filled(
        home,
        history,
        {
            "retention": [
                {
                    "day": date(2026, 11, 1),
                    "app": "firefox",
                    "build_type": "shippable",
                    "launched_push": {"0": 3, "60+": 1},
                    "missing_push": {"13": 2},
                }
            ]
            * 12
            + [
                {
                    "day": date(2026, 11, 1),
                    "app": "fenix",
                    "build_type": "opt",
                    "missing_push": {"1": 1},
                }
            ],
            "outcomes": [{"day": TODAY, "ping": "usage", "outcome": "stored", "records": 7}],
        },
    )
    return read_catalog(home, history)


@pytest.fixture(scope="module")
def found(catalog: Catalog) -> Findings:
    with duck.opened(catalog, TODAY) as engine:
        return find(engine, TODAY, Archive())


def test_boxes_are_those_of_the_named_query(catalog: Catalog) -> None:
    """Two ways to the same quartiles: SQL, and the numbers the page is made of."""
    with duck.opened(catalog, TODAY) as engine:
        asked = engine.ask(named.query("build_ages").sql).dicts()
        by_client = engine.ask(named.query("build_ages_by_client").sql).dicts()
    assert len(asked) > 4
    for row in asked:
        del row["oldest"]
    made = boxes(demand_of(by_client), threshold=1)
    assert [{name: getattr(box, name) for name in Box.__slots__} for box in made] == asked


def test_what_is_told_adds_up(found: Findings) -> None:
    for groups in (found.by_month, found.by_app, found.by_system, found.by_python):
        assert groups.uses + groups.left_out == found.uses
    assert found.choice in found.policies
    assert [row["app"] for row in found.wanted] == ["firefox"] * 3


def test_few_clients_are_not_told_at_all(home: Home, history: History) -> None:
    case = {
        "usage": [
            {"day": TODAY, "client": f"client-{n}", "app": "rarity", "build_type": "secret",
             "variant": "gui", "bad_date": TODAY, "linux_distro": "tinyos"}
            for n in range(9)
        ]
    }  # fmt: skip
    filled(home, history, case)
    with duck.opened(read_catalog(home, history), TODAY) as engine:
        few = find(engine, TODAY, Archive())
    text = page(few) + json.dumps(export.tables(few), default=str)
    for word in ("rarity", "secret", "tinyos", "client-"):
        assert word not in text
    assert few.by_app.left_out == 9


class Links(HTMLParser):
    """Everything a page would fetch, and whether its tags are balanced."""

    VOID = frozenset({"meta", "link", "br", "img", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        self.fetched += [
            value or ""
            for name, value in attrs
            if name in ("src", "href", "srcset", "data") and not (value or "").startswith("#")
        ]

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Nothing is inside."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_needs_nothing_else(found: Findings) -> None:
    text = page(found)
    links = Links()
    links.feed(text)
    assert links.open == []
    assert links.fetched == []
    assert "url(" not in text
    assert "<script" not in text


def test_every_query_is_shown_with_its_rows(found: Findings) -> None:
    text = page(found)
    assert len(found.questions) == 4
    for question in found.questions:
        assert f"{question.title}: {question.rows:,} rows" in text
    assert "FROM `moz-fx-data-shared-prod`.org_mozilla_mozregression.usage" in text


def test_no_client_is_named(found: Findings, catalog: Catalog) -> None:
    text = page(found)
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", text)


def test_texts_are_no_markup(home: Home, history: History) -> None:
    case = {
        "usage": [
            {"day": TODAY, "client": str(n), "app": "<script>alert(1)</script>", "variant": "<b>",
             "build_type": "\"&'", "bad_date": TODAY}
            for n in range(10)
        ]
    }  # fmt: skip
    filled(home, history, case)
    with duck.opened(read_catalog(home, history), TODAY) as engine:
        text = page(find(engine, TODAY, Archive()))
    assert "&lt;script&gt;" in text
    assert "<script" not in text
    assert "<b>\n" not in text.replace("<b>1", "")


def test_an_empty_store_has_a_report(home: Home, history: History) -> None:
    with duck.opened(read_catalog(home, history), TODAY) as engine:
        nothing = find(engine, TODAY, Archive(), budget=10)
    assert "Too few installations" in page(nothing)
    assert export.tables(nothing)["uses_by_month"] == []


DEMANDS = [Demand(str(n), "firefox", "opt", n % 30, 1 + n % 3) for n in range(50)]


@pytest.mark.parametrize(
    "picture",
    [
        charts.box_plot(boxes(DEMANDS, 1)),
        charts.box_plot([]),
        charts.stacked(["a", "b<"], {"x&": [1, 2], "y": [0, 3]}, "title <"),
        charts.stacked([], {}, "nothing"),
        charts.bars([("a<b", 3), ("c", 0)], "bars"),
        charts.bars([], "nothing"),
        charts.curves({"all": curve(Archive(), DEMANDS)}, "curves", "months"),
        charts.curves({}, "nothing", "months"),
        charts.policies(compare(Archive(), usual(), DEMANDS), None, "width", "t", shares=False),
        charts.policies([], None, "failed", "nothing", shares=True),
    ],
)
def test_pictures_are_well_formed_and_inside_their_frame(picture: str) -> None:
    root = ET.fromstring(picture)  # noqa: S314 - made by us
    assert root.get("aria-label")
    _, _, width, height = map(float, (root.get("viewBox") or "").split())
    for element in root.iter():
        for name in ("x", "x1", "x2", "cx"):
            assert -1 <= float(element.get(name, 0)) <= width + 1
        for name in ("y", "y1", "y2", "cy"):
            assert -1 <= float(element.get(name, 0)) <= height + 1


def test_a_picture_says_the_numbers_it_draws() -> None:
    root = ET.fromstring(charts.curves({"all": [(1, Estimate(0.5, 0.4, 0.6))]}, "t", "m"))  # noqa: S314
    (line,) = root.iter("polyline")
    (band,) = root.iter("polygon")
    y = float((line.get("points") or "").split(",")[1])
    ys = [float(point.split(",")[1]) for point in (band.get("points") or "").split()]
    assert min(ys) < y < max(ys)


# Files for programs


def test_tables_are_the_same_in_every_form(found: Findings, tmp_path: Path) -> None:
    every = export.tables(found)
    export.write_csv(every, tmp_path / "csv")
    export.write_json(every, tmp_path / "report.json")
    export.write_parquet(every, tmp_path / "parquet")
    written = json.loads((tmp_path / "report.json").read_text())
    assert written.keys() == every.keys()
    for name, rows in every.items():
        assert rows
        with (tmp_path / "csv" / f"{name}.csv").open(newline="") as file:
            assert len(list(csv.DictReader(file))) == len(rows) == len(written[name])
        assert pq.read_table(tmp_path / "parquet" / f"{name}.parquet").num_rows == len(rows)


# In a browser

BLUE, ORANGE, GREEN = (0, 114, 178), (230, 159, 0), (0, 158, 115)


def count(image: Image.Image, colour: tuple[int, int, int]) -> int:
    return sum(number for number, found in image.getcolors(2**24) or () if found == colour)


@needs_chromium
def test_the_page_is_drawn(found: Findings, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(page(found), encoding="utf-8")
    image = picture(file, tmp_path, 4600)
    ages = image.crop((0, 380, 900, 780))
    assert count(ages, BLUE) > 5000  # the boxes
    assert count(ages, ORANGE) == 0
    rest = image.crop((0, 780, 900, 4600))
    for colour in (BLUE, ORANGE, GREEN):
        assert count(rest, colour) > 500
    assert count(image.crop((0, 0, 900, 100)), (29, 39, 51)) > 300  # the title's ink
