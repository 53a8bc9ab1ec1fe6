"""The report, and the values in it, as JSON. docs/reports.md describes every field."""

import json
from typing import Any

from mozregression.model.builds import Build, Candidate, Landing, Missing, Nightly
from mozregression.model.certainty import Certainty
from mozregression.model.report import Embedded, End, Report, Transition
from mozregression.model.request import Request
from mozregression.model.steps import Span
from mozregression.reports import wording
from mozregression.reports.account import Account, Trial
from mozregression.session import Understanding

VERSION = 1
"""One more whenever a program that reads reports would have to change. New fields may come."""


def json_text(account: Account) -> str:
    """The whole report, indented, in ASCII; ends with a line break."""
    return json.dumps(document(account), indent=2, allow_nan=False) + "\n"


def document(account: Account) -> dict[str, Any]:
    """The whole report as JSON values."""
    understanding = account.understanding
    return {
        "format": "mozregression report",
        "version": VERSION,
        "request": request(account.request),
        "understanding": understood(understanding) if understanding else None,
        **conclusion(account.report),
        "tests": [trial(number, one) for number, one in enumerate(account.trials, 1)],
        "environment": {
            "mozregression": account.environment.mozregression,
            "python": account.environment.python,
            "os": account.environment.os,
        },
    }


def conclusion(report: Report) -> dict[str, Any]:
    """What came out, without what it rests on."""
    return {
        "outcome": report.outcome.name,
        "detail": report.detail,
        "confidence": wording.confidence(report),
        "chance": report.confidence,
        "chances": list(report.chances),
        "tests_left": report.tests_left,
        "transitions": [transition(one) for one in report.transitions],
        "evidence": [evidence(one) for one in wording.sightings(report)],
        "confirmed": report.confirmed,
        "fixed": report.fixed,
        "good": end(report.good) if report.good else None,
        "bad": end(report.bad) if report.bad else None,
        "pushlog": wording.pushlog_url(report),
        "compare": wording.compare_url(report),
        "suspects": [candidate(one) for one in report.suspects],
        "changesets": [landing(one) for one in report.landings],
        "embedded": embedded(report.embedded) if report.embedded else None,
        "untestable": [missing(one) for one in report.untestable],
        "missing": [missing(one) for one in report.missing],
    }


def request(asked: Request) -> dict[str, Any]:
    return {
        "app": asked.app,
        "os": asked.os,
        "arch": asked.arch,
        "build_type": asked.build_type,
        "lang": asked.lang,
        "branch": asked.branch,
        "good": str(asked.good),
        "bad": str(asked.bad),
        "asked_at": asked.asked_at,
        "certainty": certainty(asked.certainty),
        "ages": {"uniform": asked.prior.uniform, "days": list(asked.prior.days)},
        "suspects": list(asked.suspects),
    }


def certainty(one: Certainty) -> dict[str, Any]:
    return {
        "kind": one.kind.name,
        "miss_rate": one.miss_rate,
        "false_rate": one.false_rate,
        "confidence": one.confidence,
        "max_tests": one.max_tests,
    }


def understood(read: Understanding) -> dict[str, Any]:
    return {
        "good": read.good,
        "bad": read.bad,
        "candidates": read.candidates,
        "granularity": read.granularity,
    }


def candidate(one: Candidate) -> dict[str, Any]:
    return {
        "key": one.key,
        "kind": "nightly" if isinstance(one, Nightly) else "push",
        "branch": one.branch,
        "time": one.moment.isoformat(),
        "build_id": one.stamp if isinstance(one, Nightly) else None,
        "push_id": None if isinstance(one, Nightly) else one.id,
        "changeset": None if isinstance(one, Nightly) else one.tip,
    }


def build(one: Build) -> dict[str, Any]:
    return {
        "candidate": one.candidate,
        "build_type": one.build_type,
        "platform": one.platform,
        "url": one.url,
        "size": one.size,
        "task": one.task_id,
    }


def end(one: End) -> dict[str, Any]:
    return {
        "candidate": candidate(one.candidate),
        "branch": one.revision.branch if one.revision else None,
        "changeset": one.revision.node if one.revision else None,
        "git": one.git,
    }


def embedded(one: Embedded) -> dict[str, Any]:
    return {
        "branch": one.bad.branch,
        "good": one.good.node,
        "bad": one.bad.node,
        "good_git": one.good_git,
        "bad_git": one.bad_git,
        "pushlog": wording.embedded_pushlog_url(one),
        "compare": wording.embedded_compare_url(one),
        "pushes": [candidate(push) for push in one.pushes],
        "changesets": [landing(each) for each in one.landings],
    }


def transition(one: Transition) -> dict[str, Any]:
    return {
        "after": candidate(one.after),
        "upto": candidate(one.upto),
        "into_bad": one.into_bad,
    }


def evidence(one: wording.Sightings) -> dict[str, Any]:
    return {"candidate": one.candidate, "seen": one.seen, "tests": one.tests}


def landing(one: Landing) -> dict[str, Any]:
    return {
        "push_id": one.push,
        "changeset": one.node,
        "git": one.git,
        "author": one.author,
        "summary": one.summary,
        "bugs": list(one.bugs),
    }


def missing(one: Missing) -> dict[str, Any]:
    return {"candidate": one.candidate, "reason": one.reason.name, "tried": list(one.tried)}


def span(one: Span) -> dict[str, Any]:
    return {"size": one.size, "low": one.low, "probe": one.probe, "high": one.high}


def trial(number: int, one: Trial) -> dict[str, Any]:
    given = one.given
    return {
        "number": number,
        "key": given.candidate,
        "candidate": candidate(one.candidate) if one.candidate else None,
        "verdict": given.verdict.name,
        "purpose": given.purpose.name,
        "at": given.at,
        "seconds": given.seconds,
        "note": given.note,
        "build": build(one.build) if one.build else None,
        "span": span(one.span) if one.span else None,
        "belief": list(one.belief),
    }
