"""Bugs that do not show in every test: what is asked, what is shown, what comes out."""

from math import isclose

import pytest

from mozregression.model.certainty import Certainty, Kind
from mozregression.model.report import Outcome
from mozregression.model.verdicts import Verdict
from mozregui.models.bisection import Doing
from mozregui.models.result import ResultView
from mozregui.models.timeline import Shape

from faces import Face  # isort: skip

INTERMITTENT = Certainty(Kind.INTERMITTENT)


def test_a_bug_that_hides_is_found_with_the_confidence_wanted(face: Face) -> None:
    face.misses = 4
    bisection = face.open(certainty=INTERMITTENT)
    face.asked()
    assert bisection.headline == "Did you see the bug?"
    assert bisection.shown
    assert ("Tested", "to see the bug for the first time") in bisection.shown.facts
    face.finish()
    assert face.found_it
    assert bisection.account
    report = bisection.account.report
    assert report.confidence
    assert report.confidence >= 0.95
    result = ResultView(bisection.account)
    assert dict(result.facts)["Confidence"].startswith("9")
    before = f"push {face.bench.world.culprit.push.id - 1} "
    assert any(before in line and ": seen in 0 of" in line for line in result.evidence)


def test_the_curve_shows_where_the_change_may_be(face: Face) -> None:
    bisection = face.open(certainty=INTERMITTENT)
    widths = []
    while True:
        face.until(Doing.ASKING, Doing.FINISHED)
        if bisection.doing is Doing.FINISHED:
            break
        if not bisection.sure:  # ends are tested first
            face.judge(1)
            continue
        for axis in (bisection.timeline.whole, bisection.timeline.near):
            assert axis
            assert axis.curve
            assert isclose(max(stretch.height for stretch in axis.curve), 1)
            assert any(stretch.likely for stretch in axis.curve)
            assert all(0 <= one.start <= one.stop <= 1 for one in axis.curve)
        likely = [one for one in bisection.timeline.whole.curve if one.likely]
        widths.append(sum(one.stop - one.start for one in likely))
        assert bisection.sure.endswith("of the likeliest build so far; 95 % are wanted.")
        assert bisection.left.startswith("About")
        face.judge(1)
    assert widths[0] > 0.5
    assert widths[-1] < 0.1


def test_what_was_not_seen_is_not_called_good(face: Face) -> None:
    bisection = face.open(certainty=INTERMITTENT)
    face.judge(4)
    face.asked()
    marks = bisection.timeline.whole.marks
    assert Shape.GOOD not in {mark.shape for mark in marks}
    unseen = [mark for mark in marks if mark.shape is Shape.UNSEEN]
    assert [mark.note for mark in unseen] == ["seen in 0 of 1"] * len(unseen)
    assert unseen
    assert "Good: 0" in bisection.timeline.told


def test_a_bug_that_is_never_seen_is_told_and_more_tries_may_follow(face: Face) -> None:
    bisection = face.open(certainty=INTERMITTENT)
    for _ in range(3):
        face.asked()
        bisection.judge(Verdict.GOOD)
    face.until(Doing.FINISHED)
    assert bisection.account
    assert bisection.account.report.outcome is Outcome.NOT_REPRODUCED
    assert "not seen in 3 tries" in bisection.detail
    assert bisection.more == 3
    bisection.test_more()
    face.judge(1)
    face.asked()
    assert bisection.more == 0
    assert len(bisection.steps) == 4


def test_a_search_that_may_do_so_many_tests_tells_what_it_knows_and_goes_on(face: Face) -> None:
    bisection = face.open(certainty=Certainty(Kind.INTERMITTENT, max_tests=8))
    face.finish()
    assert len(bisection.steps) == 8
    assert bisection.account
    assert bisection.account.report.outcome is Outcome.NARROWED
    near = bisection.timeline.near
    assert near
    assert sum(stretch.likely for stretch in near.curve) > 1
    assert bisection.more >= 3
    bisection.test_more()
    face.asked()
    bisection.stop()
    face.until(Doing.STOPPED)


@pytest.mark.parametrize("kind", [Kind.INTERMITTENT, Kind.EXACT])
def test_why_a_build_was_chosen_is_told(face: Face, kind: Kind) -> None:
    bisection = face.open(certainty=Certainty(kind))
    face.judge(3)
    face.asked()
    assert bisection.shown
    assert "what a test can tell" in dict(bisection.shown.facts)["Why this build"]
    assert "what a test can tell" in bisection.log.text
