"""Random walks: whatever a person presses in whatever order, nothing hangs and nothing is lost."""

import faulthandler
import os
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mozregression.driver.places import Places
from mozregression.journal import Journal
from mozregression.model.facts import Fact, VerdictGiven
from mozregression.reports.account import standing_verdicts
from mozregression.sandbox.misbehaviour import Faults
from mozregression.sandbox.sandbox import Sandbox
from mozregression.sandbox.world import World
from mozregression.services.endpoints import VARIABLE
from mozregui.models.bisection import Bisection, Doing
from mozregui.work import worker
from tests.driver.conftest import Bench, make_world

from walking import Walker  # isort: skip
from windows import Person, opened  # isort: skip
from witness import Witness  # isort: skip

FIRST = int(os.environ.get("MOZREGUI_FIRST_WALK", "0"))
WALKS = int(os.environ.get("MOZREGUI_WALKS", "3"))
STEPS = 40
WINDOWS = 3
"""At most so many, one after the other, in one walk."""

PATIENCE = 300.0
"""Seconds for a whole walk. After that all threads tell where they are."""


@cache
def world() -> World:
    return make_world(missing_rate=0.1, broken_rate=0.05)


@pytest.fixture(autouse=True)
def _no_hang() -> Iterator[None]:
    faulthandler.dump_traceback_later(PATIENCE, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.mark.parametrize("seed", range(FIRST, FIRST + WALKS))
def test_whatever_is_pressed_nothing_is_lost(
    seed: int, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_PAUSES", (0.05,))
    monkeypatch.chdir(tmp_path)  # for paths that are nonsense
    faults = Faults(
        seed=seed,
        error=0.04,
        throttle=0.01,
        reset=0.02,
        cut=0.05,
        slow=0.04,
        slow_seconds=0.2,
        wrong_length=0.01,
        wrong_type=0.01,
        wrong_bytes=0.02,
    )
    dice = random.Random(seed)
    witness = Witness()
    witness.watch(monkeypatch)
    with Sandbox(world(), faults=faults) as sandbox:
        monkeypatch.setenv(VARIABLE, sandbox.root)
        bench = Bench(sandbox, Places(tmp_path / "state", tmp_path / "cache"))
        walker = Walker(dice, witness, monkeypatch, str(tmp_path))
        windows = dice.randint(1, WINDOWS)
        for _ in range(windows):
            with opened(bench, tmp_path, qtbot) as person:
                walk(walker, person, STEPS // windows)
                last = person.window.bisection
            walker.leave_to_others()
            journal = Journal(bench.where.state)
            witness.check(journal)
            if last:
                check_shown(last, journal)
    assert list(bench.where.cache.rglob("profile-*")) == []


def test_the_witness_sees_a_lost_verdict(
    bench: Bench, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is checked after each walk can fail."""
    witness = Witness()
    witness.watch(monkeypatch)
    append = worker._Book.append

    def losing(book: worker._Book, fact: Fact) -> None:
        if isinstance(fact, VerdictGiven) and len(witness.told[1]) == 1:
            book.all.append(fact)
        else:
            append(book, fact)

    with opened(bench, tmp_path, qtbot) as person:
        person.begin()
        person.judge()
        witness.check(Journal(bench.where.state))
        monkeypatch.setattr(worker._Book, "append", losing)
        person.judge(2)
    with pytest.raises(AssertionError):
        witness.check(Journal(bench.where.state))


def walk(walker: Walker, person: Person, steps: int) -> None:
    walker.use(person)
    for _ in range(steps):
        walker.step()
        if walker.dice.random() < 0.1:
            walker.settle()


def check_shown(last: Bisection, journal: Journal) -> None:
    """What stood in the window in the end is what is kept."""
    assert last.doing in (Doing.STOPPED, Doing.FINISHED)
    kept = [given.candidate for _, given in standing_verdicts(journal.read(last.id).facts)]
    assert [step.key for step in last.steps] == kept
