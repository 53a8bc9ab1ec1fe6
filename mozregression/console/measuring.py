"""Usage data of the console: what is recorded when a command line begins and ends its work."""

import os
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, timezone

from mozregression.driver.places import Places
from mozregression.journal import Journal, Session
from mozregression.model.builds import Candidate
from mozregression.model.facts import Fact
from mozregression.model.report import Report
from mozregression.model.request import Request
from mozregression.model.steps import Finish
from mozregression.services.endpoints import Endpoints
from mozregression.session import next_step
from mozregression.telemetry import recorder, tally
from mozregression.telemetry.records import Tally


@contextmanager
def measured(
    session: Session, where: Places, options: Namespace, *, begins: bool
) -> Iterator[None]:
    """Record a bisection. begins: it is new, not resumed."""
    known = len(session.facts())
    records = _recorder(where, options)
    if begins:
        records.begin(recorder.bisection(session.request, _variant(options)))
    try:
        yield
    finally:
        if records.active:
            records.end(_wanted(session, where, known))


@contextmanager
def measured_launches(
    requests: Sequence[Request], where: Places, options: Namespace
) -> Iterator[list[Candidate]]:
    """Record builds launched without a bisection. Gives a list for those that were."""
    records = _recorder(where, options)
    for request in requests:
        records.begin(recorder.launch(request, _variant(options)))
    launched: list[Candidate] = []
    try:
        yield launched
    finally:
        request = requests[0]
        records.end(tally.launches(request.app, request.build_type, launched, _today()))


def _recorder(where: Places, options: Namespace) -> recorder.Recorder:
    return recorder.recorder(
        where.telemetry,
        wanted=options.telemetry,
        environment=os.environ,
        endpoint=options.telemetry_endpoint,
        stand_in=Endpoints.from_environment(os.environ) != Endpoints(),
    )


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
