"""What a typed bound means, told while it is typed."""

from dataclasses import dataclass
from datetime import date

from mozregression.model.bounds import (
    BadBoundError,
    Bound,
    BuildIdBound,
    ChangesetBound,
    DateBound,
    ReleaseBound,
    TagBound,
    parse_bound,
)
from mozregui.words import tr


@dataclass(frozen=True, slots=True)
class Meaning:
    """bound: None when the text is none. told: for the person; wrong: it is a complaint."""

    bound: Bound | None
    told: str
    wrong: bool = False


def meaning(text: str, today: date, *, missing: str) -> Meaning:
    """Asks nobody. missing: what is told of an empty text."""
    if not text.strip():
        return Meaning(None, missing)
    try:
        bound = parse_bound(text, today)
    except BadBoundError as error:
        return Meaning(None, str(error), wrong=True)
    if isinstance(bound, DateBound | BuildIdBound) and bound.day > today:
        return Meaning(bound, tr("{bound} is in the future.").format(bound=bound.day), wrong=True)
    return Meaning(bound, _told(bound))


def _told(bound: Bound) -> str:
    match bound:
        case DateBound(day):
            return tr("A day: {day}").format(day=f"{day:%A}, {day}")
        case BuildIdBound():
            return tr("One nightly build: {moment} UTC").format(
                moment=f"{bound.moment:%Y-%m-%d %H:%M}"
            )
        case ReleaseBound(version):
            return tr("A release: {version}").format(version=version)
        case TagBound(name):
            return tr("A tag: {name}").format(name=name)
        case ChangesetBound(node):
            return tr("A changeset (hg or git): {node}").format(node=node)
    return str(bound)
