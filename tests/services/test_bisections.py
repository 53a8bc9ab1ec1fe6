"""Whole sessions against the sandbox; the judge knows which builds are bad."""

from dataclasses import replace
from datetime import date

import pytest

from mozregression.model.apps import APPS, AUTOLAND, CENTRAL, Platform
from mozregression.model.bounds import DateBound
from mozregression.model.facts import Fact, VerdictGiven
from mozregression.model.report import Outcome, Report
from mozregression.model.request import Request
from mozregression.model.steps import Finish, IdentifySource, TestBuild
from mozregression.model.verdicts import Verdict
from mozregression.sandbox import World, WorldSpec
from mozregression.session import next_step
from tests.services.asking import Asked, asking, fetched

SPEC = WorldSpec(seed=7, first=date(2026, 8, 10), days=30, pushes_a_day=6, all_apps=True)
FENNEC = WorldSpec(seed=7, first=date(2016, 1, 20), days=20, pushes_a_day=6, all_apps=True)
BETA = replace(SPEC, broken_on="mozilla-beta")
COMM = replace(SPEC, seed=5, broken_on="comm-central")


def bisected(asked: Asked, request: Request) -> Report:
    """As the driver does it: a build that is fetched tells its sources."""
    facts: list[Fact] = []
    for _ in range(500):
        step = next_step(request, facts)
        match step:
            case Finish(report):
                return report
            case TestBuild(candidate, build, purpose):
                assert fetched(asked.services, build)
                facts.append(asked.services.perform(IdentifySource(build)))
                verdict = Verdict.BAD if asked.world.is_bad(candidate) else Verdict.GOOD
                facts.append(VerdictGiven(candidate.key, verdict, purpose, asked.world.now))
            case question:
                facts.append(asked.services.perform(question))
    raise AssertionError("the session does not come to an end")


def request_for(app: str, platform: Platform, spec: WorldSpec, branch: str | None) -> Request:
    return Request(
        app=app,
        os=platform.os,
        arch=platform.arch,
        build_type=APPS[app].default_build_type,
        good=DateBound(spec.first),
        bad=DateBound(spec.last),
        asked_at=World(spec).now,
        lang="de" if APPS[app].lang is None else None,
        branch=branch,
    )


@pytest.mark.covers("--repo", *(f"{app} on {next(iter(APPS[app].platforms))}" for app in APPS))
@pytest.mark.parametrize(
    ("app", "spec", "branch", "outcome", "found_on"),
    [
        ("firefox", SPEC, None, Outcome.FOUND, AUTOLAND),
        ("firefox", BETA, "mozilla-beta", Outcome.FOUND, "mozilla-beta"),
        ("firefox-l10n", SPEC, None, Outcome.NIGHTLIES, CENTRAL),
        ("devedition", BETA, None, Outcome.FOUND, "mozilla-beta"),
        ("thunderbird", SPEC, None, Outcome.NARROWED, CENTRAL),
        ("thunderbird", COMM, None, Outcome.FOUND, "comm-central"),
        ("thunderbird-l10n", SPEC, None, Outcome.NIGHTLIES, CENTRAL),
        ("fennec", FENNEC, None, Outcome.FOUND, AUTOLAND),
        ("fenix", SPEC, None, Outcome.FOUND, AUTOLAND),
        ("focus", SPEC, None, Outcome.FOUND, AUTOLAND),
        ("gve", SPEC, None, Outcome.FOUND, AUTOLAND),
        ("jsshell", SPEC, None, Outcome.FOUND, AUTOLAND),
    ],
)  # fmt: skip
def test_the_change_is_found(
    app: str, spec: WorldSpec, branch: str | None, outcome: Outcome, found_on: str
) -> None:
    platform = next(iter(APPS[app].platforms))
    request = request_for(app, platform, spec, branch)
    with asking(spec, app=app, platform=platform, lang=request.lang) as asked:
        report = bisected(asked, request)
        assert report.outcome is outcome
        culprit = asked.world.push_with(found_on, asked.world.culprit.node)
        assert culprit in report.suspects
        if outcome is Outcome.FOUND:
            assert report.suspects == (culprit,)
