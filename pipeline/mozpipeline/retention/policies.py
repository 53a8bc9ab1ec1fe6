"""Ways to keep builds."""

from dataclasses import dataclass

DOUBLINGS = 5


@dataclass(frozen=True, slots=True)
class Step:
    """What is kept of builds from an age on. every: one push in so many, 0: of pushes nothing."""

    months: int
    every: int
    nightlies: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """steps: by growing age, the first from 0."""

    name: str
    steps: tuple[Step, ...]

    def at(self, age: int) -> Step:
        """What is kept of builds that are so many months old."""
        found = self.steps[0]
        for step in self.steps:
            if step.months <= age:
                found = step
        return found


ALL = Step(0, 1, nightlies=True)

KEEP_ALL = Policy("keep everything", (ALL,))


def keep(months: int) -> Policy:
    """Delete everything that is older."""
    return Policy(f"keep {months} months", (ALL, Step(months, 0, nightlies=False)))


def nightlies_after(months: int) -> Policy:
    """Of what is older keep nightlies."""
    if months == 0:
        return Policy("nightlies only", (Step(0, 0, nightlies=True),))
    return Policy(f"nightlies only after {months} months", (ALL, Step(months, 0, nightlies=True)))


def thin(months: int, every: int) -> Policy:
    """Of what is older keep one push in so many."""
    name = f"one push in {every} after {months} months"
    return Policy(name, (ALL, Step(months, every, nightlies=True)))


def fade(months: int) -> Policy:
    """One push in 2 after so many months, in 4 after twice as many, and so on."""
    steps = tuple(
        Step(months * 2**doubling, 2 ** (doubling + 1), nightlies=True)
        for doubling in range(DOUBLINGS)
    )
    return Policy(f"one push in 2, 4, 8 … after {months}, {months * 2} … months", (ALL, *steps))


def usual() -> tuple[Policy, ...]:
    """The policies that are compared when nobody says which."""
    return (
        KEEP_ALL,
        *(keep(months) for months in (6, 12, 24, 36, 60)),
        *(nightlies_after(months) for months in (0, 6, 12, 24, 36)),
        *(thin(months, every) for months in (6, 12, 24) for every in (2, 4, 8, 16)),
        *(fade(months) for months in (6, 12)),
    )
