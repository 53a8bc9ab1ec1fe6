"""Which versions there were, as product-details tells."""

import json
from datetime import date

from mozregression.services import fields
from mozregression.services.errors import ServiceError
from mozregression.services.http import Http

_BETAS = "firefox_history_development_releases.json"
_FINALS = ("firefox_history_major_releases.json", "firefox_history_stability_releases.json")
_SIMILAR = 8


class Releases:
    """base: URL of product-details."""

    def __init__(self, http: Http, base: str) -> None:
        self._http = http
        self._base = base

    def look_up(self, version: str) -> tuple[date | None, tuple[str, ...]]:
        """The day a version was released, and the newest versions with the same first number.

        Extended support releases are listed without their `esr`. Raises ServiceError and
        Cancelled.
        """
        plain = version.removesuffix("esr")
        days: dict[str, date] = {}
        for name in (_BETAS,) if "b" in plain else _FINALS:
            days |= self._listed(name)
        first, _, _ = plain.partition(".")
        similar = sorted((day, each) for each, day in days.items() if each.startswith(f"{first}."))
        released = next((day for day, each in similar if _same(each, plain)), None)
        return released, tuple(each for _, each in similar[-_SIMILAR:])

    def _listed(self, name: str) -> dict[str, date]:
        url = f"{self._base}/{name}"
        days = self._http.read(url, _days)
        if days is None:
            raise ServiceError(
                f"{url} is not there, so nothing tells which versions there were. "
                "Give a date in place of the release.",
                url=url,
                status=404,
            )
        return days


def _same(one: str, other: str) -> bool:
    """Whether versions differ at most by zeros at the end (`102.10`, `102.10.0`)."""
    return _bare(one) == _bare(other)


def _bare(version: str) -> str:
    while version.endswith(".0"):
        version = version.removesuffix(".0")
    return version


def _days(text: str) -> dict[str, date]:
    listed = fields.record(json.loads(text))
    return {version: date.fromisoformat(fields.field(listed, version, str)) for version in listed}
