"""All that a report tells, as numbers: asked of a store once, drawn and exported many times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mozpipeline.ask import named
from mozpipeline.ask.engines import Engine
from mozpipeline.report.boxes import Box, boxes
from mozpipeline.report.folding import Groups, folded
from mozpipeline.retention.archive import Archive
from mozpipeline.retention.demand import Demand
from mozpipeline.retention.plan import (
    Estimate,
    Outcome,
    by_segment,
    compare,
    curve,
    recommended,
)
from mozpipeline.retention.policies import usual

THRESHOLD = 10
MOST_CURVES = 4
TOLERATED_WIDTH = 2.0
"""Pushes, on average, that an answer may have when no budget says what matters more."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, and how many rows came back."""

    name: str
    title: str
    sql: str
    rows: int


@dataclass(frozen=True, slots=True)
class Findings:
    """threshold: the fewest clients, or pings without client, that a group may have."""

    today: date
    threshold: int
    uses: int
    clients: int
    by_month: Groups
    by_app: Groups
    by_system: Groups
    by_python: Groups
    clients_by_month: Groups
    build_ages: list[Box]
    curves: dict[str, list[tuple[int, Estimate]]]
    archive: Archive
    budget: float | None
    policies: list[Outcome]
    choice: Outcome | None
    segments: dict[tuple[str, str], Outcome | None]
    wanted: list[dict[str, Any]]
    outcomes: list[dict[str, Any]]
    questions: list[Question]


class _Asker:
    """Asks named queries and remembers what came of them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.questions: list[Question] = []

    def __call__(self, name: str) -> list[dict[str, Any]]:
        query = named.query(name)
        rows = self._engine.ask(query.sql).dicts()
        self.questions.append(Question(name, query.title, query.sql, len(rows)))
        return rows


def find(
    engine: Engine,
    today: date,
    archive: Archive,
    budget: float | None = None,
    threshold: int = THRESHOLD,
) -> Findings:
    """budget: money a month; without one the cheapest policy that makes no more bisections fail
    and on average leaves few pushes.
    """
    ask = _Asker(engine)
    uses = ask("uses_by_client")
    demands = demand_of(ask("build_ages_by_client"))
    told = demands if _clients(demands) >= threshold else []
    policies = compare(archive, usual(), told)
    return Findings(
        today=today,
        threshold=threshold,
        uses=sum(row["uses"] for row in uses),
        clients=len({row["client"] for row in uses}),
        by_month=_grouped(uses, ("month", "variant"), threshold, fixed=1),
        by_app=_grouped(uses, ("app", "build_type"), threshold),
        by_system=_grouped(uses, ("os", "distribution"), threshold),
        by_python=_grouped(uses, ("python",), threshold),
        clients_by_month=_grouped(uses, ("month",), threshold, fixed=1),
        build_ages=boxes(demands, threshold),
        curves=_curves(archive, told, threshold),
        archive=archive,
        budget=budget,
        policies=policies,
        choice=_choice(policies, budget),
        segments=_segments(archive, told, budget, threshold),
        wanted=[row for row in ask("missing_builds") if row["counters"] >= threshold],
        outcomes=ask("outcomes"),
        questions=ask.questions,
    )


def demand_of(rows: Sequence[dict[str, Any]]) -> list[Demand]:
    """Of rows of build_ages_by_client, whose ages count the first month as 1."""
    return [
        Demand(
            row["client"],
            row["app"],
            row["build_type"],
            max(row["build_age"] - 1, 0),
            row["uses"],
        )
        for row in rows
    ]


def _clients(demands: Sequence[Demand]) -> int:
    return len({one.client for one in demands})


def _grouped(
    rows: Sequence[dict[str, Any]], columns: tuple[str, ...], threshold: int, fixed: int = 0
) -> Groups:
    labelled = (
        (row["client"], tuple(str(row[name]) for name in columns), row["uses"]) for row in rows
    )
    return folded(labelled, threshold, fixed)


def _curves(
    archive: Archive, demands: Sequence[Demand], threshold: int
) -> dict[str, list[tuple[int, Estimate]]]:
    found = {"everything": curve(archive, demands)} if demands else {}
    segments = sorted(by_segment(demands).items(), key=lambda item: -len(item[1]))
    for (app, build_type), part in segments:
        if _clients(part) >= threshold and len(found) < MOST_CURVES:
            found[f"{app} {build_type}"] = curve(archive, part)
    return found


def _choice(policies: Sequence[Outcome], budget: float | None) -> Outcome | None:
    if budget is not None:
        return recommended(policies, budget)
    least = min(one.failed.value for one in policies)
    harmless = [
        one
        for one in policies
        if one.failed.value == least and one.width.value <= TOLERATED_WIDTH and one.frontier
    ]
    return min(harmless, key=lambda one: one.cost)


def _segments(
    archive: Archive, demands: Sequence[Demand], budget: float | None, threshold: int
) -> dict[tuple[str, str], Outcome | None]:
    """For each app and build type what would be best for it alone."""
    return {
        segment: _choice(compare(archive, usual(), part), budget)
        for segment, part in sorted(by_segment(demands).items())
        if _clients(part) >= threshold
    }
