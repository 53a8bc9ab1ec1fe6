"""Build tasks: what Taskcluster has for a push, and the names it is found by."""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from mozregression.model.apps import AUTOLAND, BRANCHES, CENTRAL
from mozregression.model.builds import Push
from mozregression.sandbox.branches import BETA, COMM, RELEASE
from mozregression.sandbox.taskcluster.jobs import ALL, Job, jobs_of
from mozregression.sandbox.world import BuildType, World

BUILD_SECONDS = 1800

_BRANCHES = (CENTRAL, AUTOLAND, COMM, BETA, RELEASE)
_TRUNK = (CENTRAL, AUTOLAND)
_TYPES = tuple(BuildType)
_NUMBERS = struct.Struct(">BBI")


@dataclass(frozen=True, slots=True)
class Task:
    """One build of one push."""

    push: Push
    build_type: BuildType
    job: Job


def task_id(world: World, task: Task) -> str:
    """A slug of 22 characters that a task can be found by again."""
    index = world.index(task.push)
    kind = _TYPES.index(task.build_type) * len(ALL) + ALL.index(task.job)
    numbers = _NUMBERS.pack(_BRANCHES.index(task.push.branch), kind, index)
    seal = _seal(world, numbers)
    return urlsafe_b64encode(seal + _masked(world, seal, numbers)).decode().rstrip("=")


def task_with(world: World, slug: str) -> Task | None:
    """The task of a slug, forgotten or not; None when there never was one."""
    try:
        raw = urlsafe_b64decode(slug + "==")
    except ValueError:
        return None
    if len(raw) != 16:
        return None
    seal, numbers = raw[:10], _masked(world, raw[:10], raw[10:])
    if seal != _seal(world, numbers):
        return None
    branch, kind, index = _NUMBERS.unpack(numbers)
    push = world.push(_BRANCHES[branch], index)
    task = Task(push, _TYPES[kind // len(ALL)], ALL[kind % len(ALL)])
    return task if world.made(push, task.build_type) else None


def tasks_of(world: World, push: Push) -> list[Task]:
    """The finished builds of a push that have not been forgotten."""
    types = [each for each in BuildType if world.on_taskcluster(push, each)]
    jobs = jobs_of(world, push)
    return [Task(push, kind, job) for kind in types for job in jobs if kind in job.types]


def project_of(branch: str) -> str:
    """What the index names of a branch begin with."""
    return f"{BRANCHES[branch].domain}.v2.{branch}"


def routes(world: World, task: Task) -> list[str]:
    """Every index name of a task."""
    push = task.push
    revisions = [push.tip]
    git = world.recorded_git(world.numbers[push.tip])
    if git:
        revisions.append(git)
    project = project_of(push.branch)
    if task.build_type is BuildType.SHIPPABLE:
        names = list(_shippable_names(project, push, revisions))
    else:
        names = list(_opt_names(project, push, revisions))
    return [f"{name}.{task.job.index_name}" for name in names]


def _opt_names(project: str, push: Push, revisions: list[str]) -> Iterator[str]:
    day, second = f"{push.moment:%Y.%m.%d}", f"{push.moment:%Y%m%d%H%M%S}"
    yield f"{project}.latest"
    yield f"{project}.pushdate.{day}.{second}"
    yield f"{project}.pushdate.{day}.latest"
    yield f"{project}.pushlog-id.{push.id}"
    for revision in revisions:
        yield f"{project}.revision.{revision}"
        if push.branch in _TRUNK:
            yield f"gecko.v2.trunk.revision.{revision}"


def _shippable_names(project: str, push: Push, revisions: list[str]) -> Iterator[str]:
    day = f"{push.moment:%Y.%m.%d}"
    yield f"{project}.shippable.latest"
    yield f"{project}.shippable.{day}.latest"
    for revision in revisions:
        yield f"{project}.shippable.{day}.revision.{revision}"
        yield f"{project}.shippable.revision.{revision}"


def run_of(world: World, task: Task) -> int:
    """Number of the run that made the build: 0, or more after a failed attempt."""
    retried = world.chance("retried", task.build_type, task.job.name, task.push.key)
    return int(retried < world.spec.retried_rate)


def _seal(world: World, numbers: bytes) -> bytes:
    digest = blake2b(numbers, key=world.digest("task"), digest_size=10).digest()
    return bytes([digest[0] & 0x7F]) + digest[1:]  # slugs begin with a letter up to f


def _masked(world: World, seal: bytes, numbers: bytes) -> bytes:
    mask = blake2b(seal, key=world.digest("mask"), digest_size=len(numbers)).digest()
    return bytes(a ^ b for a, b in zip(numbers, mask, strict=True))
