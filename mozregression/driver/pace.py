"""What tests cost, told to the session when it may change which build is the best to test."""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import compress

from mozregression.builds.fetcher import Fetcher
from mozregression.model.builds import Build
from mozregression.model.facts import (
    BuildFound,
    BuildMissing,
    Fact,
    PaceMeasured,
    VerdictGiven,
    VerdictRetracted,
)
from mozregression.model.request import Request
from mozregression.model.verdicts import Verdict
from mozregression.session import candidates, in_force

_NOT_WORTH_IT = 0.5  # seconds; nobody tests another build to save less
_USUAL = 10.0  # seconds, while nothing was measured
_ANOTHER = 2.0  # times as long, or as short, is another pace


class Pace:
    """Measures one session. kept: builds that are on disk."""

    def __init__(
        self, request: Request, kept: Callable[[], Iterable[Build]], fetcher: Fetcher
    ) -> None:
        self._request = request
        self._kept = kept
        self._fetcher = fetcher
        self._sizes: list[int] = []
        self._looked_at = -1

    def saw(self, size: int) -> None:
        """An archive of so many bytes was obtained; 0: of an unknown number."""
        if size:
            self._sizes.append(size)

    def news(self, facts: Sequence[Fact]) -> PaceMeasured | None:
        """The pace, where it matters and is not what the facts say already."""
        turns = sum(
            isinstance(fact, VerdictGiven | VerdictRetracted | BuildMissing) for fact in facts
        )
        if turns == self._looked_at:
            return None
        last = next((fact for fact in reversed(facts) if isinstance(fact, PaceMeasured)), None)
        fetch = self._fetch(last)
        builds = list(self._kept()) if fetch >= _NOT_WORTH_IT else []
        if not builds and not (last and last.at_hand):
            return None
        verdicts = _standing(facts)
        line = self._open_part(facts, verdicts)
        if not line:
            return None
        self._looked_at = turns
        at_hand = self._at_hand(builds, facts)
        now = PaceMeasured(tuple(key for key in line if key in at_hand), fetch, _mean(verdicts))
        if not now.at_hand and not last:
            return None
        return None if last and _is_alike(now, last, line) else now

    def _open_part(self, facts: Sequence[Fact], verdicts: Sequence[VerdictGiven]) -> list[str]:
        """Keys of what may be tested yet; tests that may be wrong are repeated anywhere."""
        line = [candidate.key for candidate in candidates(self._request, facts)]
        if not in_force(self._request, facts).certainty.exact or not line:
            return line
        said = {given.candidate: given.verdict for given in verdicts}
        heard = [said.get(key, Verdict.SKIP) for key in line]
        places = {
            verdict: list(compress(range(len(line)), (each is verdict for each in heard)))
            for verdict in (Verdict.GOOD, Verdict.BAD)
        }
        older, newer = sorted(places.values(), key=lambda found: found or [len(line)])
        first = older[-1] + 1 if older else 0
        stop = newer[0] if newer else len(line)
        return [key for key in line[first:stop] if key not in said]

    def _at_hand(self, builds: Iterable[Build], facts: Sequence[Fact]) -> set[str]:
        found = {fact.build.url for fact in facts if isinstance(fact, BuildFound)}
        asked = (self._request.app, self._request.build_type)
        return {
            build.candidate
            for build in builds
            if build.url in found or (build.app, build.build_type) == asked
        }

    def _fetch(self, last: PaceMeasured | None) -> float:
        rate = self._fetcher.bytes_per_second
        if rate and self._sizes:
            return round(sum(self._sizes) / len(self._sizes) / rate, 2)
        return last.fetch if last else _USUAL


def _standing(facts: Iterable[Fact]) -> list[VerdictGiven]:
    found: list[VerdictGiven] = []
    for fact in facts:
        if isinstance(fact, VerdictGiven):
            found.append(fact)
        elif isinstance(fact, VerdictRetracted):
            del found[-1:]
    return found


def _mean(verdicts: Sequence[VerdictGiven]) -> float:
    """Seconds of a test."""
    if not verdicts:
        return _USUAL
    return round(sum(given.seconds for given in verdicts) / len(verdicts), 2)


def _is_alike(now: PaceMeasured, last: PaceMeasured, line: Collection[str]) -> bool:
    if set(now.at_hand) != set(last.at_hand).intersection(line):
        return False
    ratios = [(1 + pace.fetch) / (1 + pace.test) for pace in (now, last)]
    return not now.at_hand or max(ratios) < _ANOTHER * min(ratios)
