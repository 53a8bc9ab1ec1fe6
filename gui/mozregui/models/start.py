"""The first page: what it tells, and the sessions that are kept."""

from pathlib import Path
from typing import TYPE_CHECKING

from mozregui.models.notice import Notice
from mozregui.work.background import Background

if TYPE_CHECKING:
    from mozregui.models.kept import Row


class Start:
    """Sessions, the latest first. trouble: why they cannot be listed; empty when they can.

    update: what is told of a newer release; empty while none is known. folder: of the journal.
    """

    def __init__(self, folder: Path, background: Background) -> None:
        self.changed = Notice()
        self.rows: list[Row] = []
        self.trouble = ""
        self.update = ""
        self._folder = folder
        self._background = background

    def refresh(self) -> None:
        self._background.run(self._look, self._listed, self._failed)

    def _look(self) -> "list[Row]":
        from mozregui.models.kept import kept

        return kept(self._folder)

    def _listed(self, rows: "list[Row]") -> None:
        if rows != self.rows or self.trouble:
            self.rows, self.trouble = rows, ""
            self.changed()

    def _failed(self, error: Exception) -> None:
        self.trouble = str(error)
        self.changed()
