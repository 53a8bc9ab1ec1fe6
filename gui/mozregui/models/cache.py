"""Builds that are kept: what they take up, and having the room back."""

from contextlib import suppress
from pathlib import Path

from mozregression.builds.clearing import Cleared, clear, taken
from mozregression.builds.sizes import human_size
from mozregression.driver.places import Places
from mozregression.settings.file import FileError, settings_of_person
from mozregui.models.notice import Notice
from mozregui.words import tr
from mozregui.work.background import Background


def folder_of_builds(places: Places) -> Path:
    """Where builds are kept for this person."""
    with suppress(FileError):
        if persist := settings_of_person()["persist"]:
            return Path(persist)
    return places.builds


class Cache:
    """Builds below a folder. changed: told when anything shown is another than before."""

    def __init__(self, folder: Path, background: Background) -> None:
        self.changed = Notice()
        self.folder = folder
        self.told = ""
        self.outcome = ""
        self.busy = False
        self._background = background

    def refresh(self) -> None:
        """Count anew."""
        self._begin(tr("Counting …"))
        self._background.run(lambda: taken(self.folder), self._counted, self._failed)

    def clear(self) -> None:
        """Delete what no session uses."""
        if self.busy:
            return
        self._begin(tr("Clearing …"))
        self._background.run(lambda: clear(self.folder), self._cleared, self._failed)

    def _begin(self, told: str) -> None:
        self.busy = True
        self.told = told
        self.outcome = ""
        self.changed()

    def _counted(self, size: int) -> None:
        self.busy = False
        self.told = tr("Builds take up {size}.").format(size=human_size(size))
        self.changed()

    def _cleared(self, cleared: Cleared) -> None:
        self.outcome = tr("{size} freed.").format(size=human_size(cleared.freed))
        if cleared.stays:
            self.outcome += " " + tr("{size} stay: a session uses them.").format(
                size=human_size(cleared.stays)
            )
        self._counted(cleared.stays)

    def _failed(self, error: Exception) -> None:
        self.busy = False
        self.told = str(error)
        self.changed()
