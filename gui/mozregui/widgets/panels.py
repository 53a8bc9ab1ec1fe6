"""What preferences show beside settings: builds that are kept, and usage data."""

from qtpy.QtCore import QUrl
from qtpy.QtGui import QDesktopServices, QFontDatabase
from qtpy.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from mozregui.models.cache import Cache
from mozregui.models.usage import Usage
from mozregui.widgets.parts import button, faint, heading, paragraph
from mozregui.words import tr


class CachePanel(QWidget):
    """How much room builds take up, and a button to have it back."""

    def __init__(self, cache: Cache) -> None:
        super().__init__()
        self._cache = cache
        self.told = paragraph()
        self.outcome = paragraph()
        self.clear = button(tr("Clear"), cache.clear)
        self.clear.setAccessibleDescription(tr("Deletes kept builds that no session uses"))
        row = QHBoxLayout()
        row.addWidget(self.clear)
        row.addWidget(button(tr("Open the folder"), self._open))
        row.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(heading(tr("Kept builds"), 1.15))
        layout.addWidget(self.told)
        layout.addWidget(faint(paragraph(str(cache.folder))))
        layout.addWidget(self.outcome)
        layout.addLayout(row)
        cache.changed.connect(self.refresh)
        cache.refresh()

    def refresh(self) -> None:
        self.told.setText(self._cache.told)
        self.outcome.setText(self._cache.outcome)
        self.outcome.setVisible(bool(self._cache.outcome))
        self.clear.setEnabled(not self._cache.busy)

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._cache.folder)))


class UsagePanel(QWidget):
    """Whether usage data is sent, and what it says."""

    def __init__(self, usage: Usage) -> None:
        super().__init__()
        self._usage = usage
        self.told = paragraph()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.told)
        row = QHBoxLayout()
        row.addWidget(button(tr("Show what is sent"), self._show))
        row.addStretch()
        layout.addLayout(row)
        usage.changed.connect(self.refresh)
        usage.refresh()

    def refresh(self) -> None:
        self.told.setText(self._usage.told)

    def _show(self) -> None:
        PingsDialog(self._usage, self).open()


class PingsDialog(QDialog):
    """Pings of the last days, each exactly as it goes out."""

    def __init__(self, usage: Usage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("What is sent"))
        self._usage = usage
        self.chosen = QComboBox()
        self.chosen.setAccessibleName(tr("Sent"))
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName(tr("What is sent"))
        self.text.setTabChangesFocus(True)
        none = paragraph(tr("Nothing was sent yet. It is when a search or a build has ended."))
        buttons = QDialogButtonBox()
        buttons.addButton(tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        for widget in (none, self.chosen, self.text, buttons):
            layout.addWidget(widget)
        none.setVisible(not usage.pings)
        self.chosen.setVisible(bool(usage.pings))
        self.text.setVisible(bool(usage.pings))
        self.chosen.currentIndexChanged.connect(self._choose)
        self.chosen.addItems([ping.title for ping in usage.pings])
        unit = self.fontMetrics().height()
        self.resize(36 * unit, (30 if usage.pings else 8) * unit)

    def _choose(self, row: int) -> None:
        self.text.setPlainText(self._usage.pings[row].text)
