"""What is known of a build: the one under test, and one that was tested."""

from collections.abc import Sequence

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from mozregui.models.bisection import Bisection
from mozregui.models.steps import Step
from mozregui.widgets.parts import button, faint, heading, left, open_page, paragraph
from mozregui.words import tr


class Details(QWidget):
    """back: the person wants to go back to before a step, by its number."""

    back = Signal(int)

    def __init__(self, bisection: Bisection) -> None:
        super().__init__()
        self._bisection = bisection
        self._step: Step | None = None
        self._now = Facts()
        self._before = Facts()
        self._back = button(tr("Take back this verdict and all after it"), self._go_back)
        self._hint = faint(paragraph(tr("Choose a verdict in the list to see its details here.")))
        layout = QVBoxLayout(self)
        layout.addWidget(self._now)
        layout.addWidget(self._before)
        layout.addLayout(left(self._back))
        layout.addWidget(self._hint)
        layout.addStretch()

    def show_step(self, step: Step | None) -> None:
        """What was tested."""
        self._step = step
        self.refresh()

    def refresh(self) -> None:
        shown, step = self._bisection.shown, self._step
        self._now.show_facts(
            tr("Under test: {build}").format(build=shown.name) if shown else "",
            shown.facts if shown else (),
            shown.url if shown else "",
        )
        self._before.show_facts(
            tr("Verdict {number}").format(number=step.number) if step else "",
            step.facts(hides=self._bisection.hides) if step else (),
            step.url if step else "",
        )
        self._back.setVisible(step is not None)
        self._back.setEnabled(self._bisection.can_undo)
        self._hint.setVisible(step is None and bool(self._bisection.steps))

    def _go_back(self) -> None:
        if self._step:
            self.back.emit(self._step.number)


class Facts(QWidget):
    """Names and values under a title."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self._shown: object = None

    def show_facts(self, title: str, facts: Sequence[tuple[str, str]], url: str) -> None:
        """url: a page about the source, or empty."""
        if (title, facts, url) == self._shown:
            return
        self._shown = (title, facts, url)
        self.setVisible(bool(facts))
        while item := self._grid.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        if title:
            self._grid.addWidget(heading(title, 1.1), 0, 0, 1, 2)
        for row, (name, value) in enumerate(facts, 1):
            label = faint(paragraph(name))
            label.setWordWrap(False)
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(paragraph(value), row, 1)
        if url:
            shown = button(tr("Show the changeset"), lambda: open_page(url), url)
            self._grid.addWidget(shown, len(facts) + 1, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
