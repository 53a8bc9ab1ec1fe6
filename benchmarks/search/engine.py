"""The engine itself: how long it thinks, and that it thinks the same again."""

from collections.abc import Callable
from random import Random
from statistics import median
from time import perf_counter

from harness import Figure, progress

from mozregression.search.evidence import Evidence
from mozregression.search.noise import EXACT, FLAKY, INTERMITTENT, Known, Noise
from mozregression.search.plan import Search, plan
from mozregression.search.prior import Prior

_CANDIDATES = 10_000
_SESSIONS = 10_000


def decide_time() -> list[Figure]:
    figures = []
    for what, noise, limit in (
        ("exact", EXACT, 20),
        ("unknown miss rate", INTERMITTENT, 200),
        ("both unknown", FLAKY, 200),
    ):
        search = Search(_CANDIDATES, noise, Prior.uniform(_CANDIDATES))
        evidence = Evidence.of(_CANDIDATES, [0, 0, 1000, 1500], [9000, 9500, 9999])
        figures.append(
            Figure(
                f"next of {_CANDIDATES} candidates, {what}",
                _milliseconds(lambda s=search, e=evidence: plan(s, e)),  # type: ignore[misc]
                limit,
                " ms",
            )
        )
    return figures


def _milliseconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(15):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return median(times) * 1000


def replay() -> list[Figure]:
    """Random sessions whose verdicts come in another order."""
    different = sum(_differs(seed) for seed in range(_SESSIONS))
    progress("replay")
    return [Figure(f"plans of {_SESSIONS} sessions that differ in another order", different, 0)]


def _differs(seed: int) -> bool:
    random = Random(seed)
    size = random.randint(3, 40)
    noise = random.choice((EXACT, INTERMITTENT, FLAKY, Noise(Known(0.1), Known(0.2))))
    verdicts = [(random.randrange(size), random.random()) for _ in range(random.randint(0, 9))]
    search = Search(size, noise)
    plans = []
    for _ in range(2):
        random.shuffle(verdicts)
        good = [index for index, kind in verdicts if kind < 0.45]
        bad = [index for index, kind in verdicts if 0.45 <= kind < 0.9]
        skipped = [index for index, kind in verdicts if kind >= 0.9]
        try:
            plans.append(str(plan(search, Evidence.of(size, good, bad, skipped=skipped))))
        except ValueError as error:
            plans.append(str(error))
    return plans[0] != plans[1]
