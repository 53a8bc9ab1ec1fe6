"""What programs rely on: events as JSON, and the exit status."""

import json
import re
from typing import Any

import pytest

from mozregression.console import exits
from mozregression.console.bisect import STATUS
from mozregression.model.report import Outcome
from tests.console.conftest import Console
from tests.documented import DOCS, Shapes

CHECK = ("--command", "{binary} --check")


def read(output: str) -> list[dict[str, Any]]:
    """Events, each as documented, from the first to the last."""
    shapes = Shapes("reports.md", "events.md")
    events = [json.loads(line) for line in output.splitlines()]
    for event in events:
        shapes.check(event, event["event"])
    assert events[0]["event"] == "session"
    return events


def names(events: list[dict[str, Any]]) -> set[str]:
    return {event["event"] for event in events}


@pytest.mark.covers("--json")
def test_every_event_of_a_whole_run_is_as_documented(console: Console) -> None:
    result = console.run(*console.bounds, "--json", *CHECK)
    assert result.returncode == 0, result.stderr
    events = read(result.stdout)
    assert names(events) == {
        *("session", "understood", "asking", "chosen", "fetching", "testing", "judged"),
        "finished",
    } | (names(events) & {"unusable"})
    assert events[-1]["event"] == "finished"
    assert events[-1]["status"] == 0
    report = events[-1]["report"]
    assert report["bad"]["changeset"] == console.sandbox.world.culprit.push.tip
    judged = [event for event in events if event["event"] == "judged"]
    assert [event["verdict"] for event in judged] == [one["verdict"] for one in report["tests"]]
    assert report == json.loads(console.run("report", "--format", "json").stdout)
    assert "The change is in" in result.stderr  # people's words


def test_a_person_is_asked_on_the_standard_error(console: Console) -> None:
    result = console.run(*console.bounds, "--json", typed="k\ng\nk\ne\n")
    assert result.returncode == 3
    events = read(result.stdout)
    assert [event["possible"] for event in events if event["event"] == "went_back"] == [False, True]
    assert events[-1]["event"] == "stopped"
    assert events[-1]["status"] == 3
    assert "[g]ood, [b]ad" in result.stderr
    resumed = console.run("resume", "--json", typed="e\n")
    assert read(resumed.stdout)[0]["id"] == 1


def test_a_fault_is_an_event(console: Console) -> None:
    result = console.run(*console.bounds, "--json", "--command", "exit 126")
    assert result.returncode == 4
    last = read(result.stdout)[-1]
    assert last["event"] == "stopped"
    assert last["status"] == 4


def test_mistakes_leave_the_standard_output_empty(console: Console) -> None:
    result = console.run("--json", "--good", "soon")
    assert result.returncode == 2
    assert result.stdout == ""


# Exit status


def test_the_documented_statuses_are_those_of_the_program() -> None:
    _, _, section = (DOCS / "console.md").read_text().partition("\n## Exit status of")
    rows = re.findall(r"^\| (\d+) \| .* \| (.*)\|$", section.partition("\n## ")[0], re.MULTILINE)
    documented = {
        outcome: int(status) for status, cell in rows for outcome in re.findall(r"`(\w+)`", cell)
    }
    assert documented == {outcome.name: status for outcome, status in STATUS.items()}
    constants = {value for name, value in vars(exits).items() if name.startswith("EXIT_")}
    assert {int(status) for status, _ in rows} == constants | {130}


def test_every_outcome_of_a_finished_session_has_a_status() -> None:
    assert STATUS.keys() == set(Outcome) - {Outcome.UNFINISHED}


def test_wrong_bounds(console: Console) -> None:
    assert console.run(*console.bounds, "--command", "exit 0").returncode == 6
    assert console.run(*console.bounds, "--command", "exit 1").returncode == 6


def test_no_builds(console: Console) -> None:
    assert console.run(*console.bounds, "--command", "exit 125").returncode == 7
