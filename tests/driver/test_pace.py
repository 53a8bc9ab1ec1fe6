"""Builds at hand: when they are told of, and that they are preferred where that saves time."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from mozregression.driver.pace import Pace
from mozregression.driver.settings import Settings
from mozregression.model.builds import Build
from mozregression.model.facts import BuildFound, Fact, PaceMeasured, VerdictGiven
from mozregression.model.request import Request
from mozregression.model.steps import TestBuild
from mozregression.session import next_step
from tests.driver.conftest import Bench, Person
from tests.session.paper_world import PaperWorld


@dataclass
class Line:
    """Stands for a fetcher: how fast builds come."""

    bytes_per_second: float | None = None


def narrowing(world: PaperWorld) -> tuple[Request, list[Fact], Build]:
    """A session up to its first choice of a build, and that build."""
    request = world.request()
    facts: list[Fact] = []
    while True:
        step = next_step(request, facts)
        if isinstance(step, TestBuild):
            if step.span:
                return request, facts, step.build
            verdict = world.verdict(step.candidate)
            facts.append(VerdictGiven(step.candidate.key, verdict, step.purpose, 0, 4.0))
        else:
            facts.append(world.answer(step))


def pace(request: Request, kept: list[Build], line: Line | None = None) -> Pace:
    fetcher: Any = line or Line()
    return Pace(request, lambda: kept, fetcher)


def test_builds_at_hand_are_told_of_once() -> None:
    request, facts, build = narrowing(PaperWorld())
    news = pace(request, [build]).news(facts)
    assert news is not None
    assert news.at_hand == (build.candidate,)
    assert news.test == 4.0
    assert news.fetch > 0
    assert pace(request, [build]).news([*facts, news]) is None


def test_nothing_at_hand_is_nothing_to_tell() -> None:
    request, facts, build = narrowing(PaperWorld())
    assert pace(request, []).news(facts) is None
    elsewhere = replace(build, candidate="nightly/mozilla-central/19990101000000")
    assert pace(request, [elsewhere]).news(facts) is None


def test_builds_of_other_kinds_are_not_at_hand() -> None:
    request, facts, build = narrowing(PaperWorld())
    other = replace(build, build_type="debug", url=build.url + ".debug")
    assert pace(request, [other]).news(facts) is None
    stand_in = BuildFound(other)
    assert pace(request, [other]).news([*facts, stand_in]) is not None


def test_nobody_goes_out_of_the_way_for_a_download_of_no_time() -> None:
    request, facts, build = narrowing(PaperWorld())
    measured = pace(request, [build], Line(bytes_per_second=1e9))
    measured.saw(80_000_000)
    assert measured.news(facts) is None


def test_what_was_tested_is_not_at_hand_any_more_when_tests_are_exact() -> None:
    world = PaperWorld()
    request, facts, build = narrowing(world)
    step = next_step(request, facts)
    assert isinstance(step, TestBuild)
    verdict = world.verdict(step.candidate)
    facts.append(VerdictGiven(step.candidate.key, verdict, step.purpose, 0, 4.0))
    assert pace(request, [build]).news(facts) is None


@pytest.mark.covers("--approx-policy", "approx-policy =")
@pytest.mark.parametrize("prefer", [True, False])
def test_kept_builds_count_in_a_second_session_unless_asked_otherwise(
    bench: Bench, prefer: bool
) -> None:
    bench.run(Settings(), Person(bench.world))
    with bench.session(Settings(prefer_kept=prefer)) as session:
        with bench.driver(session, Person(bench.world)) as driver:
            driver.run()
        told = [fact for fact in session.facts() if isinstance(fact, PaceMeasured)]
    assert bool(told) is prefer
