"""Two questions of Mozilla's, to the letter, on a million rows: DuckDB, Spark and plain Python."""

import argparse
import shutil
import time
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

import pyarrow as pa
from bench_questions import TODAY, fill
from common import Figure, conclude, new_home, progress

from mozpipeline.ask import engines
from mozpipeline.ask.catalog import read_catalog
from mozpipeline.definitions.history import shipped
from verbatim import AGES, VARIANTS

Rows = Counter[tuple[Any, ...]]


def by_hand(tables: Iterable[pa.Table]) -> tuple[Rows, Rows]:
    """The rows of both answers."""
    ages: Rows = Counter()
    variants: Rows = Counter()
    for table in tables:
        for row in table.to_pylist():
            day, version = row["submission_date"], row["client_info"]["app_display_version"]
            texts, dates = row["metrics"]["string"], row["metrics"]["datetime"]
            if ".dev" not in version and day >= date(2020, 4, 14):
                variants[day, texts["usage_variant"]] += 1
            asked = dates["usage_bad_date"] or dates["usage_launch_date"]
            recent = day >= TODAY.replace(month=TODAY.month - 6)
            if recent and "dev" not in version and asked and texts["usage_build_type"]:
                then = date.fromisoformat(asked[:10])
                age = (day.year - then.year) * 12 + day.month - then.month + 1
                ages[texts["usage_app"], texts["usage_build_type"], age] += 1
    return ages, Counter((*key, count) for key, count in variants.items())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    count: int = parser.parse_args().rows
    figures = []
    with new_home() as home:
        history = shipped()
        made = fill(home, history, count, None)
        catalog = read_catalog(home, history)
        progress("by hand")
        expected = dict(zip(("ages", "variants"), by_hand(made), strict=True))
        figures += [Figure(f"rows of {name}", rows.total()) for name, rows in expected.items()]
        for engine in ("duckdb", "spark"):
            if engine == "spark" and not shutil.which("java"):
                print("No Java here, so Spark was not asked.")
                continue
            progress(engine)
            with engines.opened(engine, catalog, TODAY, "local[2]") as opened:
                for name, sql in (("ages", AGES), ("variants", VARIANTS)):
                    start = time.perf_counter()
                    found: Rows = Counter(opened.ask(sql).rows)
                    seconds = time.perf_counter() - start
                    wrong = ((found - expected[name]) + (expected[name] - found)).total()
                    figures += [
                        Figure(f"{engine}, {name}: rows other than by hand", wrong, 0),
                        Figure(f"{engine}, {name}", seconds, unit=" s"),
                    ]
    return conclude(figures)


if __name__ == "__main__":
    raise SystemExit(main())
