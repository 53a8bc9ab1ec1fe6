"""Small pictures as SVG, in the page itself. Pure: numbers in, text out.

Colours are the page's: classes c0, c1 … are told apart also by those who see few colours.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape

from mozpipeline.report.boxes import Box
from mozpipeline.retention.plan import Estimate, Outcome

WIDTH = 760
LEFT = 170
RIGHT = 20
COLOURS = 7

Scale = Callable[[float], float]


def box_plot(boxes: Sequence[Box]) -> str:
    """One row a box, on an axis of months that gives the first year most room."""
    top, row = 10, 34
    height = top + row * len(boxes) + 40
    most = max((box.upper_fence for box in boxes), default=12)
    x = _log_scale(1, max(most, 12), LEFT, WIDTH - RIGHT)
    parts = list(_month_axis(x, max(most, 12), top, height - 34, "age of the build, in months"))
    for place, box in enumerate(boxes):
        middle = top + row * place + row / 2
        parts.append(_label(f"{box.app} {box.build_type}".strip(), middle))
        about = (
            f"{box.app} {box.build_type}: half of {box.uses} uses asked for builds of "
            f"{box.lower_quartile} to {box.upper_quartile} months, median {box.median}; "
            f"{box.outliers} outliers"
        )
        parts.append(
            f'<g class="c0"><title>{escape(about)}</title>'
            f"{_line(x(box.lower_fence), middle, x(box.upper_fence), middle)}"
            f"{_line(x(box.lower_fence), middle - 6, x(box.lower_fence), middle + 6)}"
            f"{_line(x(box.upper_fence), middle - 6, x(box.upper_fence), middle + 6)}"
            f"{_rectangle(x(box.lower_quartile), middle - 9, x(box.upper_quartile), middle + 9)}"
            f"</g>{_line(x(box.median), middle - 11, x(box.median), middle + 11, 'median')}"
        )
    return _svg("Ages of builds by app and build type", height, parts)


def stacked(columns: Sequence[str], series: Mapping[str, Sequence[float]], title: str) -> str:
    """Bars side by side, each a pile of the series' values at that place."""
    height, bottom, top = 260, 44, 26
    totals = [sum(values[n] for values in series.values()) for n in range(len(columns))]
    most = _round_up(max(totals, default=0) or 1)
    y = _scale(0, most, height - bottom, top)
    step = (WIDTH - 60 - RIGHT) / max(len(columns), 1)
    parts = [*_value_axis(y, most, 60), *_legend(list(series))]
    for place, name in enumerate(columns):
        left = 60 + place * step
        under = 0.0
        for number, (label, values) in enumerate(series.items()):
            over = under + values[place]
            about = escape(f"{name}, {label}: {_number(values[place])}")
            bar = _rectangle(left + step * 0.12, y(over), left + step * 0.88, y(under))
            parts.append(f'<g class="{_colour(number)}"><title>{about}</title>{bar}</g>')
            under = over
        if place % max(1, math.ceil(len(columns) / 13)) == 0:
            parts.append(_text(left + step / 2, height - bottom + 18, name, "middle"))
    return _svg(title, height, parts)


def bars(values: Sequence[tuple[str, float]], title: str) -> str:
    """One row a value, with its share of all."""
    row = 26
    total = sum(value for _, value in values) or 1
    x = _scale(0, max((value for _, value in values), default=1) or 1, LEFT, WIDTH - 110)
    parts = []
    for place, (name, value) in enumerate(values):
        middle = row * place + row / 2 + 4
        parts.append(_label(name, middle))
        about = escape(f"{name}: {_number(value)}")
        bar = _rectangle(LEFT, middle - 8, max(x(value), LEFT + 1), middle + 8)
        parts.append(f'<g class="c0"><title>{about}</title>{bar}</g>')
        share = f"{_number(value)} ({value / total:.0%})"
        parts.append(_text(max(x(value), LEFT + 1) + 6, middle + 4, share))
    return _svg(title, row * len(values) + 10, parts)


def curves(series: Mapping[str, Sequence[tuple[int, Estimate]]], title: str, under: str) -> str:
    """Shares over months, each with the band its interval makes."""
    height, bottom, top = 300, 50, 26
    last = max((months for points in series.values() for months, _ in points), default=12)
    x = _log_scale(1, max(last, 12), 60, WIDTH - RIGHT)
    most = max((one.high for points in series.values() for _, one in points), default=1)
    most = min(1.0, math.ceil(most * 10) / 10) or 0.1
    y = _scale(0, most, height - bottom, top)
    parts = list(_month_axis(x, max(last, 12), top, height - bottom, under))
    for tick in range(6):
        value = most * tick / 5
        parts += [
            _text(52, y(value) + 4, f"{value:.0%}", "end"),
            _line(60, y(value), WIDTH - RIGHT, y(value), "grid"),
        ]
    parts += _legend(list(series))
    for number, (name, points) in enumerate(series.items()):
        band = [(x(m), y(one.high)) for m, one in points]
        band += [(x(m), y(one.low)) for m, one in reversed(points)]
        line = [(x(m), y(one.value)) for m, one in points]
        parts.append(
            f'<g class="{_colour(number)}"><title>{escape(name)}</title>'
            f'<polygon class="band" points="{_points(band)}"/>'
            f'<polyline points="{_points(line)}"/></g>'
        )
    return _svg(title, height, parts)


