"""The strategy of a bisection, as a pure function of what was asked and what is known."""

from mozregression.session.choices import in_force
from mozregression.session.decide import candidates, next_step, next_steps, understand
from mozregression.session.forecast import Likely, forecast
from mozregression.session.more import more_tests
from mozregression.session.opening import Understanding
from mozregression.session.reference import reference
from mozregression.session.single import Found, find_single

__all__ = [
    "Found",
    "Likely",
    "Understanding",
    "candidates",
    "find_single",
    "forecast",
    "in_force",
    "more_tests",
    "next_step",
    "next_steps",
    "reference",
    "understand",
]
