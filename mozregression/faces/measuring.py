"""Usage data of the faces: what is recorded when one begins and ends its work."""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, timezone

from mozregression.driver.places import Places
from mozregression.faces.telling import telling
from mozregression.journal import Journal, Session
from mozregression.model.builds import Candidate
from mozregression.model.facts import Fact
from mozregression.model.report import Report
from mozregression.model.request import Request
from mozregression.model.steps import Finish
from mozregression.session import next_step
from mozregression.settings.file import FileError, settings_of_person
from mozregression.telemetry import recorder, tally
from mozregression.telemetry.records import Tally

_NOTICE = """\
mozregression tells Mozilla which app, build type and dates are asked for, on which system.
Turn this off with: mozregression telemetry off. What is sent: mozregression telemetry show
"""


def print_notice() -> None:
    """Tell a person at a terminal."""
    sys.stderr.write(_NOTICE)


@contextmanager
def measured(
    session: Session,
    where: Places,
    options: Namespace,
    *,
    begins: bool,
    notice: Callable[[], None] = print_notice,
) -> Iterator[None]:
    """Record a bisection. begins: it is new, not resumed. notice: called the very first time."""
    known = 0 if begins else len(session.facts())
    records = _recorder(where, options)
    if begins and records.begin(recorder.bisection(session.request, _variant(options))):
        notice()
    try:
        yield
    finally:
        if records.active and _is_still_wanted():
            records.end(_wanted(session, where, known))


@contextmanager
def measured_launches(
    requests: Sequence[Request],
    where: Places,
    options: Namespace,
    *,
    notice: Callable[[], None] = print_notice,
) -> Iterator[list[Candidate]]:
    """Record builds launched without a bisection. Gives a list for those that were."""
    records = _recorder(where, options)
    for request in requests:
        if records.begin(recorder.launch(request, _variant(options))):
            notice()
    launched: list[Candidate] = []
    try:
        yield launched
    finally:
        request = requests[0]
        if _is_still_wanted():
            records.end(tally.launches(request.app, request.build_type, launched, _today()))


def _recorder(where: Places, options: Namespace) -> recorder.Recorder:
    found = telling(vars(options), where.telemetry)
    return recorder.Recorder(where.telemetry, found.will, found.to)


def _is_still_wanted() -> bool:
    """A person may have turned it off meanwhile, and what was withdrawn must not begin anew."""
    try:
        return bool(settings_of_person()["telemetry"])
    except FileError:
        return False


def _variant(options: Namespace) -> str:
    """Which face parsed the options."""
    return getattr(options, "variant", "console")


def _wanted(session: Session, where: Places, known: int) -> Tally | None:
    request = session.request
    with suppress(Exception):  # whatever is wrong with the session is told elsewhere
        facts = Journal(where.state).read(session.id).facts
        return tally.tally(request, facts, known, _report(request, facts), _today())
    return None


def _report(request: Request, facts: Sequence[Fact]) -> Report | None:
    step = next_step(request, facts)
    return step.report if isinstance(step, Finish) else None


def _today() -> date:
    return datetime.now(timezone.utc).date()
