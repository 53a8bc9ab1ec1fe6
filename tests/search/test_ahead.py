"""What will be needed next."""

import pytest

from mozregression.search.ahead import forecast
from mozregression.search.evidence import Evidence
from mozregression.search.noise import INTERMITTENT, Known, Noise
from mozregression.search.plan import Search, plan


def test_both_quarters_follow_the_middle_and_then_the_eighths() -> None:
    found = forecast(Search(17), Evidence.of(17, [0], [16]), 8)
    away = {distance: {one.index for one in found if one.away == distance} for distance in (1, 2)}
    assert away == {1: {4, 12}, 2: {2, 6, 10, 14}}
    assert [likely.away for likely in found] == sorted(likely.away for likely in found)
    assert [likely.chance for likely in found[:6]] == pytest.approx([0.5, 0.5, *[0.25] * 4])


def test_each_next_test_is_what_the_search_would_choose() -> None:
    for noise in (INTERMITTENT, Noise(Known(0.1), Known(0.3))):
        search = Search(60, noise)
        evidence = Evidence.of(60, [10, 30], [59, 40])
        [probe] = plan(search, evidence).probes
        found = forecast(search, evidence, probe.index)
        nearest = {likely.index: likely.chance for likely in found if likely.away == 1}
        for seen, chance in ((True, probe.chance_bad), (False, 1 - probe.chance_bad)):
            [then] = plan(search, evidence.plus(probe.index, seen=seen)).probes
            assert nearest[then.index] >= chance - 1e-9


def test_nothing_follows_the_last_test() -> None:
    assert forecast(Search(3), Evidence.of(3, [0], [2]), 1) == ()


def test_unlikely_tests_are_left_out() -> None:
    evidence = Evidence.of(1001, [0], [1000])
    assert {likely.away for likely in forecast(Search(1001), evidence, 500, least=0.3)} == {1}
