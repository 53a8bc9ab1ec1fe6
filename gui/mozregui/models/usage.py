"""Usage data: what the person is told of it, is shown of it, and decides."""

from typing import TYPE_CHECKING

from mozregression.driver.places import Places
from mozregui.models.notice import Notice
from mozregui.words import tr
from mozregui.work.background import Background

if TYPE_CHECKING:
    from mozregui.models.told import Shown, Told


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
        self._folder = places.telemetry
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
        self._background.run(self._turn_off, lambda _: self.dismiss(), self._failed)

    def withdraw(self) -> None:
        """The same, when the config file says so already."""
        self._background.run(self._withdraw, lambda _: self.refresh(), self._failed)

    def _look(self) -> "Told":
        from mozregui.models.told import told

        return told(self._folder)

    def _turn_off(self) -> None:
        from mozregression.faces.telling import turn

        turn(False, self._folder)

    def _withdraw(self) -> None:
        from mozregression.telemetry.recorder import withdraw

        withdraw(self._folder)

    def _give_notice(self, found: "Told") -> None:
        if found.first:
            self.notice = tr(
                "When you search, mozregression tells Mozilla for which application, build type "
                "and dates, and on which system. That helps to decide which old builds are kept. "
                "No page, name, file or verdict is sent."
            )
            self.changed()

    def _found(self, found: "Told") -> None:
        self.told, self.pings = found.text, found.pings
        self.changed()

    def _failed(self, error: Exception) -> None:
        self.told = str(error)
        self.changed()
