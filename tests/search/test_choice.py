"""The choice of one test."""

from math import isclose, log2

from hypothesis import assume, given

from mozregression.search.belief import Belief
from mozregression.search.choice import confirming
from mozregression.search.evidence import Evidence
from mozregression.search.noise import INTERMITTENT, Noise
from mozregression.search.plan import Search, plan
from mozregression.search.prior import Prior
from tests.search.test_belief import belief_of, situations


def odds(belief: Belief, place: int) -> float:
    """In bits."""
    return log2(belief.chances[place] / (1 - belief.chances[place]))


@given(situations())
def test_a_confirming_test_is_worth_what_it_adds_to_the_odds(
    situation: tuple[int, Noise, Prior, list[tuple[int, bool]]],
) -> None:
    size, noise, prior, verdicts = situation
    before = belief_of(situation)
    place = before.likeliest()
    assume(before.chances[place] < 0.999)
    segment = before.segment_of(place)
    for index, worth in enumerate(confirming(before, place)):
        seen = segment.seen if place <= index else segment.false
        after = {
            verdict: belief_of((size, noise, prior, [*verdicts, (index, verdict)]))
            for verdict, chance in ((True, seen), (False, 1 - seen))
            if chance > 1e-9
        }
        if any(belief.chances[place] > 1 - 1e-9 for belief in after.values()):
            continue  # one test could settle it
        expected = sum(
            (seen if verdict else 1 - seen) * (odds(belief, place) - odds(before, place))
            for verdict, belief in after.items()
        )
        assert isclose(worth, expected, abs_tol=1e-5)


def test_a_place_that_is_likelier_than_not_is_confirmed_rather_than_its_rivals_looked_at() -> None:
    evidence = Evidence.of(100, [50] * 10 + [51] * 4, [51] * 4)
    found = plan(Search(100, INTERMITTENT), evidence)
    assert found.belief is not None
    assert found.belief.gains.index(max(found.belief.gains)) == 48
    assert (found.suspects, [probe.index for probe in found.probes]) == ((51,), [50])
