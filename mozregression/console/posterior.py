"""What is believed of a range as a picture one line high: the taller, the likelier the change."""

from collections.abc import Sequence

_BLOCKS = " ▁▂▃▄▅▆▇█"
_PLAIN = " .:-=+*#@"


def posterior(chances: Sequence[float], *, plain: bool) -> str:
    """One character for each chance. plain: for whoever can show ASCII alone.

    Only what is impossible, or nearly so, is left blank.
    """
    levels = _PLAIN if plain else _BLOCKS
    top = max(chances, default=0.0)
    if top <= 0:
        return ""
    return "".join(_level(chance / top, levels) for chance in chances)


def _level(share: float, levels: str) -> str:
    steps = len(levels) - 1
    if share * steps < 0.05:
        return levels[0]
    return levels[max(1, round(share * steps))]
