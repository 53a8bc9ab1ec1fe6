"""Builds launched without a bisection, one as it is, several as a blind test."""

import random
import re
import signal
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console as Screen

from mozregression.console.blind import blind_test
from mozregression.model.verdicts import Verdict
from mozregression.testers.tester import Answer, Judged
from tests.console.conftest import Console


@pytest.fixture
def newest(console: Console) -> str:
    return console.bounds[-1]


@pytest.mark.covers("--launch")
@pytest.mark.parametrize(("day", "status"), [(1, 0), (3, 1)])
def test_a_build_runs_and_its_exit_status_is_ours(console: Console, day: int, status: int) -> None:
    result = console.run("--launch", console.bounds[day], "--arg=--check")
    assert result.returncode == status, result.stderr
    nightlies = console.sandbox.world.nightlies
    nightly = [one for one in nightlies if str(one.day) == console.bounds[day]][-1]
    assert "Is:     Firefox " in result.stdout
    assert f"Build:  {nightly.stamp} shippable\n" in result.stdout
    assert "Source: https://hg.mozilla.org/mozilla-central/rev/" in result.stdout
    assert f"From:   {console.sandbox.root}/pub/firefox/nightly/" in result.stdout


def test_nothing_of_it_is_kept_but_the_build(console: Console, newest: str, state: Path) -> None:
    console.run("--launch", newest, "--arg=--check")
    assert "No sessions yet" in console.run("sessions").stdout
    assert not state.joinpath("sessions").exists()
    assert not [*Path.home().glob(".cache/mozregression/work/*/content")]
    assert len([*Path.home().glob(".cache/mozregression/builds/*/unpacked")]) == 1


@pytest.mark.covers("bound: build id", "bound: hg hash", "bound: git hash")
def test_every_kind_of_bound(console: Console) -> None:
    world = console.sandbox.world
    push = world.culprit.push
    for bound, says in (
        ("today", world.nightlies[-1].stamp),
        (world.nightlies[0].stamp, world.nightlies[0].stamp),
        (push.tip[:12], f"/autoland/rev/{push.tip}"),
        (world.git(world.numbers[push.tip])[:12], f"/autoland/rev/{push.tip}"),
    ):
        result = console.run("--launch", bound, "--arg=--check")
        assert says in result.stdout, result.stderr


def test_what_a_build_prints_that_ends_at_once_is_shown(console: Console, newest: str) -> None:
    assert "Mozilla Firefox " in console.run("--launch", newest, "--arg=--version").stdout


@pytest.mark.parametrize(
    ("shell", "status"), [("exit 125", 125), ("exit 0", 0), ("kill -9 $$", 137)]
)
def test_a_command_is_run_once(console: Console, newest: str, shell: str, status: int) -> None:
    result = console.run("--launch", newest, "--command", f"echo here: {{binary}}; {shell}")
    assert result.returncode == status, result.stderr
    assert len(re.findall("^here: .*firefox$", result.stdout, re.MULTILINE)) == 1


@pytest.mark.covers("--launch", "-- PROGRAM")
def test_a_program_is_run_once(console: Console, newest: str) -> None:
    result = console.run("--launch", newest, "--", "{binary}", "--check")
    assert result.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("--launch", "2999-01-01"), 2, "in the future"),
        (("--launch", "nonsense"), 2, "'nonsense' is neither"),
        (("--launch", "today", "--good", "2026-01-01"), 2, "leave --good out"),
        (("--launch", "today", "--json"), 2, "--json tells of bisections"),
        (("--launch", "today", "--launch", "today", "-c", "x"), 2, "For a command give one"),
        (("--launch", "today", "-c", "sleep 99", "--test-timeout", "0.2"), 4, "within 0.2 s"),
        (("--launch", "today", "--", "nowhere/nothing"), 4, "did not start"),
    ],
)
def test_what_goes_wrong_is_told(
    console: Console, arguments: tuple[str, ...], status: int, says: str
) -> None:
    result = console.run(*arguments)
    assert result.returncode == status
    assert says in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_fault_of_the_network_has_our_own_status(console: Console, newest: str) -> None:
    console.variables["MOZREGRESSION_SERVICES"] = "http://127.0.0.1:9"
    result = console.run("--launch", newest)
    assert result.returncode == 4
    assert "127.0.0.1:9" in result.stderr
    assert "Traceback" not in result.stderr


def test_ctrl_c_ends_the_build(console: Console, newest: str) -> None:
    process = console.start("--launch", newest)
    assert process.stdout
    for line in process.stdout:
        if line.startswith("From:"):
            break
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130


# Several


@pytest.mark.covers("--launch")
def test_a_blind_test_tells_at_the_end_which_build_was_which(console: Console) -> None:
    oldest, newest = console.bounds[1::2]
    arguments = ("--launch", oldest, "--launch", newest, "-P", "stdout", "--arg=--version")
    result = console.run(*arguments, typed="g\nk\nr\nb\ng\n")
    assert result.returncode == 0, result.stderr
    secret, _, told = result.stdout.rpartition("\n\n")
    for word in (oldest, newest, "nightly", "Firefox", "firefox", "http", "mozilla"):
        assert word not in secret
    assert "You saw a difference." in told
    assert re.findall(r"Build (\d), which you found (\w+), was", told) == [
        ("1", "bad"),
        ("2", "good"),
    ]
    assert sorted(re.findall(r", was (\S+):", told)) == [oldest, newest]


def test_who_stops_is_told_nothing(console: Console) -> None:
    oldest, newest = console.bounds[1::2]
    result = console.run("--launch", oldest, "--launch", newest, typed="g\n")
    assert result.returncode == 3
    assert "stays secret" in result.stdout
    assert oldest not in result.stdout
    assert newest not in result.stdout


class Told:
    """A build as a blind test sees it."""

    def __init__(self, name: str) -> None:
        self.found = self
        self.installed = self
        self.told = name
        self.notes = (f"a note that names {name}",)

    def subject(self, number: int) -> "Asked":
        return Asked(self.told, number)


@dataclass
class Asked:
    name: str
    number: int


class Honest:
    """Shows builds and has the person say bad of the one called B."""

    def __init__(self, shown: list[str]) -> None:
        self._shown = shown

    def test(self, subject: Asked) -> Answer:
        self._shown.append(subject.name)
        return Judged(Verdict.BAD if subject.name == "B" else Verdict.GOOD)

    def cancel(self) -> None: ...


@pytest.mark.parametrize("seed", range(8))
def test_the_order_is_left_to_chance_and_told_right(seed: int) -> None:
    shown: list[str] = []
    out = StringIO()
    honest: Any = Honest(shown)
    builds: Any = [Told("A"), Told("B"), Told("A again")]
    blind_test(builds, lambda _: honest, Screen(file=out), random.Random(seed))
    expected = random.Random(seed).sample(["A", "B", "A again"], 3)
    assert shown == expected
    assert [
        (int(number), name)
        for number, name in re.findall(
            r"^Build (\d), which .* was (.+)$", out.getvalue(), re.MULTILINE
        )
    ] == list(enumerate(expected, 1))
    assert "found bad, was B\n" in out.getvalue()
