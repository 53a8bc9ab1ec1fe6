"""Lists that options print: build types of the apps, releases and their days."""

from mozregression.model.apps import APPS, App
from mozregression.model.apps import build_types as known_on
from mozregression.model.releases import LAST_CERTAIN, MERGE_DAYS


def build_types() -> str:
    """Every app with what `--build-type` may be, and where, when not on all its platforms."""
    return "\n".join(line for app in APPS.values() for line in (f"{app.name}:", *_types(app)))


def _types(app: App) -> list[str]:
    return [f"  {name}{_where(app, name)}" for name in app.build_types]


def _where(app: App, build_type: str) -> str:
    """The default is the first on every platform."""
    platforms = [where for where in app.platforms if build_type in known_on(app, where)]
    notes = ["default"] if build_type == app.default_build_type else []
    if len(platforms) < len(app.platforms):
        notes.append(", ".join(map(str, platforms)))
    return f" ({'; '.join(notes)})" if notes else ""


def releases() -> str:
    """Releases that need no look-up, and the day of the last nightly of each."""
    lines = [f"{release:5}  {day}" for release, day in MERGE_DAYS.items()]
    head = "As bounds, releases mean the last nightly that was made for them (day in UTC):"
    foot = (
        f"Days after {LAST_CERTAIN} are as planned. For these, newer releases, betas and ESRs,\n"
        "the real day is looked up when you give them as a bound."
    )
    return "\n".join((head, *lines, foot))
