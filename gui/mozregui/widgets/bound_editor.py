"""A bound: typed, taken from a calendar or from the list of releases."""

from collections.abc import Callable
from datetime import date
from typing import Any

from qtpy.QtCore import QDate, QPoint, Qt
from qtpy.QtWidgets import QCalendarWidget, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from mozregression.model.releases import MERGE_DAYS
from mozregui.models.request_form import RequestForm
from mozregui.widgets.editors import TextEditor
from mozregui.widgets.parts import button, tinted
from mozregui.words import tr

_RELEASES = 25


class BoundEditor(TextEditor):
    """Says under the field how its text is understood."""

    def __init__(self, form: RequestForm[Any], name: str) -> None:
        self._form = form
        self._name = name
        super().__init__(form.form[name])
        self.help.hide()
        self.input.setPlaceholderText(tr("2026-05-01, 3 weeks ago, 150, a build id, a changeset"))
        form.changed.connect(self.refresh)

    def refresh(self) -> None:
        super().refresh()
        read = self._form.told(self._name)
        self.error.setText(read.told)
        self.error.setVisible(True)
        tinted(self.error, wrong=read.wrong)
        self.input.setAccessibleDescription(read.told)

    def _place(self, widget: QWidget) -> None:
        row = QHBoxLayout()
        row.addWidget(widget)
        self._calendar_button = self._picker(tr("Calendar"), self._show_calendar)
        self._release_button = self._picker(tr("Release"), self._show_releases)
        row.addWidget(self._calendar_button)
        row.addWidget(self._release_button)
        self._layout.addLayout(row)

    def _picker(self, text: str, pressed: Callable[[], None]) -> QPushButton:
        made = button(text, pressed)
        made.setAccessibleName(f"{text}: {self.field.label}")
        return made

    def _show_calendar(self) -> None:
        popup = _Calendar(self, self._chosen_day)
        popup.move(self._below(self._calendar_button))
        popup.show()
        popup.setFocus()

    def _show_releases(self) -> None:
        menu = QMenu(self)
        for release, day in sorted(_past_releases().items(), reverse=True)[:_RELEASES]:
            action = menu.addAction(f"{release}   ({day})")
            action.setData(str(release))
        chosen = menu.exec_(self._below(self._release_button))
        if chosen is not None:  # PySide's types say that it cannot be
            self.field.content = str(chosen.data())

    def _chosen_day(self, day: QDate) -> None:
        self.field.content = date(day.year(), day.month(), day.day()).isoformat()

    @staticmethod
    def _below(widget: QWidget) -> QPoint:
        return widget.mapToGlobal(QPoint(0, widget.height()))


class _Calendar(QWidget):
    """A calendar that closes when a day was chosen, or when something else is looked at."""

    def __init__(self, parent: QWidget, chosen: Callable[[QDate], None]) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._chosen = chosen
        calendar = QCalendarWidget()
        calendar.setMaximumDate(QDate.currentDate())
        calendar.setGridVisible(True)
        calendar.setAccessibleName(tr("Calendar"))
        calendar.clicked.connect(self._take)
        calendar.activated.connect(self._take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(calendar)
        self.setFocusProxy(calendar)

    def _take(self, day: QDate) -> None:
        self._chosen(day)
        self.close()


def _past_releases() -> dict[int, date]:
    today = date.today()  # noqa: DTZ011 - the calendar of the person
    return {release: day for release, day in MERGE_DAYS.items() if day <= today}
