"""Several tests at once: what they find, and that nothing of them is left."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event as Flag
from types import SimpleNamespace
from typing import Any

import pytest

from mozregression.driver import events
from mozregression.driver.attempt import Attempt, News
from mozregression.driver.crew import Crew, crew_of
from mozregression.driver.run import Faulted, Finished
from mozregression.driver.settings import Settings
from mozregression.model.facts import BuildFound, VerdictGiven
from mozregression.model.report import Outcome
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.testers.tester import Judged, Stop
from tests.driver.conftest import Bench


def in_company(folder: Path, size: int) -> str:
    """A test that ends only when so many tests run, or did run. Half a minute is too long."""
    folder.mkdir()
    return (
        f"touch {folder}/$$; tries=0; "
        f"while [ $(ls {folder} | wc -l) -lt {size} ]; do "
        "sleep 0.1; tries=$((tries + 1)); [ $tries -gt 300 ] && exit 125; done; "
        "exec {binary} --check"
    )


@pytest.mark.covers("--jobs")
def test_several_commands_run_at_once_and_find_the_culprit(bench: Bench, tmp_path: Path) -> None:
    result = bench.run(Settings(command=in_company(tmp_path / "running", 2), jobs=3))
    assert isinstance(result, Finished)
    assert result.report.outcome is Outcome.FOUND
    assert result.report.suspects == (bench.world.culprit.push,)
    assert not [tested for tested in result.report.tested if tested.verdict is Verdict.SKIP]


def test_every_test_has_a_number_and_an_output_of_its_own(bench: Bench) -> None:
    with bench.session(Settings(command="{binary} --check", jobs=4)) as session:
        with bench.driver(session) as driver:
            driver.run()
        numbers = [event.number for event in bench.events if isinstance(event, events.Testing)]
        verdicts = [fact for fact in session.facts() if isinstance(fact, VerdictGiven)]
        assert len(set(numbers)) == len(numbers) >= len(verdicts)
        assert len(list(session.folder.iterdir())) == len(numbers)


def test_a_fault_of_one_test_ends_the_others(bench: Bench, tmp_path: Path) -> None:
    mark = tmp_path / "first"
    command = f"mkdir {mark} 2>/dev/null && sleep 1000; exit 127"
    assert isinstance(bench.run(Settings(command=command, jobs=2)), Faulted)


class Impatient(list[events.Event]):
    """Hears of events, and interrupts once there is a test while another one is chosen."""

    began = Flag()

    def append(self, event: events.Event) -> None:
        super().append(event)
        if isinstance(event, events.Testing):
            self.began.set()
        second = isinstance(event, events.Chosen) and any(
            isinstance(one, events.Chosen) for one in self[:-1]
        )
        if second and self.began.wait(60):
            raise KeyboardInterrupt


def test_an_interruption_ends_all_tests(bench: Bench) -> None:
    """That no process is left is seen by the guards of tests."""
    bench.events = Impatient()
    with bench.session(Settings(command="sleep 1000", jobs=2)) as session:
        with bench.driver(session) as driver, pytest.raises(KeyboardInterrupt):
            driver.run()
        assert not [fact for fact in session.facts() if isinstance(fact, VerdictGiven)]


class Patient:
    """An attempt that brings a fact, and its answer when it is told to, or cancelled."""

    def __init__(self, key: str) -> None:
        self.step: Any = SimpleNamespace(candidate=SimpleNamespace(key=key), purpose=Purpose.NARROW)
        self._cancelled = Flag()
        self.go_on = Flag()
        self.began_at = 0.0

    def run(self) -> Iterator[News]:
        yield BuildFound(None)  # type: ignore[arg-type]
        self.go_on.wait()
        yield Stop() if self.is_cancelled() else Judged(Verdict.BAD)

    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()

    def cancel(self) -> None:
        self._cancelled.set()
        self.go_on.set()


def attempt(patient: Patient) -> Attempt:
    return patient  # type: ignore[return-value]


def begin_both(crew: Crew, first: Patient, second: Patient) -> None:
    """Returns when both have found their builds."""
    crew.begin(attempt(first))
    crew.begin(attempt(second))
    found = 0
    while found < 2:
        found += sum(isinstance(news, BuildFound) for _, news in crew.news())


def test_news_come_in_the_order_of_completion() -> None:
    first, second = Patient("1"), Patient("2")
    with closing(crew_of(2)) as crew:
        begin_both(crew, first, second)
        second.go_on.set()
        heard: list[Any] = []
        while len(crew.attempts) > 1:
            heard += [who for who, news in crew.news() if isinstance(news, Judged)]
        first.go_on.set()
        while crew.attempts:
            heard += [who for who, news in crew.news() if isinstance(news, Judged)]
        assert heard == [second, first]


def test_of_two_that_began_together_both_are_heard_before_what_comes_next_is_chosen() -> None:
    first, second = Patient("1"), Patient("2")
    with closing(crew_of(2)) as crew:
        begin_both(crew, first, second)
        first.began_at = second.began_at = time.monotonic() - 600
        first.go_on.set()
        judged: list[Any] = []
        for who, news in crew.news():
            second.go_on.set()
            judged += [who] if isinstance(news, Judged) else []
        assert judged == [first, second]


def test_who_is_given_up_is_not_waited_for_but_still_heard() -> None:
    first, second = Patient("1"), Patient("2")
    with closing(crew_of(2)) as crew:
        crew.begin(attempt(first))
        crew.begin(attempt(second))
        crew.give_up(["2"])
        assert list(crew.attempts) == [attempt(first)]
        heard: list[Any] = []
        while not heard:
            heard += [who for who, news in crew.news() if isinstance(news, Stop)]
        assert heard == [second]
    assert first.is_cancelled()
