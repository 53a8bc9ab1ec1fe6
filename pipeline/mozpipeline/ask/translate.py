"""From BigQuery's SQL to an engine's, with the same meaning. Pure.

sqlglot translates; what it gets wrong, or cannot know, is put right on the syntax tree first.
"""

from datetime import date

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from mozpipeline.ask.catalog import PROJECT, Catalog
from mozpipeline.errors import PipelineError
from mozpipeline.store.table import DAY

TIME = "submission_timestamp"
BOUNDARIES = {"YEAR": 1, "QUARTER": 4, "MONTH": 12}
"""Units that Spark counts whole and BigQuery by boundaries crossed, with how many a year has."""


def to_duckdb(sql: str, catalog: Catalog, today: date) -> str:
    """For the views that `duck` makes. Raises PipelineError."""
    tree = _prepared(sql, catalog, today)
    for table in _real_tables(tree):
        table.set("catalog", exp.to_identifier(PROJECT, quoted=True))
    _keep_dates(tree)
    return tree.sql(dialect="duckdb", pretty=True)


def to_spark(sql: str, catalog: Catalog, today: date) -> str:
    """For the views that `spark` makes. Raises PipelineError."""
    tree = _prepared(sql, catalog, today)
    for table in _real_tables(tree):
        table.set("this", exp.to_identifier(spark_name(table.db, table.name)))
        table.set("db", None)
        table.set("catalog", None)
    return tree.transform(_by_boundaries).sql(dialect="spark", pretty=True)


def spark_name(dataset: str, name: str) -> str:
    """One word, as Spark's temporary views have no datasets."""
    return f"{dataset}__{name}"


def _prepared(sql: str, catalog: Catalog, today: date) -> exp.Query:
    tree = _parsed(sql)
    _name_columns(tree)
    for table in _real_tables(tree):
        table.set("catalog", None)
    _check_tables(tree, catalog)
    types: dict[str, object] = {**catalog.types()}
    schema = MappingSchema(types, dialect="bigquery")
    try:
        qualified = qualify(
            tree, schema=schema, dialect="bigquery", quote_identifiers=True, expand_stars=True
        )
        annotated = annotate_types(qualified, schema=schema, dialect="bigquery")
    except SqlglotError as error:
        raise PipelineError(
            f"The query does not fit the tables: {_plain(error)}",
            "Check the names of its columns; `mozpipeline dictionary` shows them all.",
        ) from error
    ready = annotated.transform(_pruning).transform(_dated, today)
    assert isinstance(ready, exp.Query)  # noqa: S101 - transforming expressions keeps the kind
    return ready


def _parsed(sql: str) -> exp.Query:
    try:
        statements = [one for one in sqlglot.parse(sql, read="bigquery") if one is not None]
    except SqlglotError as error:
        raise PipelineError(
            f"The query is no BigQuery SQL: {_plain(error)}", "Correct it at that place."
        ) from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise PipelineError(
            "Only one query can be asked at a time, and nothing be changed.",
            "Give one SELECT, or WITH … SELECT.",
        )
    return statements[0]


def _plain(error: SqlglotError) -> str:
    text = str(error).replace("\x1b[4m", "").replace("\x1b[0m", "")
    return text.strip()


def _real_tables(tree: exp.Query) -> list[exp.Table]:
    """Tables of the catalog, not those a WITH makes."""
    return [table for table in tree.find_all(exp.Table) if table.db]


def _check_tables(tree: exp.Query, catalog: Catalog) -> None:
    made = {cte.alias for cte in tree.find_all(exp.CTE)}
    known = {f"{dataset}.{name}" for dataset, name in (*catalog.tables, *catalog.views())}
    for table in tree.find_all(exp.Table):
        name = f"{table.db}.{table.name}" if table.db else table.name
        if isinstance(table.this, exp.Func) or (name not in known and name not in made):
            raise PipelineError(
                f"There is no table {name}.", f"There are: {', '.join(sorted(known))}."
            )


def _name_columns(tree: exp.Query) -> None:
    """Columns without a name get the one BigQuery gives them."""
    number = 0
    for select in tree.selects:
        if not select.output_name and not select.is_star:
            select.replace(exp.alias_(select.copy(), f"f{number}_"))
            number += 1


def _pruning(node: exp.Expression) -> exp.Expression:
    """DATE(submission_timestamp) is the partition column; engines skip files only by that."""
    if not isinstance(node, exp.Date | exp.TsOrDsToDate) or node.args.get("zone"):
        return node
    column = node.this
    if isinstance(column, exp.Cast):
        column = column.this
    if isinstance(column, exp.Column) and column.name == TIME:
        return exp.column(DAY, table=column.args.get("table"), quoted=True)
    return node


def _dated(node: exp.Expression, today: date) -> exp.Expression:
    """CURRENT_DATE is the day of the question, whatever zone an engine thinks it is in."""
    if isinstance(node, exp.CurrentDate):
        return exp.cast(exp.Literal.string(today.isoformat()), "date")
    return node


def _keep_dates(tree: exp.Query) -> None:
    """Of a date DuckDB makes a timestamp where BigQuery makes a date."""
    kinds = (exp.DateTrunc, exp.DateAdd, exp.DateSub)
    for node in reversed(list(tree.find_all(*kinds))):  # the innermost first
        node.replace(exp.cast(node.copy(), "date"))


def _by_boundaries(node: exp.Expression) -> exp.Expression:
    if not isinstance(node, exp.DateDiff) or (unit := _unit(node)) == "DAY":
        return node
    if unit not in BOUNDARIES:
        raise PipelineError(
            f"DATE_DIFF by {unit} means something else to Spark.",
            "Use DIV(DATE_DIFF(…, DAY), 7), or another unit.",
        )
    later, earlier = (_count(side, unit) for side in (node.this, node.expression))
    return exp.paren(exp.Sub(this=later, expression=earlier))


def _count(day: exp.Expression, unit: str) -> exp.Expression:
    """How many units there were since the year 0."""
    year: exp.Expression = exp.Year(this=day.copy())
    if unit == "YEAR":
        return year
    part = exp.Month(this=day.copy()) if unit == "MONTH" else exp.Quarter(this=day.copy())
    years = exp.Mul(this=year, expression=exp.Literal.number(BOUNDARIES[unit]))
    return exp.paren(exp.Add(this=years, expression=part))


def _unit(node: exp.DateDiff) -> str:
    unit = node.args.get("unit")
    return unit.sql(dialect="bigquery").upper() if unit is not None else "DAY"
