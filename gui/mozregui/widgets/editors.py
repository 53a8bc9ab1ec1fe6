"""A widget for each kind of field."""

from collections.abc import Callable

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mozregression.settings.table import Kind
from mozregui.models.fields import Field
from mozregui.widgets.parts import button, faint, paragraph, quiet, tinted
from mozregui.words import tr

_FILES = {"addons", "prefs_files"}
_ROWS = 3


class Editor(QWidget):
    """A field with its label, what it is for, and what is wrong with it."""

    def __init__(self, field: Field, error: Callable[[], str] | None = None) -> None:
        super().__init__()
        self.field = field
        self._error_of = error or (lambda: field.error)
        self.label = paragraph(field.label)
        self.error = tinted(paragraph(), wrong=True)
        self.help = faint(paragraph(field.help))
        if not field.help:
            self.help.hide()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.input = self._make_input()
        self.input.setAccessibleName(field.label)
        if not isinstance(self.input, QCheckBox):
            self.label.setBuddy(self.input)
            self._layout.addWidget(self.label)
        self._place(self.input)
        self._layout.addWidget(self.help)
        self._layout.addWidget(self.error)
        field.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the field as it is now."""
        if self.parent() is not None:  # or it would become a window of its own
            self.setVisible(self.field.visible)
        self.label.setText(self.field.label)
        self._show_content()
        error = self._error_of()
        self.error.setText(error)
        self.error.setVisible(bool(error))
        self.input.setAccessibleDescription(error or self.help.text())

    def _place(self, widget: QWidget) -> None:
        self._layout.addWidget(widget)

    def _make_input(self) -> QWidget:
        raise NotImplementedError

    def _show_content(self) -> None:
        raise NotImplementedError


class TextEditor(Editor):
    """One line of text."""

    input: QLineEdit

    def _make_input(self) -> QLineEdit:
        line = QLineEdit()
        if "token" in self.field.name:
            line.setEchoMode(QLineEdit.EchoMode.Password)
        line.textEdited.connect(self._edited)
        return line

    def _edited(self, text: str) -> None:
        self.field.content = text

    def _show_content(self) -> None:
        if self.input.text() != self.field.text:
            self.input.setText(self.field.text)


class PathEditor(TextEditor):
    """A folder, typed or chosen."""

    def _place(self, widget: QWidget) -> None:
        row = QHBoxLayout()
        row.addWidget(widget)
        choose = button(tr("Choose…"), self._choose)
        choose.setAccessibleName(tr("Choose: {label}").format(label=self.field.label))
        row.addWidget(choose)
        self._layout.addLayout(row)

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.field.label, self.field.text)
        if chosen:
            self.field.content = chosen


class ChoiceEditor(Editor):
    """One of several words."""

    input: QComboBox

    def _make_input(self) -> QComboBox:
        box = QComboBox()
        box.activated.connect(self._chosen)
        return box

    def _chosen(self, index: int) -> None:
        self.field.content = str(self.input.itemData(index))

    def _show_content(self) -> None:
        box, choices = self.input, self.field.choices
        if [box.itemData(index) for index in range(box.count())] != choices:
            with quiet(box):
                box.clear()
                for choice in choices:
                    box.addItem(self.field.named(choice), choice)
        box.setCurrentIndex(max(0, box.findData(self.field.text)))
        box.setEnabled(len(choices) > 1)


class FlagEditor(Editor):
    """Yes or no."""

    input: QCheckBox

    def _make_input(self) -> QCheckBox:
        box = QCheckBox(self.field.label)
        box.clicked.connect(self._clicked)
        return box

    def _clicked(self, checked: bool) -> None:
        self.field.content = checked

    def _show_content(self) -> None:
        self.input.setChecked(self.field.content is True)


class ListEditor(Editor):
    """Any number of texts: added, changed by a double click or F2, removed."""

    input: QListWidget

    def _make_input(self) -> QListWidget:
        items = QListWidget()
        items.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        items.setMaximumHeight(items.fontMetrics().height() * (_ROWS + 2))
        items.itemChanged.connect(lambda *_: self._store())
        return items

    def _place(self, widget: QWidget) -> None:
        row = QHBoxLayout()
        row.addWidget(widget, 1, Qt.AlignmentFlag.AlignTop)
        buttons = QVBoxLayout()
        for text, pressed in ((tr("Add…"), self._add), (tr("Remove"), self._remove)):
            made = button(text, pressed)
            made.setAccessibleName(f"{text} ({self.field.label})")
            buttons.addWidget(made)
        buttons.addStretch()
        row.addLayout(buttons)
        self._layout.addLayout(row)

    def _add(self) -> None:
        if self.field.name in _FILES:
            chosen, _ = QFileDialog.getOpenFileNames(self, self.field.label)
            for path in chosen:
                self._append(path)
            self._store()
            return
        item = self._append(self.field.setting.metavar or "")
        self.input.setCurrentItem(item)
        self.input.editItem(item)

    def _remove(self) -> None:
        if self.input.currentRow() >= 0:
            self.input.takeItem(self.input.currentRow())
            self._store()

    def _append(self, text: str) -> QListWidgetItem:
        item = QListWidgetItem(text)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        with quiet(self.input):
            self.input.addItem(item)
        return item

    def _texts(self) -> tuple[str, ...]:
        return tuple(self.input.item(row).text() for row in range(self.input.count()))

    def _store(self) -> None:
        self.field.content = self._texts()

    def _show_content(self) -> None:
        if self._texts() != self.field.content and isinstance(self.field.content, tuple):
            self.input.clear()
            for text in self.field.content:
                self._append(text)


def editor(field: Field, error: Callable[[], str] | None = None) -> Editor:
    """The widget that fits a field. error: what is wrong with it, if the form knows better."""
    if field.kind is Kind.FLAG:
        return FlagEditor(field, error)
    if field.kind is Kind.LIST:
        return ListEditor(field, error)
    if field.choices:
        return ChoiceEditor(field, error)
    if field.kind is Kind.PATH:
        return PathEditor(field, error)
    return TextEditor(field, error)
