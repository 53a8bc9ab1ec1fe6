"""Whether a newer mozregression is out. Nice to know, so nothing waits for it or fails by it."""

import json
import os
import re
import threading
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from mozregression import __version__
from mozregression.driver.places import places
from mozregression.services.endpoints import Endpoints
from mozregression.services.http import Http, Patience

PAGE = "https://github.com/mozilla/mozregression/releases"
"""Where people get releases."""

_PATH = "repos/mozilla/mozregression/releases/latest"
_DAY = 86400
_MOMENT = 3.0  # seconds that anybody waits
_ONCE = Patience(attempts=1)
_VERSION = re.compile(r"v?(\d{1,9}(?:\.\d{1,9}){1,3})")


class Looking:
    """A look for a newer release, begun in the background. GitHub is asked once a day at most."""

    def __init__(self, endpoints: Endpoints, own: str = __version__) -> None:
        self._own = own
        self._found: list[str] = []
        self._thread = threading.Thread(
            target=_find, args=(endpoints, self._found), name="release", daemon=True
        )
        self._thread.start()

    def newer(self, patience: float = 0.0) -> str | None:
        """The version of the latest release, if it is above our own; None when nothing tells, for
        whatever reason, within `patience` seconds.
        """
        self._thread.join(patience)
        latest = next(iter(self._found), None)
        return latest if latest and is_newer(latest, self._own) else None


def newer_release() -> str | None:
    """The same, for who can wait a moment. Never raises."""
    with suppress(ValueError):
        return Looking(Endpoints.from_environment(os.environ)).newer(_MOMENT)
    return None


def is_newer(release: str, own: str) -> bool:
    """Whether a released version (numbers and dots) is above our own, which may have `.dev`."""
    base, _, making = own.partition(".dev")
    theirs, ours = _numbers(release), _numbers(base)
    return theirs > ours or (theirs == ours and bool(making))


def _numbers(version: str) -> list[int]:
    numbers = [int(number) for number in version.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return numbers


def _find(endpoints: Endpoints, found: list[str]) -> None:
    with suppress(Exception):  # whatever is wrong, it is not worth a word
        url = f"{endpoints.github_api}/{_PATH}"
        note = places().cache / "release.json"
        known = _kept(note, url)
        if known is None:
            _keep(note, url, "")  # a failure is not repeated all day
            known = _ask(url)
            _keep(note, url, known)
        found.append(known)


def _ask(url: str) -> str:
    with closing(Http(patience=_ONCE, timeouts=(_MOMENT, _MOMENT))) as http:
        match = _VERSION.fullmatch(str((http.json(url) or {}).get("tag_name")))
    return match[1] if match else ""


def _kept(note: Path, url: str) -> str | None:
    """What was found today ("" for nothing); None when nobody has looked."""
    with suppress(OSError, ValueError, LookupError, TypeError):
        kept: Any = json.loads(note.read_text(encoding="utf-8"))
        if kept["url"] == url and 0 <= time.time() - kept["at"] < _DAY:
            version = str(kept["version"])
            return version if _VERSION.fullmatch(version) else ""
    return None


def _keep(note: Path, url: str, version: str) -> None:
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps({"url": url, "at": time.time(), "version": version}))
