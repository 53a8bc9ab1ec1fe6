"""Preferences: the settings that the config file keeps, which the console obeys, too.

Beside them stands what they are about: kept builds, and usage data.
"""

from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from mozregui.models.cache import Cache
from mozregui.models.preferences import Preferences
from mozregui.models.usage import Usage
from mozregui.widgets.editors import Editor, editor
from mozregui.widgets.panels import CachePanel, UsagePanel
from mozregui.widgets.parts import faint, paragraph, scrolling, tinted
from mozregui.words import tr


class PreferencesDialog(QDialog):
    """Stores what was changed when it is accepted."""

    def __init__(
        self, preferences: Preferences, cache: Cache, usage: Usage, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.preferences = preferences
        self.cache = CachePanel(cache)
        self.usage = UsagePanel(usage)
        preferences.turned_off.connect(usage.withdraw)
        panels = {"persist_size_limit": self.cache, "telemetry": self.usage}
        self.setWindowTitle(tr("Preferences"))
        self.editors: list[Editor] = []
        self.tabs = QTabWidget()
        for title, fields in preferences.groups:
            page = QWidget()
            layout = QVBoxLayout(page)
            for field in fields:
                made = editor(field)
                self.editors.append(made)
                layout.addWidget(made)
                if field.name in panels:
                    layout.addWidget(panels[field.name])
            layout.addStretch()
            self.tabs.addTab(scrolling(page), title)
        self._error: QLabel = tinted(paragraph(), wrong=True)
        roles = QDialogButtonBox.StandardButton
        self._buttons = QDialogButtonBox(roles.Save | roles.Cancel)
        self._buttons.button(roles.Save).setText(tr("Save"))
        self._buttons.button(roles.Cancel).setText(tr("Cancel"))
        self._buttons.accepted.connect(self._save)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(faint(paragraph(tr("Kept in {path}").format(path=preferences.path))))
        layout.addWidget(self._error)
        layout.addWidget(self._buttons)
        unit = self.fontMetrics().height()
        self.resize(40 * unit, 34 * unit)
        preferences.form.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        wrong = [f"{field.label}: {field.error}" for field in self.preferences.form.wrong]
        self._error.setText("\n".join(wrong))
        self._error.setVisible(bool(wrong))
        self._buttons.button(QDialogButtonBox.StandardButton.Save).setEnabled(not wrong)

    def _save(self) -> None:
        error = self.preferences.save()
        if not error:
            self.accept()
            return
        self._error.setText(error)
        self._error.show()
