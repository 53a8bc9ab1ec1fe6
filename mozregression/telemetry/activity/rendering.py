"""The activity report as text, and as one HTML page that needs nothing else."""

from collections.abc import Iterator, Sequence
from html import escape

from mozregression.reports.page import HEAD, PAGE_STYLE
from mozregression.telemetry.activity import Picture, Section

_TITLE = "What mozregression did on this machine"
_WIDTH = 980
_LEFT, _ROW = 420, 26  # of bars that lie
_HEIGHT, _BELOW = 150, 30  # of those that stand

_STYLE = """
svg { width: 100%; height: auto; font: 13px system-ui, sans-serif; margin: .6rem 0; }
svg text { fill: var(--text); }
svg .label { fill: var(--faint); }
svg .narrow { font-size: 11px; }
svg rect { fill: var(--link); }
svg line { stroke: var(--line); }
"""


def text(sections: Sequence[Section]) -> str:
    """Ends with a line break."""
    lines: list[str] = []
    for section in sections:
        lines += [section.title, ""]
        width = max(len(name) for name, _ in section.pairs)
        lines += [f"  {name + ':':{width + 1}} {value}" for name, value in section.pairs]
        if section.picture:
            lines += ["", *_text_picture(section.picture)]
        lines.append("")
    return "\n".join(lines)


def page(sections: Sequence[Section], day: str) -> str:
    """The whole page; ends with a line break. day: when it was made."""
    parts = [
        f"{HEAD}<title>{_TITLE}</title>",
        f"<style>{PAGE_STYLE}{_STYLE}</style>\n</head>\n<body>",
        f"<h1>{_TITLE}</h1>",
        f"<p>Made on {escape(day)} from the sessions kept here. Nothing of this was sent.</p>",
    ]
    for section in sections:
        pairs = "".join(
            f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>\n" for name, value in section.pairs
        )
        parts.append(f"<h2>{escape(section.title)}</h2>\n<dl>{pairs}</dl>")
        if section.picture and any(number for _, number in section.picture.bars):
            parts.append(_svg(section.picture))
    return "\n".join([*parts, "</body>\n</html>\n"])


def _text_picture(picture: Picture) -> Iterator[str]:
    most = max((number for _, number in picture.bars), default=0)
    width = max((len(label) for label, _ in picture.bars), default=0)
    if most:
        yield f"  {picture.title}"
    for label, number in picture.bars:
        if number:
            yield f"    {label:>{width}} {'█' * max(1, round(30 * number / most))} {number}"


def _svg(picture: Picture) -> str:
    drawn, height = _columns(picture) if picture.columns else _rows(picture)
    title = escape(picture.title)
    return "\n".join(
        (
            f"<p>{title}</p>",
            f'<svg viewBox="0 0 {_WIDTH} {height}" role="img">',
            f"<title>{title}</title>",
            *drawn,
            "</svg>",
        )
    )


def _rows(picture: Picture) -> tuple[list[str], int]:
    most = max(number for _, number in picture.bars)
    drawn = []
    for place, (label, number) in enumerate(picture.bars):
        y = place * _ROW
        length = (_WIDTH - _LEFT - 60) * number / most
        drawn.append(
            f'<text class="label" x="{_LEFT - 12}" y="{y + 17}" text-anchor="end">'
            f"{escape(_short(label))}</text>"
            f'<rect x="{_LEFT}" y="{y + 4}" width="{length:.1f}" height="{_ROW - 8}" rx="2"/>'
            f'<text x="{_LEFT + length + 8:.1f}" y="{y + 17}">{number}</text>'
        )
    return drawn, len(picture.bars) * _ROW


def _columns(picture: Picture) -> tuple[list[str], int]:
    most = max(number for _, number in picture.bars)
    room = min(_WIDTH / len(picture.bars), 120)
    floor = _HEIGHT + 20
    label_class = "label" if room > 50 else "label narrow"
    drawn = [f'<line x1="0" y1="{floor}" x2="{_WIDTH}" y2="{floor}"/>']
    for place, (label, number) in enumerate(picture.bars):
        x = place * room
        length = _HEIGHT * number / most
        middle = f"{x + room / 2:.1f}"
        drawn.append(
            f'<text class="{label_class}" x="{middle}" y="{floor + 18}" text-anchor="middle">'
            f"{escape(label)}</text>"
        )
        if number:
            drawn.append(
                f'<rect x="{x + room * 0.12:.1f}" y="{floor - length:.1f}" '
                f'width="{room * 0.76:.1f}" height="{length:.1f}" rx="2"/>'
                f'<text x="{middle}" y="{floor - length - 5:.1f}" text-anchor="middle">{number}'
                "</text>"
            )
    return drawn, floor + _BELOW


def _short(label: str) -> str:
    return label if len(label) <= 58 else f"{label[:57]}…"
