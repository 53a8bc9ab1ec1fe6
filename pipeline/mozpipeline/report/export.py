"""The same aggregates as the page, as tables for programs."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from mozpipeline.report.findings import Findings
from mozpipeline.report.folding import Groups

Rows = list[dict[str, Any]]


def tables(found: Findings) -> dict[str, Rows]:
    """Every table by name. All rows of one have the same columns."""
    return {
        "uses_by_month": _groups(found.by_month, ("month", "variant")),
        "uses_by_app": _groups(found.by_app, ("app", "build_type")),
        "uses_by_system": _groups(found.by_system, ("os", "distribution")),
        "uses_by_python": _groups(found.by_python, ("python",)),
        "clients_by_month": _groups(found.clients_by_month, ("month",)),
        "build_ages": [
            {name: getattr(box, name) for name in box.__slots__} for box in found.build_ages
        ],
        "lost_by_deleting": [
            {
                "builds": name,
                "months_kept": months,
                "failed": lost.value,
                "low": lost.low,
                "high": lost.high,
            }
            for name, points in found.curves.items()
            for months, lost in points
        ],
        "policies": list(_policies(found)),
        "wanted_builds": found.wanted,
        "outcomes": [{**row, "latest": str(row["latest"])} for row in found.outcomes],
    }


def _groups(groups: Groups, names: Sequence[str]) -> Rows:
    return [
        {
            **dict(zip(names, group.labels, strict=True)),
            "uses": group.uses,
            "clients": group.clients,
        }
        for group in groups.groups
    ]


def _policies(found: Findings) -> Iterator[dict[str, Any]]:
    for one in found.policies:
        yield {
            "policy": one.policy.name,
            "gigabytes": one.gigabytes,
            "cost": one.cost,
            **{
                f"{name}{end}": value
                for name in ("failed", "wider", "width", "launches")
                for end, value in (
                    ("", getattr(one, name).value),
                    ("_low", getattr(one, name).low),
                    ("_high", getattr(one, name).high),
                )
            },
            "frontier": one.frontier,
            "recommended": one is found.choice,
        }


def write_csv(every: Mapping[str, Rows], folder: Path) -> None:
    for name, rows in every.items():
        with _place(folder, f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]) if rows else [])
            writer.writeheader()
            writer.writerows(rows)


def write_json(every: Mapping[str, Rows], file: Path) -> None:
    text = json.dumps(every, indent=1, default=int)  # sums come as decimals from some engines
    file.write_text(text + "\n", encoding="utf-8")


def write_parquet(every: Mapping[str, Rows], folder: Path) -> None:
    for name, rows in every.items():
        pq.write_table(pa.Table.from_pylist(rows), _place(folder, f"{name}.parquet"))


def _place(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name
