"""How much there is to keep, and what it costs."""

from dataclasses import dataclass

from mozpipeline.retention.policies import Policy

DAYS_A_MONTH = 30.44


@dataclass(frozen=True, slots=True)
class Archive:
    """One app and build type, all platforms together.

    Sizes in MB (a million bytes), price in any money per GB and month. horizon: months after
    which nothing is kept in any case.
    """

    pushes_a_day: float = 60
    push_size: float = 360
    nightlies_a_day: float = 2
    nightly_size: float = 640
    price: float = 0.02
    horizon: int = 96

    @property
    def pushes_between_nightlies(self) -> float:
        return self.pushes_a_day / self.nightlies_a_day


def gigabytes(archive: Archive, policy: Policy) -> float:
    """What a policy keeps once it has been in force for the whole horizon."""
    return sum(_a_month(archive, policy, age) for age in range(archive.horizon)) / 1000


def cost(archive: Archive, policy: Policy) -> float:
    """Of one month."""
    return gigabytes(archive, policy) * archive.price


def _a_month(archive: Archive, policy: Policy, age: int) -> float:
    step = policy.at(age)
    pushes = archive.pushes_a_day * archive.push_size / step.every if step.every else 0.0
    nightlies = archive.nightlies_a_day * archive.nightly_size if step.nightlies else 0.0
    return (pushes + nightlies) * DAYS_A_MONTH
