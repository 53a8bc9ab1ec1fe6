"""What is recorded of a person's use, where it goes, and what went there: looked up on the disk."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mozregression.faces.telling import Telling, telling, text_of_ping
from mozregression.settings.file import settings_of_person
from mozregression.telemetry.ledger import Ping
from mozregui.words import tr


@dataclass(frozen=True, slots=True)
class Shown:
    """One ping. title: when, what and how it went. text: all that it says, as JSON."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """first: a person has to be told before the first search. pings: the latest first."""

    first: bool
    text: str
    pings: list[Shown]


def told(folder: Path) -> Told:
    """folder: of all outboxes. Raises FileError."""
    settings = settings_of_person()
    found = telling(settings, folder)
    pings = [_shown(ping) for ping in reversed(found.pings())]
    return Told(found.first, _text(found, wanted=settings["telemetry"]), pings)


def _text(found: Telling, *, wanted: bool) -> str:
    will, to = found.will, found.to
    if not wanted:
        return tr("Usage data is turned off.")
    if not will.given:
        return tr("No usage data is recorded: {why}").format(why=will.why)
    if to.quiet:
        return tr("Usage data is allowed, but none is recorded here: {why}").format(why=to.quiet)
    return tr("Usage data goes to {server}").format(server=to.endpoint)


def _shown(ping: Ping) -> Shown:
    moment = datetime.fromtimestamp(ping.sent or ping.at).astimezone()
    state = tr("sent") if ping.sent else tr("not sent yet")
    return Shown(f"{moment:%Y-%m-%d %H:%M}  {ping.name}  ({state})", text_of_ping(ping))
