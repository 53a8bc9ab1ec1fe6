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
