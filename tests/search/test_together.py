"""Several tests at once."""

from itertools import combinations

from mozregression.search.belief import believe
from mozregression.search.evidence import Evidence
from mozregression.search.noise import EXACT, FLAKY, INTERMITTENT, Known, Noise
from mozregression.search.plan import Search, State, plan
from mozregression.search.prior import Prior
from mozregression.search.together import MOST, pointless

KNOWN = Noise(Known(0.1), Known(0.2))


def together(size: int, noise: Noise, jobs: int, evidence: Evidence, **more: object) -> list[int]:
    found = plan(Search(size, noise), evidence, jobs=jobs, running=more.get("running", ()))  # type: ignore[arg-type]
    return [probe.index for probe in found.probes]


def joint_gain(size: int, noise: Noise, evidence: Evidence, probes: list[int]) -> float:
    """Bits that probes tell together, by enumeration of what they may show."""
    worlds = [(1.0, evidence)]
    gained = 0.0
    for probe in probes:
        then = []
        for chance, known in worlds:
            belief = believe(known, noise, Prior.uniform(size))
            assert belief is not None
            gained += chance * belief.gains[probe]
            seen = belief.chances_seen[probe]
            then += [(chance * seen, known.plus(probe, seen=True))] if seen > 0 else []
            then += [(chance * (1 - seen), known.plus(probe, seen=False))] if seen < 1 else []
        worlds = then
    return gained


def test_two_probes_with_noise_are_about_the_best_pair() -> None:
    size = 20
    for noise, evidence in (
        (KNOWN, Evidence.of(size)),
        (KNOWN, Evidence.of(size, [5, 8], [9])),
        (INTERMITTENT, Evidence.of(size, [4, 9], [15, 19])),
        (FLAKY, Evidence.of(size, [4, 9], [15, 19])),
    ):
        chosen = together(size, noise, 2, evidence)
        pairs = [*combinations(range(size), 2), *((index, index) for index in range(size))]
        best = max(joint_gain(size, noise, evidence, list(pair)) for pair in pairs)
        assert joint_gain(size, noise, evidence, chosen) >= 0.98 * best


def test_a_probe_makes_use_of_one_that_runs() -> None:
    evidence = Evidence.of(101, [0], [100])
    [probe] = together(101, EXACT, 2, evidence, running=[50])
    assert probe in (25, 75)
    assert together(101, EXACT, 1, evidence, running=[50]) == []


def test_a_late_result_still_counts_and_may_be_pointless() -> None:
    before = Evidence.of(100, [0], [99])
    first, second = together(100, EXACT, 2, before)
    after = before.plus(first, seen=True)
    found = plan(Search(100), after, jobs=2, running=[second])
    assert found.pointless == (second,)
    after = before.plus(second, seen=True)
    found = plan(Search(100), after, jobs=2, running=[first])
    assert found.pointless == ()
    assert found.probes[0].index != first


def test_noise_makes_few_tests_pointless() -> None:
    belief = believe(Evidence.of(100, [10] * 9, [90] * 9), KNOWN, Prior.uniform(100))
    assert belief is not None
    assert pointless(belief, (2, 50, 60, 97)) == (2, 97)


def test_more_workers_than_there_is_to_learn_stay_idle() -> None:
    assert together(5, EXACT, 9, Evidence.of(5, [0], [4])) == [1, 2, 3]
    assert len(together(50, KNOWN, 20, Evidence.of(50))) == MOST


def test_untestable_candidates_are_left_out() -> None:
    evidence = Evidence.of(40, [0], [39], skipped=[13, 26])
    chosen = together(40, EXACT, 3, evidence)
    assert len(set(chosen)) == 3
    assert not {13, 26} & set(chosen)


def test_running_tests_do_not_end_a_search() -> None:
    found = plan(Search(3), Evidence.of(3, [0], [2]), jobs=2, running=[1])
    assert found.state is State.SEARCHING
    assert found.probes == ()
