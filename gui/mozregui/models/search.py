"""What can be searched for."""

from enum import Enum


class Search(Enum):
    """What is looked for."""

    REGRESSION = "regression"
    FIX = "fix"
