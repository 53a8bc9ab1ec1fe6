"""Writes the site: a page for the app, one for each ping and metric. Works from a file, too."""

import shutil
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mozpipeline.ask.engines import Engine
from mozpipeline.definitions.history import History
from mozpipeline.dictionary.entries import (
    APP,
    PingEntry,
    count_query,
    entries,
    metric_entries,
)

HERE = Path(__file__).parent
ASSETS = ("style.css", "site.js")


def write_site(folder: Path, history: History, engine: Engine | None = None) -> list[Path]:
    """engine: to count with; without one the site has no counts. Returns the pages."""
    folder.mkdir(parents=True, exist_ok=True)
    pings = entries(history)
    metrics = metric_entries(pings)
    counts, filled = _counted(pings, engine) if engine else ({}, {})
    shared: dict[str, Any] = {"app": APP, "counts": counts, "filled": filled}
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    pages = {
        "index.html": environment.get_template("index.html").render(
            **shared,
            pings=pings,
            metrics=metrics,
            versions=[one.version for one in history.released],
            counted=bool(counts),
            count=lambda page: f", {counts[page]:,} pings" if page in counts else "",
        )
    }
    for entry in pings:
        pages[entry.page] = environment.get_template("ping.html").render(**shared, entry=entry)
    for metric in metrics:
        pages[metric.page] = environment.get_template("metric.html").render(**shared, entry=metric)
    for name in ASSETS:
        shutil.copyfile(HERE / name, folder / name)
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in pages]


def _counted(
    pings: tuple[PingEntry, ...], engine: Engine
) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    """Pings by page, of all pings that have a metric; and by ping and the metric's page."""
    counts: dict[str, int] = {}
    filled: dict[tuple[str, str], int] = {}
    for entry in pings:
        (row,) = engine.ask(count_query(entry)).rows
        counts[entry.page] = row[0]
        for metric, number in zip(entry.metrics, row[1:], strict=True):
            filled[entry.ping.name, metric.page] = number
            counts[metric.page] = counts.get(metric.page, 0) + number
    return counts, filled
