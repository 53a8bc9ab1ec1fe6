"""The answer: what was found, what is in it, where to read more."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mozregui.models.result import SAVED, Changeset, ResultView
from mozregui.widgets.parts import button, faint, heading, open_page, paragraph
from mozregui.widgets.saving import save_text
from mozregui.words import tr

_FEW_BUGS = 3
_SHOWN_ROWS = 8


class ResultPage(QWidget):
    """Shows one result. chosen: it is to go on in a transition. distrusted: it is to go on as the
    bug hides at times.
    """

    chosen = Signal(object)
    distrusted = Signal()

    def __init__(self, result: ResultView) -> None:
        super().__init__()
        self.result = result
        layout = QVBoxLayout(self)
        self.headline = heading(result.headline, 1.25)
        layout.addWidget(self.headline)
        layout.addLayout(self._buttons())
        if result.transitions:
            layout.addWidget(self._transitions())
        layout.addLayout(self._form(result.facts))
        if result.changesets:
            layout.addWidget(self._changesets())
        lists = (
            (tr("How likely each is"), result.chances),
            (tr("Tests of each build"), result.evidence),
        )
        layout.addLayout(self._form([(name, "\n".join(lines)) for name, lines in lists if lines]))
        layout.addStretch()

    @staticmethod
    def _form(facts: Sequence[tuple[str, str]]) -> QFormLayout:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for name, value in facts:
            form.addRow(faint(paragraph(name)), paragraph(value))
        return form

    def _transitions(self) -> QWidget:
        """Where it came and went, and how to go on."""
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(0, 1)
        for row, (told, transition) in enumerate(self.result.transitions):
            grid.addWidget(paragraph(told), row, 0)
            pressed = partial(self.chosen.emit, transition)
            here = button(tr("Go on here"), pressed, tr("Find the change in this place"))
            here.setAccessibleName(tr("Go on here: {place}").format(place=told))
            grid.addWidget(here, row, 1)
        if self.result.contradictory:
            row = len(self.result.transitions)
            grid.addWidget(paragraph(tr("Or does the bug not show in every test?")), row, 0)
            tip = tr("The verdicts stay, and builds are tested again until the answer is sure")
            grid.addWidget(button(tr("It hides at times"), self.distrusted.emit, tip), row, 1)
        return box

    def _changesets(self) -> QTableWidget:
        table = QTableWidget(len(self.result.changesets), 4)
        table.setAccessibleName(tr("Changesets in the range"))
        table.setHorizontalHeaderLabels([tr("Changeset"), tr("Summary"), tr("Author"), tr("Bugs")])
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        table.verticalHeader().hide()
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        for row, one in enumerate(self.result.changesets):
            bugs = ", ".join(str(number) for number, _ in one.bugs)
            for place, text in enumerate((one.node[:12], one.summary, one.author, bugs)):
                item = QTableWidgetItem(text)
                item.setToolTip(one.node if place == 0 else text)
                table.setItem(row, place, item)
        row_height = table.verticalHeader().defaultSectionSize()
        table.setMinimumHeight(row_height * (2 + min(_SHOWN_ROWS, table.rowCount())))
        table.setMaximumHeight(row_height * (2 + table.rowCount()))
        table.itemActivated.connect(lambda item: self._show(self.result.changesets[item.row()]))
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        return table

    def _show(self, one: Changeset) -> None:
        menu = QMenu(self)
        menu.addAction(tr("Show the changeset")).triggered.connect(lambda *_: open_page(one.url))
        for number, url in one.bugs:
            menu.addAction(tr("Show bug {number}").format(number=number)).triggered.connect(
                lambda *_, url=url: open_page(url)
            )
        menu.popup(self.cursor().pos())

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.copy = button(tr("&Copy for Bugzilla"), self._copy)
        row.addWidget(self.copy)
        row.addWidget(button(tr("Sav&e report…"), self._save))
        for name, url in (*self.result.links, *self._bugs()):
            row.addWidget(button(name, lambda url=url: open_page(url), url))  # type: ignore[misc]
        row.addStretch()
        return row

    def _bugs(self) -> list[tuple[str, str]]:
        """Pages of the bugs, where they are few."""
        bugs = dict(bug for one in self.result.changesets for bug in one.bugs)
        if len(bugs) > _FEW_BUGS:
            return []
        named = tr("Bug {number}")
        return [(named.format(number=number), url) for number, url in bugs.items()]

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.result.for_bugzilla)
        self.copy.setText(tr("Copied"))

    def _save(self) -> None:
        menu = QMenu(self)
        names = {"html": tr("Web page"), "markdown": "Markdown", "json": "JSON", "text": tr("Text")}
        for form in SAVED:
            menu.addAction(names[form]).triggered.connect(lambda *_, form=form: self._save_as(form))
        menu.popup(self.mapToGlobal(self.copy.geometry().bottomRight()))

    def _save_as(self, form: str) -> None:
        pattern = SAVED[form]
        name = str(Path("mozregression").with_suffix(pattern[1:]))
        save_text(self, tr("Save report"), name, pattern, self.result.written(form))
