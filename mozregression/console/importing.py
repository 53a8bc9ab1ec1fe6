"""`mozregression import`: a new session from an exported file."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from mozregression.console import kept
from mozregression.console.exits import EXIT_FOUND
from mozregression.driver.settings import Settings
from mozregression.journal import JournalError
from mozregression.journal.exchange import ExchangeError, Parcel, origins_of, unpacked
from mozregression.model.apps import APPS, Platform
from mozregression.reports.wording import plain
from mozregression.services.endpoints import Endpoints


def main(argv: Sequence[str]) -> int:
    command = kept.parser("import", "Make a new session from a file that `export` wrote.")
    command.add_argument("file", metavar="FILE")
    options = command.parse_args(argv)
    try:
        parcel = _read(Path(options.file))
        settings = asdict(Settings(**parcel.settings))
        with kept.journal().create(parcel.request, settings) as session:
            session.extend(parcel.facts)
            number = session.id
    except JournalError as error:
        return kept.refuse(error)
    print(f"Imported as session {number}, with {len(parcel.facts)} facts.")
    left = _left_behind(parcel)
    if left:
        print(f"Left behind, as it comes from elsewhere: {', '.join(left)}.")
    if parcel.settings.get("prefs"):
        print(f"Preferences: {', '.join(map(plain, parcel.settings['prefs']))}")
    print(
        f"Go on with: mozregression resume {number}, which asks you about each build, or "
        f"mozregression resume {number} --command '…'"
    )
    return EXIT_FOUND


def _read(path: Path) -> Parcel:
    """Raises ExchangeError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ExchangeError(f"{path} cannot be read: {error}.") from error
    origins = origins_of(asdict(Endpoints.from_environment(os.environ)))
    parcel = unpacked(text, origins)
    request = parcel.request
    platform = Platform(request.os, request.arch)
    if request.app not in APPS or platform not in APPS[request.app].platforms:
        raise ExchangeError(
            f"The session is about {request.app} for {platform}, which this "
            "mozregression cannot run."
        )
    try:
        kept.told(request, parcel.facts)
    except Exception as error:
        raise ExchangeError(
            f"The file is damaged: its facts contradict each other ({type(error).__name__})."
        ) from error
    return parcel


def _left_behind(parcel: Parcel) -> list[str]:
    """Names of the settings that would have made a difference here."""
    defaults: dict[str, object] = json.loads(json.dumps(asdict(Settings())))
    return sorted(
        name.replace("_", "-")
        for name, value in parcel.left_behind.items()
        if name in defaults and value != defaults[name]
    )
