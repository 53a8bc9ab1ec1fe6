"""The picture in docs/search.md. `python3 -m tests.search.picture` renews it there."""

from pathlib import Path
from random import Random

from mozregression.search.evidence import Evidence
from mozregression.search.noise import INTERMITTENT
from mozregression.search.plan import Search, State, plan

PAGE = Path(__file__).parents[2] / "docs" / "search.md"
MARK = "<!-- picture -->"

_SIZE = 129
_PLACE = 85
_MISS = 0.5
_COLUMNS = 65
_LEVELS = " ▁▂▃▄▅▆▇█"


def picture() -> str:
    """An intermittent search: what was seen, and what is believed after it."""
    search = Search(_SIZE, INTERMITTENT)
    random = Random(36)
    good: list[int] = []
    bad: list[int] = []
    lines = [f"{'test':>4} {'of':>4}  {'saw it':6}  |{'where the change may be':<{_COLUMNS}}|"]
    while True:
        found = plan(search, Evidence.of(_SIZE, good, bad))
        if found.state is not State.SEARCHING:
            break
        index = found.probes[0].index
        seen = index >= _PLACE and random.random() >= _MISS
        (bad if seen else good).append(index)
        after = plan(search, Evidence.of(_SIZE, good, bad)).belief
        if after is None:
            raise AssertionError("tests that miss contradict nothing")
        shown = sketch(after.shares(_COLUMNS))
        number = len(good) + len(bad)
        lines.append(f"{number:>4} {index:>4}  {'yes' if seen else 'no':6}  |{shown}|")
    lines.append(f"Candidate {found.suspects[0]} is the first bad one, {found.held:.0%} sure.")
    return "\n".join(f"    {line}" for line in lines)


def sketch(shares: list[float]) -> str:
    most = max(shares)
    return "".join(_LEVELS[round(share / most * (len(_LEVELS) - 1))] for share in shares)


def renewed(page: str) -> str:
    before, _, after = page.split(MARK)
    return f"{before}{MARK}\n\n{picture()}\n\n{MARK}{after}"


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
