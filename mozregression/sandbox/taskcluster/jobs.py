"""Which builds are made of a push, and what they are called in the index."""

from dataclasses import dataclass
from datetime import date, datetime, timezone
from enum import Enum, auto

from mozregression.model.apps import AUTOLAND, CENTRAL
from mozregression.model.builds import Push
from mozregression.sandbox.branches import BETA, COMM, RELEASE
from mozregression.sandbox.world import BuildType, World

FENIX_SINCE, PGO_UNTIL = date(2024, 3, 18), date(2020, 6, 1)

_EVERY, _PLAIN, _SHIPPABLE = tuple(BuildType), (BuildType.OPT,), (BuildType.SHIPPABLE,)


class Form(Enum):
    """What a job puts out."""

    LINUX = auto()
    WINDOWS = auto()
    MAC = auto()
    ANDROID = auto()
    FENIX = auto()
    FOCUS = auto()


@dataclass(frozen=True, slots=True)
class Job:
    """product, name: the end of its index names. types: where it is indexed: among shippable
    builds, among all others (OPT, whatever the name says), or both.
    """

    product: str
    name: str
    form: Form
    types: tuple[BuildType, ...] = _EVERY

    @property
    def index_name(self) -> str:
        return f"{self.product}.{self.name}"


_DESKTOP = {
    "linux64": Form.LINUX,
    "linux": Form.LINUX,
    "linux64-aarch64": Form.LINUX,
    "win64": Form.WINDOWS,
    "win32": Form.WINDOWS,
    "win64-aarch64": Form.WINDOWS,
    "macosx64": Form.MAC,
}
_INSTRUMENTED = {
    "linux64-asan-opt": Form.LINUX,
    "linux64-asan-debug": Form.LINUX,
    "linux64-tsan-opt": Form.LINUX,
    "linux64-ccov-opt": Form.LINUX,
    "linux64-fuzzing-debug": Form.LINUX,
    "linux64-fuzzing-asan-opt": Form.LINUX,
    "win64-asan-opt": Form.WINDOWS,
    "macosx64-aarch64-fuzzing-debug": Form.MAC,
}
# Until when (UTC) builds for ARM phones were called after the API level; they have it no more.
_API_LEVELS = {
    "android-api-11": datetime(2016, 1, 29, 0, 30, 13, tzinfo=timezone.utc),
    "android-api-15": datetime(2017, 8, 29, 18, 28, 36, tzinfo=timezone.utc),
    "android-api-16": datetime(2021, 6, 5, 3, 56, 19, tzinfo=timezone.utc),
}

BASIC = (
    Job("firefox", "linux64-opt", Form.LINUX),
    Job("firefox", "win64-opt", Form.WINDOWS),
)


def _desktop(product: str, types: tuple[BuildType, ...] = _EVERY) -> tuple[Job, ...]:
    return tuple(Job(product, f"{name}-opt", form, types) for name, form in _DESKTOP.items())


def _debug(product: str) -> tuple[Job, ...]:
    return tuple(Job(product, f"{name}-debug", form, _PLAIN) for name, form in _DESKTOP.items())


def _android(name: str) -> tuple[Job, ...]:
    opt = Job("mobile", f"{name}-opt", Form.ANDROID)
    return (opt, Job("mobile", f"{name}-debug", Form.ANDROID, _PLAIN))


_FIREFOX = _desktop("firefox") + _debug("firefox")
_FIREFOX += tuple(Job("firefox", name, form, _PLAIN) for name, form in _INSTRUMENTED.items())
_PGO = tuple(
    Job("firefox", f"{name}-pgo", form, _PLAIN)
    for name, form in _DESKTOP.items()
    if name in ("linux64", "linux", "win64", "win32")
)
_PHONES = {name: _android(name) for name in (*_API_LEVELS, "android-arm")}
_TABLETS = _android("android-aarch64") + _android("android-x86_64")
_APKS = tuple(
    Job("mobile", f"{app}-{kind}", form, _PLAIN)
    for app, form, kinds in (
        ("fenix", Form.FENIX, ("nightly", "nightly-simulation", "debug")),
        ("focus", Form.FOCUS, ("nightly", "debug")),
    )
    for kind in kinds
)
_THUNDERBIRD = _desktop("thunderbird") + _debug("thunderbird")
_DEVEDITION = _desktop("devedition", _SHIPPABLE)

ALL = (
    *(*_FIREFOX, *_PGO, *_THUNDERBIRD, *_DEVEDITION),
    *(job for jobs in _PHONES.values() for job in jobs),
    *(*_TABLETS, *_APKS),
)


def jobs_of(world: World, push: Push) -> tuple[Job, ...]:
    """What is built of a push."""
    if not world.spec.all_apps:
        return BASIC
    if push.branch == COMM:
        return _THUNDERBIRD
    if push.branch in (BETA, RELEASE):
        return (*_FIREFOX, *(_DEVEDITION if push.branch == BETA else ()))
    assert push.branch in (CENTRAL, AUTOLAND)  # noqa: S101 - a world has no others
    phones = next((n for n, until in _API_LEVELS.items() if push.moment < until), "android-arm")
    old, new = push.day < PGO_UNTIL, push.day >= FENIX_SINCE
    return (
        *(*_FIREFOX, *(_PGO if old else ())),
        *(*_PHONES[phones], *_TABLETS, *(_APKS if new else ())),
    )
