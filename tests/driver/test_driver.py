"""Whole bisections through every room, against the sandbox."""

from pathlib import Path

import pytest

from mozregression.builds.fetcher import Ticket
from mozregression.driver.events import Judged, Understood, WentBack
from mozregression.driver.places import Places
from mozregression.driver.run import Faulted, Finished, Stopped
from mozregression.driver.settings import Settings
from mozregression.model.builds import Build
from mozregression.model.report import Outcome
from mozregression.model.verdicts import Verdict
from mozregression.sandbox.misbehaviour import Faults, Line
from mozregression.sandbox.sandbox import Sandbox
from mozregression.testers.tester import Back, Retry, Stop
from mozregression.testers.tester import Judged as Judgement
from tests.driver.conftest import Bench, Person, make_world

CHECK = Settings(command="{binary} --check")


def found(result: object) -> object:
    assert isinstance(result, Finished)
    assert result.report.outcome is Outcome.FOUND
    assert result.report.bad is not None
    return result.report.bad.candidate


def test_a_command_finds_the_culprit_and_confirms_it(bench: Bench) -> None:
    result = bench.run(CHECK)
    assert found(result) == bench.world.culprit.push
    assert isinstance(result, Finished)
    assert result.report.confirmed is True
    assert result.report.landings[-1].node == bench.world.culprit.push.tip


def test_a_person_finds_it_too_with_a_browser_running_at_each_question(bench: Bench) -> None:
    person = Person(bench.world)
    assert found(bench.run(Settings(), person)) == bench.world.culprit.push
    assert all(person.running)


def test_the_request_is_explained_before_anything_is_downloaded(bench: Bench) -> None:
    bench.run(Settings(), Person(bench.world, [Stop()]))
    assert isinstance(next(e for e in bench.events if not hasattr(e, "step")), Understood)


def test_stop_and_resume_ask_nothing_twice(bench: Bench) -> None:
    person = Person(bench.world, [None, None, None, Stop()])
    assert isinstance(bench.run(Settings(), person), Stopped)
    again = Person(bench.world)
    with bench.resumed() as session, bench.driver(session, again) as driver:
        assert found(driver.run()) == bench.world.culprit.push
    assert not set(again.shown) & set(person.shown[:3])
    assert again.shown[0] == person.shown[3]


def test_back_takes_the_last_verdict_away_and_asks_again(bench: Bench) -> None:
    wrong = Judgement(Verdict.BAD)
    person = Person(bench.world, [None, None, wrong, Back()])
    assert found(bench.run(Settings(), person)) == bench.world.culprit.push
    assert person.shown[4] == person.shown[2]
    assert WentBack(possible=True) in bench.events


def test_back_at_the_very_start_says_that_there_is_nothing(bench: Bench) -> None:
    person = Person(bench.world, [Back(), Stop()])
    bench.run(Settings(), person)
    assert WentBack(possible=False) in bench.events
    assert person.shown[0] == person.shown[1]


def test_retry_shows_the_same_build_again(bench: Bench) -> None:
    person = Person(bench.world, [Retry(), Stop()])
    bench.run(Settings(), person)
    assert person.shown[0] == person.shown[1]
    assert not any(isinstance(event, Judged) for event in bench.events)


def test_skipped_builds_are_gone_around(bench: Bench) -> None:
    skip = Judgement(Verdict.SKIP)
    person = Person(bench.world, [None, None, skip, skip])
    assert found(bench.run(Settings(), person)) == bench.world.culprit.push


def test_a_broken_test_stops_without_a_verdict(bench: Bench) -> None:
    result = bench.run(Settings(command="exit 127"))
    assert isinstance(result, Faulted)
    assert "127" in result.what
    with bench.resumed() as session:
        assert not [fact for fact in session.facts() if type(fact).__name__ == "VerdictGiven"]


def test_without_work_ahead_nothing_but_tested_builds_is_fetched(bench: Bench) -> None:
    bench.run(Settings(work_ahead=False), Person(bench.world))
    tested = {key for key, _ in bench.judged()}
    fetched = {entry.path for entry in bench.sandbox.log if entry.path.endswith(".tar.xz")}
    on_archive = {path for path in fetched if path.startswith("/pub/")}
    assert len(on_archive) == len([key for key in tested if key.startswith("nightly")])


def test_a_second_session_downloads_no_build_again(bench: Bench) -> None:
    bench.run(CHECK)
    before = bench.sandbox.build_bytes
    assert found(bench.run(CHECK)) == bench.world.culprit.push
    assert bench.sandbox.build_bytes == before


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_trouble_with_every_service_changes_nothing(tmp_path: Path, seed: int) -> None:
    faults = Faults(
        seed=seed, error=0.1, reset=0.05, cut=0.15, wrong_bytes=0.02, wrong_type=0.05, throttle=0.05
    )
    with Sandbox(make_world(seed, missing_rate=0.1, broken_rate=0.05), faults=faults) as sandbox:
        bench = Bench(sandbox, Places(tmp_path / "state", tmp_path / "cache"))
        assert found(bench.run(CHECK)) == sandbox.world.culprit.push


def test_builds_are_ready_when_a_slow_person_answers(tmp_path: Path) -> None:
    line = Line(bandwidth=4_000_000)
    with Sandbox(make_world(), line=line) as sandbox:
        bench = Bench(sandbox, Places(tmp_path / "state", tmp_path / "cache"))

        class Slow(Person):
            def __call__(self, *args: object) -> object:  # type: ignore[override]
                import time

                time.sleep(0.4)
                return super().__call__(*args)  # type: ignore[arg-type]

        person = Slow(sandbox.world, [None, None, None, None, Stop()])
        bench.run(Settings(), person)
    requested = [entry.path for entry in sandbox.log if entry.path.endswith(".tar.xz")]
    assert len(requested) > len(person.shown)


@pytest.mark.parametrize("keep", [False, True])
def test_wrong_guesses_are_fetched_to_the_end_if_wanted(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, keep: bool
) -> None:
    given_up: list[Build] = []
    cancel = Ticket.cancel

    def give_up(ticket: Ticket) -> None:
        given_up.append(ticket.build)
        cancel(ticket)

    monkeypatch.setattr(Ticket, "cancel", give_up)
    person = Person(bench.world)
    assert found(bench.run(Settings(keep_guesses=keep), person)) == bench.world.culprit.push
    tested = {candidate.key for candidate in person.shown}
    assert given_up
    assert keep == all(build.candidate in tested for build in given_up)
