"""How changesets land in a world: pushes of both branches, from a seed.

Changesets are numbers in the order they were made; hashes and texts are derived from the
number when somebody asks. A branch has one head, so the state after its push i holds exactly
the changesets of its pushes 0 to i, merges included.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timezone
from enum import IntEnum
from random import Random

DAY = 86_400
ROOT = 0


class Kind(IntEnum):
    """What a changeset is."""

    ROOT = 0
    LANDING = 1
    BACKOUT = 2
    DIRECT = 3
    MERGE = 4
    BACK_MERGE = 5
    UPLIFT = 6
    CYCLE_MERGE = 7
    COMM = 8


MERGES = frozenset({Kind.MERGE, Kind.BACK_MERGE, Kind.CYCLE_MERGE})


@dataclass(frozen=True, slots=True)
class LandingStyle:
    """How often things happen, as chances.

    merge: mozilla-central gets a merge of autoland although a fast-forward was possible.
    direct: a landing goes to mozilla-central first. back_merge: before an autoland push,
    mozilla-central is merged to autoland if it has something of its own (the merge then rides
    along to mozilla-central); until then, autoland has to be merged to mozilla-central.
    backout: an autoland push takes something back.
    clock_slip: an autoland push is dated before the one it follows. hidden: before an autoland
    push there is one whose changesets are all hidden, so that it lists none.
    nightly_skipped, respin: a nightly is left out; a third one is made.
    """

    merge: float = 0.02
    direct: float = 0.06
    back_merge: float = 0.35
    backout: float = 0.06
    clock_slip: float = 0.003
    hidden: float = 0.0
    nightly_skipped: float = 0.01
    respin: float = 0.02


@dataclass(slots=True)
class BranchLog:
    """Pushes of one branch, by index from 0. times: UTC seconds."""

    first_id: int = 1
    times: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    changesets: list[int] = field(default_factory=list)
    arrival: dict[int, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.times)

    def add(self, when: int, changesets: list[int]) -> None:
        index = len(self.times)
        self.times.append(when)
        self.changesets.extend(changesets)
        self.starts.append(len(self.changesets))
        self.arrival.update(dict.fromkeys(changesets, index))

    def of(self, index: int) -> list[int]:
        """Changesets of a push, ancestors first; none if they are hidden."""
        return self.changesets[self.starts[index] : self.starts[index + 1]]

    def tip(self, index: int) -> int:
        """The newest changeset after a push."""
        stop = self.starts[index + 1]
        return self.changesets[stop - 1] if stop else ROOT

    @property
    def head(self) -> int:
        return self.changesets[-1] if self.changesets else ROOT


@dataclass(slots=True)
class History:
    """kinds, parents and dates are by changeset number; nightlies hold indices into central."""

    autoland: BranchLog = field(default_factory=BranchLog)
    central: BranchLog = field(default_factory=BranchLog)
    kinds: list[Kind] = field(default_factory=list)
    parents: list[tuple[int, ...]] = field(default_factory=list)
    dates: list[int] = field(default_factory=list)
    nightlies: list[int] = field(default_factory=list)
    dontbuild: set[int] = field(default_factory=set)

    def commit(self, kind: Kind, when: int, *parents: int) -> int:
        self.kinds.append(kind)
        self.parents.append(parents)
        self.dates.append(when)
        return len(self.kinds) - 1


def midnight(day: date) -> int:
    """UTC seconds at which a day begins."""
    return int(datetime.combine(day, time(), timezone.utc).timestamp())


class Landings:
    """Writes a history day by day."""

    def __init__(
        self, seed: int, pushes_a_day: int, nightlies_a_day: int, style: LandingStyle
    ) -> None:
        self._rng = Random(f"history/{seed}")
        self._pushes_a_day = pushes_a_day
        self._style = style
        self._crons = [10 * 3600 + DAY * slot // nightlies_a_day for slot in range(nightlies_a_day)]
        self._crons = sorted(second % DAY for second in self._crons)
        self._merged = 0  # autoland pushes that mozilla-central has
        self._central_only: list[int] = []
        self._in_step_after = 0  # with so many autoland pushes, central can fast-forward
        self.history = History()

    def write(self, first: date, days: int, dontbuild: float) -> History:
        start = midnight(first)
        self.history.commit(Kind.ROOT, start - DAY)
        for day in range(days):
            self._day(start + day * DAY, dontbuild)
        self._slip_clocks()
        return self.history

    def _day(self, start: int, dontbuild: float) -> None:
        for second, to_central in self._events():
            when = start + second
            if to_central:
                self._to_central(when)
            else:
                self._land(when, dontbuild)
        self._nightlies(start)

    def _events(self) -> Iterator[tuple[int, bool]]:
        """Seconds of the day in order, and whether mozilla-central is meant."""
        rng = self._rng
        # Sheriffs bring mozilla-central up to date just before nightlies are made.
        central = {cron - rng.randint(600, 2700) for cron in self._crons}
        wanted = max(len(central), round(self._pushes_a_day * 7 / 24))
        while len(central) < wanted:
            central.add(rng.randrange(DAY))
        landings = rng.sample(range(DAY), self._pushes_a_day)
        events = [(second, False) for second in landings]
        events += [(second, True) for second in central]
        return iter(sorted(events))

    def _land(self, when: int, dontbuild: float) -> None:
        rng, history, log = self._rng, self.history, self.history.autoland
        if self._central_only and rng.random() < self._style.back_merge:
            self._merge_back(when)
        if self._style.hidden and rng.random() < self._style.hidden:
            log.add(self._after_last(log, when), [])
        size = 1 if rng.random() < 0.65 else min(8, 2 + int(rng.expovariate(0.8)))
        backout = rng.random() < self._style.backout
        changesets: list[int] = []
        head = log.head
        for _ in range(size):
            head = history.commit(Kind.BACKOUT if backout else Kind.LANDING, when, head)
            changesets.append(head)
        if rng.random() < dontbuild:
            history.dontbuild.add(head)
        log.add(self._after_last(log, when), changesets)

    def _to_central(self, when: int) -> None:
        rng, style = self._rng, self._style
        if rng.random() < style.direct:
            self._land_directly(when)
            return
        upto = max(self._merged, len(self.history.autoland) - rng.randint(0, 3))
        parted = bool(self._central_only) or upto < self._in_step_after
        self._bring_over(when, upto, merge=parted or rng.random() < style.merge)

    def _land_directly(self, when: int) -> None:
        changeset = self.history.commit(Kind.DIRECT, when, self.history.central.head)
        self._central_only.append(changeset)
        self._push_central(when, [changeset])

    def _merge_back(self, when: int) -> None:
        history = self.history
        merge = history.commit(Kind.BACK_MERGE, when, history.autoland.head, history.central.head)
        log = history.autoland
        log.add(self._after_last(log, when), [*self._central_only, merge])
        self._central_only = []
        self._in_step_after = len(log)

    def _bring_over(self, when: int, upto: int, *, merge: bool) -> None:
        """Take autoland's pushes before index upto to mozilla-central."""
        history, autoland, central = self.history, self.history.autoland, self.history.central
        arrived = autoland.changesets[autoland.starts[self._merged] : autoland.starts[upto]]
        if not arrived:
            return
        new = [number for number in arrived if number not in central.arrival]
        if merge:
            number = history.commit(Kind.MERGE, when, central.head, autoland.tip(upto - 1))
            self._central_only.append(number)
            new.append(number)
        self._merged = upto
        self._push_central(when, new)

    def _push_central(self, when: int, changesets: list[int]) -> None:
        central = self.history.central
        central.add(self._after_last(central, when), changesets)

    @staticmethod
    def _after_last(log: BranchLog, when: int) -> int:
        """Times are unique on a branch, since builds are found by the second of their push."""
        return max(when, log.times[-1] + 1) if log.times else when

    def _nightlies(self, start: int) -> None:
        rng, style, history = self._rng, self._style, self.history
        moments = [start + cron for cron in self._crons if rng.random() >= style.nightly_skipped]
        if rng.random() < style.respin:
            moments.append(start + rng.randrange(DAY))
        for moment in sorted(moments):
            index = bisect_right(history.central.times, moment) - 1
            if index > (history.nightlies[-1] if history.nightlies else -1):
                history.nightlies.append(index)

    def _slip_clocks(self) -> None:
        times = self.history.autoland.times
        for _ in range(int(len(times) * self._style.clock_slip)):
            index = self._rng.randrange(max(1, len(times) - 1))
            times[index], times[index + 1] = times[index + 1], times[index]