def policies(
    outcomes: Sequence[Outcome], chosen: Outcome | None, of: str, title: str, *, shares: bool
) -> str:
    """Each policy by what it costs and what it loses; of: which estimate of an outcome."""
    height, bottom, top = 300, 50, 26
    losses = [getattr(one, of) for one in outcomes]
    most = max((loss.high for loss in losses), default=0)
    most = (min(1.0, math.ceil(most * 10) / 10) or 0.1) if shares else _round_up(most or 1)
    most_cost = _round_up(max((one.cost for one in outcomes), default=0) or 1)
    x = _scale(0, most_cost, 60, WIDTH - RIGHT)
    y = _scale(0, most, height - bottom, top)
    parts = [*_legend(["no other policy beats it", "another is better"])]
    for tick in range(6):
        value, money = most * tick / 5, most_cost * tick / 5
        parts += [
            _text(52, y(value) + 4, f"{value:.0%}" if shares else _number(value), "end"),
            _line(60, y(value), WIDTH - RIGHT, y(value), "grid"),
            _text(x(money), height - bottom + 18, _number(money), "middle"),
        ]
    parts.append(_text(WIDTH / 2, height - 8, "cost of a month", "middle"))
    for one in sorted(outcomes, key=lambda outcome: (outcome is chosen, outcome.frontier)):
        loss = getattr(one, of)
        about = escape(
            f"{one.policy.name}: {_number(one.cost)} a month, {one.failed.value:.1%} fail, "
            f"{one.width.value:.2f} pushes left on average"
        )
        mark = "chosen " if one is chosen else ""
        parts.append(
            f'<g class="{mark}{_colour(0 if one.frontier else 1)}"><title>{about}</title>'
            f"{_line(x(one.cost), y(loss.low), x(one.cost), y(loss.high))}"
            f'<circle cx="{x(one.cost):.1f}" cy="{y(loss.value):.1f}" '
            f'r="{7 if one is chosen else 4}"/></g>'
        )
    return _svg(title, height, parts)


# Pieces


def _svg(title: str, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}</svg>"
    )


def _scale(low: float, high: float, start: float, end: float) -> Scale:
    return lambda value: start + (value - low) / (high - low) * (end - start)


def _log_scale(low: float, high: float, start: float, end: float) -> Scale:
    inner = _scale(math.log(low), math.log(high), start, end)
    return lambda value: inner(math.log(max(value, low)))


def _month_axis(x: Scale, most: float, top: float, bottom: float, under: str) -> Iterator[str]:
    for tick in (1, 2, 3, 6, 12, 24, 36, 60, 96, 120):
        if tick <= most:
            yield _line(x(tick), top, x(tick), bottom, "grid")
            yield _text(x(tick), bottom + 16, str(tick), "middle")
    yield _text((x(1) + x(most)) / 2, bottom + 32, under, "middle")


def _value_axis(y: Scale, most: float, left: float) -> Iterator[str]:
    for tick in range(5):
        value = most * tick / 4
        yield _line(left, y(value), WIDTH - RIGHT, y(value), "grid")
        yield _text(left - 8, y(value) + 4, _number(value), "end")


def _legend(names: Sequence[str]) -> list[str]:
    parts = []
    left = 60.0
    for number, name in enumerate(names):
        swatch = _rectangle(left, 4, left + 12, 16)
        parts.append(f'<g class="{_colour(number)}">{swatch}</g>{_text(left + 17, 14, name)}')
        left += 40 + 7.2 * len(name)
    return parts


def _colour(number: int) -> str:
    return f"c{number % COLOURS}"


def _label(text: str, middle: float) -> str:
    return _text(LEFT - 10, middle + 4, text, "end")


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<line{named} x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _rectangle(left: float, top: float, right: float, bottom: float) -> str:
    width, height = max(right - left, 1), max(bottom - top, 0)
    return f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _round_up(value: float) -> float:
    """To one, two or five times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(power * step for step in (1, 2, 5, 10) if power * step >= value * 0.9999)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2f}"
