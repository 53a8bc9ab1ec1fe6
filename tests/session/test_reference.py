"""Which build is looked at beside the probe."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mozregression.model.bounds import Bound, DateBound, SomeTimeBefore
from mozregression.model.builds import Candidate
from mozregression.model.certainty import Certainty, Kind
from mozregression.model.facts import BuildFound, BuildMissing, Fact, VerdictGiven
from mozregression.model.request import Request
from mozregression.model.steps import FindBuild, Finish, TestBuild
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.session import next_step, reference
from tests.session.paper_world import PaperWorld, day

INTERMITTENT = Certainty(Kind.INTERMITTENT)


def beside(world: PaperWorld, request: Request, facts: list[Fact]) -> str | None:
    """The key of the reference; questions about it are answered, and stay out of the facts."""
    known = list(facts)
    while isinstance(found := reference(request, known), FindBuild):
        known.append(world._find(found.candidate))
    return found.candidate if found else None


def watched(world: PaperWorld, request: Request) -> list[tuple[TestBuild, str | None, list[Fact]]]:
    """Each test of a whole session, with the reference and the facts before it."""
    seen = []
    facts: list[Fact] = []
    while not isinstance(step := next_step(request, facts), Finish):
        if isinstance(step, TestBuild):
            seen.append((step, beside(world, request, facts), list(facts)))
        facts.append(world.answer(step))
    return seen


def verdicts(facts: list[Fact]) -> list[VerdictGiven]:
    return [fact for fact in facts if isinstance(fact, VerdictGiven)]


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_of_exact_tests_it_is_the_last_one_judged_as_good(data: st.DataObject) -> None:
    fixes = data.draw(st.booleans())
    world = PaperWorld(culprit=data.draw(st.integers(20, 200)), fixes=fixes)
    ends = (DateBound(day(9)), DateBound(day(0))) if fixes else ()
    for step, key, facts in watched(world, world.request(*ends)):
        good = [one.candidate for one in verdicts(facts) if one.verdict is Verdict.GOOD]
        claimed = world.nightlies[-1].key if step.purpose is Purpose.BAD_END else None
        assert key == (good[-1] if good else claimed)


def test_the_good_end_itself_has_nothing_beside_it() -> None:
    world = PaperWorld()
    (first, none, _), (_, key, _), *_ = watched(world, world.request())
    assert first.purpose is Purpose.GOOD_END
    assert none is None
    assert key == first.candidate.key


def test_an_end_that_is_taken_at_its_word_is_looked_for() -> None:
    world = PaperWorld()
    request = world.request(check_ends=False)
    step, key, facts = watched(world, request)[0]
    assert step.purpose is Purpose.NARROW
    assert key == world.nightlies[0].key
    assert isinstance(reference(request, facts), FindBuild)
    missing = world._find(world.nightlies[0])
    assert isinstance(missing, BuildFound)
    world.missing = {world.nightlies[0].key}
    assert beside(world, request, facts) is None


@pytest.mark.parametrize("certainty", [INTERMITTENT, Certainty()])
def test_without_a_good_bound_nothing_is_good_before_it_was_judged(certainty: Certainty) -> None:
    world = PaperWorld(culprit=200)
    seen = watched(world, world.request(SomeTimeBefore(), certainty=certainty))
    assert [key for _, key, _ in seen[:2]] == [None, None]
    assert seen[-1][1]


@pytest.mark.parametrize("fixes", [False, True])
def test_of_a_bug_that_hides_it_is_outside_of_what_may_hold_the_change(*, fixes: bool) -> None:
    world = PaperWorld(days=5, culprit=60, miss=0.5, seed=1, fixes=fixes)
    ends: tuple[Bound, ...] = (DateBound(day(4)), DateBound(day(0))) if fixes else ()
    seen = watched(world, world.request(*ends, certainty=INTERMITTENT))
    assert len(seen) > 10
    assert seen[0][0].purpose is Purpose.SIGHTING
    assert seen[0][1] == world.nightlies[-1 if fixes else 0].key
    claimed = sum(1 for _, key, facts in seen if key and not _judged(key, facts))
    assert claimed < len(seen) / 2
    for step, key, facts in seen:
        if key is None:  # the good end is tested
            assert step.purpose is Purpose.GOOD_END or step.span is not None
            continue
        assert key != step.candidate.key
        bad = [one for one in verdicts(facts) if one.verdict is Verdict.BAD]
        assert key not in [one.candidate for one in bad]
    right = [world._verdict(_source(world, key)) is Verdict.GOOD for _, key, _ in seen if key]
    assert sum(right) >= 0.9 * len(right)


def _judged(key: str, facts: list[Fact]) -> bool:
    return any(one.candidate == key for one in verdicts(facts))


def _source(world: PaperWorld, key: str) -> str:
    return world.source(candidate_of(world, key))


def candidate_of(world: PaperWorld, key: str) -> Candidate:
    candidates: list[Candidate] = [*world.nightlies, *world.central, *world.autoland]
    return next(one for one in candidates if one.key == key)


def test_what_contradicts_itself_is_not_looked_at_as_good() -> None:
    """A build is judged as good although an older one is bad: the one before both is shown."""
    world = PaperWorld(culprit=100)
    request = world.request()
    facts: list[Fact] = []
    tested: list[str] = []
    while len(tested) < 5:
        step = next_step(request, facts)
        assert not isinstance(step, Finish)
        if isinstance(step, TestBuild):
            tested.append(step.candidate.key)
        facts.append(world.answer(step))
    order = [nightly.key for nightly in world.nightlies]
    bad = [one.candidate for one in verdicts(facts) if one.verdict is Verdict.BAD]
    good = [one.candidate for one in verdicts(facts) if one.verdict is Verdict.GOOD]
    newest = max(bad, key=order.index)
    oldest = min((key for key in bad if key != newest), key=order.index)
    after = next(n for n in world.nightlies if oldest < n.key < newest)
    facts += [world._find(after), VerdictGiven(after.key, Verdict.GOOD, Purpose.NARROW, 0)]
    step = next_step(request, facts)
    assert isinstance(step, TestBuild)
    assert step.purpose is Purpose.RECHECK
    assert beside(world, request, facts) == max(good, key=order.index)


def test_at_the_end_there_is_nothing_to_look_at() -> None:
    world = PaperWorld()
    facts: list[Fact] = []
    world.run(world.request(), facts)
    assert reference(world.request(), facts) is None


def test_a_build_that_is_gone_is_passed_over() -> None:
    world = PaperWorld()
    request = world.request()
    _, key, facts = watched(world, request)[-1]
    assert key
    gone = world._find(world.nightlies[0])
    assert isinstance(gone, BuildFound)
    world.missing = {key}
    facts.append(world._find(candidate_of(world, key)))
    assert isinstance(facts[-1], BuildMissing)
    other = beside(world, request, facts)
    assert other != key
    assert other in [one.candidate for one in verdicts(facts) if one.verdict is Verdict.GOOD]
