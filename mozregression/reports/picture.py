"""The range narrowing, as an SVG picture: one row for each verdict, a phase under the other."""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from mozregression.model.builds import Nightly
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.reports import wording
from mozregression.reports.account import Trial

_WIDTH = 980
_LEFT, _BAR = 84, 460  # where bars begin, and how long they are
_TEXT = _LEFT + _BAR + 20
_ROW, _HEADING, _HILL = 24, 34, 14


def picture(trials: Sequence[Trial]) -> str:
    """An svg element, to stand in a page with the classes of `STYLE`. Empty without trials."""
    rows: list[str] = []
    y = 0
    number = 0
    for heading, group in groupby(trials, _phase):
        rows.append(f'<text class="heading" x="0" y="{y + 22}">{escape(heading)}</text>')
        y += _HEADING
        for trial in group:
            number += 1
            rows.extend(_row(number, trial, y + _ROW // 2))
            y += _ROW
    if not rows:
        return ""
    return (
        f'<svg class="timeline" viewBox="0 0 {_WIDTH} {y + 4}" role="img">\n'
        "<title>How the range narrowed, one row for each verdict</title>\n"
        + "\n".join(rows)
        + "\n</svg>"
    )


STYLE = """
.timeline { width: 100%; height: auto; font: 12px system-ui, sans-serif; }
.timeline text { fill: var(--text); dominant-baseline: central; }
.timeline .heading { font-weight: 600; }
.timeline .number, .timeline .why { fill: var(--faint); }
.timeline line { stroke-width: 6; }
.timeline .open { stroke: var(--open); stroke-width: 2; }
.timeline .good { stroke: var(--good); }
.timeline .bad { stroke: var(--bad); }
.timeline .belief { fill: var(--open); opacity: .5; }
.timeline .mark { stroke: var(--page); stroke-width: 1.5; }
.timeline .mark.good { fill: var(--good); }
.timeline .mark.bad { fill: var(--bad); }
.timeline .mark.skip { fill: var(--page); stroke: var(--skip); stroke-width: 2.5; }
"""


def _phase(trial: Trial) -> str:
    """Trials of one phase stand under one heading."""
    match trial.given.purpose:
        case Purpose.GOOD_END | Purpose.BAD_END | Purpose.SIGHTING:
            return "The ends"
        case Purpose.CONFIRM | Purpose.RECHECK:
            return "Once more"
    kind = "nightlies" if isinstance(trial.candidate, Nightly) else "pushes"
    branch = trial.candidate.branch if trial.candidate else "other"
    size = f" ({trial.span.size} candidates)" if trial.span else ""
    return f"{branch} {kind}{size}"


def _row(number: int, trial: Trial, y: int) -> Iterator[str]:
    verdict = trial.given.verdict.value
    yield f'<text class="number" x="0" y="{y}">{number}</text>'
    yield f'<text x="24" y="{y}">{verdict}</text>'
    yield from _bar(trial, y)
    label = escape(wording.plain(wording.candidate(trial)))
    yield f'<text x="{_TEXT}" y="{y}">{label}</text>'


def _bar(trial: Trial, y: int) -> Iterator[str]:
    span = trial.span
    if span is None:
        bad_side = trial.given.purpose in (Purpose.BAD_END, Purpose.SIGHTING) or (
            trial.given.verdict is Verdict.BAD
            and trial.given.purpose in (Purpose.CONFIRM, Purpose.RECHECK)
        )
        yield _line("open", 0, 1, y)
        yield _mark(trial.given.verdict, 1.0 if bad_side else 0.0, y)
        return
    low, probe, high = (
        place / max(1, span.size - 1) for place in (span.low, span.probe, span.high)
    )
    if trial.belief:
        yield _curve(trial.belief, y)
    yield _line("open", low, high, y)
    yield _line("good", 0, low, y)
    yield _line("bad", high, 1, y)
    yield _mark(trial.given.verdict, probe, y)


def _curve(belief: Sequence[float], y: int) -> str:
    """What was believed, as hills on the line, the highest one as high as a row allows."""
    top = max(belief) or 1.0
    places = max(1, len(belief) - 1)
    points = " ".join(
        f"{_x(place / places)},{round(y - share / top * _HILL, 1)}"
        for place, share in enumerate(belief)
    )
    return f'<polygon class="belief" points="{_x(0)},{y} {points} {_x(1)},{y}"/>'


def _line(kind: str, start: float, end: float, y: int) -> str:
    return f'<line class="{kind}" x1="{_x(start)}" y1="{y}" x2="{_x(end)}" y2="{y}"/>'


def _mark(verdict: Verdict, place: float, y: int) -> str:
    """Verdicts differ in shape, too, for those who cannot tell the colours apart."""
    x = _x(place)
    if verdict is Verdict.BAD:
        points = f"{x},{y - 8} {x + 8},{y} {x},{y + 8} {x - 8},{y}"
        return f'<polygon class="mark bad" points="{points}"/>'
    return f'<circle class="mark {verdict.value}" cx="{x}" cy="{y}" r="6"/>'


def _x(place: float) -> float:
    return round(_LEFT + place * _BAR, 1)
