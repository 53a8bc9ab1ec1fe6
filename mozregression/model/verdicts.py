"""What a tester can say about a build."""

from enum import Enum


class Verdict(Enum):
    """GOOD and BAD narrow the range; SKIP says this build cannot be judged."""

    GOOD = "good"
    BAD = "bad"
    SKIP = "skip"


class Purpose(Enum):
    """Why a build is tested."""

    GOOD_END = "check the good end"
    BAD_END = "check the bad end"
    NARROW = "narrow the range"
    CONFIRM = "confirm the result"
    SIGHTING = "see the bug for the first time"
    RECHECK = "check a verdict that others contradict"
