"""What people asked for, and what they would have got."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mozpipeline.retention.archive import Archive
from mozpipeline.retention.policies import Policy

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Demand:
    """Uses of one client at one age. age: months, 0: this one."""

    client: str
    app: str
    build_type: str
    age: int
    uses: int


@dataclass(frozen=True, slots=True)
class Result:
    """What one use comes to.

    width: pushes in the range it ends in (1 is the answer to be hoped for); 0 when it fails.
    launches: more than with all builds kept, as ends whose builds are gone move outwards.
    """

    failed: bool
    width: float
    launches: float


def result(archive: Archive, policy: Policy, age: int) -> Result:
    """Of a use that asks for builds of an age."""
    step = policy.at(age)
    if age >= archive.horizon or not (step.every or step.nightlies):
        return Result(failed=True, width=0, launches=0)
    gap = archive.pushes_between_nightlies
    if not step.every:
        return Result(failed=False, width=max(gap, 1.0), launches=0)
    # A nightly is a push as well: no range is wider than from one nightly to the next.
    width = float(min(step.every, max(gap, 1.0)) if step.nightlies else step.every)
    return Result(failed=False, width=width, launches=2 * (1 - 1 / step.every))


@dataclass(frozen=True, slots=True)
class Tally:
    """Uses of each client under each policy: arrays of policies by clients; uses by clients."""

    uses: Floats
    failed: Floats
    wider: Floats
    width: Floats
    launches: Floats


def tally(archive: Archive, policies: Sequence[Policy], demands: Iterable[Demand]) -> Tally:
    """Wider and width are of uses that do not fail."""
    listed = list(demands)
    clients = {name: place for place, name in enumerate(sorted({one.client for one in listed}))}
    shape = (len(policies), len(clients))
    found = Tally(np.zeros(len(clients)), *(np.zeros(shape) for _ in range(4)))
    ages = sorted({one.age for one in listed})
    results = [{age: result(archive, policy, age) for age in ages} for policy in policies]
    for one in listed:
        place = clients[one.client]
        found.uses[place] += one.uses
        for row, by_age in enumerate(results):
            got = by_age[one.age]
            found.failed[row, place] += one.uses * got.failed
            found.wider[row, place] += one.uses * (got.width > 1)
            found.width[row, place] += one.uses * got.width
            found.launches[row, place] += one.uses * got.launches
    return found
