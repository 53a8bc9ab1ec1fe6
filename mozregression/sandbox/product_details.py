"""product-details.mozilla.org: versions and release days, on cycles of four weeks."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from mozregression.sandbox.cycles import nightly_start, release_day, version_on
from mozregression.sandbox.messages import Request, Response, as_json, text
from mozregression.sandbox.world import World

_OLDEST = 100
_ESR, _ESR_DAY = "128.8.0", date(2025, 3, 4)


def respond(world: World, request: Request) -> Response | None:
    """The answer to a request; None when the path is none of product-details'."""
    if not request.path.startswith("/1.0/"):
        return None
    make = _FILES.get(request.path.removeprefix("/1.0/"))
    if make is None:
        return text("<html><body>Not Found</body></html>", 404, "text/html")
    return as_json(make(world.spec.today), headers=(("Cache-Control", "max-age=300"),))


def _released(today: date) -> list[int]:
    newest = max(_OLDEST, version_on(today))
    return [version for version in range(_OLDEST, newest + 1) if release_day(version) <= today]


def _versions(today: date) -> dict[str, Any]:
    nightly = version_on(today)
    released = (_released(today) or [_OLDEST])[-1]
    return {
        "FIREFOX_AURORA": "",
        "FIREFOX_DEVEDITION": f"{nightly - 1}.0b9",
        "FIREFOX_ESR": f"{_ESR}esr",
        "FIREFOX_NIGHTLY": f"{nightly}.0a1",
        "LAST_MERGE_DATE": nightly_start(nightly).isoformat(),
        "LAST_RELEASE_DATE": release_day(released).isoformat(),
        "LATEST_FIREFOX_DEVEL_VERSION": f"{nightly - 1}.0b9",
        "LATEST_FIREFOX_VERSION": f"{released}.0",
        "NEXT_MERGE_DATE": nightly_start(nightly + 1).isoformat(),
        "NEXT_RELEASE_DATE": release_day(released + 1).isoformat(),
    }


def _majors(today: date) -> dict[str, Any]:
    return {f"{each}.0": release_day(each).isoformat() for each in _released(today)}


def _stability(today: date) -> dict[str, Any]:
    days = ((each, release_day(each) + timedelta(days=7)) for each in _released(today))
    listed = {f"{each}.0.1": day.isoformat() for each, day in days if day <= today}
    if today >= _ESR_DAY:
        listed[_ESR] = _ESR_DAY.isoformat()
    return listed


def _development(today: date) -> dict[str, Any]:
    days = ((each, nightly_start(each + 1) + timedelta(days=2)) for each in _released(today))
    return {f"{each}.0b1": day.isoformat() for each, day in days}


def _firefox(today: date) -> dict[str, Any]:
    return {
        "releases": {
            f"firefox-{each}.0": {
                "build_number": 1,
                "category": "major",
                "date": release_day(each).isoformat(),
                "description": None,
                "is_security_driven": False,
                "product": "firefox",
                "version": f"{each}.0",
            }
            for each in _released(today)
        }
    }


_FILES: dict[str, Callable[[date], dict[str, Any]]] = {
    "firefox_versions.json": _versions,
    "firefox_history_major_releases.json": _majors,
    "firefox_history_stability_releases.json": _stability,
    "firefox_history_development_releases.json": _development,
    "firefox.json": _firefox,
}
