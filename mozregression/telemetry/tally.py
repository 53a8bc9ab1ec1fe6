"""Which ages of builds a session really wanted. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from mozregression.model.builds import Candidate, MissingReason, Nightly
from mozregression.model.facts import BuildMissing, Fact, VerdictGiven
from mozregression.model.report import Outcome, Report
from mozregression.model.request import Request
from mozregression.reports.account import Known
from mozregression.telemetry.records import Tally

# Builds that somebody may have removed; the others were never there, or cannot be judged.
_REMOVED = (MissingReason.EXPIRED, MissingReason.NO_FILE)


AGES = (*map(str, range(24)), "24-35", "36-59", "60+")
"""Labels of ages: months, as metrics.yaml lists them."""


def age_label(day: date, today: date) -> str:
    """The age of a build of that day in whole months: one of AGES."""
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    if months < 24:
        return str(max(0, months))
    return "24-35" if months < 36 else "36-59" if months < 60 else "60+"


def tally(
    request: Request, facts: Sequence[Fact], known: int, report: Report | None, today: date
) -> Tally | None:
    """What a session wanted since it had `known` facts; None when that is nothing.

    A build counts once. That an answer ends with nightlies means that a push was wanted, too.
    """
    candidates = Known(facts).candidates
    new = facts[known:]
    launched = {fact.candidate for fact in new if isinstance(fact, VerdictGiven)}
    missing = {
        fact.missing.candidate
        for fact in new
        if isinstance(fact, BuildMissing) and fact.missing.reason in _REMOVED
    }
    counted = Tally(
        request.app,
        request.build_type,
        *_by_age((candidates[key] for key in launched if key in candidates), today),
        *_by_age((candidates[key] for key in missing if key in candidates), today),
    )
    if report and report.outcome is Outcome.NIGHTLIES and report.bad:
        pushes = Counter(counted.missing_push)
        pushes[age_label(report.bad.candidate.day, today)] += 1
        counted = replace(counted, missing_push=dict(pushes))
    empty = Tally(request.app, request.build_type)
    return None if counted == empty else counted


def launches(app: str, build_type: str, launched: Iterable[Candidate], today: date) -> Tally | None:
    """Builds that were launched without a session; None when there are none."""
    counted = Tally(app, build_type, *_by_age(launched, today))
    return counted if counted.launched else None


def _by_age(candidates: Iterable[Candidate], today: date) -> tuple[dict[str, int], dict[str, int]]:
    """Nightlies, and pushes."""
    nightlies: Counter[str] = Counter()
    pushes: Counter[str] = Counter()
    for candidate in candidates:
        ages = nightlies if isinstance(candidate, Nightly) else pushes
        ages[age_label(candidate.day, today)] += 1
    return dict(nightlies), dict(pushes)
