"""Commands on sessions that are kept: show, report, undo, skip."""

import json
import re
from pathlib import Path

import pytest

from mozregression.reports import FORMATS
from tests.console.conftest import Console
from tests.documented import Shapes

CHECK = ("--command", "{binary} --check")


@pytest.fixture
def offline(console: Console) -> Console:
    """A console whose services are out of reach."""
    return Console(console.sandbox, {"MOZREGRESSION_SERVICES": "http://127.0.0.1:9"})


def test_a_finished_session_is_reported_in_every_format_offline(
    console: Console, offline: Console, tmp_path: Path
) -> None:
    printed = console.run(*console.bounds, *CHECK).stdout
    culprit = console.sandbox.world.culprit.push
    for form in FORMATS:
        result = offline.run("report", "--format", form)
        assert result.returncode == 0, result.stderr
        assert culprit.tip in result.stdout
        saved = tmp_path / form
        assert offline.run("report", "1", "--format", form, "--output", str(saved)).stdout == ""
        assert saved.read_text() == result.stdout
    assert printed.endswith("\n\n" + (tmp_path / "text").read_text())
    Shapes("reports.md").check(json.loads((tmp_path / "json").read_text()), "report")


def test_an_unfinished_session_is_reported_and_shown(console: Console, offline: Console) -> None:
    console.run(*console.bounds, typed="g\nb\ng\nk\nb\ne\n")
    report = offline.run("report")
    assert report.returncode == 0, report.stderr
    assert "not finished" in report.stdout
    assert "Tested 3, skipped 0" in report.stdout
    shown = offline.run("show").stdout
    assert "Session 1" in shown
    assert "stopped" in shown
    assert "Judge:   a person" in shown
    assert f"Good:    {console.sandbox.world.spec.first}: mozilla-central nightly" in shown
    assert re.search(r"^  1  good  mozilla-central nightly \d+, good end$", shown, re.MULTILINE)
    assert re.search(r"^     good  .*, taken back$", shown, re.MULTILINE)
    assert re.search(r"^  3  bad   mozilla-central nightly \d+$", shown, re.MULTILINE)
    assert "mozregression resume 1" in shown


@pytest.mark.parametrize("command", ["report", "show"])
def test_sessions_that_are_not_there(console: Console, command: str) -> None:
    assert "There is no session yet" in console.run(command).stderr
    result = console.run(command, "7")
    assert result.returncode == 2
    assert "There is no session 7" in result.stderr


def test_a_report_that_cannot_be_written_is_told(console: Console, tmp_path: Path) -> None:
    console.run(*console.bounds, typed="e\n")
    result = console.run("report", "--output", str(tmp_path))
    assert result.returncode == 2
    assert "cannot be written" in result.stderr
