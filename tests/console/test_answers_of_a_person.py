"""What a person may type at the prompt."""

import pytest

from mozregression.console.prompt import read_answer


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
