"""`mozpipeline dictionary`."""

import argparse
from pathlib import Path

from mozpipeline.console.main import add_definitions, add_home
from mozpipeline.console.query import add_engine
from mozpipeline.home import Home


def declare(parser: argparse.ArgumentParser) -> None:
    add_home(parser)
    add_definitions(parser)
    add_engine(parser)
    parser.add_argument("--html", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--no-counts", action="store_true", help="do not look into the tables")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from mozpipeline.ask import engines
    from mozpipeline.ask.catalog import read_catalog
    from mozpipeline.definitions.history import read_history
    from mozpipeline.dictionary.site import write_site

    history = read_history(options.definitions)
    if options.no_counts:
        write_site(options.html, history)
        return 0
    catalog = read_catalog(Home(options.data, options.store), history)
    with engines.opened(options.engine, catalog, options.today, options.master) as engine:
        write_site(options.html, history, engine)
    return 0
