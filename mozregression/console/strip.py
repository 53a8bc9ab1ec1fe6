"""The range as a picture one line high: green is known good, red known bad, grey is open."""

from rich.text import Text

from mozregression.model.steps import Span
from mozregression.model.verdicts import Verdict

COLOURS = {Verdict.GOOD: "green", Verdict.BAD: "red", Verdict.SKIP: "yellow"}
WIDTH = 40


def strip(span: Span, verdict: Verdict | None, width: int = WIDTH) -> Text:
    """The span with its probe, coloured by the verdict on it (None: not yet judged)."""
    low, probe, high = (
        _cell(index, span.size, width) for index in (span.low, span.probe, span.high)
    )
    picture = Text("━" * (low + 1), style="green")
    picture.append("─" * max(0, high - low - 1), style="bright_black")
    picture.append("━" * (width - len(picture)), style="red")
    dot = Text("●", style=COLOURS[verdict] if verdict else "bold yellow")
    return Text.assemble(picture[:probe], dot, picture[probe + 1 :])


def _cell(index: int, size: int, width: int) -> int:
    return round(index * (width - 1) / max(1, size - 1))
