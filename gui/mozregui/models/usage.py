"""Usage data: what the person is told of it, is shown of it, and decides."""

from dataclasses import dataclass
from datetime import datetime

from mozregression.driver.places import Places
from mozregression.faces.telling import Telling, telling, text_of_ping, turn
from mozregression.settings.file import settings_of_person
from mozregression.telemetry.ledger import Ping
from mozregression.telemetry.recorder import withdraw
from mozregui.models.notice import Notice
from mozregui.words import tr
from mozregui.work.background import Background


@dataclass(frozen=True, slots=True)
class Shown:
    """One ping. title: when, what and how it went. text: all that it says, as JSON."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class _Found:
    """What a look at the disk found. wanted: what the config file says."""

    telling: Telling
    pings: list[Ping]
    wanted: bool


class Usage:
    """changed: told when anything shown is another than before.

    notice: what a person has to know before the first search; empty when it is known.
    pings: the latest first.
    """

    def __init__(self, places: Places, background: Background) -> None:
        self.changed = Notice()
        self.notice = ""
        self.told = ""
        self.pings: list[Shown] = []
        self._places = places
        self._background = background

    def refresh(self) -> None:
        self._background.run(self._look, self._found, self._failed)

    def look_for_notice(self) -> None:
        """Once, when the program begins."""
        self._background.run(self._look, self._give_notice, self._failed)

    def dismiss(self) -> None:
        """The person has read the notice."""
        self.notice = ""
        self.changed()

    def turn_off(self) -> None:
        """For good. What was recorded is forgotten, and servers are told to do so, too."""
        self._background.run(
            lambda: turn(False, self._places.telemetry), lambda _: self.dismiss(), self._failed
        )

    def withdraw(self) -> None:
        """The same, when the config file says so already."""
        self._background.run(
            lambda: withdraw(self._places.telemetry), lambda _: self.refresh(), self._failed
        )

    def _look(self) -> _Found:
        settings = settings_of_person()
        found = telling(settings, self._places.telemetry)
        return _Found(found, found.pings(), settings["telemetry"])

    def _give_notice(self, found: _Found) -> None:
        if found.telling.first:
            self.notice = tr(
                "When you search, mozregression tells Mozilla for which application, build type "
                "and dates, and on which system. That helps to decide which old builds are kept. "
                "No page, name, file or verdict is sent."
            )
            self.changed()

    def _found(self, found: _Found) -> None:
        self.told = _told(found)
        self.pings = [_shown(ping) for ping in reversed(found.pings)]
        self.changed()

    def _failed(self, error: Exception) -> None:
        self.told = str(error)
        self.changed()


def _told(found: _Found) -> str:
    will, to = found.telling.will, found.telling.to
    if not found.wanted:
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
