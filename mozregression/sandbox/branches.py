"""Branches beside mozilla-central and autoland: Thunderbird's, and those that releases come from.

They are written after the history of the main branches, with dice of their own, so that a world
with them has the same nightlies and landings as one without.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from random import Random

from mozregression.sandbox.cycles import BETAS, beta_day, nightly_start, release_day, version_on
from mozregression.sandbox.history import DAY, BranchLog, History, Kind, midnight

COMM, BETA, RELEASE = "comm-central", "mozilla-beta", "mozilla-release"

_COMM_PUSHES, _UPLIFTS, _FIXES = 4, 3, 1  # a day
_QUIET = 0.3  # of the days of comm-central; nightlies then differ by Gecko alone
_COMM_NIGHTLY = 10 * 3600 + 1800
_MERGE_HOUR = 14 * 3600
_TAG_HOUR = 18 * 3600


@dataclass(slots=True)
class Branches:
    """Their pushes. nightlies: of comm-central, indices by UTC seconds. tags: by branch, oldest
    first.
    """

    logs: dict[str, BranchLog]
    nightlies: dict[int, int]
    tags: dict[str, dict[str, int]]


class BranchWriter:
    """Adds branches to a history."""

    def __init__(self, history: History, seed: int) -> None:
        self._history = history
        self._rng = Random(f"branches/{seed}")
        self._logs = {name: BranchLog() for name in (COMM, BETA, RELEASE)}
        self._tags: dict[str, dict[str, int]] = {BETA: {}, RELEASE: {}}

    def write(self, first: date, days: int) -> Branches:
        nightlies: dict[int, int] = {}
        for number in range(days):
            day = first + timedelta(days=number)
            if day == nightly_start(version_on(day)):
                self._merge_day(day)
            self._land(BETA, Kind.UPLIFT, day, _UPLIFTS)
            self._land(RELEASE, Kind.UPLIFT, day, _FIXES)
            self._land(COMM, Kind.COMM, day, 0 if self._rng.random() < _QUIET else _COMM_PUSHES)
            when = midnight(day) + _COMM_NIGHTLY + self._rng.randrange(900)
            index = bisect_right(self._logs[COMM].times, when) - 1
            if index >= 0:
                nightlies[when] = index
        self._tag_versions(first, first + timedelta(days=days))
        return Branches(self._logs, nightlies, {name: self._in_order(name) for name in self._tags})

    def _land(self, branch: str, kind: Kind, day: date, times: int) -> None:
        log = self._logs[branch]
        for second in sorted(self._rng.sample(range(DAY), times)):
            when = midnight(day) + second
            head = self._history.commit(kind, when, log.head)
            self._push(branch, when, [head])

    def _push(self, branch: str, when: int, changesets: list[int]) -> None:
        log = self._logs[branch]
        log.add(max(when, log.times[-1] + 1) if log.times else when, changesets)

    def _merge_day(self, day: date) -> None:
        """Beta goes on to release, and what was nightly until midnight to beta."""
        version, when = version_on(day) - 1, midnight(day) + _MERGE_HOUR
        beta = self._logs[BETA]
        if len(beta):
            self._tags[BETA][f"FIREFOX_RELEASE_{version - 1}_BASE"] = beta.head
            self._merge(RELEASE, when, beta.changesets, beta.head)
        central = self._history.central
        count = bisect_left(central.times, midnight(day))
        if count:
            arrived = central.changesets[: central.starts[count]]
            self._merge(BETA, when, arrived, central.tip(count - 1))
            self._tags[BETA][f"FIREFOX_BETA_{version}_BASE"] = beta.head

    def _merge(self, branch: str, when: int, source: list[int], head: int) -> None:
        log = self._logs[branch]
        new = [number for number in source if number not in log.arrival]
        merge = self._history.commit(Kind.CYCLE_MERGE, when, log.head, head)
        self._push(branch, when, [*new, merge])

    def _tag_versions(self, first: date, end: date) -> None:
        for version in range(max(1, version_on(first) - 3), version_on(end) + 1):
            for number in range(1, BETAS + 1):
                for product in ("FIREFOX", "DEVEDITION"):
                    name = f"{product}_{version}_0b{number}"
                    self._tag(BETA, name, beta_day(version, number), end)
            made = release_day(version) - timedelta(days=1)
            self._tag(RELEASE, f"FIREFOX_{version}_0", made, end)
            self._tag(RELEASE, f"FIREFOX_{version}_0_1", made + timedelta(days=7), end)

    def _in_order(self, branch: str) -> dict[str, int]:
        dates = self._history.dates
        return dict(sorted(self._tags[branch].items(), key=lambda tag: dates[tag[1]]))

    def _tag(self, branch: str, name: str, day: date, end: date) -> None:
        log, moment = self._logs[branch], midnight(day) + _TAG_HOUR
        index = bisect_right(log.times, moment) - 1
        if index >= 0 and day < end and log.times[0] < moment - DAY:
            self._tags[branch][f"{name}_RELEASE"] = log.tip(index)


def version_of_push(branch: str, when: int) -> str:
    """What application.ini says: a version without the number of the beta."""
    day = datetime.fromtimestamp(when - _MERGE_HOUR, timezone.utc).date()
    return f"{version_on(day) - (1 if branch == BETA else 2)}.0"
