"""What the program is."""

import qtpy
from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from mozregui.models.about import About
from mozregui.widgets.parts import button, faint, heading, open_page, paragraph
from mozregui.words import tr


class AboutDialog(QDialog):
    """Facts to be copied, and links."""

    def __init__(self, shown: About, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About mozregression"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._shown = shown
        layout = QVBoxLayout(self)
        layout.addWidget(heading("mozregression", 1.4))
        layout.addWidget(
            paragraph(
                tr("Finds the landing that broke (or fixed) Firefox, by bisecting its builds.")
            )
        )
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for name, value in shown.facts:
            form.addRow(faint(paragraph(name)), paragraph(value))
        layout.addLayout(form)
        links = QHBoxLayout()
        for name, url in shown.links:
            links.addWidget(button(name, lambda url=url: open_page(url), url))  # type: ignore[misc]
        links.addStretch()
        layout.addLayout(links)
        layout.addStretch()
        buttons = QDialogButtonBox()
        copy = buttons.addButton(tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self._copy)
        buttons.addButton(tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.close)
        layout.addWidget(buttons)
        unit = self.fontMetrics().height()
        self.resize(34 * unit, 26 * unit)

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._shown.text)


def qt_versions() -> str:
    """Of Qt, of what binds it to Python, and of what hides which one that is."""
    binding = getattr(qtpy, "PYSIDE_VERSION", None) or ""
    return f"{qtpy.QT_VERSION}, {qtpy.API_NAME} {binding}, qtpy {qtpy.__version__}"
