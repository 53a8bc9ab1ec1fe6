"""The picture of a session: what stands where, without saying how it is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from mozregression.model.verdicts import Verdict
from mozregui.words import tr
from mozregui.work.neighbours import Dot, Neighbours

_SHOWN_DOTS = 120  # more than these stand too close to be told apart


class Shape(Enum):
    """What a build is in the picture; each has a colour and a shape of its own."""

    GOOD = "good"
    BAD = "bad"
    SKIP = "skip"
    MISSING = "missing"
    OPEN = "open"
    PROBE = "probe"


@dataclass(frozen=True, slots=True)
class Mark:
    """place: from 0, the oldest, to 1."""

    place: float
    shape: Shape
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    place: float
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """One line of the picture. low, high: where the change can be, both from 0 to 1."""

    marks: tuple[Mark, ...] = ()
    ticks: tuple[Tick, ...] = ()
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True, slots=True)
class Timeline:
    """whole: the range by date. near: what is left of it, one place for each build, wherever
    it is less than all. older, newer: what the sides of the range have shown.
    """

    whole: Axis = Axis()
    near: Axis | None = None
    older: Shape = Shape.GOOD
    newer: Shape = Shape.BAD
    told: str = ""


def timeline(
    around: Neighbours, verdicts: Mapping[str, Verdict], dates: Mapping[str, datetime], *, fix: bool
) -> Timeline:
    """verdicts: that stand, by candidate. dates: of what was tested, wherever it is from.
    fix: the older side is the bad one.
    """
    shown = _shapes(around, verdicts)
    older, newer = (Shape.BAD, Shape.GOOD) if fix else (Shape.GOOD, Shape.BAD)
    sides = (older, newer)
    whole = _by_date(around, shown, dates, sides)
    zoomed = around.near and around.near != around.whole
    near = _by_rank(around.near, shown, sides) if zoomed else None
    return Timeline(whole, near, older, newer, _told(around, verdicts))


def _shapes(around: Neighbours, verdicts: Mapping[str, Verdict]) -> dict[str, Shape]:
    shown = dict.fromkeys(around.missing, Shape.MISSING)
    shown.update((key, Shape(verdict.value)) for key, verdict in verdicts.items())
    if around.probe:
        shown[around.probe] = Shape.PROBE
    return shown


def _by_date(
    around: Neighbours,
    shown: Mapping[str, Shape],
    dates: Mapping[str, datetime],
    sides: tuple[Shape, Shape],
) -> Axis:
    dots = {dot.key: dot for dot in around.whole}
    moments = [*(dot.moment for dot in around.whole), *dates.values()]
    if not moments:
        return Axis()
    start, end = min(moments), max(moments)
    length = max(end - start, timedelta(seconds=1))
    probe = next((dot for dot in around.near if dot.key == around.probe), None)
    places = {key: dot.moment for key, dot in dots.items() if key in shown} | dict(dates)
    if probe:
        places[probe.key] = probe.moment
    marks = tuple(
        Mark((moment - start) / length, shown[key], key, dots[key].label if key in dots else key)
        for key, moment in places.items()
        if key in shown
    )
    low, high = _limits(marks, sides)
    return Axis(_in_order(marks), _dates(start, end), low, high)


def _by_rank(dots: Sequence[Dot], shown: Mapping[str, Shape], sides: tuple[Shape, Shape]) -> Axis:
    last = max(1, len(dots) - 1)
    ends = {dots[0].key: sides[0], dots[-1].key: sides[1]}  # taken for what they are not tested for
    few = len(dots) <= _SHOWN_DOTS
    marks = tuple(
        Mark(place / last, shown.get(dot.key) or ends.get(dot.key, Shape.OPEN), dot.key, dot.label)
        for place, dot in enumerate(dots)
        if few or dot.key in shown or place in (0, last)
    )
    low, high = _limits(marks, sides)
    return Axis(_in_order(marks), _labels(dots), low, high)


def _limits(marks: Sequence[Mark], sides: tuple[Shape, Shape]) -> tuple[float, float]:
    """Between the newest build of the older side and the oldest one of the newer side."""
    high = min((mark.place for mark in marks if mark.shape is sides[1]), default=1.0)
    low = max(
        (mark.place for mark in marks if mark.shape is sides[0] and mark.place <= high),
        default=0.0,
    )
    return low, high


_ORDER = (Shape.OPEN, Shape.MISSING, Shape.SKIP, Shape.GOOD, Shape.BAD, Shape.PROBE)


def _in_order(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """What matters most last, so that it is drawn over the others."""
    return tuple(sorted(marks, key=lambda mark: _ORDER.index(mark.shape)))


def _dates(start: datetime, end: datetime, count: int = 5) -> tuple[Tick, ...]:
    length = end - start
    form = "%Y-%m-%d" if length > timedelta(days=count) else "%m-%d %H:%M"
    return tuple(
        Tick(part / (count - 1), f"{start + length * part / (count - 1):{form}}")
        for part in range(count)
    )


def _labels(dots: Sequence[Dot], count: int = 4) -> tuple[Tick, ...]:
    last = len(dots) - 1
    places = sorted({round(part * last / (count - 1)) for part in range(count)})
    long = dots[-1].moment - dots[0].moment > timedelta(days=count)
    form = "%Y-%m-%d" if long else "%m-%d %H:%M"
    return tuple(Tick(place / max(1, last), f"{dots[place].moment:{form}}") for place in places)


def _told(around: Neighbours, verdicts: Mapping[str, Verdict]) -> str:
    """The picture in words, for those who cannot see it."""
    counts = [sum(given is verdict for given in verdicts.values()) for verdict in Verdict]
    text = tr("{all} builds, of which {left} are left. Good: {good}, bad: {bad}, skipped: {skip}.")
    told = text.format(
        all=len(around.whole),
        left=len(around.near),
        good=counts[0],
        bad=counts[1],
        skip=counts[2],
    )
    if around.near and around.near != around.whole:
        first, last = around.near[0], around.near[-1]
        told += " " + tr("The change is after {first} and not after {last}.").format(
            first=first.label, last=last.label
        )
    return told
