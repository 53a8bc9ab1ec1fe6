"""The questions about the config file, as a user meets them."""

import pytest

from mozregression.settings.file import location
from tests.console.conftest import Console

BEFORE = "# mine\nprofile-persistence = always # !\nrepo = m-c\n"


def written() -> str:
    path = location()
    return path.read_text() if path.exists() else ""


@pytest.fixture
def before() -> str:
    location().parent.mkdir(parents=True)
    location().write_text(BEFORE)
    return BEFORE


@pytest.mark.covers("--write-config")
def test_answers_are_written_beside_what_was_there(console: Console, before: str) -> None:
    result = console.run("--write-config", typed="/big disk\nmuch\n30\n\n\nreuse\n\n\n")
    assert result.returncode == 0, result.stderr
    assert "'much' is not a number of GiB" in result.stdout
    assert "'always' is not one of clone, clone-first, reuse" in result.stdout
    assert written() == (
        "# mine\nprofile-persistence = reuse # !\nrepo = m-c\n"
        "persist = /big disk\npersist-size-limit = 30\n"
    )


@pytest.mark.parametrize("typed", ["", "/big disk\n"])
def test_an_interrupted_dialogue_writes_nothing(console: Console, before: str, typed: str) -> None:
    result = console.run("--write-config", typed=typed)
    assert result.returncode == 3
    assert "Nothing was written" in result.stderr
    assert written() == before


def test_nothing_but_enter_makes_no_file(console: Console) -> None:
    result = console.run("--write-config", typed="\n" * 6)
    assert result.returncode == 0, result.stderr
    assert not location().exists()


def test_what_cannot_be_read_is_not_written(console: Console, before: str) -> None:
    location().write_text("no entry")
    result = console.run("--write-config", typed="\n" * 6)
    assert result.returncode == 2
    assert "what begins with 'no' is not of the form key = value" in result.stderr
    assert written() == "no entry"
