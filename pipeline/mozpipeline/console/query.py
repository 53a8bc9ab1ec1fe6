"""`mozpipeline query`."""

import argparse
import csv
import json
import sys
from datetime import date, datetime, timezone
from typing import Any

from mozpipeline.console.main import add_definitions, add_home
from mozpipeline.errors import PipelineError
from mozpipeline.home import Home

FORMATS = ("table", "csv", "json")


def declare(parser: argparse.ArgumentParser) -> None:
    add_home(parser)
    add_definitions(parser)
    parser.add_argument("sql", nargs="?", metavar="SQL", help="BigQuery SQL; - reads it from stdin")
    parser.add_argument("--named", metavar="NAME", help="a query that has a name")
    parser.add_argument("--list", action="store_true", help="the queries that have names")
    parser.add_argument("--format", choices=FORMATS, default="table", help="default: table")
    parser.add_argument("--explain", action="store_true", help="show what the engine is asked")
    add_engine(parser)
    parser.set_defaults(run=run)


def add_engine(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb")
    parser.add_argument("--master", default="local[*]", help="of Spark (default: %(default)s)")
    parser.add_argument(
        "--today",
        type=date.fromisoformat,
        default=datetime.now(timezone.utc).date(),
        metavar="DATE",
        help="the day CURRENT_DATE() stands for (default: today, UTC)",
    )


def run(options: argparse.Namespace) -> int:
    from mozpipeline.ask import engines, named
    from mozpipeline.ask.catalog import read_catalog
    from mozpipeline.definitions.history import read_history

    if options.list:
        for one in named.all_queries():
            print(f"{one.name}\n    {one.title}. {one.description}")
        return 0
    sql = named.query(options.named).sql if options.named else _sql(options.sql)
    home = Home(options.data, options.store)
    catalog = read_catalog(home, read_history(options.definitions))
    if options.explain:
        print(engines.translated(sql, catalog, options.engine, options.today))
        return 0
    with engines.opened(options.engine, catalog, options.today, options.master) as engine:
        answer = engine.ask(sql)
    _show(answer.columns, [list(row) for row in answer.rows], options.format)
    return 0


def _sql(text: str | None) -> str:
    if text == "-":
        return sys.stdin.read()
    if not text:
        raise PipelineError(
            "There is no question.",
            "Give SQL in quotes, or --named NAME; --list shows the names.",
        )
    return text


def _show(columns: tuple[str, ...], rows: list[list[Any]], form: str) -> None:
    if form == "json":
        shown = [dict(zip(columns, row, strict=True)) for row in rows]
        print(json.dumps(shown, default=str, indent=1))
    elif form == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(columns)
        writer.writerows(rows)
    else:
        _print_table([list(columns), *([_cell(value) for value in row] for row in rows)])


def _cell(value: Any) -> str:
    return "" if value is None else str(value)


def _print_table(rows: list[list[str]]) -> None:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
