"""The curve that shows where a change may be, while nothing is certain."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mozregression.model.certainty import percent
from mozregui.words import tr
from mozregui.work.neighbours import Dot, Share


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the curve. start, stop: from 0 to 1. height: the chance of each build in it, from
    0 to 1, the likeliest. likely: it belongs to the fewest builds that hold the confidence wanted.
    """

    start: float
    stop: float
    height: float
    likely: bool
    told: str


def curve(
    shares: Sequence[Share], place: Callable[[Dot], float], enough: float
) -> tuple[Stretch, ...]:
    """place: of a build in the picture. enough: the confidence wanted."""
    top = max((_each(share) for share in shares), default=0.0)
    if top <= 0:
        return ()
    likely = _likely(shares, enough)

    def stretch(number: int, share: Share) -> Stretch:
        # A nightly is dated later than the push that it was made of, and than some after it.
        start, stop = sorted((place(share.after), place(share.upto)))
        told = tr("{chance}: after {first} and not after {last}").format(
            chance=percent(share.chance), first=share.after.label, last=share.upto.label
        )
        return Stretch(start, stop, _each(share) / top, number in likely, told)

    return tuple(stretch(number, share) for number, share in enumerate(shares))


def _each(share: Share) -> float:
    return share.chance / share.builds


def _likely(shares: Sequence[Share], enough: float) -> set[int]:
    """The fewest that hold enough."""
    likely: set[int] = set()
    held = 0.0
    for number in sorted(range(len(shares)), key=lambda at: -_each(shares[at])):
        if held >= enough:
            break
        likely.add(number)
        held += shares[number].chance
    return likely
