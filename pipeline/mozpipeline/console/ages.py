"""`mozpipeline ages`."""

import argparse
from pathlib import Path

from mozpipeline.console.main import add_definitions, add_home
from mozpipeline.console.query import add_engine
from mozpipeline.errors import PipelineError
from mozpipeline.home import Home

_FEWEST = 10
"""Bisections; fewer say little."""


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="what is written")
    add_home(parser)
    add_definitions(parser)
    add_engine(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from mozpipeline.ask import engines, named
    from mozpipeline.ask.catalog import read_catalog
    from mozpipeline.definitions.history import read_history
    from mozpipeline.report.ages import as_file, weights

    catalog = read_catalog(Home(options.data, options.store), read_history(options.definitions))
    with engines.opened(options.engine, catalog, options.today, options.master) as engine:
        spans = list(engine.ask(named.query("bisected_spans").sql).dicts())
    uses = sum(int(span["uses"]) for span in spans)
    if uses < _FEWEST:
        raise PipelineError(
            f"There are {uses} bisections with two bounds in the last twelve months.",
            f"From {_FEWEST} on their ages say something; load more pings first.",
        )
    text = as_file(weights(spans), f"Ages of changes, as of {options.today}: {uses} bisections")
    try:
        options.file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise PipelineError(
            f"{options.file} cannot be written: {error.strerror}.", "Give another place."
        ) from error
    print(f"{options.file}: use it with mozregression --prior {options.file}")
    return 0
