"""Made-up people who look for regressions, and what their clients would send. Pure.

The numbers are plausible, not measured: most look at the last months, some go back ten years.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from random import Random
from typing import Any
from uuid import UUID

APP_WEIGHTS = {"firefox": 82, "thunderbird": 6, "fenix": 5, "gve": 4, "jsshell": 3}
BUILD_TYPES = {"shippable": 78, "opt": 9, "debug": 8, "asan": 5}
VARIANTS = {"console": 68, "gui": 26, "mach": 6}
SYSTEMS = {"Windows": 44, "Linux": 39, "Darwin": 17}
DISTRIBUTIONS = {"ubuntu": 40, "debian": 18, "fedora": 16, "arch": 14, "opensuse": 6, "nixos": 6}
PYTHONS = {"3.12.4": 34, "3.11.9": 26, "3.13.0": 18, "3.10.14": 14, "3.9.19": 8}
VERSIONS = {"7.0.0": 60, "7.0.1": 36, "7.1.0.dev0": 4}

TYPICAL_MONTHS = {"firefox": 2.4, "thunderbird": 6, "fenix": 1.4, "gve": 1.0, "jsshell": 9}
YOUNGER = {"asan": 0.5, "debug": 0.7}  # build types that are bisected soon or not at all
SPREAD = 1.1
ANCIENT = 0.06  # of uses go anywhere in ten years
LAUNCHES = 0.12  # of uses are single launches
DATED = 0.9  # of bounds are dates; the others are releases or changesets, and not recorded
PUSHES_KEPT = 12  # months
GROUPS = [(60, "60+"), (36, "36-59"), (24, "24-35")]


@dataclass(frozen=True, slots=True)
class Person:
    """One installation. weight: how often it is used, compared to others."""

    client: str
    weight: float
    variant: str
    app: str
    system: str
    distribution: str
    python: str
    version: str
    first_run: date


@dataclass(frozen=True, slots=True)
class Use:
    """One bisection or launch. when: in UTC; bad: of a bisection, launch: of a single build."""

    when: datetime
    person: Person
    build_type: str
    good: date | None
    bad: date | None
    launch: date | None
    launched: int


def people(random: Random, count: int, today: date) -> list[Person]:
    return [_person(random, today) for _ in range(count)]


def _person(random: Random, today: date) -> Person:
    system = _any(random, SYSTEMS)
    return Person(
        client=new_id(random),
        weight=random.paretovariate(1.2),
        variant=_any(random, VARIANTS),
        app=_any(random, APP_WEIGHTS),
        system=system,
        distribution=_any(random, DISTRIBUTIONS) if system == "Linux" else "",
        python=_any(random, PYTHONS),
        version=_any(random, VERSIONS),
        first_run=today - timedelta(days=random.randrange(30, 900)),
    )


def uses(random: Random, crowd: list[Person], count: int, today: date, days: int) -> Iterator[Use]:
    """Uses of the `days` days up to `today`, oldest first, fewer at weekends."""
    calendar = [today - timedelta(days=ago) for ago in reversed(range(days))]
    busy = [1.0 if day.weekday() < 5 else 0.35 for day in calendar]
    picked = Counter(random.choices(range(days), busy, k=count))
    weights = [person.weight for person in crowd]
    for index, day in enumerate(calendar):
        seconds = sorted(random.randrange(86_400) for _ in range(picked[index]))
        for second, person in zip(
            seconds, random.choices(crowd, weights, k=len(seconds)), strict=True
        ):
            midnight = datetime.combine(day, time(), timezone.utc)
            yield _use(random, person, midnight + timedelta(seconds=second))


def _use(random: Random, person: Person, when: datetime) -> Use:
    build_type = _any(random, BUILD_TYPES) if person.app == "firefox" else "shippable"
    typical = TYPICAL_MONTHS[person.app] * YOUNGER.get(build_type, 1)
    newest = when.date() - timedelta(days=_age_in_days(random, typical))
    if random.random() < LAUNCHES:
        return Use(when, person, build_type, None, None, newest, 1)
    good = newest - timedelta(days=1 + _age_in_days(random, typical))
    launched = 2 + round(math.log2((newest - good).days * 6 + 2))
    return Use(
        when,
        person,
        build_type,
        good if random.random() < DATED else None,
        newest if random.random() < DATED else None,
        None,
        launched,
    )


def _age_in_days(random: Random, typical: float) -> int:
    if random.random() < ANCIENT:
        return random.randrange(3650)
    return min(3650, int(random.lognormvariate(math.log(typical * 30), SPREAD)))


# As the client sends it


def usage_ping(use: Use, sequence: int) -> dict[str, Any]:
    """The JSON of a `usage` ping."""
    person = use.person
    texts = {
        "usage.variant": person.variant,
        "usage.app": person.app,
        "usage.build_type": use.build_type,
        "usage.python_version": person.python,
    }
    if person.system == "Linux":
        texts |= {"usage.linux_version": "6.1.0", "usage.linux_distro": person.distribution}
    elif person.system == "Windows":
        texts["usage.windows_version"] = "10.0.26100"
    else:
        texts["usage.mac_version"] = "15.1"
    bounds = {"good": use.good, "bad": use.bad, "launch": use.launch}
    metrics: dict[str, Any] = {
        "string": texts,
        "counter": {"session.builds_launched": use.launched},
    }
    if dates := {f"usage.{name}_date": f"{day}+00:00" for name, day in bounds.items() if day}:
        metrics["datetime"] = dates
    reason = "launch" if use.launch else "bisection"
    return _ping(use, metrics, sequence, reason) | {
        "client_info": _client_info(use) | {"client_id": person.client}
    }


def retention_ping(random: Random, use: Use) -> dict[str, Any]:
    """The JSON of a `retention` ping that tells of one use."""
    newest = use.launch or use.bad or use.when.date() - timedelta(days=60)
    oldest = use.launch or use.good or newest - timedelta(days=60)
    counters: dict[str, Counter[str]] = {}
    for number in range(use.launched):
        span = (newest - oldest).days / 2**number
        day = newest - timedelta(days=round(span * random.random()))
        age = (use.when.year - day.year) * 12 + use.when.month - day.month
        kind = "nightly" if number < use.launched / 2 else "push"
        gone = kind == "push" and age > PUSHES_KEPT
        name = f"retention.{'missing' if gone else 'launched'}_{kind}"
        counters.setdefault(name, Counter())[label(age)] += 1
    metrics = {
        "string": {"retention.app": use.person.app, "retention.build_type": use.build_type},
        "labeled_counter": {name: dict(counts) for name, counts in counters.items()},
    }
    return _ping(use, metrics, 0, "daily") | {"client_info": _client_info(use)}


def label(months: int) -> str:
    """Of the labeled counters by age."""
    return next((name for start, name in GROUPS if months >= start), str(max(months, 0)))


def _ping(use: Use, metrics: dict[str, Any], sequence: int, reason: str) -> dict[str, Any]:
    end = use.when.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    return {
        "metrics": metrics,
        "ping_info": {"reason": reason, "seq": sequence, "start_time": end, "end_time": end},
    }


def _client_info(use: Use) -> dict[str, Any]:
    return {
        "app_build": "Unknown",
        "app_channel": "release",
        "app_display_version": use.person.version,
        "architecture": "x86_64",
        "build_date": "1970-01-01T00:00:00+00:00",
        "first_run_date": f"{use.person.first_run}+00:00",
        "os": use.person.system,
        "os_version": "Unknown",
        "telemetry_sdk_build": "71.0.0",
    }


def _any(random: Random, weights: dict[str, int]) -> str:
    return random.choices(list(weights), list(weights.values()))[0]


def new_id(random: Random) -> str:
    """Of a client or a document."""
    return str(UUID(int=random.getrandbits(128), version=4))
