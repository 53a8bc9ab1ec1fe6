"""Colours and shapes, light and dark."""

import os
import subprocess
from dataclasses import dataclass
from enum import Enum

from qtpy.QtCore import Qt
from qtpy.QtGui import QColor, QPalette
from qtpy.QtWidgets import QApplication, QWidget

from mozregui.models.timeline import Shape


class Scheme(Enum):
    """What the person chose. The value is kept."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Colours:
    """faint: of what matters less. wrong: of complaints. ground: around shapes."""

    shapes: dict[Shape, QColor]
    good_side: QColor
    bad_side: QColor
    faint: QColor
    wrong: QColor
    ground: QColor


def colours(widget: QWidget) -> Colours:
    """Readable on the widget's background (contrast of 4.5 and more for text)."""
    dark = is_dark(widget.palette())
    good, bad, skip, probe = (
        ("#4ade80", "#f87171", "#fbbf24", "#60a5fa")
        if dark
        else ("#15803d", "#c81e1e", "#92610a", "#1d4ed8")
    )
    faint = QColor("#a1a1aa" if dark else "#5f6368")
    shapes = {
        Shape.GOOD: QColor(good),
        Shape.BAD: QColor(bad),
        Shape.SKIP: QColor(skip),
        Shape.PROBE: QColor(probe),
        Shape.UNSEEN: QColor(good),
        Shape.MISSING: faint,
        Shape.OPEN: faint,
    }
    return Colours(
        shapes,
        _pale(good, dark),
        _pale(bad, dark),
        faint,
        QColor(bad),
        widget.palette().base().color(),
    )


def _pale(colour: str, dark: bool) -> QColor:
    pale = QColor(colour)
    pale.setAlpha(90 if dark else 70)
    return pale


def is_dark(palette: QPalette) -> bool:
    return palette.color(QPalette.ColorRole.Window).lightness() < 128


def apply(app: QApplication, scheme: Scheme) -> None:
    """Fusion with a palette of our own is what looks right everywhere."""
    app.setStyle("Fusion")
    dark = scheme is Scheme.DARK or (scheme is Scheme.SYSTEM and _system_is_dark(app))
    app.setPalette(_dark() if dark else _light())


def _light() -> QPalette:
    return _palette("#f5f5f7", "#ffffff", "#ececf0", "#1b1b1f", "#0b57d0", "#ffffff", "#6b6b73")


def _dark() -> QPalette:
    return _palette("#1f1f24", "#17171b", "#2b2b31", "#f0f0f3", "#8ab4f8", "#10131a", "#9a9aa3")


def _palette(*shades: str) -> QPalette:
    window, base, button, text, accent, on_accent, off = shades
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette(QColor(button), QColor(window))
    for one, colour in {
        role.Window: window,
        role.Base: base,
        role.AlternateBase: button,
        role.Button: button,
        role.ToolTipBase: base,
        role.WindowText: text,
        role.Text: text,
        role.ButtonText: text,
        role.ToolTipText: text,
        role.BrightText: text,
        role.Highlight: accent,
        role.HighlightedText: on_accent,
        role.Link: accent,
        role.LinkVisited: accent,
        role.PlaceholderText: off,
    }.items():
        palette.setColor(one, QColor(colour))
    for one in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, one, QColor(off))
    return palette


def _system_is_dark(app: QApplication) -> bool:
    scheme = getattr(app.styleHints(), "colorScheme", None)  # of Qt 6.5 and newer
    if scheme is not None and scheme() != Qt.ColorScheme.Unknown:
        return bool(scheme() == Qt.ColorScheme.Dark)
    if "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
        return False
    command = ["gsettings", "get", "org.gnome.desktop.interface", "color-scheme"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=1, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return "dark" in told.stdout
