"""The strategy of a bisection, as a pure function of what was asked and what is known."""

from mozregression.session.decide import candidates, next_step, next_steps, understand
from mozregression.session.forecast import Likely, forecast
from mozregression.session.opening import Understanding

__all__ = [
    "Likely",
    "Understanding",
    "candidates",
    "forecast",
    "next_step",
    "next_steps",
    "understand",
]
