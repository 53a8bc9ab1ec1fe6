"""Bugs that hide at times: what may be asked for, what a person sees, and whole sessions."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console as Terminal

from mozregression.console import arguments, exits
from mozregression.console.posterior import posterior
from mozregression.console.view import View
from mozregression.driver import events
from mozregression.faces import plan
from mozregression.model.apps import Platform
from mozregression.model.certainty import Ages
from mozregression.model.facts import Fact, VerdictGiven
from mozregression.model.steps import TestBuild, Why
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.session import next_step
from tests.console.conftest import Console
from tests.session.paper_world import PaperWorld


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "this_machine", lambda: Platform("linux", "x86_64"))


def refusal(*words: str) -> str:
    with pytest.raises(plan.UsageError) as caught:
        plan.plan(arguments.parse(["--good", "2026-05-01", *words]))
    return str(caught.value)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--intermittent", "--flaky"), "give one"),
        (("--intermittent", "--false-rate", "0.1"), "seeing it proves nothing"),
        (("--miss-rate", "0.6", "--false-rate", "0.5"), "tests would tell nothing"),
        (("--miss-rate", "1"), "below 1"),
        (("--confidence", "0.4"), "not between 0.5 and 1"),
        (("--jobs", "2"), "a person looks at one build at a time"),
        (
            ("--jobs", "2", "-c", "x", "--app", "fenix", "--arch", "x86"),
            "tests one build at a time",
        ),
        (("--suspect", "/"), "needs a path"),
        (("--prior", "old"), "age, uniform or a file"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(words: tuple[str, ...], why: str) -> None:
    told = refusal(*words)
    assert why in told
    assert "\n" not in told


@pytest.mark.parametrize("words", [("--miss-rate", "1.5"), ("--jobs", "0"), ("--max-tests", "-1")])
def test_values_that_are_none_are_refused(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        arguments.parse(["--good", "2026-05-01", *words])
    assert caught.value.code == exits.EXIT_USAGE
    assert words[1] in capsys.readouterr().err


@pytest.mark.usefixtures("here")
def test_a_prior_may_be_a_file_of_weights(tmp_path: Path) -> None:
    file = tmp_path / "weights"
    file.write_text("# by day\n3\n2.5 # two days old\n\n1\n")
    request, _ = plan.plan(arguments.parse(["--good", "2026-05-01", "--prior", str(file)]))
    assert request.prior == Ages((3, 2.5, 1))
    for wrong in ("", "3\nmany\n", "0\n0\n", "-1\n2\n"):
        file.write_text(wrong)
        assert "no file of weights" in refusal("--prior", str(file))


# The picture


@given(chances=st.lists(st.floats(0, 1), min_size=1), plain=st.booleans())
def test_the_picture_has_a_place_for_each_chance_and_the_tallest_is_the_likeliest(
    chances: list[float], plain: bool
) -> None:
    picture = posterior(chances, plain=plain)
    if max(chances) > 0:
        assert len(picture) == len(chances)
        assert picture[chances.index(max(chances))] == ("@" if plain else "█")
    assert picture.isascii() or not plain


def test_what_is_unlikely_is_seen_and_what_is_impossible_is_not() -> None:
    assert posterior([0, 0.02, 1], plain=True) == " .@"


# What is shown


def a_test() -> TestBuild:
    """A step of a session that narrows."""
    world = PaperWorld()
    facts: list[Fact] = []
    while True:
        step = next_step(world.request(), facts)
        if not isinstance(step, TestBuild):
            facts.append(world.answer(step))
        elif step.span:
            return step
        else:
            verdict = world.verdict(step.candidate)
            facts.append(VerdictGiven(step.candidate.key, verdict, step.purpose, 0))


def shown(*heard: events.Event, explain: bool = False) -> str:
    file = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    view = View(Terminal(file=file, width=200), person=True, hides=True, explain=explain)
    for event in heard:
        view(event)
    file.seek(0)
    return file.read()


def test_after_a_verdict_the_belief_is_shown_once() -> None:
    step = replace(a_test(), belief=(0.1, 0.8, 0.1), confidence=0.8, tests_left=3)
    judged = events.Judged(step, 1, Verdict.GOOD, 2.0, "")
    text = shown(events.Chosen(step), judged, events.Chosen(step), events.Chosen(step))
    assert text.count("█") == 1
    assert "not seen" in text
    assert "80% sure of the likeliest · about 3 tests left" in text


def test_a_pipe_without_colours_gets_plain_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    step = replace(a_test(), belief=(0.1, 0.8, 0.1), confidence=0.8)
    text = shown(events.Judged(step, 1, Verdict.BAD, 2.0, ""), events.Chosen(step))
    assert "|.@.|" in text


@pytest.mark.covers("--explain", "explain =")
def test_a_choice_is_explained_if_wanted() -> None:
    step = replace(a_test(), why=Why(0.97, 0.9, 12.3), chance_bad=0.4)
    assert "0.97 bits, 40% bad, 90% testable, 12.3 s" in shown(events.Chosen(step), explain=True)
    assert shown(events.Chosen(step)) == ""


def test_a_contradiction_is_told_before_a_build_is_tested_again() -> None:
    step = replace(a_test(), purpose=Purpose.RECHECK)
    assert "Verdicts contradict each other" in shown(events.Chosen(step))


# Whole sessions


def every_second_time(folder: Path) -> str:
    """A test that sees the bug in every second try at most."""
    count = folder / "count"
    count.write_text("0")
    return (
        f"n=$(cat {count}); echo $((n + 1)) >{count}; "
        "[ $((n % 2)) = 0 ] && exit 0; exec {binary} --check"
    )


@pytest.mark.covers("--intermittent", "--miss-rate", "--confidence", "confidence =")
def test_a_bug_that_hides_every_second_time_is_found(console: Console, tmp_path: Path) -> None:
    words = ("--intermittent", "--miss-rate", "0.5", "--confidence", "0.99")
    command = ("--command", every_second_time(tmp_path))
    result = console.run(*console.bounds, *words, *command)
    assert result.returncode == 0, result.stdout + result.stderr
    assert console.sandbox.world.culprit.push.tip in result.stdout
    assert "% sure of the likeliest" in result.stdout
    assert " seen " in result.stdout


def test_a_bug_that_was_never_seen_is_looked_for_again_on_demand(
    console: Console, tmp_path: Path
) -> None:
    switch = tmp_path / "shows"
    command = f"[ -e {switch} ] || exit 0; exec {{binary}} --check"
    words = ("--intermittent", "--command", command)
    first = console.run(*console.bounds, *words)
    assert first.returncode == 1
    assert "For 3 more tests: mozregression resume 1" in first.stdout
    switch.touch()
    again = console.run("resume", "1")
    assert again.returncode == 0, again.stdout + again.stderr
    assert console.sandbox.world.culprit.push.tip in again.stdout


@pytest.mark.covers("--max-tests")
def test_a_session_whose_tests_are_spent_goes_on(console: Console) -> None:
    words = ("--max-tests", "4", "--no-confirm", "--command", "{binary} --check")
    first = console.run(*console.bounds, *words)
    assert "more tests: mozregression resume 1" in first.stdout, first.stdout + first.stderr
    results = [first]
    while "more tests: mozregression resume 1" in results[-1].stdout:
        results.append(console.run("resume", "1"))
        assert len(results) < 6
    assert results[-1].returncode == 0
    assert console.sandbox.world.culprit.push.tip in results[-1].stdout


def test_a_person_is_asked_whether_the_bug_was_seen(console: Console) -> None:
    result = console.run(*console.bounds, "--flaky", typed="y\nno\nwhat\ne\n")
    assert result.returncode == 3
    assert "[y]es, saw it, [n]o, did not see it" in result.stdout
    assert "you did not see it this time" in result.stdout
    assert "not seen" in result.stdout
