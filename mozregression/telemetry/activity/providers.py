"""The sections of the activity report."""

from collections import Counter
from collections.abc import Callable, Iterable
from statistics import median
from typing import TypeAlias

from mozregression.model.builds import Nightly, Push
from mozregression.model.verdicts import Verdict
from mozregression.telemetry.activity import Activity, Picture, Section
from mozregression.telemetry.tally import AGES, age_label

Provider: TypeAlias = Callable[[Activity], Section]

PROVIDERS: list[Provider] = []
"""In the order of the report."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def sections(activity: Activity) -> list[Section]:
    """The report."""
    return [provide(activity) for provide in PROVIDERS]


def provider(function: Provider) -> Provider:
    """Adds a section to the report."""
    PROVIDERS.append(function)
    return function


@provider
def sessions(activity: Activity) -> Section:
    outcomes = Counter(
        session.summary.outcome.value if session.summary.outcome else "not finished"
        for session in activity.sessions
    )
    apps = Counter(session.summary.request.app for session in activity.sessions)
    return Section(
        "Sessions",
        (
            ("Sessions", str(len(activity.sessions))),
            ("Apps", ", ".join(f"{app} {count}" for app, count in apps.most_common()) or "none"),
        ),
        Picture("How they ended", tuple(outcomes.most_common())),
    )


@provider
def launched(activity: Activity) -> Section:
    launches = activity.launches
    nightlies = sum(isinstance(launch.candidate, Nightly) for launch in launches)
    pushes = sum(isinstance(launch.candidate, Push) for launch in launches)
    builds = {(launch.given.candidate, launch.build) for launch in launches}
    months = Counter(f"{launch.day:%Y-%m}" for launch in launches)
    return Section(
        "Builds launched",
        (
            ("Launches", str(len(launches))),
            ("Distinct builds", str(len(builds))),
            ("Nightlies", str(nightlies)),
            ("Builds of pushes", str(pushes)),
        ),
        Picture("Launches by month", tuple(sorted(months.items())[-24:]), columns=True),
    )


@provider
def ages(activity: Activity) -> Section:
    counted = Counter(
        age_label(launch.candidate.day, launch.day)
        for launch in activity.launches
        if launch.candidate
    )
    days = [
        (launch.day - launch.candidate.day).days for launch in activity.launches if launch.candidate
    ]
    return Section(
        "Ages of builds",
        (
            ("Half were younger than", _days(median(days)) if days else "none yet"),
            ("The oldest", _days(max(days)) if days else "none yet"),
        ),
        Picture(
            "Launches by age of the build in months",
            tuple((age, counted[age]) for age in AGES),
            columns=True,
        ),
    )


@provider
def traffic(activity: Activity) -> Section:
    builds = {launch.build.url: launch.build.size for launch in activity.launches if launch.build}
    sizes = [size for size in builds.values() if size]
    unknown = len(builds) - len(sizes)
    more = f", and {unknown} builds whose size no service tells" if unknown else ""
    return Section(
        "Bytes",
        (
            ("Builds launched", _bytes(sum(sizes)) + more),
            ("The largest", _bytes(max(sizes)) if sizes else "not known"),
        ),
    )


@provider
def cache(activity: Activity) -> Section:
    return Section(
        "Cache",
        (
            ("Builds kept", str(activity.cache_builds)),
            ("They take up", _bytes(activity.cache_bytes)),
        ),
    )


@provider
def time_to_answer(activity: Activity) -> Section:
    tests = [launch.given.seconds for launch in activity.launches]
    whole = [
        session.launches[-1].given.at - session.summary.created
        for session in activity.sessions
        if session.summary.outcome and session.launches
    ]
    return Section(
        "Time to answer",
        (
            ("A test, half of them", _time(tests)),
            ("A finished session, half of them", _time(whole)),
            ("All tests together", _seconds(sum(tests))),
        ),
    )


@provider
def verdicts(activity: Activity) -> Section:
    launches = activity.launches
    counted = Counter(launch.given.verdict for launch in launches)
    retracted = sum(launch.retracted for launch in launches)
    return Section(
        "Verdicts",
        (("Given", str(len(launches))), ("Taken back", str(retracted))),
        Picture("Verdicts", tuple((verdict.value, counted[verdict]) for verdict in Verdict)),
    )


def _bytes(number: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if number < 1000 or unit == "GB":
            break
        number /= 1000
    return f"{number:.0f} {unit}" if unit == "bytes" else f"{number:.1f} {unit}"


def _days(number: float) -> str:
    return f"{number:.0f} days" if number != 1 else "1 day"


def _time(seconds: Iterable[float]) -> str:
    known = list(seconds)
    return f"up to {_seconds(median(known))}" if known else "none yet"


def _seconds(number: float) -> str:
    for size, unit in ((_DAY, "days"), (_HOUR, "hours"), (_MINUTE, "minutes")):
        if number >= 2 * size:
            return f"{number / size:.1f} {unit}"
    return f"{number:.1f} seconds"
