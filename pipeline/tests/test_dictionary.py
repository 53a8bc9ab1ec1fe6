"""The dictionary: everything that is defined, in a browser too."""

import re
from pathlib import Path
from typing import Any

import pytest

from browsers import document, needs_chromium
from mozpipeline.ask import duck
from mozpipeline.ask.catalog import Catalog, read_catalog
from mozpipeline.definitions.history import History
from mozpipeline.definitions.model import Definitions, Released
from mozpipeline.dictionary.entries import entries, metric_entries
from mozpipeline.dictionary.site import write_site
from mozpipeline.home import Home
from stores import TODAY, made_year


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory, history: History) -> Catalog:
    home = Home(tmp_path_factory.mktemp("store"))
    made_year(home, history, 200)
    return read_catalog(home, history)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, history: History, catalog: Catalog) -> Path:
    folder = tmp_path_factory.mktemp("site")
    with duck.opened(catalog, TODAY) as engine:
        write_site(folder, history, engine)
    return folder


def test_everything_defined_has_a_page(site: Path, history: History) -> None:
    index = (site / "index.html").read_text()
    for ping in history.pings():
        assert ping.description in (site / f"ping-{ping.name}.html").read_text()
        for metric in history.metrics_of(ping.name):
            name = f"metric-{metric.identifier.replace('.', '-')}-{metric.type}.html"
            assert f'href="{name}"' in index
            text = (site / name).read_text()
            assert metric.column in text
            assert metric.emails[0] in text
            assert all(url in text for url in (*metric.bugs, *metric.reviews))


def test_links_lead_somewhere(site: Path) -> None:
    for page in site.glob("*.html"):
        for link in re.findall(r'(?:href|src)="([^"#]+)"', page.read_text()):
            assert link.startswith("https://") or (site / link).is_file(), (page.name, link)


def test_sample_queries_work(history: History, catalog: Catalog) -> None:
    with duck.opened(catalog, TODAY) as engine:
        for ping in entries(history):
            assert sum(row[1] for row in engine.ask(ping.sample).rows) >= 0
            for metric in ping.metrics:
                for _, sample in metric.samples:
                    assert len(engine.ask(sample).columns) == 2


def test_counts_are_those_of_the_table(site: Path) -> None:
    assert "<dd>200 pings</dd>" in (site / "ping-usage.html").read_text()
    assert "<dd>0 pings</dd>" in (site / "ping-retention.html").read_text()


def test_a_site_without_counts(tmp_path: Path, history: History) -> None:
    pages = write_site(tmp_path, history)
    assert not any("In twelve months" in page.read_text() for page in pages)


def test_when_metrics_came_and_went(history: History) -> None:
    (now,) = history.released
    gone = tuple(m for m in now.definitions.metrics if m.identifier != "usage.mac_version")
    later = Definitions(now.definitions.pings, gone)
    versions: list[Any] = [("7.0.0", now.definitions), ("7.1.0", later), ("7.2.0", later)]
    grown = History(tuple(Released(version, one) for version, one in versions))
    metrics = {entry.metric.identifier: entry for entry in metric_entries(entries(grown))}
    assert (metrics["usage.mac_version"].came, metrics["usage.mac_version"].went) == (
        "7.0.0",
        "7.1.0",
    )
    assert metrics["usage.app"].went == ""


@needs_chromium
def test_search_shows_what_has_every_word(site: Path, tmp_path: Path) -> None:
    shown = [
        name
        for hidden, name in re.findall(
            r'<li data-text="[^"]*"( hidden="")?><a href="[^"]*">([^<]*)',
            document(site / "index.html", tmp_path, "#labeled%20pushes%20launched"),
        )
        if not hidden
    ]
    assert shown == ["retention.launched_push"]


@needs_chromium
def test_queries_can_be_copied(site: Path, tmp_path: Path) -> None:
    """The button says so once the text is on the clipboard; a script clicks it and looks."""
    page = (site / "metric-usage-app-string.html").read_text()
    script = """<script>addEventListener("load", () => {
      const button = document.querySelector(".copy button");
      new MutationObserver(() => { document.title += " " + button.textContent; })
        .observe(button, {childList: true});
      button.click();
    });</script>"""
    clicked = site / "clicked.html"
    clicked.write_text(page.replace("</body>", f"{script}</body>"))
    try:
        title = document(clicked, tmp_path).partition("</title>")[0]
    finally:
        clicked.unlink()
    assert " Copied" in title
