"""Searches with exact tests: priors, costs, blocks, workers, no good end."""

from collections.abc import Sequence
from concurrent.futures import Executor
from math import log2
from random import Random
from statistics import mean

from harness import Figure, progress

from mozregression.search.evidence import Evidence
from mozregression.search.plan import Plan, Search, plan
from mozregression.search.prior import Prior
from search.world import World, searched

_PRIORS = 20
_YEARS = 5 * 365


def weighted(pool: Executor) -> list[Figure]:
    """Tests beyond the entropy of random priors, over every place by its weight."""
    worst = max(pool.map(_beyond_entropy, range(_PRIORS)))
    return [Figure(f"exact: tests beyond H(prior), worst of {_PRIORS}", worst, 0.6)]


def _beyond_entropy(seed: int) -> float:
    random = Random(seed)
    n = random.choice((50, 128, 200))
    shape = random.choice((0.3, 1, 3))
    weights = [random.gammavariate(shape, 1) + 1e-6 for _ in range(n)]
    prior = Prior((0.0, *weights, 0.0))
    chances = [weight / sum(weights) for weight in weights]
    search = Search(n + 1, prior=prior)
    tests = sum(
        chance * searched(search, World(n + 1, place, random)).tests
        for place, chance in enumerate(chances, 1)
    )
    return tests + sum(chance * log2(chance) for chance in chances)


def costs(pool: Executor) -> list[Figure]:
    """Mean total cost against the optimum, which takes n³ steps to find."""
    grid = [
        (n, share, download, seed)
        for n in (64, 128)
        for share in (0.05, 0.15, 0.25)
        for download in (2.0, 3.5, 5.0)
        for seed in range(3)
    ]
    ratios = list(pool.map(_over_optimum, *zip(*grid, strict=True)))
    progress(f"costs on {len(grid)} lines")
    return [
        Figure("unequal costs ÷ optimum, mean", mean(ratios), 1.02),
        Figure("  the worst line", max(ratios)),
    ]


def _over_optimum(n: int, share: float, download: float, seed: int) -> float:
    random = Random(f"{n}/{share}/{download}/{seed}")
    prices = [1.0 if random.random() < share else 1.0 + download for _ in range(n + 1)]
    search = Search(n + 1)

    def spent(low: int, high: int) -> float:
        """Of the search that is left between a good and a bad candidate, times its places."""
        if high - low < 2:
            return 0.0
        [probe] = plan(search, Evidence.of(n + 1, [low], [high]), costs=prices).probes
        return (
            prices[probe.index] * (high - low) + spent(low, probe.index) + spent(probe.index, high)
        )

    return spent(0, n) / _optimum(prices)


def _optimum(prices: Sequence[float]) -> float:
    n = len(prices) - 1
    least = [[0.0] * (n + 1) for _ in range(n + 1)]
    for width in range(2, n + 1):
        for low in range(n - width + 1):
            high = low + width
            least[low][high] = min(
                prices[probe] * width + least[low][probe] + least[probe][high]
                for probe in range(low + 1, high)
            )
    return least[0][n]


def blocks(pool: Executor, trials: int) -> list[Figure]:
    """One block that cannot be tested; each try of it counts."""
    figures = []
    for share, most_mean, most_p95 in ((0.1, 9.6, 13), (0.2, 10.8, 15), (0.4, 13.8, 34)):
        tests = sorted(pool.map(_around_block, [share] * trials, range(trials), chunksize=50))
        figures += [
            Figure(f"tests, block of {share:.0%} of 365, mean", mean(tests), most_mean),
            Figure("  p95", tests[trials * 95 // 100], most_p95),
            Figure("  the most", tests[-1]),
        ]
        progress(f"blocks of {share:.0%}")
    return figures


def _around_block(share: float, seed: int) -> int:
    n, random = 365, Random(seed)
    length = round(share * n)
    first = random.randint(1, n - length)
    world = World(n + 1, random.randint(1, n), random, broken=range(first, first + length))
    world.good, world.bad = [0], [n]
    answer = searched(Search(n + 1), world)
    if not answer.right:
        raise SystemExit(f"wrong: {world}")
    return answer.tests - 2


def rounds(pool: Executor) -> list[Figure]:
    """Rounds of K tests at once, the worst place, beyond what K + 1 parts a round take."""
    grid = [(n, jobs) for n in (128, 365, 1024) for jobs in (1, 2, 3, 4, 7, 15)]
    late = list(pool.map(_late_rounds, *zip(*grid, strict=True)))
    progress("rounds")
    return [Figure("rounds beyond ⌈log K+1 n⌉, the worst K and n", max(late), 0)]


def _late_rounds(n: int, jobs: int) -> int:
    search = Search(n + 1, prior=Prior.uniform(n + 1))

    def together(search: Search, evidence: Evidence) -> Plan:
        return plan(search, evidence, jobs=jobs)

    least = next(count for count in range(20) if (jobs + 1) ** count >= n)
    places = range(1, n + 1, n // 64)
    worlds = (World(n + 1, place, Random(0)) for place in places)
    return max(searched(search, world, together).rounds for world in worlds) - least


def galloping(pool: Executor, trials: int) -> list[Figure]:
    """No good end: ages from the default prior, over five years of nightlies."""
    found = list(pool.map(_gallop, range(trials), chunksize=20))
    plain = log2(_YEARS)
    tests = mean(tests for tests, _ in found)
    return [
        Figure("galloping, tests ÷ those of plain bisection", tests / plain, 0.75),
        Figure("  wrong", sum(not right for _, right in found), 0),
        Figure("  the most tests", max(tests for tests, _ in found)),
    ]


def _gallop(seed: int) -> tuple[int, bool]:
    random = Random(seed)
    prior = Prior.by_age(range(_YEARS, -1, -1))
    size = _YEARS + 1
    # what is older than the archive cannot be found in it
    [place] = random.choices(range(1, size), prior.weights[1:size])
    world = World(size, place, random, bad=[size - 1])
    answer = searched(Search(size, prior=prior), world)
    return answer.tests - 1, answer.right and len(answer.plan.suspects) == 1
