"""Commands on sessions that are kept: show, report, undo, skip."""

import json
import re
from datetime import timedelta
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


# Undo and skip


def test_a_wrong_verdict_is_taken_back_after_the_end(console: Console) -> None:
    assert "does not show the bug" in console.run(*console.bounds, typed="g\ng\n").stdout
    undone = console.run("undo")
    assert undone.returncode == 0, undone.stderr
    first, last = undone.stdout.splitlines()
    assert re.fullmatch(r"Took back 2: good, mozilla-central nightly \d+", first)
    assert last == "Go on with: mozregression resume 1"
    assert "stopped" in console.run("sessions").stdout
    assert "  bad " in console.run("resume", typed="b\ne\n").stdout
    assert "Tested 2, skipped 0" in console.run("report").stdout


def test_undo_of_a_step_asks_everything_after_it_again(console: Console) -> None:
    console.run(*console.bounds, *CHECK)
    before = console.run("report").stdout
    verdicts = len(re.findall(r"^ +\d+\. ", before, re.MULTILINE))
    undone = console.run("undo", "1", "3")
    assert len(undone.stdout.splitlines()) == verdicts - 3 + 2
    assert "Tested 2, skipped 0" in console.run("report").stdout
    again = console.run("resume", "1")
    assert again.returncode == 0, again.stderr
    assert console.run("report").stdout == before
    assert "Took back" in console.run("undo").stdout  # the last verdict of the latest session
    assert f"Tested {verdicts - 1}, skipped 0" in console.run("report").stdout


def test_a_range_of_builds_is_left_out(console: Console) -> None:
    world = console.sandbox.world
    console.run(*console.bounds, typed="g\nb\ne\n")
    middle = world.nightlies[len(world.nightlies) // 2]
    days = str(middle.day - timedelta(days=1)), str(middle.day + timedelta(days=1))
    result = console.run("skip", "1", *days)
    assert result.returncode == 0, result.stderr
    skipped = [one for one in world.nightlies if abs((one.day - middle.day).days) <= 1]
    assert f"Skipped {len(skipped)} mozilla-central nightlies" in result.stdout
    output = console.run("resume", "1", typed="e\n").stdout
    assert "Test " in output
    assert not any(str(one) in output for one in skipped)
    assert "nothing to judge" in console.run("skip", "1", *days).stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("undo", "1", "9"), "no verdict 9; it has 1 to 1"),
        (("undo", "1", "0"), "no verdict 0"),
        (("undo", "7"), "no session 7"),
        (("skip", "1", "soon", "2026-01-01"), "'soon' is neither"),
        (("skip", "1", "20260101000000", "2026-01-01"), "no build that the session knows"),
        (("skip", "1", "abcdef1234567", "2026-01-01"), "no build that the session knows"),
        (("skip", "1", "2001-01-01", "2001-01-02"), "nothing to judge"),
    ],
)
def test_mistakes_change_nothing(console: Console, arguments: tuple[str, ...], says: str) -> None:
    console.run(*console.bounds, typed="g\ne\n")
    before = console.run("report").stdout
    result = console.run(*arguments)
    assert result.returncode == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert console.run("report").stdout == before


def test_what_is_finished_has_nothing_to_skip(console: Console) -> None:
    console.run(*console.bounds, *CHECK)
    assert "Take verdicts back first" in console.run("skip", "1", "2026-01-01", "2026-01-02").stderr


def test_a_session_without_verdicts_has_nothing_to_undo(console: Console) -> None:
    console.run(*console.bounds, typed="e\n")
    assert "no verdict to take back" in console.run("undo").stderr


# Export and import


def test_somebody_else_goes_on_with_a_session(console: Console, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    command = f"touch {ran}; {{binary}} --check"
    first = console.run(*console.bounds, "--pref", "a.b:1", "--command", command)
    assert first.returncode == 0, first.stderr
    assert "Took back" in console.run("undo", "1", "4").stdout
    ran.unlink()
    exported = console.run("export", "1")
    file = tmp_path / "session.json"
    file.write_text(exported.stdout)

    other = Console(console.sandbox, {"XDG_STATE_HOME": str(tmp_path / "other")})
    result = other.run("import", str(file))
    assert result.returncode == 0, result.stderr
    assert "Imported as session 1" in result.stdout
    assert "Left behind, as it comes from elsewhere: command." in result.stdout
    assert "Preferences: a.b:1" in result.stdout
    assert other.run("report").stdout == console.run("report").stdout
    asked = other.run("resume", "1", typed="e\n")
    assert "[g]ood, [b]ad" in asked.stdout
    assert not ran.exists()

    done = other.run("resume", "1", *CHECK)
    assert done.returncode == 0, done.stderr
    assert console.sandbox.world.culprit.push.tip in done.stdout
    assert len(re.findall(r"^ +\d+  .*(?:good|bad) ", done.stdout, re.MULTILINE)) > 0
    assert not ran.exists()


def test_a_file_from_elsewhere_is_refused_and_nothing_is_kept(
    console: Console, offline: Console, tmp_path: Path
) -> None:
    console.run(*console.bounds, typed="g\ne\n")
    file = tmp_path / "session.json"
    file.write_text(console.run("export", "1").stdout)
    other = Console(console.sandbox, {**offline.variables, "XDG_STATE_HOME": str(tmp_path / "o")})
    for name, says in ((str(file), "cannot be trusted"), (str(tmp_path), "cannot be read")):
        result = other.run("import", name)
        assert result.returncode == 2
        assert says in result.stderr
        assert len(result.stderr.splitlines()) == 1
    assert "No sessions yet" in other.run("sessions").stdout


def test_a_command_that_cannot_work_is_not_taken_over(console: Console) -> None:
    console.run(*console.bounds, typed="g\ne\n")
    result = console.run("resume", "1", "--command", "{binarry}")
    assert result.returncode == 2
    assert "{binary} is one" in result.stderr
    assert "a person" in console.run("show", "1").stdout
