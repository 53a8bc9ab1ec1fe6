"""Bisections of random worlds whose services fail all the time: is every answer right?

Right is: the culprit is among the reported suspects, and they are no more than the pushes that
missing builds leave. (They may be fewer: a nightly can stand in for a push without a build.)
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass
from random import Random
from typing import NoReturn

from harness import Figure, conclude, first_of, new_home, progress

from mozregression.driver.assembly import assembled
from mozregression.driver.events import Event
from mozregression.driver.places import Places
from mozregression.driver.run import Finished
from mozregression.driver.settings import Settings
from mozregression.journal import Journal
from mozregression.model.apps import APPS, LINUX_X86_64
from mozregression.model.bounds import DateBound
from mozregression.model.request import Request
from mozregression.sandbox.misbehaviour import Faults
from mozregression.sandbox.sandbox import Sandbox
from mozregression.sandbox.world import World, WorldSpec
from mozregression.services.endpoints import Endpoints

FIREFOX = APPS["firefox"]

_WORLDS = 200
_PROCESSES = 6  # they mostly sit out pauses between attempts


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came out of a world; trouble is empty when it is right."""

    seed: int
    requests: int
    trouble: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=_WORLDS, help="default: %(default)s")
    parser.add_argument("--first", type=int, default=0, help="seed of the first world")
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.worlds)
    answers = _answers(seeds)
    wrong = [answer for answer in answers if answer.trouble]
    for answer in wrong:
        print(f"world {answer.seed}: {answer.trouble}")
    requests = sum(answer.requests for answer in answers)
    return conclude(
        [
            Figure(
                f"right answers in {len(seeds)} worlds",
                len(answers) - len(wrong),
                len(seeds),
                at_least=True,
            ),
            Figure("requests a world, mean", requests / len(answers)),
        ]
    )


def _answers(seeds: Sequence[int]) -> list[_Answer]:
    answers: list[_Answer] = []
    with ProcessPoolExecutor(_PROCESSES) as pool:
        for future in as_completed([pool.submit(_answer, seed) for seed in seeds]):
            answers.append(future.result())
            wrong = sum(bool(answer.trouble) for answer in answers)
            progress(f"{len(answers)} of {len(seeds)} worlds, {wrong} wrong")
    return answers


def _answer(seed: int) -> _Answer:
    world = _world(seed)
    faults = Faults(seed=seed, error=0.1, reset=0.05, cut=0.2, wrong_bytes=0.02)
    with new_home() as home, Sandbox(world, faults=faults) as sandbox:
        try:
            trouble = _trouble(world, Places(home.state, home.cache), sandbox.root)
        except Exception as error:  # noqa: BLE001 - one world's fault must not hide the others
            trouble = f"{type(error).__name__}: {error}"
        return _Answer(seed, sandbox.requests, trouble)


def _world(seed: int) -> World:
    days = Random(f"days/{seed}").randint(12, 200)
    return World(
        WorldSpec(
            seed=seed,
            first=first_of(days),
            days=days,
            pushes_a_day=24,
            missing_rate=0.15,
            build_size=200_000,
        )
    )


def _trouble(world: World, where: Places, services: str) -> str:
    """Bisect; what is wrong with the answer, if anything."""
    request = Request(
        FIREFOX.name,
        LINUX_X86_64.os,
        LINUX_X86_64.arch,
        FIREFOX.default_build_type,
        good=DateBound(world.spec.first),
        bad=DateBound(world.spec.last),
        asked_at=world.now - 1,
        confirm=True,
    )
    settings = Settings(command="{binary} --check")
    with (
        closing(Journal(where.state).create(request, {})) as session,
        assembled(session, settings, where, Endpoints.at(services), _ignore, ask=_ask) as driver,
    ):
        result = driver.run()
    if not isinstance(result, Finished):
        return f"no answer: {result}"
    report = result.report
    if world.culprit.push in report.suspects and set(report.suspects) <= set(world.suspects):
        return ""
    right = [push.id for push in world.suspects]
    return f"{report.outcome.value} {report.detail} Right were (some of) pushes {right}."


def _ignore(_: Event) -> None:
    pass


def _ask(*_: object) -> NoReturn:
    raise AssertionError("nobody is there to be asked")


if __name__ == "__main__":
    sys.exit(main())
