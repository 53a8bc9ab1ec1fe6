"""What is fetched ahead of need, and when."""

from collections.abc import Iterator
from contextlib import closing
from threading import Condition

import pytest

from mozregression.driver.ahead import Ahead
from mozregression.driver.errands import Errands
from mozregression.model.builds import Build
from mozregression.model.facts import Fact, VerdictGiven
from mozregression.model.steps import TestBuild
from mozregression.model.verdicts import Purpose
from mozregression.session import next_step
from tests.session.paper_world import PaperWorld

LONG = 3600.0


class Watched:
    """A paper world, up to a test; wanted: builds asked for ahead of it, with their urgency."""

    def __init__(self, errands: Errands, world: PaperWorld) -> None:
        self.request = world.request()
        self.errands = errands
        self.wanted: dict[str, float] = {}
        self._came = Condition()
        self._world = world

    def ahead(self, delay: float) -> Ahead:
        return Ahead(self.request, self.errands, self._want, delay)

    def comes(self, number: int, *, within: float = 10) -> bool:
        """Whether so many builds get wanted."""
        with self._came:
            return self._came.wait_for(lambda: len(self.wanted) >= number, within)

    def _want(self, build: Build, urgency: float) -> None:
        with self._came:
            self.wanted[build.candidate] = urgency
            self._came.notify_all()

    def upto(self, purpose: Purpose) -> tuple[TestBuild, list[Fact]]:
        facts: list[Fact] = []
        while True:
            step = next_step(self.request, facts)
            if isinstance(step, TestBuild):
                if step.purpose is purpose:
                    return step, facts
                verdict = self._world.verdict(step.candidate)
                facts.append(VerdictGiven(step.candidate.key, verdict, step.purpose, 0))
            else:
                facts.append(self.errands.ask(step).result())  # type: ignore[arg-type]


@pytest.fixture
def watched() -> Iterator[Watched]:
    world = PaperWorld()
    with closing(Errands(world.answer)) as errands:
        yield Watched(errands, world)


def test_the_bad_end_is_wanted_while_the_good_end_is_fetched(watched: Watched) -> None:
    test, facts = watched.upto(Purpose.GOOD_END)
    with watched.ahead(LONG).during([test], facts) as lookout:
        assert watched.comes(1)
        assert not lookout.tests_began.is_set()
    assert len(watched.wanted) == 1
    assert {type(fact).__name__ for fact in lookout.learnt} == {"BuildFound"}


def test_on_a_slow_line_the_likelier_build_is_wanted_before_the_test_begins(
    watched: Watched,
) -> None:
    test, facts = watched.upto(Purpose.NARROW)
    with watched.ahead(LONG).during([test], facts, slow_line=True):
        assert watched.comes(1)
    assert len(watched.wanted) == 1


def test_a_guess_waits_until_the_test_takes_long(watched: Watched) -> None:
    test, facts = watched.upto(Purpose.NARROW)
    with watched.ahead(LONG).during([test], facts) as lookout:
        lookout.tests_began.set()
        assert not watched.comes(1, within=0.3)
    with watched.ahead(0).during([test], facts) as lookout:
        assert not watched.comes(1, within=0.3)
        lookout.tests_began.set()
        assert watched.comes(2)
    first, second = sorted(watched.wanted.values(), reverse=True)[:2]
    assert first + second == pytest.approx(-1.0)  # one verdict away, either of them
