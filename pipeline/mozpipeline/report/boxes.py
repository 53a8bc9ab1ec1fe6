"""Box plots as numbers: quartiles, fences, outliers, of groups large enough to be told. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mozpipeline.report.folding import OTHERS
from mozpipeline.retention.demand import Demand


@dataclass(frozen=True, slots=True)
class Box:
    """Ages in months, counting the first as 1. The fences are the outermost ages within one and
    a half times the middle half; outliers are uses beyond them.
    """

    app: str
    build_type: str
    uses: int
    clients: int
    lower_fence: int
    lower_quartile: int
    median: int
    upper_quartile: int
    upper_fence: int
    outliers: int


def boxes(demands: Iterable[Demand], threshold: int) -> list[Box]:
    """One for each app and build type, the most used first; small ones are put together."""
    groups: dict[tuple[str, str], list[Demand]] = defaultdict(list)
    for one in demands:
        groups[one.app, one.build_type].append(one)
    small = [key for key, group in groups.items() if _clients(group) < threshold]
    others = [one for key in small for one in groups.pop(key)]
    found = [_box(*key, group) for key, group in groups.items()]
    found.sort(key=lambda box: (-box.uses, box.app, box.build_type))
    return [*found, _box(OTHERS, OTHERS, others)] if _clients(others) >= threshold else found


def _clients(group: Sequence[Demand]) -> int:
    return len({one.client for one in group})


def _box(app: str, build_type: str, group: Sequence[Demand]) -> Box:
    counted = Counter[int]()
    for one in group:
        counted[one.age + 1] += one.uses
    ages = sorted(counted)
    total = counted.total()
    lower, median, upper = (_at_quarter(counted, ages, total, quarter) for quarter in (1, 2, 3))
    reach = 1.5 * (upper - lower)
    inside = [age for age in ages if lower - reach <= age <= upper + reach]
    return Box(
        app,
        build_type,
        total,
        _clients(group),
        inside[0],
        lower,
        median,
        upper,
        inside[-1],
        total - sum(counted[age] for age in inside),
    )


def _at_quarter(counted: Counter[int], ages: Sequence[int], total: int, quarter: int) -> int:
    """The least age that so many quarters of all uses do not exceed."""
    place = 0
    for age in ages:
        place += counted[age]
        if place * 4 >= total * quarter:
            return age
    raise ValueError("a group without uses")
