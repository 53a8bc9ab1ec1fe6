"""`mozpipeline COMMAND`."""

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from mozpipeline.errors import PipelineError

COMMANDS = {
    "serve": "receive pings over HTTP",
    "load": "bring received pings into the tables",
    "query": "ask the tables, in BigQuery's SQL",
    "report": "one page with what the pings tell",
    "ages": "how old changes are, for mozregression --prior FILE",
    "retention": "what keeping or deleting builds would cost and lose",
    "dictionary": "a site that explains every ping and metric",
    "demo": "a year of made-up pings, through everything above",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit status. 2: it was asked for something that cannot be."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser(given)
    options = parser.parse_args(given)
    try:
        status: int = options.run(options)
    except PipelineError as error:
        print(f"mozpipeline: {error.what}\n{error.advice}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of a pipe has seen enough
        return 0
    return status


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mozpipeline",
        description="Receives mozregression's usage pings, keeps them safely, answers questions.",
    )
    parser.add_argument("--version", action="version", version=_version(given))
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    wanted = next((word for word in given if word in COMMANDS), None)
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        if name == wanted:
            importlib.import_module(f"mozpipeline.console.{name}").declare(command)
    return parser


def _version(given: Sequence[str]) -> str:
    if "--version" not in given:
        return ""
    from importlib.metadata import version

    return f"mozpipeline {version('mozregression')}"


def add_home(parser: argparse.ArgumentParser) -> None:
    """The options that say where things are."""
    parser.add_argument(
        "--data",
        type=Path,
        default=Path("mozpipeline-data"),
        metavar="FOLDER",
        help="where journals, tables and rejects are kept (default: %(default)s)",
    )
    parser.add_argument(
        "--store",
        default="",
        metavar="PLACE",
        help="where the tables are, a folder or a URL such as s3://bucket/folder "
        "(default: tables, in the data folder)",
    )


def add_definitions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--definitions",
        type=Path,
        metavar="PLACE",
        help="earlier versions of metrics.yaml and pings.yaml: a folder with one folder per "
        "version, or a clone of the repository, whose tags are read",
    )
