"""`mozpipeline demo`."""

import argparse
from datetime import date, datetime, timezone
from pathlib import Path

from mozpipeline.errors import PipelineError
from mozpipeline.home import Home


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=Path("mozpipeline-demo"), metavar="FOLDER")
    parser.add_argument("--seed", type=int, default=1, help="of the people that are made up")
    parser.add_argument("--people", type=int, default=800)
    parser.add_argument("--uses", type=int, default=20_000)
    parser.add_argument(
        "--today", type=date.fromisoformat, default=datetime.now(timezone.utc).date()
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from mozpipeline.ask import engines, named
    from mozpipeline.ask.catalog import read_catalog
    from mozpipeline.definitions.history import read_history
    from mozpipeline.demo import year
    from mozpipeline.dictionary.site import write_site
    from mozpipeline.load.loader import loading
    from mozpipeline.report import export
    from mozpipeline.report.findings import find
    from mozpipeline.report.page import page
    from mozpipeline.retention.archive import Archive

    out: Path = options.out
    if not year.new_folder(out):
        raise PipelineError(
            f"{out} is not empty.", "Name another folder with --out, or remove this one."
        )
    home, history, clock = Home(out / "data"), read_history(None), year.Clock()
    requests = year.received(options.seed, options.today, options.people, options.uses)
    count = year.fill(home, requests)
    print(f"Made up     {count:,} pings of {options.people} people ({clock.lap():.1f} s)")
    with loading(home, history) as loader:
        outcomes = loader.run().outcomes
    told = ", ".join(f"{number:,} {name}" for name, number in sorted(outcomes.items()))
    print(f"Loaded      {told} ({clock.lap():.1f} s)")
    catalog = read_catalog(home, history)
    with engines.opened("duckdb", catalog, options.today) as engine:
        for query in named.all_queries():
            rows = len(engine.ask(query.sql).rows)
            print(f"Asked       {query.title}: {rows:,} rows ({clock.lap():.1f} s)")
        found = find(engine, options.today, Archive())
        write_site(out / "dictionary", history, engine)
    (out / "report.html").write_text(page(found), encoding="utf-8")
    export.write_json(export.tables(found), out / "report.json")
    print(f"Wrote       {out / 'report.html'}, {out / 'report.json'}")
    print(f"            {out / 'dictionary' / 'index.html'} ({clock.lap():.1f} s)")
    print(f"\nAsk more:   mozpipeline query --data {home.folder} --list")
    return 0
