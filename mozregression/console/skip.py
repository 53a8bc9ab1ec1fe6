"""`mozregression skip`: leave out a range of builds that is known to be no good for the test."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

from mozregression.console import kept
from mozregression.console.exits import EXIT_FOUND
from mozregression.journal import JournalError, Session
from mozregression.model.bounds import Bound, BuildIdBound, ChangesetBound, DateBound, parse_bound
from mozregression.model.builds import Candidate, Nightly, Push
from mozregression.model.facts import Fact, VerdictGiven
from mozregression.model.steps import FindBuild, Finish, TestBuild
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.reports.account import Known, standing_verdicts
from mozregression.session import next_step

_NOTE = "skipped by hand"


def main(argv: Sequence[str]) -> int:
    command = kept.parser("skip", "Leave out the builds between two days, builds or changesets.")
    command.add_argument("session", type=int, metavar="ID")
    bound = "day (2026-05-01), build id or changeset"
    command.add_argument("first", metavar="FIRST", help=f"{bound}; included")
    command.add_argument("last", metavar="LAST", help="the same; included")
    options = command.parse_args(argv)
    try:
        with kept.opened(options.session) as session:
            today = datetime.now(timezone.utc).date()
            first, last = (parse_bound(text, today) for text in (options.first, options.last))
            told = _skip(session, first, last)
    except (JournalError, ValueError) as error:
        return kept.refuse(error)
    print(told)
    return EXIT_FOUND


def _skip(session: Session, first: Bound, last: Bound) -> str:
    """Raises ValueError when there is nothing to skip."""
    facts = session.facts()
    known = Known(facts)
    current = _current(session, facts, known)
    start, end = _moment(first, known, last=False), _moment(last, known, last=True)
    judged = {given.candidate for _, given in standing_verdicts(facts)}
    skipped = [
        one
        for one in known.candidates.values()
        if type(one) is type(current)
        and one.branch == current.branch
        and start <= one.moment <= end
        and one.key not in judged
    ]
    if not skipped:
        raise ValueError(f"There is nothing to judge from {first} to {last} in this session.")
    for one in sorted(skipped, key=lambda candidate: candidate.moment):
        session.append(
            VerdictGiven(one.key, Verdict.SKIP, Purpose.NARROW, int(time.time()), note=_NOTE)
        )
    kind = "nightlies" if isinstance(current, Nightly) else "pushes"
    return (
        f"Skipped {len(skipped)} {current.branch} {kind} from {first} to {last}.\n"
        f"Go on with: mozregression resume {session.id}"
    )


def _current(session: Session, facts: Sequence[Fact], known: Known) -> Candidate:
    """A candidate of the kind the session looks at now."""
    step = next_step(session.request, facts)
    if isinstance(step, Finish):
        raise ValueError(  # noqa: TRY004 - no matter of types
            f"Session {session.id} is finished. Take verdicts back first: "
            f"mozregression undo {session.id}"
        )
    if isinstance(step, TestBuild | FindBuild):
        return step.candidate
    for _, given in reversed(standing_verdicts(facts)):
        if given.candidate in known.candidates:
            return known.candidates[given.candidate]
    raise ValueError(
        f"Session {session.id} does not know any builds yet. Let it list them first: "
        f"mozregression resume {session.id}"
    )


def _moment(bound: Bound, known: Known, *, last: bool) -> datetime:
    """When a bound begins or, as the last one, ends. Raises ValueError."""
    found: Candidate | None = None
    match bound:
        case DateBound(day):
            begin = datetime(day.year, day.month, day.day, tzinfo=timezone.utc)
            return begin + timedelta(days=1, microseconds=-1) if last else begin
        case BuildIdBound(stamp):
            nightlies = (one for one in known.candidates.values() if isinstance(one, Nightly))
            found = next((one for one in nightlies if one.stamp == stamp), None)
        case ChangesetBound(node):
            pushes = (one for one in known.candidates.values() if isinstance(one, Push))
            found = next((one for one in pushes if _holds(one, node)), None)
    if found is None:
        raise ValueError(f"{bound} is no build that the session knows. Give a day instead.")
    return found.moment


def _holds(push: Push, node: str) -> bool:
    return any(changeset.startswith(node) for changeset in push.changesets)
