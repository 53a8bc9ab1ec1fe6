"""`mozpipeline report`."""

import argparse
from pathlib import Path

from mozpipeline.console.main import add_definitions, add_home
from mozpipeline.console.query import add_engine
from mozpipeline.console.retention import add_archive, archive_of
from mozpipeline.errors import PipelineError
from mozpipeline.home import Home


def declare(parser: argparse.ArgumentParser) -> None:
    add_home(parser)
    add_definitions(parser)
    add_engine(parser)
    add_archive(parser)
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="one page that needs nothing else"
    )
    parser.add_argument("--csv", type=Path, metavar="FOLDER", help="the tables, a file each")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the tables in one file")
    parser.add_argument("--parquet", type=Path, metavar="FOLDER", help="the tables, a file each")
    parser.add_argument(
        "--threshold",
        type=int,
        default=10,
        metavar="CLIENTS",
        help="groups of fewer are put together or left out (default: %(default)s)",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if not (options.html or options.csv or options.json or options.parquet):
        raise PipelineError(
            "There is nothing to write.",
            "Say where: --html FILE, --csv FOLDER, --json FILE or --parquet FOLDER.",
        )
    from mozpipeline.ask import engines
    from mozpipeline.ask.catalog import read_catalog
    from mozpipeline.definitions.history import read_history
    from mozpipeline.report import export
    from mozpipeline.report.findings import find
    from mozpipeline.report.page import page

    home = Home(options.data, options.store)
    catalog = read_catalog(home, read_history(options.definitions))
    with engines.opened(options.engine, catalog, options.today, options.master) as engine:
        found = find(engine, options.today, archive_of(options), options.budget, options.threshold)
    if options.html:
        options.html.write_text(page(found), encoding="utf-8")
    every = export.tables(found)
    if options.csv:
        export.write_csv(every, options.csv)
    if options.json:
        export.write_json(every, options.json)
    if options.parquet:
        export.write_parquet(every, options.parquet)
    return 0
