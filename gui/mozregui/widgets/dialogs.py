"""A dialog for trouble."""

from qtpy.QtCore import Qt
from qtpy.QtGui import QFontDatabase
from qtpy.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from mozregui.widgets.parts import heading, paragraph
from mozregui.words import tr


class TroubleDialog(QDialog):
    """What happened, what to do, and details to copy."""

    def __init__(self, parent: QWidget | None, what: str, advice: str, details: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("mozregression"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._details = details
        layout = QVBoxLayout(self)
        layout.addWidget(heading(what, 1.2))
        layout.addWidget(paragraph(advice))
        buttons = QDialogButtonBox()
        buttons.addButton(tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.close)
        if details:
            text = QPlainTextEdit(details)
            text.setReadOnly(True)
            text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
            text.setAccessibleName(tr("Details"))
            text.setTabChangesFocus(True)
            layout.addWidget(text)
            copy = buttons.addButton(tr("&Copy details"), QDialogButtonBox.ButtonRole.ActionRole)
            copy.clicked.connect(self._copy)
        layout.addWidget(buttons)
        unit = self.fontMetrics().height()
        self.resize(36 * unit, (24 if details else 9) * unit)

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._details)


def tell_trouble(parent: QWidget | None, what: str, advice: str, details: str = "") -> None:
    """Show it; the program goes on."""
    TroubleDialog(parent, what, advice, details).open()
