"""One build in place of a bisection: which one a bound means."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from itertools import islice

from mozregression.model.bounds import BuildIdBound
from mozregression.model.builds import Build, Candidate, Push
from mozregression.model.facts import Fact
from mozregression.model.report import Outcome, Report
from mozregression.model.request import Request
from mozregression.model.steps import Finish, Question, TestBuild
from mozregression.session.knowledge import Knowledge, Needs
from mozregression.session.nightly_line import exact_nightly, newer_nightlies, nightlies_around
from mozregression.session.phases import Ended
from mozregression.session.readings import Reading, read_bound
from mozregression.session.scope import Scope, scope_of

_CHOICES = 10  # candidates to look at before giving up
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Found:
    """The build that a bound means. told: how the bound was read, for a person."""

    candidate: Candidate
    build: Build
    told: str


def find_single(request: Request, facts: Iterable[Fact]) -> Question | Found | Report:
    """The build that a request's bad bound means, a question on the way there, or a report that
    tells why there is none.
    """
    knowledge, scope = Knowledge(facts), scope_of(request)
    try:
        reading = read_bound(request.bad, scope, knowledge)
        for number, candidate in enumerate(islice(_choices(reading, scope, knowledge), _CHOICES)):
            build = knowledge.build(candidate)
            if build is not None:
                return Found(candidate, build, _told(reading, candidate, exact=number == 0))
    except Needs as need:
        step = need.steps[0]
        if isinstance(step, TestBuild | Finish):
            raise TypeError("to find a build, nothing is tested") from None
        return step
    except Ended as ended:
        return ended.report
    missing = knowledge.all_missing()
    reasons = dict.fromkeys(one.reason.value for one in missing)
    return Report(
        Outcome.NOTHING_TO_TEST,
        f"There is nothing to run for {request.bad}. Looked for {len(missing)} of "
        f"{request.app}, {request.build_type}: {', '.join(reasons)}.",
        missing=missing,
    )


def _choices(reading: Reading, scope: Scope, knowledge: Knowledge) -> Iterator[Candidate]:
    """What the bound may mean, the best first."""
    if reading.push:
        yield reading.push
        landed = None if scope.why_no_nightlies else knowledge.located(scope.main, reading.node)
        if landed:
            yield from newer_nightlies(landed, scope, knowledge)
    elif scope.why_no_nightlies:
        yield from _pushes_of_day(reading, scope.landing, knowledge)
    elif isinstance(reading.bound, BuildIdBound):
        that_day = knowledge.nightlies(scope.main, reading.day, reading.day)
        yield exact_nightly(reading.bound, that_day)
    else:
        yield from nightlies_around(reading.day, scope, knowledge)


def _pushes_of_day(reading: Reading, branch: str, knowledge: Knowledge) -> Iterator[Push]:
    """The last one first."""
    begin = datetime.combine(reading.day, time(), timezone.utc)
    start, end = int(begin.timestamp()) - 1, int((begin + _DAY).timestamp())
    yield from reversed(knowledge.pushes_during(branch, start, end))


def _told(reading: Reading, candidate: Candidate, *, exact: bool) -> str:
    if exact and (reading.push is not None or candidate.day == reading.day):
        return f"{reading.told}: {candidate}"
    return f"{reading.told}, of which there is no build to run; the nearest is {candidate}"
