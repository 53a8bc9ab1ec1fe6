"""Whole sessions through the models, with worker threads and without Qt."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mozregression.driver.places import Places
from mozregression.driver.settings import Settings
from mozregression.journal import Journal, SessionInUseError
from mozregression.model.report import Outcome
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.sandbox.misbehaviour import Faults
from mozregression.sandbox.sandbox import Sandbox
from mozregui.models import steps
from mozregui.models.bisection import Bisection, Doing
from mozregui.models.result import SAVED, ResultView
from mozregui.models.timeline import Shape
from mozregui.work import worker
from tests.driver.conftest import Bench, make_world

from faces import Face  # isort: skip
from mailbox_of_a_window import Mailbox  # isort: skip


@pytest.mark.parametrize("purpose", Purpose)
def test_every_purpose_of_a_test_has_words(purpose: Purpose) -> None:
    assert steps.why(purpose)


def test_going_on_is_nothing_while_it_goes_on(face: Face) -> None:
    bisection = face.open()
    face.asked()
    bisection.go_on()
    assert bisection.doing is Doing.ASKING
    face.judge(1)
    face.mailbox.until(lambda: len(bisection.steps) == 1)


def test_a_person_finds_the_culprit(face: Face) -> None:
    bisection = face.open()
    face.asked()
    assert bisection.headline == "Does this build show the bug?"
    assert bisection.shown
    assert any(name == "Build ID" for name, _ in bisection.shown.facts)
    assert bisection.left
    face.finish()
    assert face.found_it
    assert bisection.account
    assert [step.number for step in bisection.steps] == list(range(1, len(bisection.steps) + 1))
    assert not bisection.can_judge


def test_a_command_finds_it_with_nobody_there(face: Face) -> None:
    face.open(Settings(command="{binary} --check"))
    face.until(Doing.FINISHED)
    assert face.found_it


def test_the_result_is_the_consoles_report(face: Face) -> None:
    face.open(Settings(command="{binary} --check"))
    face.until(Doing.FINISHED)
    assert face.bisection.account
    result = ResultView(face.bisection.account)
    tip = face.bench.world.culprit.push.tip
    assert tip in result.for_bugzilla
    assert "pushloghtml" in result.for_bugzilla
    assert all(tip in result.written(form) for form in SAVED)
    assert [name for name, _ in result.links] == ["Pushlog", "GitHub"]
    assert tip in [one.node for one in result.changesets]
    assert all(one.bugs for one in result.changesets)


def test_undo_takes_the_last_verdict_back(face: Face) -> None:
    bisection = face.open()
    face.judge(3)
    before = face.asked()
    bisection.judge(Verdict.SKIP)
    face.asked()
    assert len(bisection.steps) == 4
    bisection.undo()
    assert face.asked() == before
    assert len(bisection.steps) == 3
    face.finish()
    assert face.found_it


def test_a_wrong_verdict_is_undone_from_the_middle(face: Face) -> None:
    bisection = face.open()
    face.judge(2)
    wrong = Verdict.GOOD if face.truth() is Verdict.BAD else Verdict.BAD
    bisection.judge(wrong)
    face.judge(2)
    face.asked()
    bisection.go_back_to(3)
    face.mailbox.until(lambda: len(bisection.steps) == 2)
    face.finish()
    assert face.found_it


def test_undo_after_the_end_goes_on(face: Face) -> None:
    bisection = face.open()
    face.finish()
    count = len(bisection.steps)
    bisection.undo()
    face.asked()
    assert len(bisection.steps) == count - 1
    face.finish()
    assert face.found_it


def test_a_stretch_is_skipped(face: Face) -> None:
    bisection = face.open()
    face.judge(3)
    face.asked()
    near = bisection.timeline.near
    assert near
    probe = next(mark for mark in near.marks if mark.shape is Shape.PROBE)
    keys = [mark.key for mark in near.marks if abs(mark.place - probe.place) < 0.2]
    bisection.skip(keys)
    assert face.asked().key not in keys
    skipped = [step for step in bisection.steps if step.verdict is Verdict.SKIP]
    assert {step.key for step in skipped} >= {probe.key}
    assert all(step.note == "skipped by hand" for step in skipped)
    face.finish()
    assert bisection.account
    assert bisection.account.report.outcome in (Outcome.FOUND, Outcome.NARROWED)


def test_the_same_build_is_started_again(face: Face) -> None:
    bisection = face.open()
    before = face.asked()
    answered = 0

    def count() -> None:
        nonlocal answered
        answered += bisection.doing is Doing.ASKING

    bisection.changed.connect(count)
    bisection.retry()
    face.mailbox.until(lambda: answered)
    assert face.asked() == before
    assert not bisection.steps


def test_stop_and_go_on_lose_nothing(face: Face) -> None:
    bisection = face.open()
    face.judge(4)
    before = face.asked()
    bisection.stop()
    face.until(Doing.STOPPED)
    assert bisection.is_over
    bisection.go_on()
    assert face.asked() == before
    assert len(bisection.steps) == 4
    face.finish()
    assert face.found_it


def test_what_is_asked_for_while_a_session_is_opened_again_is_done(face: Face) -> None:
    bisection = face.open()
    face.judge(4)
    face.asked()
    bisection.stop()
    face.until(Doing.STOPPED)
    bisection.go_on()
    bisection.undo()
    bisection.go_back_to(3)
    bisection.stop()
    face.until(Doing.STOPPED)
    assert len(bisection.steps) == 2


def test_a_session_is_open_in_one_place_only(face: Face) -> None:
    bisection = face.open()
    face.asked()
    with pytest.raises(SessionInUseError):
        Journal(face.bench.where.state).open(bisection.id)


def test_the_picture_narrows(face: Face) -> None:
    bisection = face.open()
    face.judge(2)
    widths = []
    while True:
        face.until(Doing.ASKING, Doing.FINISHED)
        if bisection.doing is Doing.FINISHED:
            break
        shown = bisection.timeline
        widths.append(shown.whole.high - shown.whole.low)
        assert [mark.shape for mark in shown.whole.marks].count(Shape.PROBE) == 1
        face.judge(1)
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 0.2


def test_the_log_tells_everything(face: Face) -> None:
    bisection = face.open(Settings(command="{binary} --check"))
    face.until(Doing.FINISHED)
    for step in bisection.steps:
        assert step.name in bisection.log.text
    assert sum("GET http" in line for line in bisection.log.lines) == face.bench.sandbox.requests


# What goes wrong


def test_a_broken_test_command_is_told_and_nothing_is_lost(face: Face) -> None:
    bisection = face.open(Settings(command="exit 126"))
    face.until(Doing.TROUBLE)
    assert "fault of the test" in bisection.detail
    assert bisection.again_in is None
    bisection.stop()
    face.until(Doing.STOPPED)


@pytest.mark.parametrize("action", ["again", "stop"])
def test_network_trouble_is_told_and_tried_again(
    mailbox: Mailbox, tmp_path: Path, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_PAUSES", (0.01,))
    faults = Faults(wrong_type=1, paths="taskcluster|json-pushes|/api/")
    with Sandbox(make_world(), faults=faults) as sandbox:
        face = Face(Bench(sandbox, Places(tmp_path / "state", tmp_path / "cache")), mailbox)
        bisection = face.open()
        troubles = 0

        def count() -> None:
            nonlocal troubles
            troubles += bisection.doing is Doing.TROUBLE

        bisection.changed.connect(count)
        mailbox.until(lambda: troubles >= 2)
        if action == "again":
            bisection.go_on()
            mailbox.until(lambda: troubles >= 3)
        bisection.stop()
        face.until(Doing.STOPPED)
        face.close()


def test_a_mistake_of_the_program_is_told_and_the_session_kept(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("planted")

    with monkeypatch.context() as patch:
        patch.setattr(worker, "assembled", broken)
        bisection = face.open()
        face.until(Doing.CRASHED)
    assert "planted" in bisection.trace
    bisection.go_on()
    face.finish()
    assert face.found_it


@pytest.mark.parametrize("act", [Bisection.undo, Bisection.stop, Bisection.retry])
def test_acting_at_any_time_does_no_harm(face: Face, act: Callable[[Bisection], None]) -> None:
    bisection = face.open()
    act(bisection)
    if act is Bisection.stop:
        face.until(Doing.STOPPED)
        bisection.go_on()
    face.judge(1)
    act(bisection)
    if act is Bisection.stop:
        face.until(Doing.STOPPED)
        bisection.go_on()
    face.finish()
    assert face.found_it
