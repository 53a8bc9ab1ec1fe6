"""Findings as one HTML page that needs nothing else, neither file nor network."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from mozpipeline.report import charts
from mozpipeline.report.boxes import Box
from mozpipeline.report.findings import Findings
from mozpipeline.report.folding import Group, Groups
from mozpipeline.retention.plan import Estimate

HERE = Path(__file__).parent


def page(found: Findings) -> str:
    """The whole page."""
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["row_of"] = _box_row
    css = Markup((HERE / "page.css").read_text(encoding="utf-8"))  # noqa: S704 - our own
    return environment.get_template(
        "page.html"
    ).render(
        f=found,
        css=css,
        charts={name: Markup(text) for name, text in _charts(found).items()},  # noqa: S704 - escaped there
        share=_share,
        beyond=sum(lost.value for months, lost in found.curves.get("everything", [])[-1:]),
        median=_median(found),
        saving=_saving(found),
        curve_rows=list(_curve_rows(found)),
        segment_rows=list(_segment_rows(found)),
        wanted_rows=[
            [row[name] for name in ("app", "build_type", "granularity", "months")]
            + [row["launched"], row["missing"]]
            for row in found.wanted
        ],
        outcome_rows=[
            [row[name] for name in ("ping", "outcome", "reason", "field", "records")]
            for row in found.outcomes
        ],
        group_rows=_group_rows,
    )


def _charts(found: Findings) -> dict[str, str]:
    months, faces = _by_month(found.by_month)
    return {
        "ages": charts.box_plot(found.build_ages),
        "curves": charts.curves(
            found.curves, "Share of bisections that would fail", "months that builds are kept"
        ),
        "failures": charts.policies(
            found.policies, found.choice, "failed", "Failures by cost", shares=True
        ),
        "widths": charts.policies(
            found.policies, found.choice, "width", "Pushes left by cost", shares=False
        ),
        "wanted": _wanted(found),
        "variants": charts.stacked(months, faces, "Uses by face and month"),
        "apps": charts.bars(_named(found.by_app), "Uses by app and build type"),
        "systems": charts.bars(_named(found.by_system), "Uses by system"),
    }


def _by_month(groups: Groups) -> tuple[list[str], dict[str, list[float]]]:
    months = sorted({group.labels[0] for group in groups.groups})
    places = {month: place for place, month in enumerate(months)}
    series: dict[str, list[float]] = {}
    for group in sorted(groups.groups, key=lambda one: one.labels[1]):
        values = series.setdefault(group.labels[1] or "unknown", [0.0] * len(months))
        values[places[group.labels[0]]] = group.uses
    return [month[:7] for month in months], series


def _wanted(found: Findings) -> str:
    names = {
        "launched": "launched",
        "nightly": "missing nightlies",
        "push": "missing pushes",
    }
    counted: dict[str, dict[str, float]] = {name: defaultdict(float) for name in names.values()}
    for row in found.wanted:
        counted[names["launched"]][row["months"]] += row["launched"]
        counted[names[row["granularity"]]][row["months"]] += row["missing"]
    ages = sorted({row["months"] for row in found.wanted}, key=_first_month)
    series = {name: [values[age] for age in ages] for name, values in counted.items()}
    return charts.stacked(ages, series, "Builds launched and missing, by age in months")


def _first_month(label: str) -> int:
    return int(label.partition("-")[0].rstrip("+"))


def _named(groups: Groups) -> list[tuple[str, float]]:
    return [(_name(group), group.uses) for group in groups.groups]


def _name(group: Group) -> str:
    """Its labels in one line; what is the same twice is said once."""
    return " ".join(dict.fromkeys(label for label in group.labels if label)) or "unknown"


def _group_rows(groups: Groups) -> list[list[Any]]:
    return [[*group.labels, f"{group.uses:,}", f"{group.clients:,}"] for group in groups.groups]


def _box_row(box: Box) -> list[Any]:
    return [
        box.app,
        box.build_type,
        f"{box.uses:,}",
        f"{box.clients:,}",
        box.lower_fence,
        box.lower_quartile,
        box.median,
        box.upper_quartile,
        box.upper_fence,
        box.outliers,
    ]


def _median(found: Findings) -> int | None:
    """Of all builds asked for: the age at which deleting older ones would fail half of uses."""
    everything = found.curves.get("everything", [])
    return next((months for months, lost in everything if lost.value <= 0.5), None)


def _saving(found: Findings) -> str:
    if found.choice is None or not found.policies[0].cost:
        return ""
    return f"{1 - found.choice.cost / found.policies[0].cost:.0%}"


def _curve_rows(found: Findings) -> Iterator[list[Any]]:
    for points in zip(*found.curves.values(), strict=True):
        yield [points[0][0], *(_share(lost) for _, lost in points)]


def _segment_rows(found: Findings) -> Iterator[list[Any]]:
    for (app, build_type), outcome in found.segments.items():
        if outcome is not None:
            yield [
                app,
                build_type,
                outcome.policy.name,
                f"{outcome.cost:,.0f}",
                _share(outcome.failed),
                f"{outcome.width.value:.2f}",
            ]


def _share(one: Estimate) -> str:
    if one.high == 0:
        return "0 %"
    return f"{one.value * 100:.1f} % ({one.low * 100:.1f}–{one.high * 100:.1f})"  # noqa: RUF001 - a range
