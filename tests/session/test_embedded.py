"""Builds that embed another repository: the change is in one of them, or in the other."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mozregression.model.apps import CENTRAL
from mozregression.model.bounds import ChangesetBound
from mozregression.model.builds import Candidate, Nightly, Push
from mozregression.model.facts import Fact, SourceIdentified
from mozregression.model.report import Outcome, Report
from mozregression.model.verdicts import Verdict
from tests.session.comm_world import COMM, CommWorld


def ends(report: Report) -> tuple[Candidate, Candidate]:
    assert report.good is not None
    assert report.bad is not None
    return report.good.candidate, report.bad.candidate


def test_a_change_of_the_app_itself_is_found_and_what_came_along_is_told() -> None:
    world = CommWorld(comm_culprit=22)
    report = world.run(world.asked_of())
    good, bad = ends(report)
    assert bad == world.comm[22]
    embedded = report.embedded
    assert embedded is not None
    older, newer = world.parts(good)[1], world.parts(bad)[1]
    assert (embedded.good.node, embedded.bad.node) == (older.tip, newer.tip)
    assert embedded.bad.branch == CENTRAL
    between = world.central[world.central.index(older) + 1 : world.central.index(newer) + 1]
    assert embedded.pushes == tuple(between)
    assert {landing.push for landing in embedded.landings} == {push.id for push in between}
    assert report.outcome is Outcome.NARROWED
    assert report.suspects == (world.comm[22], *between)
    assert str(world.comm[22]) in report.detail
    assert older.tip[:12] in report.detail
    assert newer.tip[:12] in report.detail


def test_one_push_is_exact_when_nothing_came_along() -> None:
    world = CommWorld(comm_culprit=62, apart=1)
    assert world.parts(world.comm[61])[1] == world.parts(world.comm[62])[1]
    report = world.run(world.asked_of())
    assert report.outcome is Outcome.FOUND
    assert report.suspects == (world.comm[62],)
    assert report.embedded is None


def test_where_the_app_did_not_change_the_embedded_range_is_the_answer() -> None:
    world = CommWorld(apart=72, gecko_culprit=31)
    report = world.run(world.asked_of())
    good, bad = ends(report)
    assert world.parts(good)[0] == world.parts(bad)[0]
    assert report.outcome is Outcome.NARROWED
    assert world.central[31] in report.suspects
    assert all(isinstance(push, Push) and push.branch == CENTRAL for push in report.suspects)
    assert report.good is not None
    assert report.good.revision is not None
    assert report.good.revision.node == world.parts(good)[1].tip
    assert {landing.push for landing in report.landings} == {
        push.id for push in report.suspects if isinstance(push, Push)
    }
    assert f"both built from {COMM}" in report.detail
    assert report.embedded is None


def test_a_nightly_and_the_build_of_its_own_push_are_two_builds() -> None:
    """The nightly came hours later, with a newer state inside."""
    world = CommWorld(apart=24, gecko_culprit=28)
    nightly = next(n for n in world.nightlies if world.parts(n)[1] == world.central[28])
    own = world.parts(nightly)[0]
    assert world.verdict(nightly) is Verdict.BAD
    assert world.verdict(own) is Verdict.GOOD
    report = world.run(world.asked_of())
    assert ends(report) == (own, nightly)
    assert world.central[28] in report.suspects


def test_pushes_that_are_no_longer_kept_leave_nightlies_with_both_ranges() -> None:
    world = CommWorld(comm_culprit=22, kept=False)
    report = world.run(world.asked_of())
    assert report.outcome is Outcome.NIGHTLIES
    assert report.embedded is not None
    assert world.comm[22] in report.suspects
    assert set(report.embedded.pushes) < set(report.suspects)


def test_two_changesets_of_the_app_have_both_ranges() -> None:
    world = CommWorld(comm_culprit=22)
    bounds = (ChangesetBound(world.comm[5].tip), ChangesetBound(world.comm[40].tip))
    report = world.run(world.asked_of(*bounds))
    assert report.embedded is not None
    assert report.suspects[0] == world.comm[22]
    assert not any(isinstance(test.candidate, Nightly) for test in world.tests)


def test_without_knowing_what_is_embedded_the_apps_own_push_is_found() -> None:
    """Sessions of before tell nothing of it."""
    world = CommWorld(comm_culprit=22)
    facts: list[Fact] = []
    request = world.asked_of()
    world.run(request, facts)
    old = [
        SourceIdentified(fact.candidate, fact.revision)
        if isinstance(fact, SourceIdentified)
        else fact
        for fact in facts
    ]
    world.asked.clear()
    report = world.run(request, old[: len(old) // 2])
    assert world.comm[22] in report.suspects


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_the_culprit_is_always_among_the_suspects(data: st.DataObject) -> None:
    world = CommWorld(
        apart=data.draw(st.sampled_from([1, 5, 24, 50])), fixes=data.draw(st.booleans())
    )
    if data.draw(st.booleans()):
        world.gecko_culprit = data.draw(st.integers(8, 50))
        culprit = world.central[world.gecko_culprit]
    else:
        hours = data.draw(st.integers(30, 200))
        world.comm_culprit = min(hours // world.apart, len(world.comm) - 1)
        culprit = world.comm[world.comm_culprit]
    holes: list[Candidate] = [*world.nightlies[1:-1], *world.comm]
    keys = [candidate.key for candidate in holes]
    world.missing = data.draw(st.sets(st.sampled_from(keys), max_size=len(keys) // 3))
    world.skipped = data.draw(st.sets(st.sampled_from(keys), max_size=5))
    report = world.run(world.asked_of(confirm=data.draw(st.booleans())))
    if report.outcome in {Outcome.GOOD_END_BAD, Outcome.BAD_END_GOOD}:
        return
    assert culprit in report.suspects
    assert report.fixed is world.fixes
    assert (report.outcome is Outcome.FOUND) is (len(report.suspects) == 1)
    good, bad = ends(report)
    assert world.truth(good) is (Verdict.BAD if world.fixes else Verdict.GOOD)
    assert world.truth(bad) is (Verdict.GOOD if world.fixes else Verdict.BAD)
