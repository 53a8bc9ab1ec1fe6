"""Thin Qt widgets over the models."""

from pathlib import Path

ICON = Path(__file__).parents[1] / "icons" / "mozregression.svg"
