"""What a build is, in pictures and lists."""

from enum import Enum


class Shape(Enum):
    """What a build is in the picture; each has a colour and a shape of its own.

    UNSEEN: the bug, which hides at times, was not seen in it.
    """

    GOOD = "good"
    BAD = "bad"
    SKIP = "skip"
    UNSEEN = "unseen"
    MISSING = "missing"
    OPEN = "open"
    PROBE = "probe"
