"""What a person may type at the prompt."""

import io
from collections.abc import Callable
from functools import partial

import pytest
from rich.console import Console as Terminal

from mozregression.console.prompt import Prompt, read_answer
from mozregression.model.verdicts import Verdict
from mozregression.testers.tester import Answer, Judged


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("g", "good"),
        ("GOOD", "good"),
        (" b ", "bad"),
        ("ba", None),
        ("bad", "bad"),
        ("back", "back"),
        ("k", "back"),
        ("s", "skip"),
        ("r", "retry"),
        ("ret", "retry"),
        ("ref", None),
        ("e", "exit"),
        ("ex", "exit"),
        ("", None),
        ("x", None),
        ("goodbye", None),
    ],
)
def test_answers(typed: str, meant: str | None) -> None:
    assert read_answer(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("y", "bad"), ("Saw", "bad"), ("no", "good"), ("n", "good"), ("b", "bad"), ("good", "good")],
)
def test_answers_about_a_bug_that_hides(typed: str, meant: str) -> None:
    assert read_answer(typed, hides=True) == meant


def test_a_bug_that_does_not_hide_is_not_seen_or_missed() -> None:
    assert read_answer("y") is None
    assert read_answer("no") is None


def answered(
    monkeypatch: pytest.MonkeyPatch,
    prompt: Prompt,
    typed: str,
    meanwhile: Callable[[], object] = lambda: None,
) -> Answer:
    """What comes of lines that are typed. meanwhile: happens while each of them is waited for."""
    lines = iter(typed.splitlines())

    def line(_: str = "") -> str:
        meanwhile()
        return next(lines)

    monkeypatch.setattr("builtins.input", line)
    return prompt.answer()


def test_a_reference_is_asked_for_by_a_word_and_is_no_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = io.StringIO()
    prompt = Prompt(Terminal(file=shown, width=100))
    asked: list[int] = []
    prompt.open_reference = lambda: asked.append(1)
    assert answered(monkeypatch, prompt, "reference\nREF\nrex\n?\ngood\n") == Judged(Verdict.GOOD)
    assert asked == [1, 1]
    assert shown.getvalue().count("[g]ood") == 5
    assert shown.getvalue().count("reference  open a build that is known to be good") == 2


def test_without_anything_to_open_it_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    prompt = Prompt(Terminal(file=shown), hides=True)
    assert answered(monkeypatch, prompt, "reference\nn\n") == Judged(Verdict.GOOD)
    assert "reference" not in shown.getvalue()


@pytest.mark.parametrize(("terminal", "between"), [(True, "\r\x1b[2K"), (False, "\n")])
def test_news_come_above_an_open_question(
    monkeypatch: pytest.MonkeyPatch, between: str, *, terminal: bool
) -> None:
    shown = io.StringIO()
    console = Terminal(file=shown, force_terminal=terminal, color_system=None, width=100)
    prompt = Prompt(console)
    prompt.above(lambda: console.print("before"))
    news = partial(prompt.above, lambda: console.print("during"))
    answered(monkeypatch, prompt, "g\n", news)
    prompt.above(lambda: console.print("after"))
    question = "[g]ood, [b]ad, [s]kip, [r]etry, bac[k] or [e]xit? "
    assert shown.getvalue() == f"before\n{question}{between}during\n{question}after\n"
