"""Searches with tests that err."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from math import sqrt
from random import Random
from statistics import mean

from harness import Figure, progress

from mozregression.search.noise import FLAKY, INTERMITTENT, Known, Noise, Rate, about
from mozregression.search.plan import Search
from mozregression.search.prior import Prior
from search.world import World, searched

_CHUNK = 100


@dataclass(frozen=True, slots=True)
class Case:
    """n places, true rates of false sightings and misses, what the search knows of them, and how
    sure it has to be.
    """

    n: int
    false: float
    miss: float
    noise: Noise
    confidence: float = 0.95


@dataclass(frozen=True, slots=True)
class Outcome:
    tests: int
    right: bool
    held: float


def known(pool: Executor, trials: int) -> list[Figure]:
    figures: list[Figure] = []
    for n, false, miss, limit in (
        (128, 0.0, 0.0, 7.0),
        (128, 0.0, 0.3, 14.3),
        (128, 0.0, 0.5, 22.0),
        (128, 0.1, 0.1, 14.4),
        (365, 0.0, 0.5, 26.8),
        (365, 0.2, 0.2, 33.0),
        (1024, 0.1, 0.1, 20.6),
        (1024, 0.2, 0.2, 38.6),
    ):
        case = Case(n, false, miss, Noise(Known(false), Known(miss)))
        found = outcomes(pool, case, trials)
        figures += _figures(f"known rates {false}/{miss}, {n}", found, limit, 95)
    return figures


def unknown(pool: Executor, trials: int) -> list[Figure]:
    figures: list[Figure] = []
    for n, miss, limit in (
        (128, 0.0, 11),
        (128, 0.1, 14),
        (128, 0.5, 32),
        (128, 0.8, 88),
        (365, 0.5, 36),
    ):
        found = outcomes(pool, Case(n, 0.0, miss, INTERMITTENT), trials)
        figures += _figures(f"unknown miss rate {miss}, {n}", found, limit, 95)
    for miss in (0.0, 0.1, 0.5, 0.8):
        case = Case(128, 0.0, miss, INTERMITTENT, sqrt(0.95))
        found = outcomes(pool, case, trials)
        figures += _figures(f"as sessions ask, {miss}, 128", found, None, 95)
    for false, miss in ((0.0, 0.0), (0.1, 0.1), (0.1, 0.4)):
        found = outcomes(pool, Case(128, false, miss, FLAKY), trials // 2)
        figures += _figures(f"both unknown {false}/{miss}, 128", found, None, None)
    return figures


def calibration(pool: Executor, trials: int) -> list[Figure]:
    """How often a claim of 95 % is right: rates that are known, and rates stated wrongly."""
    figures: list[Figure] = []
    for false, miss in ((0.0, 0.3), (0.0, 0.5), (0.1, 0.1), (0.1, 0.3), (0.2, 0.2)):
        right = _right(pool, Case(128, false, miss, Noise(Known(false), Known(miss))), trials)
        figures.append(Figure(f"right, known {false}/{miss}", right, 94, " %", at_least=True))
        figures.append(Figure("  not far above the claim", right, 98, " %"))
        ways: list[tuple[str, Callable[[float], Rate], float | None]]
        ways = [("stated", about, 90), ("taken for known", Known, None)]
        for factor in (0.5, 1.5):
            for how, state, limit in ways:
                noise = Noise(state(false), state(miss))
                case = Case(128, false * factor, miss * factor, noise)
                what = f"  {how}, true {factor} times that"
                right = _right(pool, case, trials // 2)
                figures.append(Figure(what, right, limit, " %", at_least=True))
    return figures


def _right(pool: Executor, case: Case, trials: int) -> float:
    return 100 * mean(found.right for found in outcomes(pool, case, trials))


def outcomes(pool: Executor, case: Case, trials: int) -> list[Outcome]:
    chunks = pool.map(_chunk, [case] * (trials // _CHUNK), range(trials // _CHUNK))
    found = [outcome for chunk in chunks for outcome in chunk]
    progress(f"{case.n} places, {case.false}/{case.miss}")
    return found


def _chunk(case: Case, seed: int) -> list[Outcome]:
    random = Random(seed)
    search = Search(case.n + 1, case.noise, Prior.uniform(case.n + 1), case.confidence)
    found = []
    for _ in range(_CHUNK):
        world = World(case.n + 1, random.randint(1, case.n), random, case.false, case.miss)
        answer = searched(search, world)
        found.append(Outcome(answer.tests, answer.right, answer.plan.held))
    return found


def _figures(
    what: str, found: Sequence[Outcome], limit: float | None, least: float | None
) -> Iterable[Figure]:
    yield Figure(f"tests, {what}", mean(outcome.tests for outcome in found), limit)
    right = 100 * mean(outcome.right for outcome in found)
    yield Figure("  right", right, least, " %", at_least=True)


# The published tool that does the same for git, when it is installed


def peer(pool: Executor, trials: int) -> list[Figure]:
    try:
        import git_bayesect  # noqa: F401 - a look whether it is there
    except ImportError:
        print("git-bayesect is not installed (pip install git-bayesect): not compared.")
        return []
    figures: list[Figure] = []
    for n, miss in ((128, 0.0), (128, 0.1), (128, 0.5), (128, 0.8), (365, 0.5)):
        rows = pool.map(_peer, [n] * trials, [miss] * trials, range(trials))
        found = list(rows)
        figures.append(Figure(f"git-bayesect, {miss}, {n}", mean(tests for tests, _ in found)))
        right = 100 * mean(right for _, right in found)
        figures.append(Figure("  right", right, unit=" %"))
        progress(f"git-bayesect {miss}, {n}")
    return figures


def _peer(n: int, miss: float, seed: int) -> tuple[int, bool]:
    """It counts from the newest, and knows both ends from one test each."""
    from git_bayesect import Bisector

    random = Random(seed)
    place = random.randint(1, n)
    bisector = Bisector([1.0] * n)
    record: Callable[[int, bool], None] = bisector.record
    tests = 0
    while bisector.distribution.max() < 0.95:
        index = bisector.select()
        candidate = n - index
        record(index, candidate >= place and random.random() >= miss)
        tests += 1
    return tests, n - int(bisector.distribution.argmax()) == place
