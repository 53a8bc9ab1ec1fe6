"""The log: searchable, complete, to be saved."""

from qtpy.QtGui import QFontDatabase, QTextCursor
from qtpy.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from mozregui.models.log import Log
from mozregui.widgets.parts import button
from mozregui.widgets.saving import save_text
from mozregui.words import tr


class LogView(QWidget):
    """Follows a log. Draws nothing while it is not looked at."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log
        self._shown = 0
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName(tr("Log"))
        self.text.setTabChangesFocus(True)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search in the log"))
        self.search.setAccessibleName(tr("Search in the log"))
        self.search.setClearButtonEnabled(True)
        self.search.returnPressed.connect(self.find_next)
        row = QHBoxLayout()
        row.addWidget(self.search, 1)
        row.addWidget(button(tr("Find next"), self._find))
        row.addWidget(button(tr("Save log…"), self._save))
        layout = QVBoxLayout(self)
        layout.addLayout(row)
        layout.addWidget(self.text)
        log.added.connect(self.refresh)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.refresh()

    def refresh(self) -> None:
        if not self.isVisible() or self._shown == len(self._log.lines):
            return
        self.text.appendPlainText("\n".join(self._log.lines[self._shown :]))
        self._shown = len(self._log.lines)

    def _find(self) -> None:
        self.find_next()

    def find_next(self) -> bool:
        """Go to the next place with the text that is looked for, from the top after the last."""
        wanted = self.search.text()
        if not wanted:
            return False
        if self.text.find(wanted):
            return True
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        return bool(self.text.find(wanted))

    def _save(self) -> None:
        save_text(self, tr("Save log"), "mozregression.log", "*.log *.txt", self._log.text)
