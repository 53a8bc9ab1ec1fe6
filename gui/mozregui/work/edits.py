"""Changes to a session that the person makes between two tests."""

import time
from collections.abc import Sequence
from dataclasses import replace

from mozregression.journal import Session
from mozregression.model.certainty import Kind
from mozregression.model.facts import (
    CertaintyChanged,
    MoreAllowed,
    TransitionChosen,
    VerdictGiven,
    VerdictRetracted,
)
from mozregression.model.report import Transition
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.reports.account import standing_verdicts
from mozregression.session import in_force
from mozregui.words import tr
from mozregui.work.worker import Edit


def back_to(number: int) -> Edit:
    """Take back the verdict with that number (from 1) and all after it."""

    def edit(session: Session) -> None:
        standing = len(standing_verdicts(session.facts()))
        if not 1 <= number <= standing:
            raise LookupError(tr("There is no verdict to take back."))
        session.reopen()
        for _ in range(number, standing + 1):
            session.append(VerdictRetracted(int(time.time())))

    return edit


def back_once(session: Session) -> None:
    """Take back the last verdict."""
    back_to(len(standing_verdicts(session.facts())))(session)


def allow_more(tests: int) -> Edit:
    """Have a session go on that ended for want of tests."""

    def edit(session: Session) -> None:
        session.append(MoreAllowed(tests))
        session.reopen()

    return edit


def go_on_in(transition: Transition) -> Edit:
    """Have a session go on in one of the places where the bug came and went."""

    def edit(session: Session) -> None:
        session.append(TransitionChosen.of(transition))
        session.reopen()

    return edit


def distrust(session: Session) -> None:
    """Take it that the bug hides at times: in the tests to come, and in those that were."""
    now = in_force(session.request, session.facts()).certainty
    hides = replace(now, kind=Kind.INTERMITTENT, miss_rate=None, false_rate=None)
    session.append(CertaintyChanged(hides))
    session.reopen()


def skip(keys: Sequence[str]) -> Edit:
    """Say of builds that they cannot be judged, except for those that were."""

    def edit(session: Session) -> None:
        judged = {given.candidate for _, given in standing_verdicts(session.facts())}
        left = [key for key in keys if key not in judged]
        if not left:
            raise ValueError(tr("All of these builds were judged already."))
        session.reopen()
        note = tr("skipped by hand")
        for key in left:
            session.append(
                VerdictGiven(key, Verdict.SKIP, Purpose.NARROW, int(time.time()), note=note)
            )

    return edit
