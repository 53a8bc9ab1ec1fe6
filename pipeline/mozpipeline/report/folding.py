"""Groups of few clients are folded, so that nobody is told by what is published. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

OTHERS = "others"

Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Uses that have their labels in common. clients: distinct ones."""

    labels: Labels
    uses: int
    clients: int


@dataclass(frozen=True, slots=True)
class Groups:
    """left_out: uses of groups that were too small even put together."""

    groups: tuple[Group, ...]
    left_out: int

    @property
    def uses(self) -> int:
        return sum(group.uses for group in self.groups)


@dataclass(slots=True)
class _Building:
    uses: int = 0
    clients: set[str] = field(default_factory=set)


def folded(rows: Iterable[tuple[str, Labels, int]], threshold: int, fixed: int = 0) -> Groups:
    """Add up client, labels, uses.

    Groups of fewer clients than the threshold become OTHERS in every label after the first
    `fixed` ones. If the others together are too few, they are joined by the smallest group that
    could stand alone, as they could be told from the difference; or left out when there is none.
    """
    building: dict[Labels, _Building] = defaultdict(_Building)
    for client, labels, uses in rows:
        building[labels].uses += uses
        building[labels].clients.add(client)
    by_head: dict[Labels, dict[Labels, _Building]] = defaultdict(dict)
    for labels, group in building.items():
        by_head[labels[:fixed]][labels] = group
    found: list[Group] = []
    left_out = 0
    for head, groups in sorted(by_head.items()):
        kept, lost = _fold(groups, threshold, head)
        found += sorted(kept, key=lambda one: (OTHERS in one.labels, -one.uses, one.labels))
        left_out += lost
    return Groups(tuple(found), left_out)


def _fold(groups: dict[Labels, _Building], threshold: int, head: Labels) -> tuple[list[Group], int]:
    large = {labels: one for labels, one in groups.items() if len(one.clients) >= threshold}
    small = [one for labels, one in groups.items() if labels not in large]
    others = _together(small)
    if small and len(others.clients) < threshold and large:
        smallest = min(large, key=lambda labels: (len(large[labels].clients), labels))
        others = _together([others, large.pop(smallest)])
    kept = [Group(labels, one.uses, len(one.clients)) for labels, one in large.items()]
    if not small:
        return kept, 0
    if len(others.clients) < threshold:
        return kept, others.uses
    width = len(next(iter(groups)))
    labels = head + (OTHERS,) * (width - len(head))
    return [*kept, Group(labels, others.uses, len(others.clients))], 0


def _together(groups: Sequence[_Building]) -> _Building:
    return _Building(
        sum(one.uses for one in groups), {client for one in groups for client in one.clients}
    )
