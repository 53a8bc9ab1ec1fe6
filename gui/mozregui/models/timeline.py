"""The picture of a session: what stands where, without saying how it is drawn."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from mozregression.model.certainty import percent
from mozregression.model.verdicts import Verdict
from mozregui.models.curve import Stretch, curve
from mozregui.words import tr
from mozregui.work.neighbours import Dot, Neighbours, Share

_SHOWN_DOTS = 120  # more than these stand too close to be told apart


class Shape(Enum):
    """What a build is in the picture; each has a colour and a shape of its own.

    UNSEEN: the bug, which hides at times, was not seen in it.
    """

    GOOD = "good"
    BAD = "bad"
    SKIP = "skip"
    UNSEEN = "unseen"
    MISSING = "missing"
    OPEN = "open"
    PROBE = "probe"


@dataclass(frozen=True, slots=True)
class Mark:
    """place: from 0, the oldest, to 1. note: what its tests have shown, in words, if that is
    more than its shape says.
    """

    place: float
    shape: Shape
    key: str
    label: str
    note: str = ""


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
    curve: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """whole: the range by date. near: what is left of it, one place for each build, wherever
    it is less than all. zoom: where its ends are in whole. older, newer: what the sides of the
    range have shown.
    """

    whole: Axis = Axis()
    near: Axis | None = None
    zoom: tuple[float, float] = (0.0, 1.0)
    older: Shape = Shape.GOOD
    newer: Shape = Shape.BAD
    told: str = ""


@dataclass(frozen=True, slots=True)
class Tested:
    """What tests of a build have shown."""

    shape: Shape
    note: str = ""


def tested(verdicts: Sequence[tuple[str, Verdict]], *, hides: bool) -> dict[str, Tested]:
    """By the keys of builds, from verdicts that stand. hides: see `timeline`."""
    if not hides:
        return {key: Tested(Shape(verdict.value)) for key, verdict in verdicts}
    shown: dict[str, Tested] = {}
    for key in dict(verdicts):
        given = [verdict for other, verdict in verdicts if other == key]
        seen, judged = given.count(Verdict.BAD), len(given) - given.count(Verdict.SKIP)
        if not judged:
            shown[key] = Tested(Shape.SKIP)
            continue
        note = tr("seen in {seen} of {tests}").format(seen=seen, tests=judged)
        shown[key] = Tested(Shape.BAD if seen else Shape.UNSEEN, note)
    return shown


def timeline(
    around: Neighbours,
    results: Mapping[str, Tested],
    dates: Mapping[str, datetime],
    *,
    fix: bool,
    enough: float | None = None,
) -> Timeline:
    """results: of tests, by candidate. dates: of what was tested, wherever it is from. fix: the
    older side is the bad one. enough: the confidence wanted, where tests may be wrong.
    """
    older, newer = (Shape.BAD, Shape.GOOD) if fix else (Shape.GOOD, Shape.BAD)
    picture = _Picture(around, results, dates, (older, newer), enough)
    zoomed = around.near and (around.near != around.whole or around.closer)
    near = picture.by_rank() if zoomed else None
    return Timeline(picture.by_date(), near, picture.zoom(), older, newer, picture.told())


class _Picture:
    """What the parts of a timeline are made of."""

    def __init__(
        self,
        around: Neighbours,
        results: Mapping[str, Tested],
        dates: Mapping[str, datetime],
        sides: tuple[Shape, Shape],
        enough: float | None,
    ) -> None:
        self._around = around
        self._dates = dates
        self._sides = sides
        self._enough = enough
        self._results = dict.fromkeys(around.missing, Tested(Shape.MISSING)) | dict(results)
        moments = [*(dot.moment for dot in around.whole), *dates.values()]
        self._dated = (min(moments), max(moments)) if moments else None
        if around.probe:
            note = results[around.probe].note if around.probe in results else ""
            self._results[around.probe] = Tested(Shape.PROBE, note)

    def by_date(self) -> Axis:
        """The whole range."""
        around = self._around
        dots = {dot.key: dot for dot in around.whole}
        if not self._dated:
            return Axis()
        probe = next((dot for dot in around.near if dot.key == around.probe), None)
        shown = {key: dot.moment for key, dot in dots.items() if key in self._results}
        shown |= self._dates
        if probe:
            shown[probe.key] = probe.moment
        marks = [
            self._mark(self._place(moment), key, dots[key].label if key in dots else key)
            for key, moment in shown.items()
            if key in self._results
        ]

        low, high = self._limits(marks)
        if self._enough is not None and around.ends:
            low, high = sorted(self._place(end.moment) for end in around.ends)
        curved = self._curve(around.belief, lambda dot: self._place(dot.moment))
        return Axis(_in_order(marks), _ticks(*self._dated), low, high, curved)

    def zoom(self) -> tuple[float, float]:
        """Where what is left is in the whole range."""
        near = self._around.near
        if not near:
            return 0.0, 1.0
        return self._place(near[0].moment), self._place(near[-1].moment)

    def _place(self, moment: datetime) -> float:
        """By date."""
        if not self._dated:
            return 0.0
        start, end = self._dated
        return min(1.0, max(0.0, (moment - start) / max(end - start, timedelta(seconds=1))))

    def by_rank(self) -> Axis:
        """What is left of it, one place for each build."""
        dots = self._around.near
        last = max(1, len(dots) - 1)
        ranks = {dot.key: place / last for place, dot in enumerate(dots)}
        few = len(dots) <= _SHOWN_DOTS
        marks = [
            self._mark(place, dot.key, dot.label)
            for dot, place in zip(dots, ranks.values(), strict=True)
            if few or dot.key in self._results or place in (0.0, 1.0)
        ]
        if self._enough is None:  # ends are taken for what they are not tested for
            ends = dict(zip((dots[0].key, dots[-1].key), self._sides, strict=True))
            marks = [
                replace(mark, shape=ends[mark.key])
                if mark.key in ends and mark.shape is Shape.OPEN
                else mark
                for mark in marks
            ]
        low, high = self._limits(marks)
        if self._enough is not None and self._around.ends:
            older, newer = self._around.ends
            low, high = ranks.get(older.key, 0.0), ranks.get(newer.key, 1.0)
        curved = self._curve(self._around.closer, lambda dot: ranks.get(dot.key, 0.0))
        return Axis(_in_order(marks), _labels(dots), low, high, curved)

    def _mark(self, place: float, key: str, label: str) -> Mark:
        result = self._results.get(key, Tested(Shape.OPEN))
        return Mark(place, result.shape, key, label, result.note)

    def _curve(self, shares: Sequence[Share], place: Callable[[Dot], float]) -> tuple[Stretch, ...]:
        return curve(shares, place, self._enough) if self._enough is not None else ()

    _ORDER = (
        Shape.OPEN,
        Shape.MISSING,
        Shape.SKIP,
        Shape.UNSEEN,
        Shape.GOOD,
        Shape.BAD,
        Shape.PROBE,
    )

    def _limits(self, marks: Sequence[Mark]) -> tuple[float, float]:
        """Between the newest build of the older side and the oldest one of the newer side."""
        if self._enough is not None:
            return 0.0, 1.0
        older, newer = self._sides
        high = min((mark.place for mark in marks if mark.shape is newer), default=1.0)
        low = max(
            (mark.place for mark in marks if mark.shape is older and mark.place <= high),
            default=0.0,
        )
        return low, high

    def told(self) -> str:
        """The picture in words, for those who cannot see it."""
        around = self._around
        counts = Counter(result.shape for result in self._results.values())
        text = tr("{all} builds, of which {left} are left.")
        told = [text.format(all=len(around.whole), left=len(around.near))]
        told += [f"{name}: {counts[shape]}." for shape, name in _counted().items()]
        if around.ends:
            text = tr("The change is after {first} and not after {last}.")
            if self._enough is not None:
                text = tr(
                    "It is {sure} sure that the change is after {first} and not after {last}."
                )
            told.append(
                text.format(
                    first=around.ends[0].label,
                    last=around.ends[1].label,
                    sure=percent(self._enough or 1.0),
                )
            )
        return " ".join(told)


def _counted() -> dict[Shape, str]:
    return {
        Shape.GOOD: tr("Good"),
        Shape.BAD: tr("Bad"),
        Shape.UNSEEN: tr("Not seen"),
        Shape.SKIP: tr("Skipped"),
    }


_ORDER = (
    Shape.OPEN,
    Shape.MISSING,
    Shape.SKIP,
    Shape.UNSEEN,
    Shape.GOOD,
    Shape.BAD,
    Shape.PROBE,
)


def _in_order(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """What matters most last, so that it is drawn over the others."""
    return tuple(sorted(marks, key=lambda mark: _ORDER.index(mark.shape)))


def _ticks(start: datetime, end: datetime, count: int = 5) -> tuple[Tick, ...]:
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
